"""The chapter on support: what was asked, who waited and gave up, how busy the agents were."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup

from reports.breakdowns.support import AGES
from reports.chapters.bars import Bar, bars
from reports.chapters.chapter import Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION
from reports.formats import Unit, unit_of
from reports.intervals import Interval
from scenarios.support import SupportChannel
from scenarios.units import format_duration

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart
    from reports.download import Download
    from reports.frames import Found

NAME, FATIGUE = "support_over_time", "support_fatigue"
COUNTS = ("contacts", "answered", "in_time", "given_up")
RATIOS = {
    "waiting": ("waiting_s", "length_s"),
    "age_s": ("aged_s", "looked"),
    "occupancy": ("busy_s", "place_s"),
}
"""What is drawn over time, and of which two numbers each of it is."""
CHANNELS: tuple[str, ...] = get_args(SupportChannel)
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
FATES = (("in_time", GREEN), ("later", SKY), ("given_up", VERMILLION), ("open", GREY))
"""What became of contacts, from the bottom of a stack up."""


def chapter(page: Page) -> Chapter | None:
    """Nothing where nobody asked for help, or nobody saw what became of it."""
    if not page.happens("support_contacts") or not page.estimates.has("support_service_level"):
        return None
    return Chapter(
        name="support",
        title=page.text("support.title"),
        lead=tuple(_lead(page)),
        figures=tuple(_figures(page)),
        tables=tuple(_tables(page)),
    )


# ---- sentences


def _lead(page: Page) -> list[Markup]:
    said = [
        page.text(
            "support.asked",
            contacts=page.measure("support_contacts"),
            served=page.measure("support_served"),
            level=page.measure("support_service_level"),
            given_up=page.measure("support_abandoned"),
            open=page.measure("support_unanswered"),
        ),
        page.text(
            "support.waited" if page.happens("support_wait_p95_s") else "support.waited_little",
            mean=page.measure("support_wait_mean_s"),
            p95=page.measure("support_wait_p95_s"),
            peak=page.measure("support_backlog_peak"),
            age=page.measure("support_backlog_age_p95_s"),
        ),
        page.text(
            "support.busy",
            occupancy=page.measure("support_occupancy"),
            cost=page.measure("support_cost_rial"),
        ),
    ]
    for measure, key in (
        ("agent_fatigue_peak", "support.tired"),
        ("support_unreached", "support.unreached"),
        ("self_service_solved", "support.solved"),
        ("tickets", "support.tickets"),
    ):
        if page.happens(measure):
            said.append(page.text(key, found=page.measure(measure)))
    return [page.caption(said)]


# ---- figures


def _figures(page: Page) -> list[Chart]:
    hours = [*page.charts.by_hour("support_contacts"), *page.charts.by_hour("support_backlog_mean")]
    if not page.has(NAME):
        return hours
    over = _OverTime(page)
    return [over.fates(), over.backlog(), *over.ages(), *over.work(), *_causes(page), *hours]


class _OverTime:
    """What the desks did over the season."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._time = InTime(page)
        contacts = page.frames.estimates(NAME, "contacts", "channel", page.chosen)
        self._channels = [each for each, found in contacts.items() if found.mean]

    def fates(self) -> Chart:
        """Contacts by what became of them, stacked."""
        found = {number: self._sums(number) for number in COUNTS}
        at = list(found["contacts"])
        parts = {
            "in_time": found["in_time"],
            "later": {t: _less(found["answered"][t], found["in_time"][t]) for t in at},
            "given_up": found["given_up"],
            "open": {
                t: _less(_less(found["contacts"][t], found["answered"][t]), found["given_up"][t])
                for t in at
            },
        }
        worst = max(at, key=lambda t: found["given_up"][t].mean)
        caption = self._page.text(
            "support.fates_caption",
            when=self._time.when(worst),
            contacts=self._page.say(found["contacts"][worst]),
            given_up=self._page.say(found["given_up"][worst]),
        ) + self._page.rivals(found["given_up"], worst)
        series = [
            Series(self._page.text(f"support.{name}"), colour, parts[name])
            for name, colour in FATES
            if any(each.mean for each in parts[name].values())
        ]
        return self._time.stack(
            "support-fates",
            self._page.text("support.fates"),
            Unit.COUNT,
            series,
            caption,
            data=self._file,
        )

    def backlog(self) -> Chart:
        """Waiting contacts by channel."""
        by_channel = {
            channel: self._ratio(*RATIOS["waiting"], channel) for channel in self._channels
        }
        return self._curves("backlog", Unit.COUNT, by_channel, self._file)

    def ages(self) -> list[Chart]:
        """How long those waiting had waited; nothing where nobody was seen waiting."""
        ages = {each: self._ratio(*RATIOS["age_s"], each) for each in self._channels}
        by_channel = {
            channel: found
            for channel, found in ages.items()
            if not all(math.isnan(each.mean) for each in found.values())
        }
        if not by_channel:
            return []
        return [self._curves("ages", Unit.SECONDS, by_channel, self._file)]

    def work(self) -> list[Chart]:
        """Occupancy by channel, and fatigue where it is modelled."""
        charts = []
        for name, table, (top, bottom), data in (
            ("occupancy", NAME, RATIOS["occupancy"], self._file),
            ("fatigue", FATIGUE, ("fatigue_s", "length_s"), self._file_of_fatigue()),
        ):
            by_channel = {
                each: self._page.ratios(table, top, bottom, "at_s", channel=each)
                for each in self._channels
            }
            points = [point for found in by_channel.values() for point in found.values()]
            if not any(point.mean > 0 for point in points):
                continue
            charts.append(self._curves(name, Unit.SHARE, by_channel, data))
        return charts

    def _curves(
        self, name: str, unit: Unit, by_channel: dict[str, Found], data: Download | None
    ) -> Chart:
        channel, at = _highest(by_channel)
        caption = self._page.text(
            f"support.{name}_caption",
            channel=self._channel(channel),
            when=self._time.when(at),
            most=self._page.say(by_channel[channel][at], unit),
            rivals=self._page.rivals(by_channel[channel], at),
        )
        series = [
            Series(self._channel(each), colour, by_channel[each])
            for each, colour in zip(by_channel, COLOURS, strict=False)
        ]
        return self._time.curves(
            f"support-{name}",
            self._page.text(f"support.{name}"),
            unit,
            series,
            caption,
            data=data,
        )

    @cached_property
    def _file(self) -> Download:
        """What is drawn over time, by channel."""
        frames, keys = self._page.frames, ("channel", "at_s")

        def found(value: str) -> dict[str, Found]:
            counts = {name: frames.estimates(NAME, name, keys, value) for name in COUNTS}
            ratios = {name: frames.ratios(NAME, *of, keys, value) for name, of in RATIOS.items()}
            return counts | ratios

        return frames.file_of("support-over-time", keys, found)

    def _file_of_fatigue(self) -> Download | None:
        frames, keys = self._page.frames, ("channel", "at_s")
        if not frames.has(FATIGUE):
            return None
        return frames.file_of(
            "support-fatigue",
            keys,
            lambda value: {"fatigue": frames.ratios(FATIGUE, "fatigue_s", "length_s", keys, value)},
        )

    def _channel(self, channel: str) -> Markup:
        return self._page.words(f"channel.{channel}")

    def _sums(self, number: str) -> Found:
        return self._page.frames.estimates(NAME, number, "at_s", self._page.chosen)

    def _ratio(self, top: str, bottom: str, channel: str) -> Found:
        where = {"channel": channel}
        return self._page.frames.ratios(NAME, top, bottom, "at_s", self._page.chosen, where)


