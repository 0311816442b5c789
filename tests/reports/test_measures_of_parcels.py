"""Measures, profit and books of parcels, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from small_shop import DAY, log

from model.events import Channel, Kind, Reason
from reports import books
from reports.log import Events
from reports.measures import measure
from scenarios.schema import Scenario

H, CARRIER = 3600.0, Channel.POST
KEPT, BROKEN, NO_PROMISE = Reason.PROMISE_KEPT, Reason.PROMISE_BROKEN, Reason.NONE


def scenario(**costs: str) -> Scenario:
    """The small shop's day and ten more for the parcels, with a post and a third party."""
    everywhere = {place: {1: "100%"} for place in ("local", "near", "far")}
    post = {
        "name": "post", "share": "100%", "days": everywhere, "price": "90 rial",
        "price_back": "60 rial",
    }  # fmt: skip
    fulfilment = {
        "by": "third_party", "third_party": {"price": "400 rial"}, "carriers": [post],
    }  # fmt: skip
    season = {"start": "1405-12-22 20:30", "duration": "30 h", "wind_down": "10 d"}
    support = {"desks": DAY["support"]["desks"][:1]}
    support["desks"][0] = support["desks"][0] | {"agents": 0, "shifts": [], "share": "100%"}
    return Scenario.model_validate(
        DAY
        | {"season": season, "fulfilment": fulfilment, "support": support}
        | {"costs": {"per_order": "0 rial"} | costs}
    )


def bought(t: float, order: int, amount: int, units: int = 1) -> list[tuple]:
    """An order that is paid at a time; its session has the same number, its product is 0."""
    return [
        (t, Kind.ADDED, order, -1, 0, units, amount),
        (t, Kind.RESERVED, order, -1, 0, units, 0),
        (t, Kind.PLACED, order, order, -1, 0, amount),
        (t, Kind.PAYMENT_STARTED, order, order, -1, 0, amount, Channel.GATEWAY),
        (t, Kind.PAYMENT_CAPTURED, order, order, -1, 0, amount, Channel.GATEWAY),
        (t, Kind.ALLOCATED, order, order, 0, units, 0),
        (t, Kind.PAID, order, order, -1, 0, amount),
        (t, Kind.PARCEL_OPENED, order, order, -1, units, -1, CARRIER),
    ]


def parcel(t: float, order: int, *steps: Kind, reason: Reason = NO_PROMISE) -> list[tuple]:
    """Steps of an order's parcel, all at a time; its units leave with the carrier."""
    events = []
    for kind in steps:
        events.append((t, kind, order, order, -1, 0, 0, CARRIER, reason))
        if kind is Kind.DISPATCHED:
            events.append((t, Kind.SHIPPED, order, order, 0, 1, 0))
    return events


SENT = (Kind.PICKED, Kind.PACKED, Kind.DISPATCHED)


def season_of_five() -> Events:
    """0 is kept, 1 comes back as new, 2 comes back spoilt, 3 is refused, 4 never leaves."""
    events: list[tuple] = [(0.0, Kind.RECEIVED, -1, -1, 0, 9)]
    for order, amount in enumerate((1_000, 2_000, 4_000, 8_000, 16_000)):
        events += bought(order * H, order, amount)
    for order in range(4):
        events += parcel((10 + order) * H, order, *SENT)
    events += parcel(30 * H, 0, Kind.DELIVERED, reason=KEPT)
    events += parcel(30 * H, 1, Kind.DELIVERED)
    events += parcel(40 * H, 2, Kind.OVERDUE)
    events += parcel(50 * H, 2, Kind.DELIVERED, reason=BROKEN)
    events += parcel(50 * H, 3, Kind.REFUSED_AT_DOOR, reason=KEPT)
    events += parcel(60 * H, 1, Kind.SENT_BACK)
    events += parcel(60 * H, 2, Kind.SENT_BACK)
    for order, amount, as_new in ((1, 2_000, 1), (2, 4_000, 0), (3, 8_000, 1)):
        worth = amount * as_new
        events.append((90 * H, Kind.INSPECTED, order, order, -1, as_new, worth, CARRIER))
        if as_new:
            events.append((90 * H, Kind.RETURNED, order, order, 0, 1, 0))
        events.append((90 * H, Kind.REFUNDED, order, order, -1, 0, amount))
    return log(*events)


def test_a_season_of_five_parcels_is_measured_by_hand() -> None:
    measures = measure(season_of_five(), scenario())
    assert measures["parcels_shipped"] == 4
    assert measures["parcels_unshipped"] == 1
    assert measures["parcels_under_way"] == 0
    assert measures["returns"] == 2
    assert measures["refused_on_delivery"] == 1
    assert measures["delivered_late_share"] == pytest.approx(1 / 3)  # 1 had no promise
    assert measures["paid_to_shipped_p95_h"] == 10


