"""What a backtest says: whether the real days could be a season of the scenario, and where not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.charts import Chart, Key
from reports.figures import BLUE, VERMILLION
from reports.formats import Formats, Scale, Unit
from reports.intervals import Interval
from reports.speaker import Conclusion, Speaker
from scenarios.units import parse_day

if TYPE_CHECKING:
    from reports.backtest_result import Backtest, BacktestFigure
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.words import Words

_NAMED = 3
"""Misses that the verdict names."""
_HOUR = re.compile(r"(orders|calls|tickets)_(\d\d)h")
_DAY = re.compile(r"(orders|calls|tickets)_(on|in_week_of) (\S+)")
_MANY = re.compile(r"(orders_of|lines_of)_(\d+)_(lines|units)(_or_more)?")
_SHARES = ("orders_of_", "lines_of_", "share_of_", "payment_")
_CLASSES = 10


def unit_of_figure(name: str) -> Unit:
    """In what a figure of a backtest is counted."""
    if name.endswith("_rial"):
        return Unit.RIAL
    if name.endswith("_s"):
        return Unit.SECONDS
    return Unit.SHARE if is_share(name) else Unit.COUNT


def is_share(name: str) -> bool:
    """Whether a figure of a backtest is a part of something."""
    return name.startswith(_SHARES) or name.endswith("_share")


class BacktestWords:
    """The figures' names and numbers in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._formats = Formats(words)

    def label(self, name: str) -> Markup:
        """`Orders paid from 13:00 to 14:00, a day`."""
        if hour := _HOUR.fullmatch(name):
            number = int(hour[2])
            span = self._formats.clock(number), self._formats.clock((number + 1) % 24)
            return self._words(f"backtest.{hour[1]}_by_hour", first=span[0], end=span[1])
        if day := _DAY.fullmatch(name):
            when = self._formats.day(parse_day(day[3]))
            return self._words(f"backtest.{day[1]}_{day[2]}", day=when)
        if many := _MANY.fullmatch(name):
            key = f"backtest.{many[1]}{many[4] or ''}"
            return self._words(key, count=self._formats.count(int(many[2])))
        what, _, rest = name.partition(" ")
        if what == "share_of_lines":
            return self._words("backtest.share_of_lines", product=_product(rest))
        if what == "share_of_orders":
            product, _, window = rest.rpartition(" ")
            shown = self._formats.isolated(self._formats.digits(window))
            return self._words("backtest.share_of_orders", product=_product(product), window=shown)
        if f"backtest.{name}" in self._words:
            return self._words(f"backtest.{name}")
        return self._words.measure(name)

    def number(self, value: float, name: str, scale: Scale, word: bool = True) -> Markup:
        """A figure's value, with the word of its scale; a share always has its sign."""
        alone, unit = Interval(value, value, value, 0.0, 1), unit_of_figure(name)
        return self._formats.estimate(alone, unit, scale, with_word=word or unit is Unit.SHARE)

    def between(self, figure: BacktestFigure, scale: Scale) -> Markup:
        """`1.03 to 1.23 billion toman`."""
        low = self.number(figure.low, figure.figure, scale, word=False)
        high = self.number(figure.high, figure.figure, scale)
        return self._words("backtest.between", low=low, high=high)

    def miss(self, figure: BacktestFigure) -> Markup:
        """`orders from 19:00 to 20:00 (really 301; simulated 367, 314 to 430)`."""
        unit = unit_of_figure(figure.figure)
        numbers = (figure.real, figure.simulated, figure.low, figure.high)
        scale = self._formats.scale(unit, numbers)
        label = self.label(figure.figure)
        return self._words(
            "backtest.miss",
            figure=Markup(label[:1].lower() + label[1:]),
            real=self.number(figure.real, figure.figure, scale, word=False),
            simulated=self.number(figure.simulated, figure.figure, scale, word=False),
            between=self.between(figure, scale),
        )


def _product(name: str) -> Markup:
    return Markup("<code>{}</code>").format(name)


