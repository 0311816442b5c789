"""Breakdowns of support, payments, parcels, messages, pages and the forecast.

They are checked against the measures, which count the same in another way, and against readers
that go through the log event by event.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import full_shop
import numpy as np
import pandas as pd
import pytest
from small_shop import POLICIES, played

from model.events import Event, Kind, Reason
from reports.breakdowns import BREAKDOWNS, break_down
from reports.breakdowns.pieces import day_edges, edges_of, level_at, level_of, time_at
from reports.log import as_array
from reports.measures import fulfilment, measure, notices
from reports.measures.support import LOOK_EVERY
from reports.settling import receipts
from scenarios.schema import Season

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return _tables(full_shop.log(), full_shop.played()[0])


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return measure(full_shop.log(), full_shop.played()[0].scenario)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return [Event(*row.tolist()) for row in full_shop.log().events]


def _tables(log: Any, plan: Any) -> Tables:
    return {name: pd.DataFrame(dict(table)) for name, table in break_down(log, plan).items()}


def _edges() -> np.ndarray:
    return edges_of(full_shop.played()[0].scenario.season)


# ---- agreement with the measures


def test_support_adds_up_to_its_measures(tables: Tables, measured: dict[str, float]) -> None:
    over, topics = tables["support_over_time"], tables["support_topics"]
    for number, name in (
        ("contacts", "support_contacts"),
        ("answered", "support_served"),
        ("given_up", "support_abandoned"),
    ):
        assert over[number].sum() == topics[number].sum() == measured[name]
        for channel in ("chat", "phone", "email"):
            ours = over[over["channel"] == channel]
            assert ours[number].sum() == measured[f"{name}_{channel}"]
    ended = over["answered"].sum() + over["given_up"].sum()
    assert over["in_time"].sum() / ended == pytest.approx(measured["support_service_level"])
    wait = measured["support_wait_mean_s"]
    assert over["wait_s"].sum() / over["answered"].sum() == pytest.approx(wait)
    assert topics["wait_s"].sum() == pytest.approx(over["wait_s"].sum())
    occupancy = over["busy_s"].sum() / over["place_s"].sum()
    assert occupancy == pytest.approx(measured["support_occupancy"])


def test_payments_add_up_to_their_measures(tables: Tables, measured: dict[str, float]) -> None:
    by_outcome = tables["payment_outcomes"].groupby("outcome")["attempts"].sum()
    over = tables["payments_over_time"]
    assert by_outcome.sum() == over["attempts"].sum() == measured["payment_attempts"]
    reversed_ = by_outcome.get("reversed", 0)
    assert by_outcome["returned"] == over["returned"].sum() > 0
    assert by_outcome["returned"] + reversed_ == measured["payments_reversed"]
    known = over["paid"].sum() + over["failed"].sum() + over["returned"].sum()
    rate = measured["payment_success_rate"]
    assert over["paid"].sum() / known == pytest.approx(rate)


def test_all_cash_reaches_the_bank_or_goes_back(tables: Tables, measured: dict[str, float]) -> None:
    cash = tables["cash_by_day"]
    assert cash["taken_rial"].sum() == cash["credited_rial"].sum() + cash["reversed_rial"].sum()
    assert cash["fees_rial"].sum() == measured["fees_rial"]
    assert cash["float_peak_rial"].max() == measured["cash_float_peak_rial"]
    assert cash["float_rial"].iloc[-1] == 0
    assert (cash["float_rial"] <= cash["float_peak_rial"]).all()


def test_parcels_add_up_to_their_measures(tables: Tables, measured: dict[str, float]) -> None:
    over, carriers = tables["parcels_over_time"], tables["parcels_by_carrier"]
    assert over["shipped"].sum() == carriers["shipped"].sum() == measured["parcels_shipped"]
    assert over["refused"].sum() == carriers["refused"].sum() == measured["refused_on_delivery"]
    assert over["sent_back"].sum() == carriers["sent_back"].sum() == measured["returns"]
    end = over.iloc[-1]
    assert end["to_pack"] + end["to_ship"] == measured["parcels_unshipped"]
    assert end["under_way"] == measured["parcels_under_way"]
    log, (plan, _) = full_shop.log(), full_shop.played()
    lateness = tables["parcels_by_lateness"].set_index("days_late")["parcels"]
    assert lateness.sum() == over["delivered"].sum() + over["refused"].sum()
    came = log.rows(Kind.DELIVERED, Kind.REFUSED_AT_DOOR)
    assert lateness[0] == (came["reason"] == Reason.PROMISE_KEPT).sum() > 0
    assert lateness[lateness.index > 0].sum() == (came["reason"] == Reason.PROMISE_BROKEN).sum() > 0
    inspected = fulfilment.cost(log, plan.scenario) - carriers["carriage_rial"].sum()
    assert inspected >= 0
    assert carriers.set_index(["carrier", "pays"]).loc[("post", "at_door"), "shipped"] > 0


def test_messages_add_up_to_their_measures(tables: Tables, measured: dict[str, float]) -> None:
    topics, over = tables["messages_by_topic"], tables["messages_over_time"]
    assert topics["sent"].sum() == over["sent"].sum() == measured["notices_sent"]
    assert topics["late"].sum() == measured["notices_late"] > 0
    assert topics["unreachable"].sum() == measured["notices_unreachable"]
    won = topics.loc[topics["topic"] == "reminder", "won"].sum()
    assert won == measured["reminders_converted"] > 0
    log, (plan, _) = full_shop.log(), full_shop.played()
    assert topics["cost_rial"].sum() == notices.cost(log, plan.scenario) > 0
    assert over["waiting"].iloc[-1] == over["due"].sum() - over["sent"].sum()


def test_pages_and_sessions_add_up_to_their_measures(
    tables: Tables, measured: dict[str, float]
) -> None:
    by_load, over = tables["pages_by_load"], tables["pages_over_time"]
    for number, kind in (("pages", Kind.PAGE_TIME), ("failed", Kind.PAGE_FAILED)):
        assert by_load[number].sum() == over[number].sum() == full_shop.log().count(kind) > 0
    assert by_load["minutes"].sum() == 3 * 24 * 60
    assert over["overloaded"].sum() == measured["overloaded_minutes"]
    assert by_load["time_s"].sum() == pytest.approx(over["time_s"].sum())
    forecast = tables["forecast_by_day"]
    assert forecast["sessions"].sum() == measured["sessions"]
    assert forecast["expected"].tolist() == pytest.approx([1_500.0] * 3)


# ---- agreement with patient readers of the log


def test_parcels_stand_where_a_reader_of_every_event_leaves_them(
    tables: Tables, events: list[Event]
) -> None:
    place: dict[int, str] = {}
    to = {
        Kind.PARCEL_OPENED: "to_pack",
        Kind.PACKED: "to_ship",
        Kind.DISPATCHED: "under_way",
        Kind.DELIVERED: "",
        Kind.REFUSED_AT_DOOR: "coming_back",
        Kind.SENT_BACK: "coming_back",
        Kind.INSPECTED: "",
        Kind.PARCEL_STOPPED: "",
    }
    edges, seen, rows = _edges()[1:], [], iter(events)
    event = next(rows, None)
    for edge in edges:
        while event is not None and event.t <= edge:
            if event.kind in to:
                place[event.order] = to[Kind(event.kind)]
            event = next(rows, None)
        seen.append(Counter(place.values()))
    over = tables["parcels_over_time"]
    for name in ("to_pack", "to_ship", "under_way", "coming_back"):
        assert over[name].tolist() == [counts[name] for counts in seen], name
        assert over[name].max() > 0


def test_money_is_under_way_as_a_reader_of_every_payment_says(tables: Tables) -> None:
    plan, _ = full_shop.played()
    paid = receipts(full_shop.log(), plan.scenario)
    cash = tables["cash_by_day"]
    edges = day_edges(plan.scenario.season, plan.scenario.season.end)
    for day, edge in enumerate(edges[1:]):
        under_way = sum(
            amount
            for t, amount, credited, back in zip(
                paid.t, paid.amount, paid.credited, paid.reversed_at, strict=True
            )
            if t <= edge < min(credited, back)
        )
        assert cash["float_rial"][day] == under_way


def test_the_backlog_is_as_old_as_a_reader_of_every_contact_finds_it(
    tables: Tables, events: list[Event]
) -> None:
    since: dict[int, float] = {}
    edges = _edges()
    aged, looked = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    phone = [e for e in events if e.channel == 3 and Kind.CONTACTED <= e.kind <= Kind.GAVE_UP]
    rows, event = iter(phone), phone[0]
    for number in range(int(edges[-1] // LOOK_EVERY)):
        look = number * LOOK_EVERY
        while event is not None and event.t <= look:
            if event.kind == Kind.CONTACTED:
                since[event.session] = event.t
            else:
                since.pop(event.session, None)
            event = next(rows, None)
        piece = np.searchsorted(edges, look, "right") - 1
        aged[piece] += sum(look - t for t in since.values())
        looked[piece] += len(since)
    over = tables["support_over_time"]
    ours = over[over["channel"] == "phone"]
    np.testing.assert_allclose(ours["aged_s"], aged, atol=1e-4)
    np.testing.assert_array_equal(ours["looked"], looked)


def test_waiting_time_is_the_sum_of_all_waits(tables: Tables, events: list[Event]) -> None:
    begun: dict[tuple[int, int], float] = {}
    waited: Counter[int] = Counter()
    for event in events:
        contact = (event.session, event.channel)
        if event.kind == Kind.CONTACTED:
            begun[contact] = event.t
        elif event.kind in (Kind.ANSWERED, Kind.GAVE_UP):
            waited[event.channel] += event.t - begun.pop(contact)
    over = tables["support_over_time"].groupby("channel")["waiting_s"].sum()
    assert over["chat"] == pytest.approx(waited[1])
    assert over["email"] == pytest.approx(waited[2])
    assert over["phone"] == pytest.approx(waited[3])


# ---- the tables themselves


@pytest.mark.parametrize("policy", POLICIES)
def test_a_shop_without_parcels_and_messages_has_no_rows_of_them(policy: str) -> None:
    plan, shop = played(policy)
    tables = _tables(as_array(shop.log), plan)
    assert not any(name.startswith("parcels") for name in tables)
    assert ("messages_by_topic" in tables) == ("pages_by_load" in tables)
    measured = measure(as_array(shop.log), plan.scenario)
    assert tables["support_over_time"]["contacts"].sum() == measured["support_contacts"]
    assert tables["cash_by_day"]["fees_rial"].sum() == measured["fees_rial"]


def test_every_table_has_its_documented_columns_and_keys_that_tell_rows_apart(
    tables: Tables,
) -> None:
    for name, table in tables.items():
        breakdown = BREAKDOWNS[name]
        assert set(table.columns) == set(breakdown.columns), name
        assert not table.duplicated([key.name for key in breakdown.keys]).any(), name
        assert len(table) < 1_000


def test_a_season_of_a_week_is_told_by_hours_and_a_longer_one_by_days() -> None:
    week = Season(start="1405-12-20", duration="7 d")
    assert len(edges_of(week)) == 7 * 24 + 1
    longer = Season(start="1405-12-20 12:00", duration="7 d", wind_down="1 d")
    assert edges_of(longer).tolist() == [0, *(43_200 + 86_400 * day for day in range(8)), 691_200]


def test_levels_hold_from_each_change_to_the_next() -> None:
    t, levels = np.array([10.0, 30.0]), np.array([2.0, 5.0])
    assert level_of(t, levels, np.array([0.0, 10.0, 29.0, 30.0])).tolist() == [0, 2, 2, 5]
    assert time_at(levels, t, np.array([0.0, 20.0, 40.0])).tolist() == [20.0, 20.0 + 50.0]
    begins, ends = np.array([5.0, 5.0, 9.0]), np.array([9.0, np.inf, np.inf])
    assert level_at(begins, ends, np.array([4.0, 5.0, 9.0])).tolist() == [0, 2, 2]
