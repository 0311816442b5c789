"""The chapter on abandoned carts: the funnel, why, where and when carts are left, and whose."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.breakdowns.carts import MINUTES, SEGMENTS, STEPS
from reports.chapters import drawing
from reports.chapters.chapter import Cell, Chapter, Head, Row, Table
from reports.chapters.drawing import Said, Series
from reports.charts import ABANDONED, Chart
from reports.figures import BLUE, GREEN, GREY, ORANGE
from reports.formats import Unit
from reports.intervals import Interval

if TYPE_CHECKING:
    from reports.chapters.page import Page

_SEGMENT_COLOURS = dict(zip(SEGMENTS, (BLUE, ORANGE, GREEN, GREY), strict=True))
_NONE = Interval(0.0, 0.0, 0.0, 0.0, 0)


def chapter(page: Page) -> Chapter | None:
    """Nothing where no cart was left."""
    if not page.happens("carts_abandoned"):
        return None
    known = page.has("carts_left") and page.mean("carts_abandoned") > 0
    figures = [_by_reason(page, chart) for chart in page.charts.parts("carts_abandoned")]
    tables = []
    if known:
        figures = [_funnel(page), *figures, _by_step(page), _by_time(page)]
        tables = [_reasons(page), *_segments(page)]
    if page.found("carts_reminded", "shoppers", "stage"):
        tables.append(_reminders(page))
    return Chapter("carts", page.text("carts.title"), (_lead(page),), tuple(figures), tuple(tables))


def _lead(page: Page) -> Markup:
    return page.caption(
        [
            page.text(
                "carts.lead",
                carts=page.measure("carts"),
                left=page.measure("carts_abandoned"),
                rate=page.measure("cart_abandonment_rate"),
                expired=page.measure("carts_abandoned_reservation_expired"),
            )
        ]
    )


def _funnel(page: Page) -> Chart:
    carts = page.found("carts_reached", "carts", ("step", "segment"))
    total = page.found("carts_reached", "carts", "step")
    of_hundred = {
        step: page.formats.count(round(100 * total[step].mean / total[STEPS[0]].mean))
        for step in STEPS[1:]
    }
    lost = {a: total[a].mean - total[b].mean for a, b in pairwise(STEPS)}
    where = page.text(f"carts.lost.{max(lost, key=lambda step: lost[step])}")
    said = Said(
        "carts-funnel",
        page.text("carts.funnel"),
        page.caption([page.text("carts.funnel_caption", **of_hundred, where=where)]),
        page.frames.download("carts-funnel", "carts_reached", ("step", "segment")),
    )
    parts = [
        Series(
            page.text(f"segment.{each}"), [carts.get((step, each), _NONE) for step in STEPS], colour
        )
        for each, colour in _SEGMENT_COLOURS.items()
        if carts.get((STEPS[0], each), _NONE).mean
    ]
    labels = [page.text(f"carts.step.{step}") for step in STEPS]
    return drawing.bars(page, said, labels, parts, page.words.measure("carts"))


def _by_reason(page: Page, chart: Chart) -> Chart:
    """The chart of the reasons with the data behind it, where the run has them."""
    if not page.has("carts_left"):
        return chart
    data = page.frames.download("carts-by-reason", "carts_left", "reason")
    return dataclasses.replace(chart, data=data)


def _by_step(page: Page) -> Chart:
    by_step = page.found("carts_left", "carts", "step")
    steps = [step for step in STEPS if step in by_step]
    most = max(steps, key=lambda step: by_step[step].mean)
    caption = page.text(
        "carts.left_at_caption",
        where=page.text(f"carts.lost.{most}"),
        count=page.say(by_step[most]),
        total=page.measure("carts_abandoned"),
    )
    said = Said(
        "carts-by-step",
        page.text("carts.left_at"),
        page.caption([caption]),
        page.frames.download("carts-by-step", "carts_left", ("step", "reason"), ["carts"]),
    )
    labels = [page.text(f"carts.at.{step}") for step in steps]
    parts = _stacked(page, "carts_left", "step", steps)
    return drawing.bars(page, said, labels, parts, page.words.measure("carts_abandoned"))


def _by_time(page: Page) -> Chart:
    median = page.found("carts_left_times", "median_s", "reason")["all"]
    late = page.found("carts_left_times", "p90_s", "reason")["all"]
    caption = page.text(
        "carts.after_caption",
        median=page.say(median, Unit.SECONDS),
        late=page.say(late, Unit.SECONDS),
    )
    said = Said(
        "carts-by-time",
        page.text("carts.after"),
        page.caption([caption]),
        page.frames.download("carts-by-time", "carts_left_after", ("from_min", "reason")),
    )
    labels = [_class(page, place) for place in range(len(MINUTES))]
    parts = _stacked(page, "carts_left_after", "from_min", MINUTES)
    return drawing.bars(page, said, labels, parts, page.words.measure("carts_abandoned"))


def _stacked(page: Page, name: str, key: str, rows: list[str] | tuple[int, ...]) -> list[Series]:
    """The reasons as parts of bars for these rows, in the colours of the chart of reasons."""
    carts = page.found(name, "carts", ("reason", key))
    there = {reason for reason, _ in carts}
    return [
        Series(page.words.part(part), [carts.get((reason, row), _NONE) for row in rows], colour)
        for part, colour in ABANDONED.items()
        if (reason := part.removeprefix("carts_abandoned_")) in there
    ]


def _class(page: Page, place: int) -> Markup:
    """A class of times: `5 minutes to 15 minutes`."""
    bounds = [page.formats.written(_duration(minutes)) for minutes in MINUTES]
    if place == 0:
        return page.text("carts.under", to=bounds[1])
    if place == len(MINUTES) - 1:
        return page.text("carts.over", begin=bounds[-1])
    return page.text("carts.between", begin=bounds[place], to=bounds[place + 1])


def _duration(minutes: int) -> str:
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _reasons(page: Page) -> Table:
    carts = page.found("carts_left", "carts", "reason")
    worth = page.found("carts_left", "worth_rial", "reason")
    median = page.found("carts_left_times", "median_s", "reason")
    counts = page.frames.table("carts_left", "carts", "reason", page.chosen)
    share = page.frames.over(counts / counts.sum())
    money, time = page.scale(worth.values(), Unit.RIAL), page.scale(median.values(), Unit.SECONDS)
    rows = [
        Row(
            page.words.part(f"carts_abandoned_{reason}"),
            (
                page.cell(carts[reason]),
                page.cell(share[reason], Unit.SHARE),
                page.cell(worth[reason], Unit.RIAL, money),
                page.cell(median[reason], Unit.SECONDS, time),
            ),
        )
        for reason in sorted(carts, key=lambda each: -carts[each].mean)
    ]
    everything = page.frames.over(
        page.frames.table("carts_left", "worth_rial", "reason", page.chosen).sum().to_frame().T
    )
    return Table(
        page.text("carts.reasons"),
        page.caption(
            [page.text("carts.reasons_caption", worth=page.say(everything[0], Unit.RIAL))]
        ),
        (
            Head(page.text("head.reason")),
            Head(page.words.measure("carts_abandoned")),
            Head(page.text("head.share")),
            Head(page.text("carts.worth"), money.word),
            Head(page.text("carts.median"), time.word),
        ),
        tuple(rows),
        page.frames.download("carts-by-reason", "carts_left", "reason"),
    )


def _segments(page: Page) -> list[Table]:
    """By whose cart it was; nothing where that is known of none."""
    abandoned = page.frames.table("carts_left", "carts", "segment", page.chosen)
    made = page.frames.table("carts_reached", "carts", "segment", page.chosen, {"step": STEPS[0]})
    sold = page.frames.table("carts_reached", "carts", "segment", page.chosen, {"step": STEPS[-1]})
    made = made[made.sum(axis=1) > 0]
    if set(made.index) <= {"unknown"}:
        return []
    left = abandoned.reindex(made.index).fillna(0.0)
    shares = page.frames.over(left / made)
    counts = [page.frames.over(each.reindex(made.index)) for each in (made, sold, left)]
    rows = [
        Row(
            page.text(f"segment.{each}"),
            (
                *(page.cell(count[each]) for count in counts),
                page.cell(shares[each], Unit.SHARE),
            ),
        )
        for each in made.index
    ]
    said = page.words.listed(
        page.text(
            "carts.of_segment",
            segment=page.text(f"segment.{each}"),
            share=page.say(share, Unit.SHARE),
        )
        for each, share in shares.items()
    )
    caption = page.text("carts.segments_caption", shares=said)
    table = Table(
        page.text("carts.segments"),
        page.caption([caption]),
        (
            Head(page.text("head.segment")),
            Head(page.words.measure("carts")),
            Head(page.text("carts.step.bought")),
            Head(page.words.measure("carts_abandoned")),
            Head(page.text("head.share")),
        ),
        tuple(rows),
        page.frames.download("carts-by-segment", "carts_reached", ("segment", "step")),
    )
    return [table]


def _reminders(page: Page) -> Table:
    shoppers = page.found("carts_reminded", "shoppers", "stage")
    paid = page.found("carts_reminded", "paid_rial", "stage")["bought"]
    money = page.scale([paid], Unit.RIAL)
    nothing = Cell(Markup(""))
    rows = [
        Row(
            page.text(f"carts.stage.{stage}"),
            (
                page.cell(shoppers[stage]),
                page.cell(paid, Unit.RIAL, money) if stage == "bought" else nothing,
            ),
        )
        for stage in shoppers
    ]
    caption = page.text(
        "carts.reminders_caption",
        **{stage: page.say(found) for stage, found in shoppers.items()},
        paid=page.say(paid, Unit.RIAL),
    )
    return Table(
        page.text("carts.reminders"),
        page.caption([caption]),
        (
            Head(page.text("carts.stages")),
            Head(page.text("head.shoppers")),
            Head(page.text("head.paid"), money.word),
        ),
        tuple(rows),
        page.frames.download("carts-reminders", "carts_reminded", "stage"),
    )