class OfBacktest(Speaker):
    """The sentences of one backtest in one language."""

    def __init__(self, run: Run, backtest: Backtest, estimates: Estimates, words: Words) -> None:
        super().__init__(run, estimates, words)
        self._backtest = backtest
        self._told = BacktestWords(words)

    def conclusion(self) -> Conclusion:
        details = (self._count(), self._joint(), self._by_group(), self._fit())
        return Conclusion(self._headline(), details, (), self._backtest.agrees)

    def _headline(self) -> Markup:
        """Whether the scenario could have made the real days; where it misses."""
        found, missed = self._backtest, self._backtest.outside
        named = [self._told.miss(each) for each in missed[:_NAMED]]
        if found.agrees:
            return (
                self._words("backtest.agrees")
                if not missed
                else self._words("backtest.agrees_but", misses=self._words.listed(named))
            )
        if not missed:
            return self._words("backtest.departs_together")
        return self._words("backtest.departs", misses=self._words.listed(named))

    def _count(self) -> Markup:
        found = self._backtest
        return self._words(
            "backtest.count",
            outside=self._formats.count(len(found.outside)),
            all=self._formats.count(len(found.figures)),
            covers=self._formats.probability(found.covers),
            expected=self._formats.isolated(self._formats.number(found.expected_misses, 1)),
            level=self._formats.probability(found.level),
            usual=self._formats.count(found.usual_misses),
        )

    def _joint(self) -> Markup:
        found = self._backtest
        return self._words(
            "backtest.joint",
            p=self._formats.isolated(self._formats.number(found.p, 2)),
            limit=self._formats.isolated(self._formats.number(1 - found.level, 2)),
        )

    def _fit(self) -> Markup:
        """That the scenario's numbers are estimates themselves, and whether the range holds it."""
        covers, normal = self._backtest.covers, NormalDist()
        if self._backtest.fitted_on and self._backtest.wider == 1.0:
            return self._words("backtest.fit_drawn")
        if self._backtest.fitted_on:
            return self._words(
                "backtest.fit_held",
                part=Markup("<code>{}</code>").format(self._backtest.fitted_on),
                times=self._formats.isolated(self._formats.number(self._backtest.wider, 2)),
            )
        # The real share's own error and that of the fit have the same variance.
        z = normal.inv_cdf((1 + covers) / 2) / math.sqrt(2)
        return self._words(
            "backtest.fit",
            covers=self._formats.probability(covers),
            held=self._formats.probability(2 * normal.cdf(z) - 1),
        )

    def _by_group(self) -> Markup:
        """How far each kind of figures may be trusted by itself."""
        clauses = [
            self._words(
                f"backtest.group_{each.name}",
                inside=self._formats.count(each.inside),
                all=self._formats.count(each.figures),
                p=self._formats.isolated(self._formats.number(each.p, 2)),
            )
            for each in self._backtest.groups
        ]
        return self._words("backtest.by_group", groups=self._words.listed(clauses))


@dataclass(frozen=True)
class FigureRow:
    """A figure of the table."""

    label: Markup
    cells: tuple[Markup, ...]
    """Real, simulated, where one season lies, share of seasons below."""
    state: str
    """`inside`, `outside`, or `far`: so far out that not even the farthest of all figures is."""