def test_the_profit_of_five_parcels_is_worked_out_by_hand() -> None:
    measures = measure(
        season_of_five(),
        scenario(goods="50%", return_handling="30 rial", order_manager="700 rial"),
    )
    revenue = 1_000 + 2_000 + 4_000 + 8_000 + 16_000
    refunds = 2_000 + 4_000 + 8_000
    goods = (1_000 + 4_000 + 16_000) // 2  # kept, spoilt, and still to be sent
    fulfilment = 4 * 400 + 4 * 90 + 3 * 60 + 3 * 30
    fees = sum(round(0.015 * amount) + 1_200 for amount in (1_000, 2_000, 4_000, 8_000, 16_000))
    assert measures["revenue_rial"] == revenue
    assert measures["refunds_rial"] == refunds
    assert measures["fees_rial"] == fees
    assert measures["fulfilment_cost_rial"] == fulfilment
    assert measures["profit_rial"] == revenue - refunds - goods - fulfilment - fees - 700


def test_an_oversold_order_brings_its_money_once_it_is_shipped() -> None:
    def profit(*more: tuple) -> float:
        oversold = [event for event in bought(0.0, 0, 1_000) if event[1] != Kind.RESERVED]
        oversold[4] = (0.0, Kind.OVERSOLD, 0, 0, 0, 1, 0)
        goods = (H, Kind.RECEIVED, -1, -1, 0, 1)
        return measure(log(*oversold, goods, *more), scenario(goods="50%"))["profit_rial"]

    shipped = profit(*parcel(2 * H, 0, *SENT))
    assert shipped - profit() == 500 - 400 - 90


def test_a_parcel_on_its_way_at_the_end_is_neither_late_nor_in_time() -> None:
    way = [*bought(0.0, 0, 1_000), *parcel(H, 0, *SENT)]
    measures = measure(log(*way), scenario())
    assert measures["parcels_under_way"] == 1
    assert np.isnan(measures["delivered_late_share"])


def test_people_of_the_own_warehouse_are_paid_by_the_hour_whatever_they_do() -> None:
    own = scenario(warehouse_hour="7 rial")
    fulfilment = own.fulfilment.model_copy(update={"by": "warehouse"})
    own = own.model_copy(update={"fulfilment": fulfilment})
    people, days = 10 + 8, 5  # 23 to 27 Esfand; all that comes after is holiday
    assert measure(log(), own)["fulfilment_cost_rial"] == days * 8 * people * 7


# the books ----------------------------------------------------------------------------------


def audit(*events: tuple) -> list[str]:
    return books.audit(log((0.0, Kind.RECEIVED, -1, -1, 0, 9), *events))


def test_the_books_of_five_parcels_balance() -> None:
    assert books.audit(season_of_five()) == []


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((*SENT, Kind.DELIVERED, Kind.DELIVERED), "had delivered without dispatched before it"),
        ((*SENT, Kind.DELIVERED, Kind.REFUSED_AT_DOOR), "had refused at door without dispatched"),
        ((*SENT, Kind.SENT_BACK), "had sent back without delivered before it"),
        (
            (*SENT, Kind.INSPECTED),
            "had inspected without sent back or refused at door before it",
        ),
        ((Kind.PICKED, Kind.DISPATCHED), "had dispatched without packed before it"),
    ],
)
def test_a_step_of_a_parcel_out_of_turn_is_found(steps: tuple[Kind, ...], fault: str) -> None:
    (said,) = audit(*bought(0.0, 0, 1_000), *parcel(1.0, 0, *steps))
    assert f"order 0 {fault}" in said


def test_a_parcel_of_an_order_that_was_not_paid_is_found() -> None:
    assert audit((0.0, Kind.PARCEL_OPENED, 7, 7, -1, 1, -1, CARRIER)) == [
        "At 0.000 s order 7 had parcel opened without paid or accepted before it."
    ]


def test_units_shipped_to_another_than_they_were_allocated_to_are_found() -> None:
    shipped = parcel(1.0, 0, *SENT)
    shipped[-1] = (1.0, Kind.SHIPPED, 5, 0, 0, 1, 0)
    assert audit(*bought(0.0, 0, 1_000), *shipped) == [
        "At 1.000 s session 5 ended with more units of product 0 shipped than allocated: "
        "1 too many."
    ]


def test_units_returned_that_were_not_shipped_are_found() -> None:
    said = audit(*bought(0.0, 0, 1_000), (1.0, Kind.RETURNED, 0, 0, 0, 1, 0))
    assert said == [
        "At 1.000 s session 0 ended with more units of product 0 returned than shipped: 1 too many."
    ]
