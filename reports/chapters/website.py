"""The chapter on the website: what its pages took at which load, and whom that cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.chapters.chapter import Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.chapters.page import UNKNOWN
from reports.charts import Chart
from reports.figures import BLUE, VERMILLION
from reports.formats import Unit
from reports.intervals import in_units

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.frames import Found

BY_LOAD, OVER_TIME = "pages_by_load", "pages_over_time"


def chapter(page: Page) -> Chapter | None:
    """Nothing for a shop whose pages cost no time."""
    if not page.estimates.has("page_time_p95_s") and not page.happens("sessions_lost_to_slowness"):
        return None
    by_load = page.has(BY_LOAD)
    figures_ = [*_against_load(page)] if by_load else []
    if page.has(OVER_TIME):
        figures_.append(_over_time(page))
    return Chapter(
        name="website",
        title=page.text("website.title"),
        lead=(
            page.shown(
                "website.lead" if page.estimates.has("overloaded_minutes") else "website.lead_seen",
                p95=page.measure("page_time_p95_s"),
                minutes=page.measure("overloaded_minutes"),
                lost=page.measure("sessions_lost_to_slowness"),
            ),
        ),
        figures=tuple(figures_),
        tables=(_by_load(page),) if by_load else (),
    )


# ---- figures


def _against_load(page: Page) -> list[Chart]:
    """The mean time of a page, and the shoppers who closed the site, by the load."""
    time, left = _times(page), _left(page)
    known = [load for load in time if time[load].n]
    slowest, fastest = (f(known, key=lambda load: time[load].mean) for f in (max, min))
    worst = max((load for load in left if left[load].n), key=lambda load: left[load].mean)
    return [
        _by_class(
            page, "time", Unit.SECONDS, time,
            page.text(
                "website.time_caption",
                slowest=page.say(time[slowest], Unit.SECONDS),
                load=_load(page, slowest),
                fastest=page.say(time[fastest], Unit.SECONDS),
                low_load=_load(page, fastest),
            ),
        ),
        _by_class(
            page, "left", Unit.SHARE, left,
            page.text(
                "website.left_caption",
                share=page.say(left[worst], Unit.SHARE),
                load=_load(page, worst),
            )
            + page.rivals({load: each for load, each in left.items() if each.n}, worst),
        ),
    ]  # fmt: skip


def _by_class(page: Page, name: str, unit: Unit, found: Found, caption: Markup) -> Chart:
    loads = list(found)
    scale = page.formats.scale(unit, [each.mean for each in found.values()])
    points = [in_units(found[load], scale.divisor) for load in loads]
    svg = figures.curves(
        [figures.Line(points, BLUE if name == "time" else VERMILLION, joined=False)],
        {place: page.formats.digits(str(load)) for place, load in enumerate(loads)},
        page.formats.for_figure(page.text("website.axis").striptags()),
        page.formats.tick(scale),
        name=f"website-{name}",
        alt=caption.striptags(),
        from_zero=True,
    )
    word = "" if unit is Unit.SHARE else scale.word
    data = page.frames.download("pages-by-load", BY_LOAD, "load_from")
    return Chart(page.text(f"website.{name}"), Markup("{}").format(word), svg, caption, data=data)


def _over_time(page: Page) -> Chart:
    time = InTime(page)
    found = page.frames.ratios(OVER_TIME, "time_s", "pages", "at_s", page.chosen)
    known = [at for at in found if found[at].n]
    slowest = max(known, key=lambda at: found[at].mean)
    return time.curves(
        "website-over-time", page.text("website.over_time"), Unit.SECONDS,
        [Series(Markup(""), BLUE, found)],
        page.text(
            "website.over_time_caption",
            when=time.when(slowest),
            seconds=page.say(found[slowest], Unit.SECONDS),
        )
        + page.rivals(found, slowest),
        data=page.frames.download("pages-over-time", OVER_TIME, "at_s"),
    )  # fmt: skip


# ---- the table


def _by_load(page: Page) -> Table:
    def sums(number: str) -> Found:
        return page.frames.estimates(BY_LOAD, number, "load_from", page.chosen)

    minutes, pages, failed = sums("minutes"), sums("pages"), sums("failed")
    time, left = _times(page), _left(page)
    scale = page.scale(time.values(), Unit.SECONDS)
    busy = sum(each.mean for load, each in minutes.items() if load >= 90)
    return Table(
        title=page.text("website.loads"),
        caption=page.shown(
            "website.loads_caption",
            minutes=page.formats.about(round(busy), Unit.COUNT),
            share=page.share(busy, sum(each.mean for each in minutes.values())),
        ),
        head=(
            Head(page.text("website.load")),
            Head(page.text("website.minutes")),
            Head(page.text("website.pages")),
            Head(page.text("website.failed")),
            Head(page.text("website.time"), scale.word),
            Head(page.text("website.left")),
        ),
        rows=tuple(
            Row(
                _load(page, load),
                (
                    page.cell(minutes[load]),
                    page.cell(pages[load]),
                    page.cell(failed[load]),
                    page.cell(time.get(load, UNKNOWN), Unit.SECONDS, scale),
                    page.cell(left.get(load, UNKNOWN), Unit.SHARE),
                ),
            )
            for load in minutes
            if minutes[load].mean
        ),
        data=page.frames.download("pages-by-load", BY_LOAD, "load_from"),
    )


def _times(page: Page) -> Found:
    """The mean time of a served page, by the load."""
    return _seen(page.frames.ratios(BY_LOAD, "time_s", "pages", "load_from", page.chosen))


def _left(page: Page) -> Found:
    """Shoppers who closed the site, of the pages that they asked for."""
    return _seen(page.frames.ratios(BY_LOAD, "left", ["pages", "failed"], "load_from", page.chosen))


def _seen(found: Found) -> Found:
    """Without the heaviest loads that never were."""
    last = max((load for load in found if not math.isnan(found[load].mean)), default=-1)
    return {load: each for load, each in found.items() if load <= last}


def _load(page: Page, low: float) -> Markup:
    """A class of load by its least."""
    return page.text("website.from_load", low=page.formats.value(low / 100, Unit.SHARE))
