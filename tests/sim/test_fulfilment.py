"""Parcels on the virtual clock: by hand over Nowruz, against Erlang-C, and rule by rule."""

from __future__ import annotations

import numpy as np
import pytest
from parcels import ONE_OF_EACH, POST, Parcels

from model.events import Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome
from reports import books
from reports.log import as_array
from scenarios.loader import load
from scenarios.shoppers import Plan, draw
from sim.carriers import between, by_luck
from sim.common_numbers import meet_the_same
from sim.crew import Crew
from sim.environment import Environment
from sim.verification.closed_forms import Queue, zero_mean_p
from sim.world import play

LEVEL = 0.001


def test_a_parcel_is_traced_by_hand_over_the_nowruz_holidays() -> None:
    """Thursday 27 Esfand 1405 is the last working day before Nowruz: then Friday, 29 Esfand, and
    1 to 4 Farvardin. 5 Farvardin is a Thursday, 6 a Friday, and from 7 on it is an ordinary week
    until 12 and 13 Farvardin."""
    parcels = Parcels("1405-12-27 10:00", withdraws=True, withdrawal=0.1).play()
    assert parcels.diary() == [
        ("PARCEL_OPENED", "1405-12-27 10:00"),
        ("PICKED", "1405-12-27 10:00"),  # a picker is free, and needs ten minutes
        ("PACKED", "1405-12-27 10:15"),  # five more
        ("DISPATCHED", "1405-12-27 16:00"),  # the cut-off
        ("OVERDUE", "1406-01-06 00:00"),  # promised for the next working day, the fifth
        ("DELIVERED", "1406-01-07 09:00"),  # the second working day after the cut-off
        ("SENT_BACK", "1406-01-08 09:00"),  # the first of seven days of withdrawal
        ("INSPECTED", "1406-01-11 09:00"),  # back on the tenth, and a day to look at it
        ("REFUNDED", "1406-01-11 09:00"),
    ]
    (delivered,) = parcels.events(Kind.DELIVERED)
    assert delivered.reason == Reason.PROMISE_BROKEN
    assert books.audit(as_array(parcels.shop.log)) == []


def test_what_is_packed_after_the_cut_off_waits_for_the_next_working_day() -> None:
    """The 13th of Esfand is a Thursday."""
    parcels = Parcels("1405-12-13 15:48", "1405-12-14 15:00", start="1405-12-10").play()
    assert parcels.diary(Kind.PACKED, Kind.DISPATCHED) == [
        ("PACKED", "1405-12-13 16:03"),  # whoever has begun finishes after the shift
        ("PACKED", "1405-12-15 08:15"),
        ("DISPATCHED", "1405-12-15 16:00"),
        ("DISPATCHED", "1405-12-15 16:00"),
    ]


def test_orders_are_packed_in_the_order_of_their_payment() -> None:
    parcels = Parcels(*["1405-12-22 09:00"] * 3, packing=[300.0, 300.0, 300.0]).play()
    packed = parcels.diary(Kind.PACKED)
    assert [when for _, when in packed] == [f"1405-12-22 09:{m}" for m in (15, 25, 35)]
    assert [event.order for event in parcels.events(Kind.PACKED)] == [0, 1, 2]


def test_packers_without_a_table_do_not_pack() -> None:
    shift = {"begins": "08:00", "ends": "16:00", "pickers": 3, "packers": 3}
    warehouse = ONE_OF_EACH["warehouse"] | {"shifts": [shift]}
    for stations, minutes in ((1, (15, 20, 25)), (3, (15, 15, 15))):
        rule = {"warehouse": warehouse | {"stations": stations}}
        parcels = Parcels(*["1405-12-22 09:00"] * 3, rule=rule).play()
        packed = [when for _, when in parcels.diary(Kind.PACKED)]
        assert packed == [f"1405-12-22 09:{m}" for m in minutes]


def test_a_third_party_packs_its_capacity_a_day_and_the_rest_on_the_next() -> None:
    rule = {"by": "third_party", "third_party": {"capacity": 2, "packs_at": "14:00"}}
    moments = (*["1405-12-13 09:00"] * 3, "1405-12-13 14:30")
    parcels = Parcels(*moments, rule=rule, start="1405-12-10").play()
    assert [(e.order, parcels.when(e.t)) for e in parcels.events(Kind.DISPATCHED)] == [
        (0, "1405-12-13 16:00"),
        (1, "1405-12-13 16:00"),
        (2, "1405-12-15 16:00"),
        (3, "1405-12-15 16:00"),
    ]


