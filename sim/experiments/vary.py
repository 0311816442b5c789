"""Fields of one scenario at several values each: reads `--vary field=v1,v2,...` and ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from reports.designs import name_of
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from sim.experiments import ranges
from sim.experiments.journal import RunJournal

MOST_DESIGNS = 200
"""Of a grid; each is played several times."""
_EXAMPLE = (
    "write field=value,value,..., for example reservation.timeout=10min,20min,30min, or a range "
    "such as reservation.timeout=5min..2h"
)
_OPENING, _CLOSING = "[{(", "]})"


@dataclass(frozen=True)
class Variants:
    """A scenario at every value of one field, or at every combination of the values of several."""

    fields: tuple[str, ...]
    scenario: Scenario
    """As it is, without any of the values."""
    at: Mapping[str, Scenario]
    """Design -> the scenario with it; in the order given, that of the last field fastest. With one
    field a design is called by its value, as it was written, else by all its settings."""

    @property
    def current(self) -> str | None:
        """The design that the scenario has now, where it is among them."""
        return next((value for value, each in self.at.items() if each == self.scenario), None)


def variants(name_or_path: str, overrides: Sequence[str], *varied: str) -> Variants:
    """The scenario at every value of `reservation.timeout=5min,10min`, or every combination.

    Values are read by the scenario's own rules. Raises UserError with every mistake: in the
    scenario, in a value, a value that stands twice, fewer than two, a field that stands twice or
    makes no difference to shoppers or shop, and more combinations than `MOST_DESIGNS`.
    """
    scenario = load(name_or_path, overrides)
    axes = checked_axes(name_or_path, overrides, varied)
    if len(axes) > 1:
        at = _grid(name_or_path, overrides, [(field, list(each)) for field, each in axes.items()])
    else:
        (at,) = axes.values()
    return Variants(tuple(axes), scenario, at)


def checked_axes(
    name_or_path: str, overrides: Sequence[str], varied: Sequence[str]
) -> dict[str, dict[str, Scenario]]:
    """Field -> its values, each with the scenario that has it. Raises UserError like `variants`."""
    axes = [_parse(text) for text in varied]
    fields = [field for field, _ in axes]
    if twice := [field for field in fields if fields.count(field) > 1]:
        raise UserError(f"--vary {twice[0]}: it stands twice; give all its values in one --vary")
    checked = {}
    for text, (field, values) in zip(varied, axes, strict=True):
        at = _load_each(name_or_path, overrides, {value: (f"{field}={value}",) for value in values})
        if len(values) < 2:
            raise UserError(f"--vary {text}: one value is nothing to choose from; {_EXAMPLE}")
        _check_different(field, at)
        checked[field] = at
    return checked


def free_range(vary: str) -> ranges.Range | None:
    """The range that `field=low..high` is, where it stands alone and without a count."""
    parts = _split(vary.partition("=")[2])
    found = ranges.parse(parts[0].strip()) if len(parts) == 1 else None
    return found if found and found.steps is None else None


def _grid(
    name: str, overrides: Sequence[str], axes: Sequence[tuple[str, list[str]]]
) -> dict[str, Scenario]:
    """Every combination of the values."""
    fields = [field for field, _ in axes]
    combinations = list(product(*(values for _, values in axes)))
    if len(combinations) > MOST_DESIGNS:
        raise UserError(
            f"--vary: {len(combinations)} combinations are too many to play each several times "
            f"(at most {MOST_DESIGNS}); name fewer values"
        )
    settings = [list(zip(fields, values, strict=True)) for values in combinations]
    return _load_each(
        name,
        overrides,
        {name_of(each): tuple(f"{field}={value}" for field, value in each) for each in settings},
    )


def variants_of(journal: RunJournal, *varied: str) -> Variants:
    """The variants that a stopped run played, whatever has become of the scenario since."""
    fields = tuple(_parse(text)[0] for text in varied)
    return Variants(fields, journal.scenario, journal.designs)


def _parse(vary: str) -> tuple[str, list[str]]:
    field, equals, text = vary.partition("=")
    written = [value.strip() for value in _split(text)]
    if not equals or not field.strip() or not all(written):
        raise UserError(f"--vary {vary}: {_EXAMPLE}")
    values = [value for each in written for value in _expanded(field.strip(), each)]
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise UserError(f"--vary {vary}: {', '.join(twice)} stands twice; write every value once")
    return field.strip(), values


def _expanded(field: str, written: str) -> tuple[str, ...]:
    """The values of a range; anything else is one value."""
    try:
        found = ranges.parse(written)
    except UserError as error:
        raise UserError(f"--vary {field}={error}") from None
    return found.values if found else (written,)


def _split(text: str) -> list[str]:
    """At the commas outside of brackets: a distribution is one value."""
    values, depth = [""], 0
    for letter in text:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter in ",،" and depth == 0:
            values.append("")
        else:
            values[-1] += letter
    return values


def _load_each(
    name: str, overrides: Sequence[str], designs: Mapping[str, tuple[str, ...]]
) -> dict[str, Scenario]:
    """Every design's scenario; `designs` maps its name to its settings."""
    at: dict[str, Scenario] = {}
    mistakes: dict[str, None] = {}
    for design, settings in designs.items():
        try:
            at[design] = load(name, [*overrides, *settings])
        except UserError as error:
            told = str(error)
            for setting in settings:
                told = told.replace(f"--set {setting}", f"--vary {setting}")
            mistakes |= dict.fromkeys(told.splitlines())
    if len(mistakes) == len(designs) > 1 and len({_about_field(line) for line in mistakes}) == 1:
        mistakes = dict.fromkeys(list(mistakes)[:1])  # the field is wrong, not one of its values
    if mistakes:
        raise UserError("\n".join(mistakes))
    return at


def _about_field(mistake: str) -> str:
    """The mistake without the `--vary field=value: ` before it."""
    return mistake.partition(": ")[2]


def _check_different(field: str, at: Mapping[str, Scenario]) -> None:
    seen: list[tuple[str, Scenario]] = []
    for value, scenario in at.items():
        if same := [earlier for earlier, other in seen if other == scenario]:
            raise UserError(f"--vary {field}: {same[0]} and {value} are the same; keep one of them")
        seen.append((value, scenario))
    first, second = (_what_is_played(scenario) for _, scenario in seen[:2])
    if first == second:
        raise UserError(
            f"--vary {field}: it makes no difference to the shop or its shoppers; "
            "vary another field, such as reservation.timeout"
        )


def _what_is_played(scenario: Scenario) -> Scenario:
    """Without names and rules, and without the seed: all values meet the same shoppers."""
    return scenario.model_copy(
        update={"name": "", "title": {}, "summary": "", "thresholds": (), "seed": 0}
    )