class BacktestTables:
    """Fills the table and the charts of a backtest in one language."""

    def __init__(self, backtest: Backtest, words: Words) -> None:
        self._backtest = backtest
        self._words = words
        self._formats = Formats(words)
        self._told = BacktestWords(words)

    def scope(self) -> Markup:
        """Which days of which exports were laid beside, and which part of them."""
        found = self._backtest
        first, last = (self._formats.day(parse_day(day)) for day in (found.first, found.last))
        sources = [Markup("<code>{}</code>").format(name) for name in found.sources]
        text = self._words(
            "backtest.scope",
            sources=self._words.listed(sources),
            period=self._words("period", start=first, end=last),
            days=self._formats.count(found.days),
        )
        if found.part:
            text += " " + self._words(
                "backtest.part", part=Markup("<code>{}</code>").format(found.part)
            )
        return text

    def note(self) -> Markup:
        """What the interval and the marks mean."""
        return self._words("backtest.note", covers=self._formats.probability(self._backtest.covers))

    def rows(self) -> Iterator[FigureRow]:
        """Every figure, in the order of the account."""
        for each in self._backtest.figures:
            unit = unit_of_figure(each.figure)
            scale = self._formats.scale(unit, (each.real, each.simulated, each.low, each.high))
            real, mean = (
                self._told.number(value, each.figure, scale)
                for value in (each.real, each.simulated)
            )
            between = self._told.between(each, scale)
            rank = self._formats.rough_share(each.rank, 1.0)
            yield FigureRow(
                self._told.label(each.figure), (real, mean, between, rank), self._state(each)
            )

    def _state(self, each: BacktestFigure) -> str:
        if each.inside:
            return "inside"
        return "far" if each.p_joint <= 1 - self._backtest.level + 1e-9 else "outside"

    def charts(self) -> list[Chart]:
        """Real beside simulated by hour of day; where among the seasons the real figures lie."""
        drawn = [self._by_hour(what) for what in ("orders", "calls", "tickets")]
        return [chart for chart in drawn if chart] + [self._ranks()]

    def legend(self) -> tuple[Key, ...]:
        return (
            Key(self._words("backtest.real"), VERMILLION, "dots"),
            Key(self._words("backtest.simulated"), BLUE, "line"),
            Key(self._words("backtest.one_season"), BLUE, "band"),
        )

    def _by_hour(self, what: str) -> Chart | None:
        hours = [
            f
            for f in self._backtest.figures
            if f.figure.startswith(f"{what}_") and _HOUR.fullmatch(f.figure)
        ]
        if len(hours) < 2:
            return None
        scale = self._formats.scale(Unit.COUNT, [f.high for f in hours])
        worst = min(hours, key=lambda f: (f.p_joint, f.figure))
        caption = self._words("backtest.hours_caption", miss=self._told.miss(worst))
        band = [Interval(f.simulated, f.low, f.high, (f.high - f.low) / 2, 2) for f in hours]
        real = [Interval(f.real, f.real, f.real, 0.0, 1) for f in hours]
        labels = {n: self._formats.digits(str(int(f.figure[-3:-1]))) for n, f in enumerate(hours)}
        every = max(1, len(hours) // 8)
        svg = figures.curves(
            [
                figures.Line(band, BLUE, "-", marker=""),
                figures.Line(real, VERMILLION, ":", marker="o"),
            ],
            {n: text for n, text in labels.items() if n % every == 0},
            self._formats.for_figure(self._words("axis.hour").striptags()),
            self._formats.tick(scale),
            name=f"backtest-{what}",
            alt=caption.striptags(),
            from_zero=True,
        )
        return Chart(self._words(f"backtest.{what}_chart"), Markup(""), svg, caption)

    def _ranks(self) -> Chart:
        """How many figures lie in each tenth of the simulated seasons: about as many in each."""
        counts = _histogram([f.rank for f in self._backtest.figures])
        even = len(self._backtest.figures) / _CLASSES
        fair = self._formats.isolated(self._formats.number(even, 1))
        caption = self._words(
            "backtest.ranks_caption",
            low=self._formats.count(counts[0]),
            high=self._formats.count(counts[-1]),
            fair=fair,
        )
        scale = self._formats.scale(Unit.COUNT, counts)
        labels = [
            self._formats.for_figure(
                self._words(
                    "backtest.tenth",
                    low=self._formats.digits(str(n * 10)),
                    high=self._formats.digits(str(n * 10 + 10)),
                ).striptags()
            )
            for n in range(_CLASSES)
        ]
        svg = figures.bars(
            figures.Bars(labels, [figures.Stack(counts, BLUE)]),
            self._formats.for_figure(self._words("backtest.ranks_axis").striptags()),
            self._formats.tick(scale),
            name="backtest-ranks",
            alt=caption.striptags(),
            right_to_left=self._words.right_to_left,
        )
        return Chart(self._words("backtest.ranks_chart"), Markup(""), svg, caption)


def _histogram(ranks: Sequence[float]) -> list[int]:
    counts = [0] * _CLASSES
    for rank in ranks:
        counts[min(int(rank * _CLASSES), _CLASSES - 1)] += 1
    return counts


def backtest_lines(backtest: Backtest, words: Words) -> Iterator[tuple[str, ...]]:
    """Rows for the terminal: mark, figure, real, simulated, where one season lies."""
    formats = Formats(words)
    yield ("", "figure", "real", "simulated", f"{backtest.covers:.0%} of seasons", "")
    for each in backtest.figures:
        unit = unit_of_figure(each.figure)
        numbers = (each.real, each.simulated, each.low, each.high)
        scale = formats.scale(unit, numbers)
        share = unit is Unit.SHARE
        real, mean, low, high = (
            formats.estimate(Interval(n, n, n, 0.0, 1), unit, scale, with_word=share).striptags()
            for n in numbers
        )
        word = "" if share else scale.word
        yield ("" if each.inside else "✗", each.figure, real, mean, f"{low} to {high}", word)