def _causes(page: Page) -> list[Chart]:
    """What was asked, and how old the backlog was."""
    causes = page.frames.estimates("support_topics", "contacts", "topic", page.chosen)
    causes = {topic: found for topic, found in causes.items() if found.mean}
    if not causes:
        return []
    most = max(causes, key=lambda topic: causes[topic].mean)
    again = page.frames.total("support_topics", "again", page.chosen)
    caption = page.text(
        "support.causes_caption",
        topic=page.named("topic", most),
        contacts=page.say(causes[most]),
        share=page.share(causes[most].mean, sum(each.mean for each in causes.values())),
        again=page.say(again),
        rivals=page.rivals(causes, most),
    )
    charts = [
        bars(
            page,
            "support-causes",
            page.text("support.causes"),
            [Bar(page.named("topic", topic), found) for topic, found in causes.items()],
            caption,
            data=_file_of_topics(page),
        )
    ]
    ages = page.frames.estimates("support_backlog_ages", "waiting", "age_from_s", page.chosen)
    total = sum(found.mean for found in ages.values())
    if total:
        old = sum(found.mean for age, found in ages.items() if age >= 900)
        caption = page.text(
            "support.classes_caption",
            waiting=page.say(page.frames.total("support_backlog_ages", "waiting", page.chosen)),
            share=page.share(old, total),
        )
        classes = [Bar(_age(page, age), found) for age, found in ages.items()]
        title = page.text("support.classes")
        data = page.frames.download(
            "support-backlog-ages", "support_backlog_ages", ("channel", "age_from_s")
        )
        charts.append(
            bars(page, "support-classes", title, classes, caption, in_order=True, data=data)
        )
    return charts


