"""The page of runs side by side: what differs in a sentence, then limits, figures and tables."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reports import figures, pages
from reports.charts import Chart, Key
from reports.figures import BLUE, GREEN, INK, ORANGE, PURPLE, VERMILLION
from reports.formats import Formats, Scale, Unit, in_difference, unit_of
from reports.intervals import Interval
from reports.side_by_side import CLAIMS, TABLE, Contrast, Side, SideBySide
from reports.speaker import FEW, told_change, with_capital
from reports.tables import CARDS, GROUPS, ThresholdRow, group_of, threshold_row
from reports.whole_files import write_text
from reports.words import Words, title_in
from scenarios.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from reports.thresholds import Rule

LOOKS = (
    (BLUE, "-", "line"), (VERMILLION, "--", "dashes"), (GREEN, ":", "dots"),
    (PURPLE, "-", "line"), (ORANGE, "--", "dashes"), (INK, ":", "dots"),
)  # fmt: skip
DAY = ("stockouts", "support_contacts", "support_backlog_mean")
"""Columns of hours.csv that are drawn."""
_BESIDE = ("stockouts", "phantom_stockouts", "orders_accepted")


def write(found: SideBySide, folder: Path) -> list[Path]:
    """Write side-by-side.csv and a page in each language of the first run; returns the pages.

    Raises UserError where there can be no such folder.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file. Name a folder for the pages (--out).")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot write to {folder}: {error.strerror}.") from None
    table = found.table().to_csv(index=False, lineterminator="\n")
    write_text(folder / TABLE, "\ufeff" + table)  # spreadsheets need the mark
    written = []
    for language in found.languages:
        file = folder / f"side-by-side.{language}.html"
        write_text(file, page(found, Words(language), folder))
        written.append(file)
    return written


def page(found: SideBySide, words: Words, folder: Path) -> str:
    """The page in the language of `words`, as it will stand in `folder`."""
    told = Told(found, words)
    return pages.fill(
        "side_by_side.html.j2",
        words,
        found.languages,
        told=told,
        found=found,
        folder=folder,
        csv_name=TABLE,
        title=str(told.title().striptags()),
    )


