"""The chapter on orders: the orders panel by state, age and cause, and its chart over time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.breakdowns.orders import AGES
from reports.chapters import drawing
from reports.chapters.chapter import Cell, Chapter, Head, Row, Table
from reports.chapters.drawing import DAY, Said, Series
from reports.figures import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION
from reports.formats import Unit
from reports.intervals import Interval

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart
    from reports.download import Download
    from reports.frames import Found

STATES = {
    "paid": BLUE, "accepted": SKY, "unpaid": ORANGE, "on_hold": PURPLE, "awaiting_staff": GREEN,
    "expired": GREY, "cancelled": VERMILLION,
}  # fmt: skip
"""From the bottom of the chart."""
OPEN = ("unpaid", "on_hold", "awaiting_staff")
"""States in which somebody still has something to do."""
_HOUR = 3600.0
_NONE = Interval(0.0, 0.0, 0.0, 0.0, 0)


def chapter(page: Page) -> Chapter | None:
    """Nothing where no order was placed, or the run kept no breakdowns."""
    if not page.found("orders_standing", "orders", "state"):
        return None
    return Chapter(
        "orders",
        page.text("orders.title"),
        (_lead(page),),
        (_over_time(page), *_open_over_time(page), *_by_day(page)),
        (_panel(page), _causes(page)),
    )


def _lead(page: Page) -> Markup:
    open_now = page.frames.table("orders_standing", "orders", "state", page.chosen)
    waiting = page.frames.over(open_now.reindex(list(OPEN)).fillna(0.0).sum().to_frame().T)
    return page.caption(
        [
            page.text(
                "orders.lead",
                placed=page.measure("orders_placed"),
                paid=page.measure("orders_paid"),
                open=page.say(waiting[0]),
            )
        ]
    )


def _over_time(page: Page) -> Chart:
    found = page.found("orders_over_time", "orders", ("state", "at_h"))
    said = Said(
        "orders-over-time",
        page.text("orders.over_time"),
        page.caption([_at_end(page)]),
        _file_over_time(page),
    )
    return drawing.layers(page, said, _times(found), _states(page, found, tuple(STATES)))


def _file_over_time(page: Page) -> Download:
    return page.frames.download("orders-over-time", "orders_over_time", ("state", "at_h"))


def _at_end(page: Page) -> Markup:
    """The largest states at the end."""
    by_state = page.found("orders_standing", "orders", "state")
    largest = sorted(by_state, key=lambda state: -by_state[state].mean)[:3]
    listed = page.words.listed(
        page.text(
            "orders.so_many",
            count=page.say(by_state[state]),
            state=page.text(f"orders.state.{state}"),
        )
        for state in largest
    )
    return page.text("orders.over_time_caption", states=listed)


def _open_over_time(page: Page) -> list[Chart]:
    """The same of the orders that still wait for somebody, which the paid ones would hide."""
    found = page.found("orders_over_time", "orders", ("state", "at_h"))
    parts = _states(page, found, OPEN)
    if not parts:
        return []
    times = _times(found)
    sums = [sum(part.intervals[row].mean for part in parts) for row in range(len(times))]
    most = max(range(len(times)), key=sums.__getitem__)
    moment = page.run.manifest.season.start + dt.timedelta(seconds=times[most])
    caption = page.text(
        "orders.open_caption",
        peak=page.measure("unpaid_orders_peak"),
        day=page.formats.day(moment.date()),
        clock=page.formats.clock(moment.hour),
    )
    said = Said(
        "orders-open", page.text("orders.open"), page.caption([caption]), _file_over_time(page)
    )
    return [drawing.layers(page, said, times, parts)]


def _by_day(page: Page) -> list[Chart]:
    """What became of orders, day by day; not of a day or two."""
    if page.run.manifest.season.seconds < drawing.DAYS_APART:
        return []
    names = {"paid": BLUE, "expired": INK, "cancelled": VERMILLION}
    found = {name: page.found("orders_by_day", name, "day") for name in names}
    paid = found["paid"]
    best = max(paid, key=lambda day: paid[day].mean)
    start = page.run.manifest.season.start.date()
    caption = page.text(
        "orders.by_day_caption",
        day=page.formats.day(start + dt.timedelta(days=int(best))),
        most=page.say(paid[best]),
    ) + page.rivals(paid, best)
    said = Said(
        "orders-by-day",
        page.text("orders.by_day"),
        page.caption([caption]),
        page.frames.download("orders-by-day", "orders_by_day", "day"),
    )
    lines = [
        Series(page.text(f"orders.state.{name}"), list(days.values()), names[name])
        for name, days in found.items()
        if any(each.mean for each in days.values())
    ]
    return [drawing.lines(page, said, [float(day) * DAY for day in paid], lines)]


def _panel(page: Page) -> Table:
    """States by age, with what the orders come to."""
    counts = page.found("orders_standing", "orders", ("state", "age"))
    totals = page.found("orders_standing", "orders", "state")
    amounts = page.found("orders_standing", "amount_rial", "state")
    money = page.scale(amounts.values(), Unit.RIAL)
    rows = [
        Row(
            page.text(f"orders.state.{state}"),
            (
                *(page.cell(counts.get((state, age), _NONE)) for age in AGES),
                page.cell(totals[state]),
                page.cell(amounts[state], Unit.RIAL, money),
            ),
        )
        for state in STATES
        if state in totals
    ]
    return Table(
        page.text("orders.panel"),
        page.caption([page.text("orders.panel_caption", placed=page.measure("orders_placed"))]),
        (
            Head(page.text("head.state")),
            *(Head(page.text(f"orders.age.{age}")) for age in AGES),
            Head(page.text("orders.all")),
            Head(page.text("orders.amount"), money.word),
        ),
        tuple(rows),
        _file_of_standing(page),
    )


def _causes(page: Page) -> Table:
    """States by why the orders came to them."""
    counts = page.found("orders_standing", "orders", ("state", "cause"))
    amounts = page.found("orders_standing", "amount_rial", ("state", "cause"))
    money = page.scale(amounts.values(), Unit.RIAL)
    keys = sorted(counts, key=lambda key: (list(STATES).index(key[0]), -counts[key].mean))
    rows = [
        Row(
            page.text(f"orders.state.{state}"),
            (
                Cell(_cause(page, cause)),
                page.cell(counts[state, cause]),
                page.cell(amounts[state, cause], Unit.RIAL, money),
            ),
        )
        for state, cause in keys
    ]
    return Table(
        page.text("orders.causes"),
        page.caption([page.text("orders.causes_caption")]),
        (
            Head(page.text("head.state")),
            Head(page.text("head.cause")),
            Head(page.text("orders.all")),
            Head(page.text("orders.amount"), money.word),
        ),
        tuple(rows),
        _file_of_standing(page),
    )


def _file_of_standing(page: Page) -> Download:
    return page.frames.download("orders-panel", "orders_standing", ("state", "age", "cause"))


def _cause(page: Page, cause: str) -> Markup:
    """In words; a cause that has none by its name."""
    key = f"chapter.orders.cause.{cause}"
    return page.words(key) if key in page.words else Markup("<code>{}</code>").format(cause)


def _times(found: Found) -> list[float]:
    return [hours * _HOUR for hours in sorted({hours for _, hours in found})]


def _states(page: Page, found: Found, states: tuple[str, ...]) -> list[Series]:
    """The states that occurred as layers."""
    there = {state for state, _ in found}
    hours = sorted({hours for _, hours in found})
    return [
        Series(
            page.text(f"orders.state.{state}"), [found[state, at] for at in hours], STATES[state]
        )
        for state in states
        if state in there
    ]