@pytest.mark.parametrize("by", ["warehouse", "third_party"])
def test_an_order_without_goods_ships_when_they_arrive(by: str) -> None:
    """Two units are sold in the evening, and one is found broken in the night."""
    parcels = Parcels(*["1405-12-22 20:00"] * 2, stock=2, rule={"by": by})
    stock, environment = parcels.shop.stock, parcels.environment
    night, delivery = parcels.at("1405-12-22 23:00"), parcels.at("1405-12-24 11:00")
    environment.at(night, lambda _, now: stock.adjust(0, -1, now, Reason.DAMAGE), None)
    environment.at(delivery, lambda _, now: stock.receive(0, 1, now), None)
    parcels.play()
    assert [(e.order, parcels.when(e.t)) for e in parcels.events(Kind.DISPATCHED)] == [
        (0, "1405-12-23 16:00"),
        (1, "1405-12-24 16:00"),
    ]


@pytest.mark.parametrize("by", ["warehouse", "third_party"])
@pytest.mark.parametrize("moment", ["1405-12-23 07:00", "1405-12-23 08:12", "1405-12-23 15:00"])
def test_an_order_that_is_cancelled_before_the_carrier_comes_is_not_sent(
    by: str, moment: str
) -> None:
    """Bought in the evening; cancelled before it is picked, between picking and packing, packed."""
    parcels = Parcels("1405-12-22 20:00", rule={"by": by})

    def cancel(_: None, now: float) -> None:
        order = parcels.shop.orders.orders[0]
        parcels.shop.stock.deallocate(order.cart.lines[0], now)
        order.state = OrderState.CANCELLED

    parcels.environment.at(parcels.at(moment), cancel, None)
    parcels.play()
    assert len(parcels.events(Kind.PARCEL_STOPPED)) == 1
    assert parcels.events(Kind.DISPATCHED, Kind.OVERDUE) == []
    assert not parcels.shop.fulfilment.picked[0]
    assert parcels.shop.stock.shelves[0].available == 100


# promises -----------------------------------------------------------------------------------

PAUSE = {"last_orders": "1405-12-24", "resumes": "1406-01-05"}


def test_a_carrier_promises_up_to_the_last_day_of_orders_and_again_when_it_resumes() -> None:
    parcels = Parcels("1405-12-22 09:00", rule={"carriers": [POST | {"pauses": [PAUSE]}]})
    said = {
        moment: parcels.dispatch.promise(0, parcels.at(moment))
        for moment in (
            "1405-12-24 23:59", "1405-12-25 00:00", "1406-01-04 23:59", "1406-01-05 00:00",
        )
    }  # fmt: skip
    assert list(said.values()) == [
        Outcome.READY, Outcome.NO_PROMISE, Outcome.NO_PROMISE, Outcome.READY,
    ]  # fmt: skip


def test_who_promises_comes_before_who_does_not_and_luck_shares_the_rest() -> None:
    carriers = [
        POST | {"share": "25%"},
        POST | {"name": "express", "share": "75%", "pauses": [PAUSE]},
    ]
    lucky = [0.2, 0.3, 0.9]
    parcels = Parcels(*["1405-12-22 09:00"] * 3, rule={"carriers": carriers}, carrier=lucky)
    for moment, names in (
        ("1405-12-24 12:00", ["post", "express", "express"]),
        ("1405-12-26 12:00", ["post", "post", "post"]),
    ):
        now = parcels.at(moment)
        chosen = [
            parcels.dispatch.promises.choice(session, now).carrier.name for session in (0, 1, 2)
        ]
        assert chosen == names


def test_without_a_promise_no_parcel_is_late() -> None:
    rule = {"carriers": [POST | {"promise": {}}]}
    parcels = Parcels("1405-12-27 10:00", rule=rule).play()
    assert parcels.events(Kind.OVERDUE) == []
    assert [event.reason for event in parcels.events(Kind.DELIVERED)] == [Reason.NONE]


LAST_DAYS = (
    "season.start=1405-12-27", "season.duration=2 d", "season.wind_down=0 s",
    "demand.sessions_per_day=40_000",
)  # fmt: skip
"""No carrier promises anything."""


def test_shoppers_without_a_promise_leave_at_the_share_of_the_field() -> None:
    left, placed = {}, {}
    for share in ("0%", "50%", "100%"):
        scenario = load("threepl", (*LAST_DAYS, f"fulfilment.leaves_without_promise={share}"))
        log = as_array(play(Plan.of(scenario), 1405, 0).shop.log)
        reasons = log["reason"][log["kind"] == Kind.LEFT]
        left[share] = int((reasons == Reason.DELIVERY_PROMISE).sum())
        placed[share] = int((log["kind"] == Kind.PLACED).sum())
    assert left["0%"] == placed["100%"] == 0
    assert left["50%"] == pytest.approx(left["100%"] / 2, rel=0.15)
    assert placed["50%"] == pytest.approx(placed["0%"] / 2, rel=0.15)


SLOW = {"carriers": [POST | {"days": POST["days"] | {"far": {5: "100%"}}}]}


# at the door --------------------------------------------------------------------------------


