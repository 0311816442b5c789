from collections.abc import Callable

import numpy as np
import pytest
from small_shop import POLICIES, first, log, played, with_another, without

from model.events import Channel, Kind, Reason
from reports import books
from reports.log import Events, as_array
from reports.sorted_log import SortedLog

PRODUCTS = 9


@pytest.mark.parametrize("policy", POLICIES)
def test_the_books_of_the_shop_balance_under_every_policy(policy: str) -> None:
    plan, shop = played(policy)
    events = SortedLog(as_array(shop.log))
    assert books.audit(events, plan.assortment.limit) == []
    assert books.against_count(events, shop.stock.count()) == []


def test_empty_books_balance() -> None:
    assert books.audit(log()) == []


def test_levels_are_those_of_the_shelves() -> None:
    _, shop = played("suspended for good")
    levels = books.levels(as_array(shop.log), PRODUCTS)
    assert levels.on_hand.tolist() == [shelf.on_hand for shelf in shop.stock.shelves]
    assert levels.suspended.sum() > 0
    with pytest.raises(ValueError, match="of 3"):
        books.levels(as_array(shop.log), 3)


def test_a_shelf_that_differs_from_its_log_is_named() -> None:
    _, shop = played("released by a timer")
    events = as_array(shop.log).copy()
    events["quantity"][first(events, Kind.RECEIVED)] += 2
    (on_hand, available) = books.against_count(events, shop.stock.count())
    left = shop.stock.shelves[0].on_hand
    assert on_hand == (
        f"Product 0 ends with {left + 2} on hand by the log, but with {left} by the shop's shelf."
    )
    available_by_shop = shop.stock.shelves[0].available
    assert available == (
        f"Product 0 ends with {available_by_shop + 2} available by the log, "
        f"but with {available_by_shop} by the shop's shelf."
    )


# each fault, planted in a log that balanced -----------------------------------------------------


def real(policy: str = "released by a timer") -> Events:
    return as_array(played(policy)[1].log).copy()


def faults_of(events: Events) -> list[str]:
    faults = books.audit(events)
    assert faults, "nothing was found"
    return faults


@pytest.mark.parametrize(
    ("policy", "kind", "said"),
    [
        ("released by a timer", Kind.RELEASED, "released for session {s} without being reserved"),
        ("released by a timer", Kind.ALLOCATED, "allocated for session {s} without being reserved"),
        ("suspended", Kind.SUSPENDED, "suspended for session {s} without being reserved"),
        ("suspended", Kind.RESUMED, "resumed for session {s} without being suspended"),
        ("suspended", Kind.RESTORED, "restored for session {s} without being suspended"),
        ("released by a timer", Kind.ANSWERED, "session {s} was answered by {c} without waiting"),
        ("released by a timer", Kind.GAVE_UP, "session {s} gave up on {c} without waiting there"),
        ("released by a timer", Kind.CLOSED, "session {s} was done with {c} without having been"),
        ("released by a timer", Kind.PLACED, "order {o} was placed once more"),
        ("released by a timer", Kind.PAID, "order {o} was paid once more"),
    ],
)
def test_what_ends_twice_is_found(policy: str, kind: Kind, said: str) -> None:
    events = real(policy)
    place = first(events, kind)
    event = events[place]
    channel = Channel(event["channel"]).name.lower()
    expected = said.format(s=event["session"], c=channel, o=event["order"])
    faults = faults_of(with_another(events, place))
    assert any(
        fault.startswith(f"At {event['t']:,.3f} s ") and expected in fault for fault in faults
    ), faults


@pytest.mark.parametrize(
    ("policy", "kind", "said"),
    [
        ("released by a timer", Kind.RESERVED, "for session {s} without being reserved"),
        ("released by a timer", Kind.ADDED, "session {s} ended with"),
        ("released by a timer", Kind.ALLOCATED, "of product {p} less allocated than in its"),
        ("lazy and oversold", Kind.OVERSOLD, "of product {p} less allocated than in its paid"),
        ("released by a timer", Kind.PAID, "order {o} ended with {a:,} rial more captured than"),
        ("released by a timer", Kind.PAYMENT_CAPTURED, "order {o} ended with {a:,} rial less"),
        ("released by a timer", Kind.PAYMENT_REVERSED, "order {o} ended with {a:,} rial more"),
        ("decided by staff", Kind.PAYMENT_REVERSED, "order {o} ended with {a:,} rial more"),
        ("released by a timer", Kind.PLACED, "order {o} was paid, not placed"),
        ("released by a timer", Kind.CONTACTED, "session {s} was answered by chat without waiting"),
    ],
)
def test_what_is_missing_is_found(policy: str, kind: Kind, said: str) -> None:
    events = real(policy)
    place = first(events, kind)
    if kind in (Kind.ADDED, Kind.PLACED):  # of an order that was paid
        paid = events[first(events, Kind.PAID)]["session"]
        place = int(np.flatnonzero((events["kind"] == kind) & (events["session"] == paid))[0])
    event = events[place]
    expected = said.format(
        s=event["session"], p=event["product"], o=event["order"], a=int(event["amount"])
    )
    faults = faults_of(without(events, place))
    assert any(expected in fault for fault in faults), faults


def test_a_reservation_of_what_is_not_there_is_found() -> None:
    received = (0, Kind.RECEIVED, -1, -1, 3, 5)
    assert books.audit(log(received, (7.5, Kind.RESERVED, 12, -1, 3, 5))) == []
    assert books.audit(log(received, (7.5, Kind.RESERVED, 12, -1, 3, 6))) == [
        "At 7.500 s 6 units of product 3 were reserved for session 12, which left -1 available."
    ]


