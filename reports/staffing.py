"""What a staffing says: which agents keep the targets, at what cost, and what they cost now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.charts import Chart, Key
from reports.figures import BLUE, VERMILLION
from reports.formats import Formats, Unit
from reports.intervals import Interval
from reports.speaker import Conclusion, Speaker
from scenarios.units import parse_days

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.staffing_result import StaffCell, StaffDays, Staffing, StaffTarget
    from reports.words import Words


class OfStaffing(Speaker):
    """The sentences of one staffing in one language."""

    def __init__(self, run: Run, staffing: Staffing, estimates: Estimates, words: Words) -> None:
        super().__init__(run, estimates, words)
        self._staffing = staffing

    def conclusion(self) -> Conclusion:
        staffing = self._staffing
        missed = [target for target in staffing.targets if not target.kept]
        headline = (
            self._words("staff.misses", targets=self._listed(missed), **self._costs())
            if missed
            else self._words("staff.keeps", **self._costs())
        )
        return Conclusion(
            headline=headline,
            details=(self._present(), self._joint()),
            warnings=tuple(self._out_of_reach(target) for target in missed if _beyond(target)),
            sure=staffing.kept,
        )

    def _costs(self) -> dict[str, Markup]:
        now, then = self._staffing.cost_present_rial, self._staffing.cost_rial
        key = "same" if math.isclose(now, then) else "more" if then > now else "less"
        amount = self._formats.about(abs(then - now), Unit.RIAL)
        return {
            "cost": self._formats.about(then, Unit.RIAL),
            "change": self._words(f"staff.{key}", amount=amount),
        }

    def _present(self) -> Markup:
        """What the present staffing costs, and what it misses."""
        cost = self._formats.about(self._staffing.cost_present_rial, Unit.RIAL)
        missed = [target for target in self._staffing.targets if not target.present_kept]
        if not missed:
            return self._words("staff.present_keeps", cost=cost)
        clauses = [self._clause(each, each.present, each.present_bound) for each in missed]
        listed = self._words("list.and").join(clauses)
        return self._words("staff.present_misses", cost=cost, targets=listed)

    def _joint(self) -> Markup:
        return self._words(
            "staff.joint",
            level=self._formats.probability(self._staffing.level),
            count=self._formats.count(len(self._staffing.targets)),
            checks=self._formats.count(self._staffing.checks),
        )

    def _listed(self, targets: Sequence[StaffTarget]) -> Markup:
        clauses = [self._clause(target, target.found, target.bound) for target in targets]
        return self._words("list.and").join(clauses)

    def _clause(self, target: StaffTarget, found: float, bound: float) -> Markup:
        """`contacts answered in time, chat (78.1%, surely 77%, against at least 80%)`."""
        return self._words(
            "staff.target",
            measure=self._words.measure_in_sentence(f"{target.measure}_{target.channel}"),
            found=rounded_share(self._formats, found),
            bound=rounded_share(self._formats, bound),
            limit=self._limit_of(target),
        )

    def _out_of_reach(self, target: StaffTarget) -> Markup:
        return self._words(
            "staff.out_of_reach",
            measure=self._words.measure(f"{target.measure}_{target.channel}"),
            reachable=rounded_share(self._formats, target.reachable),
            limit=self._limit_of(target),
        )

    def _limit_of(self, target: StaffTarget) -> Markup:
        least = target.measure == "support_service_level"
        return self._formats.limit(">=" if least else "<=", target.limit, Unit.SHARE)


def _beyond(target: StaffTarget) -> bool:
    """Not even agents in plenty keep it."""
    if target.measure == "support_service_level":
        return target.reachable < target.limit
    return target.reachable > target.limit


def rounded_share(formats: Formats, share: float) -> Markup:
    """`78.1%`; a dash for none."""
    if math.isnan(share):
        return Markup("—")
    return formats.value(round(share, 3), Unit.SHARE)


@dataclass(frozen=True)
class HourRow:
    """One hour of day of a desk; four cells for each class of days."""

    hour: Markup
    cells: tuple[Markup, ...]
    """Agents now and recommended, answered in time, occupancy; then those of the next class."""


@dataclass(frozen=True)
class DeskTable:
    """The staffing of one desk."""

    desk: Markup
    cost: Markup
    """Of its agents over the season."""
    rows: tuple[HourRow, ...]


class StaffingTables:
    """Fills the tables and charts of one staffing in one language."""

    def __init__(self, staffing: Staffing, words: Words) -> None:
        self._staffing = staffing
        self._words = words
        self._formats = Formats(words)

    def classes(self) -> list[tuple[Markup, Markup]]:
        """Every class of days with its days."""
        return [(self.days(each), self._spans(each)) for each in self._staffing.days]

    def days(self, days: StaffDays) -> Markup:
        """`busy days`."""
        return self._words(f"staff.days_{days.name}")

    def desk(self, channel: str) -> Markup:
        """`Chat`, as the beginning of a line."""
        name = self._words(f"channel.{channel}")
        return Markup(name[:1].upper() + name[1:])

    def desks(self) -> list[DeskTable]:
        return [self._desk(channel) for channel in self._staffing.channels]

    def charts(self) -> list[Chart]:
        """Agents by hour, now and recommended, for every desk and class of days."""
        return [
            self._chart(channel, days)
            for channel in self._staffing.channels
            for days in self._staffing.days
        ]

    def legend(self) -> tuple[Key, ...]:
        return (
            Key(self._words("staff.recommended"), BLUE, "line"),
            Key(self._words("staff.now"), VERMILLION, "dashes"),
        )

    def _desk(self, channel: str) -> DeskTable:
        cells = {(c.days, c.hour): c for c in self._staffing.cells if c.channel == channel}
        names = [days.name for days in self._staffing.days]
        cost = sum(cell.cost_rial for cell in cells.values())
        return DeskTable(
            desk=self.desk(channel),
            cost=self._formats.about(cost, Unit.RIAL),
            rows=tuple(
                HourRow(
                    self._formats.clock(hour),
                    tuple(part for name in names for part in self._parts(cells[name, hour])),
                )
                for hour in range(24)
            ),
        )

    def _parts(self, cell: StaffCell) -> tuple[Markup, ...]:
        half_width = (cell.service_high - cell.service_low) / 2
        level = Interval(cell.service_level, cell.service_low, cell.service_high, half_width, 0)
        return (
            self._at_work(cell, cell.present),
            Markup("<b>{}</b>").format(self._at_work(cell, cell.agents)),
            self._formats.estimate(level, Unit.SHARE),
            rounded_share(self._formats, round(cell.occupancy, 2)),
        )

    def _at_work(self, cell: StaffCell, agents: float) -> Markup:
        """How many; where nobody is, whether that closes the desk."""
        if cell.closed_by(agents):
            return self._words("staff.closed")
        return self._formats.about(round(agents, 1), Unit.COUNT)

    def _spans(self, days: StaffDays) -> Markup:
        if not days.days:
            return self._words("staff.all_days")
        spans = []
        for first, last in map(parse_days, days.days):
            day = self._formats.day(first)
            more = self._words("period", start=day, end=self._formats.day(last))
            spans.append(Markup("{}").format(day) if first == last else more)
        return self._words("list.comma").join(spans)

    def _chart(self, channel: str, days: StaffDays) -> Chart:
        cells = [c for c in self._staffing.cells if (c.channel, c.days) == (channel, days.name)]
        most = max(cells, key=lambda cell: cell.agents)
        caption = self._words(
            "staff.caption",
            agents=self._formats.count(most.agents),
            hour=self._formats.clock(most.hour),
            contacts=self._formats.about(round(most.contacts, 1), Unit.COUNT),
        )
        svg = figures.curves(
            [
                figures.Line([_point(cell.present) for cell in cells], VERMILLION, "--", ""),
                figures.Line([_point(cell.agents) for cell in cells], BLUE, "-", ""),
            ],
            {hour: self._formats.digits(str(hour)) for hour in range(0, 24, 3)},
            self._formats.for_figure(self._words("axis.hour").striptags()),
            self._formats.tick(self._formats.scale(Unit.COUNT, [most.agents])),
            name=f"staff-{channel}-{days.name}",
            alt=caption.striptags(),
            from_zero=True,
        )
        title = self._words("staff.chart", desk=self.desk(channel), days=self.days(days))
        return Chart(title, Markup(""), svg, caption)


def _point(number: float) -> Interval:
    return Interval(number, number, number, 0.0, 0)
