"""A compare's tables: for each scenario, its measures beside those of the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.comparison import OF_SOME, differences_of
from reports.formats import Formats, Unit, in_difference, unit_of
from reports.tables import CARDS, GROUPS, group_of

if TYPE_CHECKING:
    from reports.differences import Contrast, Differences
    from reports.run_folder import Comparison, Run
    from reports.words import Words

_BESIDE = (
    "stockouts", "phantom_stockouts", "lost_sales_rial", "carts_abandoned_reservation_expired",
    "late_lost", "revenue_rial", "support_contacts", "support_wait_mean_s", "support_wait_p95_s",
)  # fmt: skip
"""What stands in the open, besides the objective and the cards' measures."""


@dataclass(frozen=True)
class ContrastRow:
    """One measure of both scenarios; `state` is apart, not_apart or same."""

    label: Markup
    unit: str
    cells: tuple[Markup, Markup, Markup, Markup]
    """Of the first scenario, of the other, the difference, the difference in percent."""
    state: str


@dataclass(frozen=True)
class ContrastTable:
    """One scenario against the first."""

    first: Markup
    other: Markup
    chosen: tuple[ContrastRow, ...]
    groups: tuple[tuple[Markup, tuple[ContrastRow, ...]], ...]
    """All measures, each group with its heading."""


def contrast_tables(run: Run, comparison: Comparison, words: Words) -> list[ContrastTable]:
    """A table for every scenario but the first."""
    writer = _Writer(differences_of(run, comparison), words)
    first = comparison.scenarios[0].name
    return [
        ContrastTable(
            first=writer.name(first),
            other=writer.name(other.name),
            chosen=writer.rows(other.name, writer.chosen(other.name, comparison.objective)),
            groups=writer.groups(other.name),
        )
        for other in comparison.scenarios[1:]
    ]


class _Writer:
    """Writes contrasts in one language."""

    def __init__(self, differences: Differences, words: Words) -> None:
        self._differences = differences
        self._words = words
        self._formats = Formats(words)

    def name(self, scenario: str) -> Markup:
        return Markup("<code>{}</code>").format(scenario)

    def chosen(self, other: str, objective: str) -> list[str]:
        """The measures that stand in the open, in the order of all measures."""
        wanted = {objective, *CARDS, *_BESIDE, *self._differences.changed(other, OF_SOME)}
        return [name for name in self._differences.names if name in wanted]

    def groups(self, other: str) -> tuple[tuple[Markup, tuple[ContrastRow, ...]], ...]:
        names: dict[str, list[str]] = {key: [] for key in GROUPS}
        for name in self._differences.names:
            names[group_of(name)].append(name)
        return tuple(
            (self._words(f"group.{key}"), self.rows(other, members))
            for key, members in names.items()
            if members
        )

    def rows(self, other: str, names: Iterable[str]) -> tuple[ContrastRow, ...]:
        return tuple(self._row(name, self._differences.contrast(other, name)) for name in names)

    def _row(self, name: str, found: Contrast) -> ContrastRow:
        unit = unit_of(name)
        of_share = unit is Unit.SHARE
        of_change = in_difference(unit)
        scale = self._formats.scale(unit, [found.first.mean, found.other.mean])
        relative = Markup("") if of_share else self._relative(found)
        return ContrastRow(
            label=self._words.measure(name),
            unit="" if of_share else scale.word,
            cells=(
                self._formats.estimate(found.first, unit, scale, of_share),
                self._formats.estimate(found.other, unit, scale, of_share),
                self._formats.estimate(
                    found.change,
                    of_change,
                    None if of_share else scale,
                    of_share,
                    signed=True,
                ),
                relative,
            ),
            state="same" if found.same else "apart" if found.apart else "not_apart",
        )

    def _relative(self, found: Contrast) -> Markup:
        """In percent of the first; of shares it would be percent of percent, so they have none."""
        return self._formats.estimate(found.relative, Unit.SHARE, signed=True)