def test_after_overselling_there_is_less_than_nothing_and_still_nothing_to_reserve() -> None:
    oversold = [
        (1, Kind.ADDED, 12, -1, 3, 1, 50),
        (1, Kind.PLACED, 12, 0, -1, 0, 50),
        (2, Kind.PAYMENT_CAPTURED, 12, 0, -1, 0, 50),
        (2, Kind.OVERSOLD, 12, 0, 3, 1),
        (2, Kind.PAID, 12, 0, -1, 0, 50),
    ]
    assert books.audit(log(*oversold)) == []
    assert books.audit(log(*oversold, (3, Kind.RESERVED, 13, -1, 3, 1))) == [
        "At 3.000 s 1 unit of product 3 was reserved for session 13, which left -2 available."
    ]


def test_a_count_may_find_fewer_units_than_are_reserved_but_not_fewer_than_none() -> None:
    begins = [(0, Kind.RECEIVED, -1, -1, 3, 5), (1, Kind.RESERVED, 12, -1, 3, 5)]
    damage = (2, Kind.ADJUSTED, -1, -1, 3, -4, 0, 0, Reason.DAMAGE)
    assert books.audit(log(*begins, damage)) == []
    assert books.audit(log(*begins, damage, (3, *damage[1:]))) == [
        "At 3.000 s -4 units of product 3 were adjusted, which left -3 on hand."
    ]


def test_shipping_more_than_was_allocated_is_found() -> None:
    begins = [(0, Kind.RECEIVED, -1, -1, 3, 5)]
    assert books.audit(log(*begins, (1, Kind.SHIPPED, 12, 0, 3, 2))) == [
        "At 1.000 s 2 units of product 3 were shipped for session 12, which left -2 allocated.",
        "At 1.000 s session 12 ended with more units of product 3 shipped than allocated: "
        "2 too many.",
    ]


def test_units_of_an_order_that_nobody_paid_are_found() -> None:
    allocated = [
        (0, Kind.RECEIVED, -1, -1, 3, 5),
        (1, Kind.ADDED, 12, -1, 3, 2, 50),
        (1, Kind.RESERVED, 12, -1, 3, 2),
        (2, Kind.ALLOCATED, 12, 0, 3, 2),
    ]
    assert books.audit(log(*allocated)) == [
        "At 2.000 s session 12 ended with 2 units of product 3 more allocated than in its paid "
        "order."
    ]


def test_another_product_than_the_ordered_one_is_found() -> None:
    events = real()
    session = events[first(events, Kind.PAID)]["session"]
    ours = (events["session"] == session) & (events["product"] >= 0)
    moved = ours & (events["kind"] != Kind.ADDED)
    before = int(events["product"][moved][0])
    events["product"][moved & (events["product"] == before)] = 7
    faults = " ".join(faults_of(events))
    assert f"session {session} ended with" in faults
    assert f"of product {before} less allocated" in faults
    assert "of product 7 more allocated" in faults


def test_money_that_awaits_a_decision_is_accounted_for() -> None:
    late = [
        (1, Kind.PLACED, 12, 0, -1, 0, 50),
        (2, Kind.PAYMENT_CAPTURED, 12, 0, -1, 0, 50),
        (2, Kind.AWAITING_STAFF, 12, 0, -1, 0, 50),
    ]
    sent_back = (3, Kind.PAYMENT_REVERSED, 12, 0, -1, 0, 50)
    cancelled = (3, Kind.CANCELLED, 12, 0, -1, 0, 50)
    assert books.audit(log(*late)) == []
    assert books.audit(log(*late, cancelled, sent_back)) == []
    assert len(books.audit(log(*late, cancelled))) == 1
    assert len(books.audit(log(*late, sent_back))) == 1


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (lambda events: events["t"].__setitem__(300, 0.0), "At 0.000 s event 300 lies before"),
        (lambda events: events["t"].__setitem__(300, np.nan), "event 300 lies before"),
        (lambda events: events["kind"].__setitem__(300, 250), "event 300 is of kind 250, which is"),
        (
            lambda events: events["quantity"].__setitem__(first(events, Kind.RECEIVED), 0),
            "At 0.000 s 0 units of product 0 were received",
        ),
    ],
)
def test_events_that_cannot_be_are_found(plant: Callable[[Events], None], said: str) -> None:
    events = real()
    plant(events)
    assert any(said in fault for fault in faults_of(events))


def test_more_than_a_customer_may_have_is_found() -> None:
    events = log((1, Kind.ADDED, 5, -1, 2, 2, 50), (2, Kind.ADDED, 5, -1, 2, 1, 50))
    assert books.audit(events, [9, 9, 3]) == []
    assert books.audit(events, [9, 9, 2]) == [
        "At 2.000 s session 5 had 3 units of product 2 in its cart, of which a customer may have 2."
    ]


def test_faults_are_told_in_order_of_time_and_the_first_twenty_only() -> None:
    many = [(t, Kind.RELEASED, t, -1, 3, 1) for t in range(50)]
    faults = books.audit(log((0, Kind.PAID, 3, 0), *many))
    assert len(faults) == 21
    assert [float(fault.split()[1]) for fault in faults[:20]] == [0, *range(19)]
    assert faults[20] == "and 31 more"
