"""The chapter on the forecast: what the scenario expected of each day, and what came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.chapters.chapter import Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.figures import BLUE, VERMILLION
from reports.formats import Unit
from reports.intervals import Interval, prediction_interval

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart
    from reports.frames import Found

NAME = "forecast_by_day"


def chapter(page: Page) -> Chapter | None:
    """Nothing for a run that does not know its traffic."""
    if not page.has(NAME) or not page.happens("sessions"):
        return None
    return Chapter(
        name="forecast",
        title=page.text("forecast.title"),
        lead=tuple(_lead(page)),
        figures=(_figure(page),),
        tables=(_table(page),),
    )


def _lead(page: Page) -> list[Markup]:
    totals = {
        name: page.frames.total(NAME, name, page.chosen)
        for name in ("expected", "sessions", "expected_carts", "carts")
    }
    said = [
        page.text(
            "forecast.sessions",
            expected=_about(page, totals["expected"].mean),
            sessions=page.say(totals["sessions"]),
        )
    ]
    one_more = prediction_interval(
        page.frames.totals(NAME, "sessions", page.chosen), page.run.manifest.level
    )
    if one_more.n > 1 and one_more.half_width:
        said.append(
            page.text(
                "forecast.one_more",
                level=page.formats.probability(page.run.manifest.level),
                low=_rounded(page, max(one_more.low, 0.0), one_more.half_width),
                high=_rounded(page, one_more.high, one_more.half_width),
            )
        )
    said.append(
        page.text(
            "forecast.carts",
            expected=_about(page, totals["expected_carts"].mean),
            carts=page.say(totals["carts"]),
        )
    )
    demand = page.scenario.demand
    for size, key in ((demand.forecast_error, "season_luck"), (demand.day_cv, "day_luck")):
        if size:
            said.append(page.text(f"forecast.{key}", size=page.formats.value(size, Unit.SHARE)))
    return [page.caption(said)]


def _figure(page: Page) -> Chart:
    time = InTime(page)
    expected, came = _by_day(page, "expected"), _by_day(page, "sessions")
    edges = time.days(len(expected))
    table = page.frames.table(NAME, "sessions", "day", page.chosen)
    level = page.run.manifest.level
    one_more = {
        day: _from_zero(prediction_interval(row, level))
        for day, row in zip(table.index, table.to_numpy(float), strict=True)
    }
    off = _offs(expected, came)
    farthest = max(off, key=lambda day: abs(off[day]))
    return time.curves(
        "forecast", page.text("forecast.figure"), Unit.COUNT,
        [
            Series(page.text("forecast.came"), BLUE, {edges[d]: p for d, p in one_more.items()}),
            Series(
                page.text("forecast.expected"),
                VERMILLION,
                {edges[d]: p for d, p in expected.items()},
                "--",
            ),
        ],
        page.text(
            "forecast.caption" if page.run.manifest.replications > 1 else "forecast.caption_one",
            level=page.formats.probability(level),
            day=time.date(farthest),
            expected=_about(page, expected[farthest].mean),
            sessions=page.say(came[farthest]),
            chance=Markup("")
            if _is_off(expected[farthest], came[farthest])
            else page.text("forecast.by_chance"),
        ),
        edges=edges,
        wide=True,
        data=page.frames.download("forecast-by-day", NAME, "day"),
    )  # fmt: skip


def _table(page: Page) -> Table:
    time = InTime(page)
    expected, came, carts = (_by_day(page, name) for name in ("expected", "sessions", "carts"))
    more = page.frames.ratios(NAME, "sessions", "expected", "day", page.chosen)
    beyond = sum(_is_off(expected[day], came[day]) for day in came)
    return Table(
        title=page.text("forecast.days"),
        caption=page.shown(
            "forecast.days_caption",
            beyond=page.formats.count(beyond),
            days=page.formats.count(len(came)),
        ),
        head=(
            Head(page.text("day")),
            Head(page.text("forecast.expected")),
            Head(page.text("forecast.came")),
            Head(page.text("forecast.of_expected")),
            Head(page.text("forecast.with_cart")),
        ),
        rows=tuple(
            Row(
                time.date(day),
                (
                    page.cell(_whole(expected[day])),
                    page.cell(came[day]),
                    page.cell(more[day], Unit.SHARE),
                    page.cell(carts[day]),
                ),
            )
            for day in came
        ),
        data=page.frames.download("forecast-by-day", NAME, "day"),
        folded=True,
    )


def _by_day(page: Page, number: str) -> Found:
    return page.frames.estimates(NAME, number, "day", page.chosen)


def _offs(expected: Found, came: Found) -> dict[int, float]:
    """How much more came than was expected, as a share of it, day by day."""
    return {day: came[day].mean / expected[day].mean - 1 for day in came if expected[day].mean}


def _is_off(expected: Interval, came: Interval) -> bool:
    """Whether the interval of what came leaves out what was expected."""
    return came.n > 1 and not came.low <= expected.mean <= came.high


def _from_zero(found: Interval) -> Interval:
    """No day has fewer than no sessions."""
    return found._replace(low=max(found.low, 0.0)) if found.n > 1 else found


def _whole(found: Interval) -> Interval:
    """What is known exactly, to whole sessions."""
    return Interval(round(found.mean), found.mean, found.mean, 0.0, found.n)


def _rounded(page: Page, number: float, half_width: float) -> Markup:
    """The end of an interval, to the digits that its half width carries."""
    step = 10.0 ** (math.floor(math.log10(half_width)) - 1)
    return page.formats.count(round(number / step) * round(step) if step > 1 else round(number))


def _about(page: Page, number: float) -> Markup:
    return page.formats.about(round(number), Unit.COUNT)
