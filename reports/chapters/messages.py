"""The chapter on messages to shoppers: which were sent, how late, and whom they brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.chapters.chapter import Cell, Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.figures import BLUE, VERMILLION
from reports.formats import Unit

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart

TOPICS, OVER_TIME = "messages_by_topic", "messages_over_time"


def chapter(page: Page) -> Chapter | None:
    """Nothing for a shop without messages."""
    if not page.happens("notices_sent", "notices_unreachable"):
        return None
    return Chapter(
        name="messages",
        title=page.text("messages.title"),
        lead=(_lead(page),),
        figures=(_over_time(page),) if page.has(OVER_TIME) else (),
        tables=(_by_topic(page),) if page.has(TOPICS) else (),
    )


def _lead(page: Page) -> Markup:
    said = page.text(
        "messages.sent",
        sent=page.measure("notices_sent"),
        late=page.measure("notices_late"),
        unreachable=page.measure("notices_unreachable"),
    )
    if not page.happens("reminders_converted"):
        return page.caption([said])
    won = page.text("messages.won", orders=page.measure("reminders_converted"))
    return page.caption([said, won])


def _over_time(page: Page) -> Chart:
    time = InTime(page)
    due, waiting = (
        page.frames.estimates(OVER_TIME, number, "at_s", page.chosen)
        for number in ("due", "waiting")
    )
    busiest, longest = (max(of, key=lambda t: of[t].mean) for of in (due, waiting))
    said = [
        page.text("messages.over_time_caption", when=time.when(busiest), due=page.say(due[busiest]))
        + page.rivals(due, busiest)
    ]
    series = [Series(page.text("messages.due"), BLUE, due, in_steps=True)]
    if waiting[longest].mean:
        series.append(Series(page.text("messages.waiting"), VERMILLION, waiting, "--"))
        found = page.say(waiting[longest])
        said.append(page.text("messages.queue_caption", when=time.when(longest), waiting=found))
    return time.curves(
        "messages",
        page.text("messages.over_time"),
        Unit.COUNT,
        series,
        Markup(" ").join(said),
        data=page.frames.download("messages-over-time", OVER_TIME, "at_s"),
    )


COLUMNS = ("sent", "late", "unreachable", "came_back", "won")


def _by_topic(page: Page) -> Table:
    keys = ["topic", "way"]
    found = {name: page.frames.estimates(TOPICS, name, keys, page.chosen) for name in COLUMNS}
    delay = page.frames.ratios(TOPICS, "delay_s", "sent", keys, page.chosen)
    cost = page.frames.estimates(TOPICS, "cost_rial", keys, page.chosen)
    scale = page.formats.scale(Unit.RIAL, [each.mean for each in cost.values()])
    spent = page.frames.total(TOPICS, "cost_rial", page.chosen)
    return Table(
        title=page.text("messages.topics"),
        caption=page.shown("messages.topics_caption", cost=page.say(spent, Unit.RIAL)),
        head=(
            Head(page.text("messages.topic")),
            Head(page.text("messages.way")),
            *(Head(page.text(f"messages.column_{name}")) for name in COLUMNS),
            Head(page.text("messages.delay")),
            Head(page.text("messages.cost"), scale.word),
        ),
        rows=tuple(
            Row(
                page.named("message", key[0]),
                (
                    Cell(page.named("way", key[1])),
                    *(page.cell(found[name][key]) for name in COLUMNS),
                    page.cell(delay[key], Unit.SECONDS),
                    page.cell(cost[key], Unit.RIAL, scale),
                ),
            )
            for key in found["sent"]
        ),
        data=page.frames.download("messages-by-topic", TOPICS, keys),
    )