class Told:
    """The comparison in words of one language."""

    def __init__(self, found: SideBySide, words: Words) -> None:
        self._found = found
        self._words = words
        self._formats = Formats(words)
        self._level = self._formats.probability(found.level)

    # ---- the runs

    def title(self) -> Markup:
        """How many runs, and of what."""
        names = dict.fromkeys(self.called(side) for side in self._found.sides)
        return self._words("sides.title", names=Markup(" / ").join(names))

    def called(self, side: Side) -> Markup:
        """A run's title, or its scenario's name."""
        manifest = side.run.manifest
        title = title_in(self._words.language, manifest.title, manifest.scenario)
        return Markup("<bdi>{}</bdi>").format(title)

    def name(self, side: Side) -> Markup:
        """Its letter."""
        return Markup("<code>{}</code>").format(side.name)

    def link(self, side: Side, folder: Path) -> str:
        """Where its own report lies from the folder of the page."""
        report = side.run.folder / f"report.{self._words.language}.html"
        return Path(os.path.relpath(report, folder)).as_posix()

    def facts(self) -> list[tuple[Markup, list[Markup]]]:
        """What each run was: a label, and a cell for every run."""
        words, formats = self._words, self._formats
        rows: list[tuple[str, list[Markup]]] = [
            ("sides.kind", [self._kind(side) for side in self._found.sides]),
            ("sides.season", [self._season(side) for side in self._found.sides]),
            ("sides.shown_at", [self._shown_at(side) for side in self._found.sides]),
            ("again.seed", [self._code(str(s.run.manifest.seed)) for s in self._found.sides]),
            ("again.replications", [formats.count(len(s.rows)) for s in self._found.sides]),
            ("again.hash", [self._code(s.run.manifest.scenario_hash) for s in self._found.sides]),
        ]
        return [(words(key), cells) for key, cells in rows if any(cells)]

    def _kind(self, side: Side) -> Markup:
        kind = self._words(f"kind.{side.run.manifest.command}")
        if side.run.manifest.source == "live":
            kind += Markup(" · ") + self._words("kind.live")
        return kind

    def _season(self, side: Side) -> Markup:
        season = side.run.manifest.season
        return self._formats.period(season.start, season.seconds)

    def _shown_at(self, side: Side) -> Markup:
        return self._formats.written(side.value) if side.value else Markup("")

    def _code(self, text: str) -> Markup:
        return Markup("<code>{}</code>").format(text)

    def settings(self) -> list[tuple[Markup, list[Markup]]]:
        """The fields in which the scenarios differ, and what each run has there."""
        return [
            (
                self._words.parameter(each.field),
                [self._code(value) if value else Markup("…") for value in each.values],
            )
            for each in self._found.settings
        ]

    # ---- the first sentences

    def sentences(self) -> list[Markup]:
        """What differs between each other run and the first."""
        return [self._sentence(other) for other in self._found.others]

    def _sentence(self, other: Side) -> Markup:
        contrasts = {
            name: contrast
            for name in CLAIMS
            if (contrast := self._found.contrast(other, name)) and contrast.change.n
        }
        names = {"other": self.name(other), "first": self.name(self._found.first)}
        if contrasts and all(each.same for each in contrasts.values()):
            return self._words("sides.same", **names)
        clauses = [self._clause(name, each) for name, each in contrasts.items() if each.apart]
        unclear = [name for name, each in contrasts.items() if not each.apart]
        if unclear:
            listed = self._words.listed(map(self._words.measure_in_sentence, unclear))
            clauses.append(self._words("compare.alike", measures=listed))
        told = self._words("list.clauses").join(clauses)
        return self._words("sides.against", told=told, **names) + self._words("list.stop")

    def _clause(self, measure: str, found: Contrast) -> Markup:
        """`profit lower by 1.20 ± 0.03 billion toman (−3.1 ± 0.2%)`."""
        clause = told_change(measure, found.change, self._words, self._formats)
        if unit_of(measure) is Unit.SHARE or math.isnan(found.relative.mean):
            return clause
        share = self._formats.estimate(found.relative, Unit.SHARE, signed=True)
        return self._words("sides.in_percent", clause=clause, share=share)

    def methods(self) -> list[Markup]:
        """How each run was compared with the first: pair by pair or not, and why."""
        return [
            self._words(
                f"sides.{self._found.method(other)}",
                other=self.name(other),
                first=self.name(self._found.first),
                count=self._formats.count(self._found.pairs(other)),
                fields=self._words("list.comma").join(map(self._code, other.drawn_apart)),
            )
            for other in self._found.others
        ]

    def warnings(self) -> Iterator[Markup]:
        """What must be known before anything is decided by the differences."""
        sides = self._found.sides
        simulated = [len(s.rows) for s in sides if s.run.manifest.source != "live"]
        played = min(simulated, default=0)
        if 1 < played < FEW:
            yield self._words("sides.few", count=self._formats.count(played))
        if len({side.run.manifest.season.seconds for side in sides}) > 1:
            yield self._words("compare.seasons")
        if len({side.run.manifest.versions.get("esfand") for side in sides}) > 1:
            yield self._words("sides.versions")
        for side in sides:
            manifest = side.run.manifest
            if manifest.load and manifest.load.invalid:
                yield self._words("sides.invalid", name=self.name(side))
            if not manifest.books.balanced:
                yield self._words("sides.unbalanced", name=self.name(side))

    def note(self) -> Markup:
        """What the marks and the intervals of the table mean."""
        return self._words("sides.note", first=self.name(self._found.first), level=self._level)

    # ---- tables

    def thresholds(self) -> list[tuple[Markup, Markup, list[ThresholdRow | None]]]:
        """Every limit of any of the runs: measure, limit, and every run against it."""
        return [
            (
                self._words.measure(rule.measure),
                self._formats.limit(rule.comparison, rule.limit, unit_of(rule.measure)),
                [self._held(side, rule) for side in self._found.sides],
            )
            for rule in self._found.rules()
        ]

    def _held(self, side: Side, rule: Rule) -> ThresholdRow | None:
        verdict = self._found.verdict(side, rule)
        return threshold_row(verdict, self._words, self._formats) if verdict else None

    def chosen(self) -> list[dict[str, Any]]:
        """Rows of the measures that stand in the open."""
        wanted = {*CLAIMS, *CARDS, *_BESIDE}
        names = (name for name in self._found.measures if name in wanted)
        return [self._row(name) for name in names if self._happens(name)]

    def count(self) -> Markup:
        """How many measures there are in all."""
        return self._formats.count(len(self._found.measures))

    def groups(self) -> list[tuple[Markup, list[dict[str, Any]]]]:
        """Rows of all measures, in groups with their headings."""
        names: dict[str, list[str]] = {key: [] for key in GROUPS}
        for name in self._found.measures:
            names[group_of(name)].append(name)
        return [
            (self._words(f"group.{key}"), [self._row(name) for name in members])
            for key, members in names.items()
            if members
        ]

    def _row(self, measure: str) -> dict[str, Any]:
        """`label`, `unit`, `cells` of all runs and `changes` (text, in percent, state)."""
        unit = unit_of(measure)
        found = [side.found(measure) for side in self._found.sides]
        scale = self._formats.scale(unit, [each.mean for each in found])
        share = unit is Unit.SHARE
        return {
            "label": self._words.measure(measure),
            "unit": "" if share else scale.word,
            "cells": [self._formats.estimate(each, unit, scale, share) for each in found],
            "changes": [self._change(other, measure, scale) for other in self._found.others],
        }

    def _change(self, other: Side, measure: str, scale: Scale) -> tuple[Markup, Markup, str]:
        found = self._found.contrast(other, measure)
        if found is None:
            return Markup("—"), Markup(""), ""
        share = unit_of(measure) is Unit.SHARE
        unit = in_difference(unit_of(measure))
        change = self._formats.estimate(
            found.change, unit, None if share else scale, share, signed=True
        )
        known = not share and not math.isnan(found.relative.mean)
        relative = (
            self._formats.estimate(found.relative, Unit.SHARE, signed=True) if known else Markup("")
        )
        return change, relative, "same" if found.same else "apart" if found.apart else "not_apart"

    # ---- figures

    def charts(self) -> list[Chart]:
        """The measures that a planner asks for first: a point with its interval for every run."""
        names = dict.fromkeys((*CLAIMS, *CARDS))
        return [self._points(name) for name in names if self._happens(name)]

    def _happens(self, measure: str) -> bool:
        """Known to every run, and other than zero in one."""
        means = [side.found(measure).mean for side in self._found.sides]
        return any(means) and not any(map(math.isnan, means))

    def _points(self, measure: str) -> Chart:
        found = [side.found(measure) for side in self._found.sides]
        scale = self._formats.scale(unit_of(measure), [each.mean for each in found])
        caption = self._words("list.clauses").join(
            self._words(
                "sides.point",
                name=self.name(side),
                estimate=self._formats.estimate(each, unit_of(measure)),
            )
            for side, each in zip(self._found.sides, found, strict=True)
        )
        svg = figures.curves(
            [figures.Line([_scaled(each, scale) for each in found], joined=False)],
            {place: side.name for place, side in enumerate(self._found.sides)},
            "",
            self._formats.tick(scale),
            name=f"sides-{measure}",
            alt=str(caption.striptags()),
            from_zero=False,
        )
        return Chart(
            title=self._words.measure(measure),
            unit=Markup("{}").format(scale.word),
            svg=svg,
            caption=caption,
        )

    def day(self) -> list[Chart]:
        """What happens by local hour of day, a line for every run."""
        return [chart for column in DAY if (chart := self._by_hour(column))]

    def hours(self) -> pd.DataFrame:
        """What these figures are drawn from."""
        return self._found.hours(DAY)

    def day_legend(self) -> tuple[Key, ...]:
        """Which line is which run."""
        return tuple(
            Key(self.name(side), colour, shape)
            for side, (colour, _, shape) in zip(self._found.sides, LOOKS, strict=False)
        )

    def _by_hour(self, column: str) -> Chart | None:
        by_side = [side.estimates.by_hour(column, side.value) for side in self._found.sides]
        means = [i.mean for points in by_side for i in points if not math.isnan(i.mean)]
        if not any(means):
            return None
        caption = self._words("list.clauses").join(
            self._words(
                "sides.busiest",
                name=self.name(side),
                hour=self._formats.clock(hour),
                estimate=self._formats.estimate(points[hour], Unit.COUNT),
            )
            for side, points in zip(self._found.sides, by_side, strict=True)
            if (hour := _busiest(points)) is not None
        )
        svg = figures.curves(
            [
                figures.Line(points, colour, dashes, marker="")
                for points, (colour, dashes, _) in zip(by_side, LOOKS, strict=False)
            ],
            {hour: self._formats.digits(str(hour)) for hour in range(0, 24, 3)},
            self._formats.for_figure(self._words("axis.hour").striptags()),
            self._formats.tick(self._formats.scale(Unit.COUNT, means)),
            name=f"day-{column}",
            alt=str(caption.striptags()),
            from_zero=True,
        )
        return Chart(self._words(f"day.{column}"), Markup(""), svg, with_capital(caption))


def _busiest(points: Sequence[Interval]) -> int | None:
    hours = [hour for hour, point in enumerate(points) if not math.isnan(point.mean)]
    return max(hours, key=lambda hour: points[hour].mean) if hours else None


def _scaled(found: Interval, scale: Scale) -> Interval:
    low, high, half_width = (n / scale.divisor for n in (found.low, found.high, found.half_width))
    return Interval(found.mean / scale.divisor, low, high, half_width, found.n)
