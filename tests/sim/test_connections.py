"""Departments hear of each other: parcels and messages make contacts, agents find a broken site,
and couriers bring the money that is paid at the door."""

from __future__ import annotations

from functools import cache

import numpy as np

from model.events import Channel, Kind, Log, Reason
from reports.log import Events, as_array
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.replication import replicate

DAY = 86400.0
SMALL = ("season.start=1405-12-18", "season.duration=2 d", "demand.sessions_per_day=4_000")
ASKS = (
    "support.causes={late_parcel: {share: 100%}, return_question: {share: 100%}, "
    "missing_tracking: {share: 100%}}"
)


SLOW = (
    "fulfilment.by=warehouse",
    "fulfilment.warehouse.shifts=[{begins: 09:00, ends: 11:00, pickers: 1, packers: 1}]",
)
"""A warehouse that keeps no promise."""


@cache
def played(name: str, *changes: str) -> Events:
    """The events of one replication of a scenario made small; its books balance."""
    done = replicate(Plan.of(load(name, (*SMALL, *changes))), 7, 0, keep_log=True)
    assert done.faults == ()
    assert done.log is not None
    return as_array(Log(done.log))


def sessions(events: Events, kind: Kind, reason: Reason | None = None) -> set[int]:
    """Whom something happened to."""
    chosen = events["kind"] == kind
    if reason is not None:
        chosen &= events["reason"] == reason
    return set(events["session"][chosen].tolist())


def askers(events: Events, topic: Reason) -> set[int]:
    """Who got in touch with support about a topic, or found it closed."""
    asked = np.isin(events["kind"], [Kind.CONTACTED, Kind.WROTE_AGAIN, Kind.UNREACHED])
    return set(events["session"][asked & (events["reason"] == topic)].tolist())


def test_who_waits_for_a_late_parcel_or_sends_one_back_asks_support() -> None:
    events = played("threepl", *SLOW, ASKS)
    late, returned = sessions(events, Kind.OVERDUE), sessions(events, Kind.INSPECTED)
    assert len(late) > 5
    assert len(returned) > 5
    assert askers(events, Reason.LATE_PARCEL) == late
    assert askers(events, Reason.RETURN_QUESTION) == returned


def test_nobody_asks_about_what_the_scenario_does_not_name() -> None:
    events = played("threepl", *SLOW)
    assert sessions(events, Kind.OVERDUE)
    assert not askers(events, Reason.LATE_PARCEL)


def test_who_gets_no_tracking_number_asks_for_it_and_who_gets_one_does_not() -> None:
    reach = "notices.reach={complete: 50%, partial: 0%, stale: 0%}"
    events = played("threepl", ASKS, "notices.tracking={mode: automatic, by: sms}", reach)
    told = sessions(events, Kind.NOTICE_SENT, Reason.TRACKING)
    asking = askers(events, Reason.MISSING_TRACKING)
    assert len(told) > 5
    assert len(asking) > 5
    assert not told & asking
    assert told | asking == sessions(events, Kind.DISPATCHED)


def test_agents_who_try_the_site_find_what_is_broken() -> None:
    site = "website={breakdowns: [{start: 1405-12-18 12:00, workers: 50%}], mending: 1 h}"
    chore = "support.back_office=[{task: site_check, desk: chat, at: 09:00, takes: 30 min}]"
    found = played("nowruz", site, chore)
    assert found["t"][found["kind"] == Kind.SITE_FOUND].tolist() == [DAY + 9.5 * 3600]
    unseen = played("nowruz", site)
    assert not sessions(unseen, Kind.SITE_FOUND)


def test_couriers_bring_the_money_of_delivered_orders_and_of_no_other() -> None:
    methods = "payment.methods=[{method: cod, share: 60%}, {method: online, share: 40%}]"
    events = played("threepl", methods)
    placed = (events["kind"] == Kind.PLACED) & (events["channel"] == Channel.COD)
    accepted = set(events["order"][events["kind"] == Kind.ACCEPTED].tolist())
    assert accepted <= set(events["order"][placed].tolist())
    delivered = set(events["order"][events["kind"] == Kind.DELIVERED].tolist())
    collected = events[events["kind"] == Kind.COD_COLLECTED]
    assert len(accepted) > 20
    assert accepted - delivered, "some are refused at the door"
    assert set(collected["order"].tolist()) == accepted & delivered
    rung = events[events["kind"] == Kind.DELIVERED]
    at = dict(zip(rung["order"].tolist(), rung["t"].tolist(), strict=True))
    assert [at[order] for order in collected["order"]] == collected["t"].tolist()


def test_half_finished_orders_make_parcels_late_by_way_of_the_confirmation() -> None:
    office = "back_office={confirmation: 4 min, clutter: %s}"
    by_hand = ("reservation.released_by=operator", "reservation.operator_time=30 min")
    tidy, cluttered = (played("threepl", *by_hand, office % share) for share in ("0%", "400%"))
    for events in (tidy, cluttered):
        assert sessions(events, Kind.PICKED) <= sessions(events, Kind.CONFIRMED)
    assert sessions(tidy, Kind.PAID) == sessions(cluttered, Kind.PAID)
    assert sessions(tidy, Kind.OVERDUE) < sessions(cluttered, Kind.OVERDUE)


def test_what_is_fetched_in_the_store_needs_no_parcel() -> None:
    methods = (
        "payment.methods=[{method: in_store, share: 60%, unfetched: 30%, kept_for: 1 d, "
        "collected_after: {law: uniform, low: 1 h, high: 20 h}}, {method: online, share: 40%}]"
    )
    events = played("threepl", methods)
    accepted, opened = sessions(events, Kind.ACCEPTED), sessions(events, Kind.PARCEL_OPENED)
    fetched = sessions(events, Kind.COD_COLLECTED)
    left = sessions(events, Kind.CANCELLED, Reason.NOT_FETCHED)
    assert min(len(opened), len(fetched), len(left)) > 5
    assert not accepted & opened
    assert accepted == fetched | left
    assert not fetched & left
    assert fetched == sessions(events, Kind.SHIPPED) - sessions(events, Kind.DISPATCHED)