@pytest.mark.parametrize(("luck", "refuses"), [(0.219, True), (0.221, False)])
def test_cash_at_the_door_is_refused_more_often_the_longer_it_took(
    luck: float, refuses: bool
) -> None:
    """Ordered on a Saturday and at the door on Monday; or on Thursday, from afar."""
    soon = Parcels("1405-12-22 10:00", by_cash=True, refuses=luck).play()
    late = Parcels("1405-12-22 10:00", by_cash=True, refuses=luck, distance="far", rule=SLOW).play()
    assert bool(soon.events(Kind.REFUSED_AT_DOOR)) is refuses
    assert late.events(Kind.REFUSED_AT_DOOR)


def test_the_curve_of_refusals_keeps_the_means_of_its_source() -> None:
    curve = load("threepl").fulfilment.returns.refused_on_cash
    assert [between(curve, day) for day in (1, 2, 6, 9)] == [0.22, 0.22, 0.35, 0.35]
    assert np.mean([between(curve, day) for day in (3, 4, 5)]) == pytest.approx(0.27, abs=0.006)


def test_a_prepaid_parcel_that_is_refused_is_refunded_after_its_inspection() -> None:
    parcels = Parcels("1405-12-22 10:00", refuses=0.01, as_new=False).play()
    assert parcels.diary(Kind.REFUSED_AT_DOOR, Kind.INSPECTED, Kind.REFUNDED) == [
        ("REFUSED_AT_DOOR", "1405-12-24 09:00"),
        ("INSPECTED", "1405-12-27 09:00"),
        ("REFUNDED", "1405-12-27 09:00"),
    ]
    assert parcels.shop.stock.shelves[0].on_hand == 99
    assert books.audit(as_array(parcels.shop.log)) == []


def test_luck_makes_a_parcel_early_or_late_by_the_shares_of_its_carrier() -> None:
    shares = {3: 0.2, 1: 0.5, 2: 0.3}
    assert [by_luck(shares, luck) for luck in (0.0, 0.49, 0.51, 0.79, 0.81, 1.0)] == [
        1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


# the whole ----------------------------------------------------------------------------------


def test_own_warehouse_and_third_party_meet_the_same_shoppers() -> None:
    own, other = (load("threepl", (f"fulfilment.by={by}",)) for by in ("warehouse", "third_party"))
    assert meet_the_same(own, other)
    assert meet_the_same(own, load("threepl", ("fulfilment.carriers.post.cut_off=12:00",)))
    more = load("threepl", ("fulfilment.returns.withdrawn=20%",))
    assert not meet_the_same(own, more)


def test_a_shop_that_sends_parcels_meets_the_same_shoppers_as_one_that_does_not() -> None:
    with_parcels, without = (
        draw(Plan.of(load(name, SMALL)), 1405, 0) for name in ("threepl", "nowruz")
    )
    assert with_parcels.delivery is not None
    assert without.delivery is None
    for column in ("arrival", "product", "decide", "fate"):
        assert getattr(with_parcels, column) == getattr(without, column)


SMALL = ("season.duration=3 d", "demand.sessions_per_day=4_000")


def test_with_a_long_tail_every_parcel_ends_and_the_books_balance() -> None:
    for by in ("warehouse", "third_party"):
        scenario = load("threepl", (*SMALL, f"fulfilment.by={by}"))
        shop = play(Plan.of(scenario), 1405, 0).shop
        states = {parcel.state.name for parcel in shop.fulfilment.parcels.values()}
        assert states == {"DELIVERED", "RETURNED"}
        assert not any(shop.fulfilment.picked.values())
        assert books.audit(as_array(shop.log)) == []
        assert books.against_count(as_array(shop.log), shop.stock.count()) == []


def test_a_crew_is_erlang_c() -> None:
    """M/M/c: share that waits, and mean wait, of Poisson parcels before eight pickers."""
    queue = Queue(arrivals=6 / 360, service=1 / 360, agents=8)
    rows = []
    for seed in range(40):
        waits = crew_waits(queue, seed)
        delayed = (waits > 1e-9).sum() - queue.share_waiting * len(waits)
        rows.append((delayed, waits.sum() - queue.mean_wait_of_served * len(waits)))
    assert zero_mean_p(np.array(rows)) > LEVEL


def crew_waits(
    queue: Queue, seed: int, warm_up: float = 4 * 3600, end: float = 24 * 3600
) -> np.ndarray:
    """Waits of those who came after a warm-up, in seconds."""
    generator = np.random.default_rng(seed)
    n = int(queue.arrivals * end * 1.3)
    came = np.cumsum(generator.exponential(1 / queue.arrivals, n))
    work = generator.exponential(1 / queue.service, n).tolist()
    environment = Environment()
    begun: dict[int, float] = {}

    def begin(piece: int, now: float) -> bool:
        begun[piece] = now
        return True

    crew = Crew[int](environment, begin, lambda piece, now: None)
    crew.resize(queue.agents, 0.0)
    tape = zip(came.tolist(), range(n), strict=True)
    environment.play(tape, lambda piece, now: crew.take(piece, work[piece], now))
    environment.run_until(2 * end)
    counted = [piece for piece in range(n) if warm_up <= came[piece] < end]
    return np.array([begun[piece] - came[piece] for piece in counted])
