"""One field of a scenario at several values: reads `--vary field=v1,v2,...`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from sim.experiments.journal import Journal

_EXAMPLE = "write field=value,value,..., for example reservation.timeout=10min,20min,30min"
_OPENING, _CLOSING = "[{(", "]})"


@dataclass(frozen=True)
class Variants:
    """A scenario at every value of one field."""

    field: str
    scenario: Scenario
    """As it is, without any of the values."""
    at: Mapping[str, Scenario]
    """Value, as it was written -> the scenario with it; in the order given."""

    @property
    def current(self) -> str | None:
        """The value that the scenario has now, where it is among the values."""
        return next((value for value, each in self.at.items() if each == self.scenario), None)


def variants(name_or_path: str, overrides: Sequence[str], vary: str) -> Variants:
    """The scenario at every value that `vary` names, such as `reservation.timeout=5min,10min`.

    Values are read by the scenario's own rules. Raises UserError with every mistake: in the
    scenario, in a value, a value that stands twice, fewer than two, and a field that makes no
    difference to shoppers or shop.
    """
    scenario = load(name_or_path, overrides)
    field, values = _parse(vary)
    at = _load_each(name_or_path, overrides, field, values)
    if len(values) < 2:
        raise UserError(f"--vary {vary}: one value is nothing to choose from; {_EXAMPLE}")
    _check_different(field, at)
    return Variants(field, scenario, at)


def variants_of(journal: Journal, vary: str) -> Variants:
    """The variants that a stopped run played, whatever has become of the scenario since."""
    field, _ = _parse(vary)
    return Variants(field, journal.scenario, journal.designs)


def _parse(vary: str) -> tuple[str, list[str]]:
    field, equals, text = vary.partition("=")
    values = [value.strip() for value in _split(text)]
    if not equals or not field.strip() or not all(values):
        raise UserError(f"--vary {vary}: {_EXAMPLE}")
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise UserError(f"--vary {vary}: {', '.join(twice)} stands twice; write every value once")
    return field.strip(), values


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
    name: str, overrides: Sequence[str], field: str, values: Sequence[str]
) -> dict[str, Scenario]:
    at: dict[str, Scenario] = {}
    mistakes: list[str] = []
    for value in values:
        setting = f"{field}={value}"
        try:
            at[value] = load(name, [*overrides, setting])
        except UserError as error:
            told = str(error).replace(f"--set {setting}", f"--vary {setting}")
            mistakes += told.splitlines()
    if len(mistakes) == len(values) > 1 and len({_about_field(line) for line in mistakes}) == 1:
        mistakes = mistakes[:1]  # the field is wrong, not one of its values
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
