"""Breakdowns beside a patient reader of the log, the measures, and the file that keeps them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from played_run import play_run
from small_shop import POLICIES, as_events, log, played

from model.events import Channel, Event, Kind, Reason
from reports.breakdowns import BREAKDOWNS, break_down, document
from reports.breakdowns.breakdown import Breakdown
from reports.breakdowns.carts import MINUTES, STEPS
from reports.breakdowns.days import day_of_run, hour_of_day, midnights
from reports.breakdowns.file import Part, parts, read, write
from reports.breakdowns.stockouts import OTHERS, PRODUCTS
from reports.hours import by_hour
from reports.log import as_array
from reports.measures import measure
from reports.order_panel import panel
from reports.sorted_log import SortedLog
from scenarios.errors import UserError
from scenarios.schema import Season

REACHED = {
    Kind.ADDED: 0, Kind.VOUCHER: 0, Kind.CHECKED_OUT: 1, Kind.PLACED: 2, Kind.PAYMENT_STARTED: 3,
    Kind.PAID: 4, Kind.ACCEPTED: 4,
}  # fmt: skip


def tables(policy: str) -> tuple[SortedLog, dict[str, pd.DataFrame], dict[str, float]]:
    """The log of the small shop, its breakdowns as frames, and its measures."""
    plan, shop = played(policy)
    log = SortedLog(as_array(shop.log))
    frames = {name: pd.DataFrame(table) for name, table in break_down(log, plan).items()}
    return log, frames, measure(log, plan.scenario)


class Cart:
    """What a patient reader notes of one cart."""

    def __init__(self, event: Event) -> None:
        self.since = event.t
        self.segment = "unknown"
        self.furthest, self.worth = 0, 0
        self.left: Event | None = None


def read_carts(events: list[Event]) -> dict[int, Cart]:
    """The carts of a log, event by event."""
    carts: dict[int, Cart] = {}
    known = {event.session for event in events if event.kind == Kind.RECOGNISED}
    for event in events:
        if event.kind in (Kind.ADDED, Kind.VOUCHER) and event.session not in carts:
            carts[event.session] = Cart(event)
        cart = carts.get(event.session)
        if cart is None:
            continue
        if event.kind == Kind.ADDED:
            cart.worth += event.amount
            cart.segment = "account" if event.channel == Channel.ACCOUNT else "guest"
        if event.kind == Kind.VOUCHER:
            cart.worth += event.amount * event.quantity
        if event.kind in REACHED:
            cart.furthest = max(cart.furthest, REACHED[event.kind])
        if event.kind == Kind.LEFT:
            cart.left = event
        if event.kind == Kind.CAME_BACK:
            cart.left = None
        if event.session in known:
            cart.segment = "returning"
    return carts


@pytest.mark.parametrize("policy", POLICIES)
def test_carts_are_those_that_a_patient_reader_of_the_log_finds(policy: str) -> None:
    log, found, _ = tables(policy)
    carts = read_carts(as_events(log.events))
    left, worth, after = Counter(), Counter(), Counter()
    reached = Counter()
    for cart in carts.values():
        for step in STEPS[: cart.furthest + 1]:
            reached[step, cart.segment] += 1
        if cart.left is None:
            continue
        reason = Reason(cart.left.reason).name.lower()
        key = reason, STEPS[cart.furthest], cart.segment
        left[key] += 1
        worth[key] += cart.worth
        after[reason, max(m for m in MINUTES if m * 60 <= cart.left.t - cart.since)] += 1
    by = ["reason", "step", "segment"]
    assert found["carts_left"].set_index(by)["carts"].to_dict() == left
    assert found["carts_left"].set_index(by)["worth_rial"].to_dict() == worth
    assert found["carts_left_after"].set_index(["reason", "from_min"])["carts"].to_dict() == after
    steps = found["carts_reached"].set_index(["step", "segment"])["carts"]
    assert steps[steps > 0].to_dict() == reached


@pytest.mark.parametrize("policy", POLICIES)
def test_breakdowns_add_up_to_the_measures(policy: str) -> None:
    log, found, of = tables(policy)
    left = found["carts_left"].groupby("reason")["carts"].sum()
    for reason, carts in left.items():
        assert carts == of[f"carts_abandoned_{reason}"]
    assert left.sum() == found["carts_left_after"]["carts"].sum() == of["carts_abandoned"]
    funnel = found["carts_reached"].groupby("step")["carts"].sum()
    offered = set(log.rows(Kind.VOUCHER)["session"]) - set(log.rows(Kind.ADDED)["session"])
    assert funnel["cart"] == of["carts"] + len(offered)
    assert all(before >= after for before, after in pairwise(funnel[list(STEPS)]))

    whys = found["stockouts_by_why"]
    assert whys.groupby("why")["stockouts"].sum().to_dict() == {
        why: of[f"stockouts_{why}"] for why in set(whys["why"])
    }
    assert whys["lost_units"].sum() == of["lost_units"]
    phantom = whys[whys["kind"] == "phantom"]
    assert phantom["stockouts"].sum() == of["phantom_stockouts"]
    assert phantom["lost_rial"].sum() == of["phantom_lost_sales_rial"]
    for name in ("stockouts_by_why", "stockouts_by_product", "stockouts_by_day"):
        assert found[name]["stockouts"].sum() == of["stockouts"]
        assert found[name]["lost_rial"].sum() == of["lost_sales_rial"]
    for name in ("stockouts_by_product", "stockouts_by_day"):
        assert found[name]["phantom_stockouts"].sum() == of["phantom_stockouts"]
    assert found["stockouts_by_day"]["phantom_lost_rial"].sum() == of["phantom_lost_sales_rial"]

    assert found["orders_standing"]["orders"].sum() == of["orders_placed"]
    days = found["orders_by_day"]
    assert days["placed"].sum() == of["orders_placed"]
    assert days["paid"].sum() == of["orders_paid"]
    assert days["cancelled"].sum() == of["orders_cancelled"]


@pytest.mark.parametrize("policy", POLICIES)
def test_orders_stand_where_the_panel_has_them(policy: str) -> None:
    log, found, _ = tables(policy)
    plan, _ = played(policy)
    frame = panel(log, max(plan.scenario.season.end, log.last))
    frame["age"] = frame["age"].str.replace(" ", "_")
    by = ["state", "age", "cause"]
    expected = frame.groupby(by)["amount_rial"].agg(["size", "sum"])
    standing = found["orders_standing"].set_index(by).sort_index()
    assert standing["orders"].to_dict() == expected["size"].to_dict()
    assert standing["amount_rial"].to_dict() == expected["sum"].to_dict()
    over_time = found["orders_over_time"]
    for at, then in over_time.groupby("at_h"):
        counts = panel(log, at * 3600.0)["state"].value_counts().to_dict()
        assert {s: n for s, n in zip(then["state"], then["orders"], strict=True) if n} == counts


def test_stock_is_followed_as_the_ledger_has_it() -> None:
    log, found, _ = tables("suspended")
    plan, _ = played("suspended")
    numbers = {product.name: n for n, product in enumerate(plan.assortment.products)}
    effect = {
        Kind.RECEIVED: (1, 0, 0, 0), Kind.RESERVED: (0, 1, 0, 0), Kind.RELEASED: (0, -1, 0, 0),
        Kind.SUSPENDED: (0, -1, 1, 0), Kind.RESUMED: (0, 1, -1, 0), Kind.RESTORED: (0, 0, -1, 0),
        Kind.ALLOCATED: (0, -1, 0, 1),
    }  # fmt: skip
    path = found["stock_path"]
    assert path["product"].nunique() == 3
    assert path["suspended"].any()
    for row in path.iloc[::29].itertuples():
        levels = np.zeros(4, int)
        for event in as_events(log.events):
            if event.product == numbers[row.product] and event.t <= row.at_s + 0.5:
                levels += np.array(effect.get(Kind(event.kind), (0, 0, 0, 0))) * event.quantity
        on_hand, reserved, suspended, _ = levels
        assert abs(row.reserved - reserved) <= 2  # moments are kept in whole seconds
        assert abs(row.suspended - suspended) <= 2
        assert row.available + row.reserved + row.suspended + row.allocated <= on_hand + 2


def test_hours_of_stockouts_are_those_of_the_hours_table() -> None:
    plan, shop = played("suspended")
    _, found, _ = tables("suspended")
    hours = by_hour(as_array(shop.log), plan)["stockouts"]
    by_hours = found["stockouts_by_product"].groupby("hour")["stockouts"].sum()
    assert by_hours.reindex(range(24), fill_value=0).tolist() == hours.tolist()


def test_only_the_products_refused_most_often_stand_by_themselves() -> None:
    plan, _ = played("suspended")
    refusals = [(60.0 * n, Kind.REFUSED, n, -1, 0, 1, 9, 0, Reason.GONE) for n in range(9)]
    frame = pd.DataFrame(break_down(log(*refusals), plan)["stockouts_by_product"])
    assert set(frame["product"]) == {plan.assortment.products[0].name}
    assert OTHERS not in {product.name for product in plan.assortment.products}
    assert len(plan.assortment.products) < PRODUCTS


def test_a_log_without_events_breaks_down_into_nothing() -> None:
    plan, _ = played("suspended")
    assert set(break_down(log(), plan)) <= {"carts_reached"}


def test_a_leaving_without_a_cart_is_counted_too() -> None:
    plan, _ = played("suspended")
    gone = log((9.0, Kind.LEFT, 7, -1, -1, 0, 0, 0, Reason.NOT_READY))
    assert list(break_down(gone, plan)["carts_left"]["step"]) == ["cart"]


def test_only_the_first_replication_keeps_paths() -> None:
    plan, shop = played("suspended")
    assert "stock_path" in break_down(as_array(shop.log), plan, 0)
    assert "stock_path" not in break_down(as_array(shop.log), plan, 1)


def test_of_a_live_run_only_what_can_be_seen_from_outside_is_kept() -> None:
    plan, shop = played("suspended")
    seen = break_down(as_array(shop.log), plan, live=True)
    assert not {"stock_path", "stockouts_by_why", "orders_standing"} & set(seen)
    days = pd.DataFrame(seen["stockouts_by_day"])
    assert days["stockouts"].sum() > 0
    assert days["phantom_stockouts"].isna().all()
    assert pd.DataFrame(seen["orders_by_day"])["expired"].isna().all()


def test_hours_and_days_go_on_behind_the_season() -> None:
    season = Season(start="1405-12-20 20:30", duration="3 h", wind_down="3 h")
    t = np.array([0.0, 1_799, 1_800, 10_799, 10_800, 12_600, 21_599])
    assert hour_of_day(season, t).tolist() == [20, 20, 21, 23, 23, 0, 2]
    assert midnights(season, 90_000.0) == (12_600.0,)
    days, count = day_of_run(season, t, 90_000.0)
    assert days.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert count == 2


def test_the_file_gives_back_what_was_written(tmp_path: Path) -> None:
    plan, shop = played("suspended")
    log = SortedLog(as_array(shop.log))
    written = [
        Part(value, n, break_down(log, plan, n)) for value in ("5 min", "1 h") for n in (0, 1)
    ]
    write(written, tmp_path)
    frame = read(tmp_path, "carts_left")
    assert list(frame) == [
        "value",
        "replication",
        "reason",
        "step",
        "segment",
        "carts",
        "worth_rial",
    ]
    assert set(frame["value"]) == {"5 min", "1 h"}
    assert set(frame["replication"]) == {0, 1}
    assert set(read(tmp_path, "stock_path")["replication"]) == {0}
    again = {(part.value, part.replication): part.broken for part in parts(tmp_path)}
    for part in written:
        of_part = again[part.value, part.replication]
        assert set(of_part) == set(part.broken)
        for name, table in part.broken.items():
            for column, values in table.items():
                assert list(of_part[name][column]) == list(values), (name, column)


def test_equal_parts_give_equal_bytes(tmp_path: Path) -> None:
    plan, shop = played("suspended")
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write([Part("", 0, break_down(as_array(shop.log), plan))], folder)
    first, second = (tmp_path / name / "breakdowns.parquet" for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_a_run_without_the_file_has_no_rows_and_a_broken_one_is_said(tmp_path: Path) -> None:
    frame = read(tmp_path, "stockouts_by_day")
    assert list(frame)[:3] == ["value", "replication", "day"]
    assert not len(frame)
    (tmp_path / "breakdowns.parquet").write_bytes(b"nothing")
    with pytest.raises(UserError, match=r"breakdowns\.parquet cannot be read"):
        read(tmp_path, "stockouts_by_day")


def test_columns_of_one_name_are_of_one_kind() -> None:
    kinds: dict[str, set[str]] = {}
    for breakdown in BREAKDOWNS.values():
        for key in breakdown.keys:
            kinds.setdefault(key.name, set()).add(key.kind)
        for number in breakdown.numbers:
            kinds.setdefault(number.name, set()).add("number")
    assert {name for name, found in kinds.items() if len(found) > 1} == set()


@pytest.mark.parametrize("breakdown", BREAKDOWNS.values(), ids=lambda each: each.name)
def test_a_breakdown_has_the_columns_that_it_says(breakdown: Breakdown) -> None:
    for policy in POLICIES:
        plan, shop = played(policy)
        events = SortedLog(as_array(shop.log))
        table = breakdown.of(events, plan)
        assert set(table) == set(breakdown.columns)
        lengths = {len(column) for column in table.values()}
        assert len(lengths) == 1
        assert breakdown.may_have_rows(events) or lengths == {0}
        assert lengths.pop() <= 600
        keys = pd.DataFrame({key.name: table[key.name] for key in breakdown.keys})
        assert not keys.duplicated().any()


def test_the_page_of_breakdowns_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "breakdowns.md"
    assert page.read_text(encoding="utf-8") == document()


def test_a_played_run_keeps_its_breakdowns(tmp_path: Path) -> None:
    run = play_run(tmp_path / "run", replications=2)
    assert set(read(run.folder, "carts_reminded")["stage"]) == {"reminded", "came_back", "bought"}
    reminded = read(run.folder, "carts_reminded").query("stage == 'bought'")["shoppers"]
    assert reminded.tolist() == run.measures["reminders_converted"].tolist()
