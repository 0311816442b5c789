"""What every chapter is written from: the run, its figures, and how they are said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from reports.captions import Captions
from reports.chapters.chapter import Cell
from reports.charts import Charts
from reports.formats import Formats, Scale, Unit, unit_of
from reports.frames import Found, Frames
from reports.intervals import Interval
from reports.tables import shared_scale
from scenarios.loader import load_text
from scenarios.schema import Scenario

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.words import Words

K = TypeVar("K")
UNKNOWN = Interval(math.nan, math.nan, math.nan, math.nan, 0)


class Page:
    """One run in one language."""

    def __init__(self, run: Run, estimates: Estimates, words: Words, frames: Frames) -> None:
        self.run = run
        self.estimates = estimates
        self.words = words
        self.frames = frames
        self.formats = Formats(words)
        self.captions = Captions(run, estimates, words)
        self.charts = Charts(run, estimates, words)

    @property
    def chosen(self) -> str:
        """The value that figures are shown at: the recommended one, or the only one."""
        return self.run.result.best if self.run.result else ""

    @cached_property
    def scenario(self) -> Scenario:
        """The resolved scenario. Raises UserError for a file that is none."""
        return load_text(self.run.scenario, "scenario.yaml")

    def ratios(
        self,
        name: str,
        top: str,
        bottom: str | Sequence[str],
        by: str | Sequence[str],
        **where: Any,
    ) -> Found:
        """One of its numbers by another, replication by replication (`Frames.ratios`)."""
        return self.frames.ratios(name, top, bottom, by, self.chosen, where)

    def found(self, name: str, number: str, by: str | Sequence[str], **where: Any) -> Found:
        """A breakdown's number by some of its keys, at the chosen value (`Frames.estimates`)."""
        return self.frames.estimates(name, number, by, self.chosen, where)

    def happens(self, *measures: str) -> bool:
        """Whether any of these measures is known and other than zero at any value."""
        return any(self.estimates.happens(name) for name in measures)

    def has(self, name: str) -> bool:
        """Whether a breakdown has any row at the chosen value."""
        return bool((self.frames.raw(name)["value"] == self.chosen).any())

    # ---- numbers in sentences and tables

    def measure(self, name: str) -> Markup:
        """A measure at the chosen value, with its interval and unit; a dash for one unknown."""
        return self.formats.estimate(self.measured(name), unit_of(name))

    def measure_cell(self, name: str, scale: Scale | None = None) -> Cell:
        """The same in a table; its unit in the head of the column, where it has a `scale`."""
        return self.cell(self.measured(name), unit_of(name), scale)

    def measured(self, name: str) -> Interval:
        """A run from outside, or an older one, does not have all measures."""
        return self.estimates.at(self.chosen).get(name, UNKNOWN)

    def mean(self, name: str) -> float:
        """The same as a plain number."""
        return self.measured(name).mean

    def say(self, interval: Interval, unit: Unit = Unit.COUNT) -> Markup:
        """An estimate in a sentence."""
        return self.formats.estimate(interval, unit)

    def cell(self, interval: Interval, unit: Unit = Unit.COUNT, scale: Scale | None = None) -> Cell:
        """An estimate in a table; under a `scale` its word stands in the head of the column."""
        text = self.formats.estimate(interval, unit, scale, with_word=scale is None)
        return Cell(text, interval.mean)

    def scale(self, intervals: Iterable[Interval], unit: Unit) -> Scale:
        """One scale for numbers that stand in one column."""
        return shared_scale(self.formats, unit, intervals)

    def share(self, part: float, whole: float) -> Markup:
        """A part of a whole in whole percent."""
        return self.formats.rough_share(part, whole)

    # ---- sentences

    def named(self, kind: str, name: str) -> Markup:
        """What the log calls `name`, in the language; as code where the locale has no word."""
        key = f"{kind}.{name}"
        return self.words(key) if key in self.words else Markup("<code>{}</code>").format(name)

    def shown(self, key: str, **values: Any) -> Markup:
        """A sentence of the chapters that says for a tune or a compare of which value it is."""
        return self.caption([self.text(key, **values)])

    def text(self, key: str, **values: Any) -> Markup:
        """A sentence of the chapters: `chapter.` stands before the key."""
        return self.words(f"chapter.{key}", **values)

    def rivals(self, points: Mapping[K, Interval], named: K) -> Markup:
        """Says behind the name of a largest or smallest point that chance may have picked it."""
        return self.captions.rivals(list(points.values()), list(points).index(named))

    def caption(self, sentences: Sequence[Markup]) -> Markup:
        """Sentences one after the other; for a tune or a compare, said of which value."""
        said = Markup(" ").join(each for each in sentences if each)
        if not self.chosen:
            return said
        value = self.formats.written(self.chosen)
        return self.words("caption.at", value=value, sentence=said)