def _file_of_topics(page: Page) -> Download:
    return page.frames.download("support-topics", "support_topics", ("channel", "topic"))


def _age(page: Page, begin: int) -> Markup:
    """A class of age by where it begins."""
    if begin == AGES[-1]:
        return page.text("support.age_over", low=page.formats.written(format_duration(begin)))
    end = AGES[AGES.index(begin) + 1]
    return page.text("support.age_under", high=page.formats.written(format_duration(end)))


# ---- tables


def _tables(page: Page) -> list[Table]:
    tables = [_by_channel(page)]
    if page.has("support_topics"):
        tables.append(_by_topic(page))
    return tables


MEASURES = (
    "support_contacts", "support_service_level", "support_wait_mean_s", "support_wait_p95_s",
    "support_abandonment_rate", "support_backlog_peak", "support_backlog_age_p95_s",
    "support_occupancy", "agent_fatigue_peak", "support_cost_rial",
)  # fmt: skip
"""The columns of the table of channels."""


def _by_channel(page: Page) -> Table:
    channels = [each for each in CHANNELS if page.estimates.happens(f"support_contacts_{each}")]
    known = [
        name
        for name in MEASURES
        if any(page.estimates.has(f"{name}_{channel}") for channel in channels)
    ]
    scales = {
        name: page.scale(
            (page.measured(f"{name}_{channel}") for channel in channels), unit_of(name)
        )
        for name in known
        if unit_of(name) is not Unit.SHARE
    }
    return Table(
        title=page.text("support.channels"),
        caption=page.shown("support.channels_caption"),
        head=(
            Head(page.text("support.channel")),
            *(
                Head(page.words.measure(name), scales[name].word if name in scales else "")
                for name in known
            ),
        ),
        rows=tuple(
            Row(
                page.words(f"channel.{channel}"),
                tuple(page.measure_cell(f"{name}_{channel}", scales.get(name)) for name in known),
            )
            for channel in channels
        ),
    )


def _by_topic(page: Page) -> Table:
    name = "support_topics"

    def sums(number: str) -> Found:
        return page.frames.estimates(name, number, "topic", page.chosen)

    def shares(top: str, bottom: str) -> Found:
        return page.frames.ratios(name, top, bottom, "topic", page.chosen)

    contacts, again = sums("contacts"), sums("again")
    given_up, wait = shares("given_up", "contacts"), shares("wait_s", "answered")
    asked = {topic: given_up[topic] for topic, found in contacts.items() if found.mean}
    most = max(asked, key=lambda topic: asked[topic].mean)
    time = page.scale(wait.values(), Unit.SECONDS)
    return Table(
        title=page.text("support.topics"),
        caption=page.shown(
            "support.topics_caption",
            topic=page.named("topic", most),
            share=page.say(given_up[most], Unit.SHARE),
        )
        + page.rivals(asked, most),
        head=(
            Head(page.text("support.topic")),
            Head(page.words.measure("support_contacts")),
            Head(page.words.measure("support_abandonment_rate")),
            Head(page.words.measure("support_wait_mean_s"), time.word),
            Head(page.text("support.again")),
        ),
        rows=tuple(
            Row(
                page.named("topic", topic),
                (
                    page.cell(contacts[topic]),
                    page.cell(given_up[topic], Unit.SHARE),
                    page.cell(wait[topic], Unit.SECONDS, time),
                    page.cell(again[topic]),
                ),
            )
            for topic in sorted(contacts, key=lambda topic: -contacts[topic].mean)
            if contacts[topic].mean
        ),
        data=_file_of_topics(page),
    )


def _highest(by_channel: dict[str, Found]) -> tuple[str, int]:
    """The channel and the moment of the highest point."""
    points = {
        (channel, at): point.mean
        for channel, found in by_channel.items()
        for at, point in found.items()
        if not math.isnan(point.mean)
    }
    return max(points, key=lambda place: points[place])


def _less(whole: Interval, part: Interval) -> Interval:
    """The mean of what remains; its interval is not asked for."""
    return Interval(whole.mean - part.mean, math.nan, math.nan, math.nan, whole.n)
