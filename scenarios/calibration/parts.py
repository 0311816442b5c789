"""What one export says about a scenario: fields with their notes, laid over what stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenarios.calibration.arrivals import Arrivals
from scenarios.calibration.fit import Fit
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import ended


@dataclass(frozen=True)
class Part:
    """Fitted fields of some sections; whatever they do not name stays as it is."""

    sections: Mapping[str, Mapping[str, Any]]
    """Section -> field -> value: `{"payment": {"succeeds": 0.91}}`."""
    notes: Mapping[str, str]
    """Dotted path of a field -> what it rests on."""
    account: tuple[str, ...]
    """What was read and what was seen that no field takes, a sentence each."""
    warning: str = ""
    """Broken rows, masked; empty if there are none."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was seen, by the name of the measure that a run holds against it."""
    arrivals: Arrivals | None = None
    """When contacts came, for an export of contacts."""


def lay_over(fitted: Fit, parts: Sequence[Part]) -> Fit:
    """The fit with the parts' fields instead of its own."""
    fields = {name: getattr(fitted.scenario, name) for name in Scenario.model_fields}
    notes = dict(fitted.notes)
    account = list(fitted.account)
    for part in parts:
        for section, values in part.sections.items():
            for name in values:
                _forget(notes, f"{section}.{name}")
            fields[section] = fields[section].model_copy(update=dict(values))
        notes |= part.notes
        account += part.account
    try:
        scenario = Scenario.model_validate(
            {name: value for name, value in fields.items() if value is not None}
        )
    except ValueError as error:
        raise UserError(f"The fitted parts do not make a scenario: {ended(error)}") from None
    return Fit(scenario, notes, tuple(account))


def _forget(notes: dict[str, str], path: str) -> None:
    """What was said of a field that is replaced."""
    for known in [each for each in notes if each == path or each.startswith(f"{path}.")]:
        del notes[known]
