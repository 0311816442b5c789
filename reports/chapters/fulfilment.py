"""The chapter on fulfilment: where parcels stood, how late they came, what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.breakdowns.parcels import IN_TIME, LATE, NO_PROMISE
from reports.chapters.bars import Bar, bars
from reports.chapters.chapter import Cell, Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.figures import BLUE, GREEN, GREY, ORANGE, SKY, VERMILLION
from reports.formats import Unit

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart
    from reports.frames import Found

OVER_TIME, CARRIERS, LATENESS = "parcels_over_time", "parcels_by_carrier", "parcels_by_lateness"
STANDING = {"to_pack": VERMILLION, "to_ship": ORANGE, "under_way": BLUE, "coming_back": SKY}
"""Where a parcel stands, from the bottom of the stack up."""


def chapter(page: Page) -> Chapter | None:
    """Nothing for a shop whose fulfilment is not played."""
    if not page.happens("parcels_shipped", "parcels_unshipped"):
        return None
    return Chapter(
        name="fulfilment",
        title=page.text("fulfilment.title"),
        lead=tuple(_lead(page)),
        figures=tuple(_figures(page)),
        tables=(_by_carrier(page),) if page.has(CARRIERS) else (),
    )


def _lead(page: Page) -> list[Markup]:
    said = [
        page.text(
            "fulfilment.shipped",
            shipped=page.measure("parcels_shipped"),
            unshipped=page.measure("parcels_unshipped"),
            under_way=page.measure("parcels_under_way"),
            hours=page.measure("paid_to_shipped_p95_h"),
        )
    ]
    if page.estimates.has("delivered_late_share"):
        late = page.measure("delivered_late_share")
        said.append(page.text("fulfilment.late", share=late))
    came_back = page.text(
        "fulfilment.back",
        refused=page.measure("refused_on_delivery"),
        returns=page.measure("returns"),
        cost=page.measure("fulfilment_cost_rial"),
    )
    return [page.caption(said), came_back]


# ---- figures


def _figures(page: Page) -> list[Chart]:
    charts = []
    if page.has(OVER_TIME):
        charts += [_standing(page), _flows(page)]
    if page.has(LATENESS):
        charts.append(_lateness(page))
    return charts


def _standing(page: Page) -> Chart:
    time = InTime(page)
    found = {name: _over_time(page, name) for name in STANDING}
    waiting = found["to_pack"]
    at = max(waiting, key=lambda t: waiting[t].mean)
    series = [
        Series(page.text(f"fulfilment.{name}"), colour, found[name])
        for name, colour in STANDING.items()
    ]
    return time.stack(
        "parcels-standing", page.text("fulfilment.standing"), Unit.COUNT, series,
        page.text("fulfilment.standing_caption", when=time.when(at), count=page.say(waiting[at]))
        + page.rivals(waiting, at),
        data=page.frames.download("parcels-over-time", OVER_TIME, "at_s"),
        wide=True,
    )  # fmt: skip


def _flows(page: Page) -> Chart:
    time = InTime(page)
    opened, shipped = _over_time(page, "opened"), _over_time(page, "shipped")
    at, sent = (max(of, key=lambda t: of[t].mean) for of in (opened, shipped))
    return time.curves(
        "parcels-flows", page.text("fulfilment.flows"), Unit.COUNT,
        [
            Series(page.text("fulfilment.opened"), BLUE, opened, in_steps=True),
            Series(page.text("fulfilment.sent"), VERMILLION, shipped, "--", in_steps=True),
        ],
        page.text(
            "fulfilment.flows_caption",
            when=time.when(at),
            opened=page.say(opened[at]),
            sent_when=time.when(sent),
            sent=page.say(shipped[sent]),
        ),
        data=page.frames.download("parcels-over-time", OVER_TIME, "at_s"),
    )  # fmt: skip


def _over_time(page: Page, number: str) -> Found:
    return page.frames.estimates(OVER_TIME, number, "at_s", page.chosen)


def _lateness(page: Page) -> Chart:
    found = page.frames.estimates(LATENESS, "parcels", "days_late", page.chosen)
    promised = {days: each for days, each in found.items() if days != NO_PROMISE}
    late = sum(each.mean for days, each in promised.items() if days != IN_TIME)
    total = sum(each.mean for each in promised.values())
    caption = page.text(
        "fulfilment.lateness_caption",
        late=page.formats.about(round(late), Unit.COUNT),
        total=page.formats.about(round(total), Unit.COUNT),
        unpromised=page.say(found[NO_PROMISE]),
    )
    drawn = [
        Bar(_days(page, days), each, GREEN if days == IN_TIME else VERMILLION)
        for days, each in promised.items()
        if each.mean
    ]
    if found[NO_PROMISE].mean:
        drawn.append(Bar(page.text("fulfilment.no_promise"), found[NO_PROMISE], GREY))
    return bars(
        page, "parcels-lateness", page.text("fulfilment.lateness"), drawn, caption, in_order=True,
        data=page.frames.download("parcels-by-lateness", LATENESS, "days_late"),
    )  # fmt: skip


def _days(page: Page, days: int) -> Markup:
    if days == IN_TIME:
        return page.text("fulfilment.in_time")
    said = page.formats.written(f"{days} d")
    if days == LATE[-1]:
        return page.text("fulfilment.days_and_more", days=said)
    following = LATE[LATE.index(days) + 1]
    if following == days + 1:
        return page.text("fulfilment.days_late", days=said)
    last = page.formats.written(f"{following - 1} d")
    return page.text("fulfilment.days_span", first=page.formats.digits(str(days)), last=last)


# ---- tables

COLUMNS = ("shipped", "delivered", "overdue", "refused", "sent_back")


def _by_carrier(page: Page) -> Table:
    keys = ["carrier", "pays"]
    found = {name: page.frames.estimates(CARRIERS, name, keys, page.chosen) for name in COLUMNS}
    refused = page.frames.ratios(CARRIERS, "refused", "shipped", keys, page.chosen)
    cost = page.frames.estimates(CARRIERS, "carriage_rial", keys, page.chosen)
    scale = page.formats.scale(Unit.RIAL, [each.mean for each in cost.values()])
    shown = [key for key in found["shipped"] if found["shipped"][key].mean]
    by_paying = page.frames.ratios(CARRIERS, "refused", "shipped", "pays", page.chosen)
    return Table(
        title=page.text("fulfilment.carriers"),
        caption=Markup(" ").join(
            page.text(f"fulfilment.refused_{pays}", share=page.say(share, Unit.SHARE))
            for pays, share in by_paying.items()
            if share.n
        ),
        head=(
            Head(page.text("fulfilment.carrier")),
            Head(page.text("fulfilment.pays")),
            *(Head(page.text(f"fulfilment.column_{name}")) for name in COLUMNS),
            Head(page.text("fulfilment.refused_share")),
            Head(page.text("fulfilment.carriage"), scale.word),
        ),
        rows=tuple(
            Row(
                page.named("carrier", key[0]),
                (
                    Cell(page.text(f"fulfilment.pays_{key[1]}")),
                    *(page.cell(found[name][key]) for name in COLUMNS),
                    page.cell(refused[key], Unit.SHARE),
                    page.cell(cost[key], Unit.RIAL, scale),
                ),
            )
            for key in shown
        ),
        data=page.frames.download("parcels-by-carrier", CARRIERS, keys),
    )
