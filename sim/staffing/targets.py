"""What a staffing has to keep: service level and contacts given up, desk by desk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports import thresholds
from reports.measures import find
from scenarios.errors import UserError
from scenarios.schema import Desk, Scenario
from scenarios.units import did_you_mean, format_share

SERVICE, LOSS = "support_service_level", "support_abandonment_rate"
_WAYS = {SERVICE: (">", ">="), LOSS: ("<", "<=")}
_USUAL = {"email": 0.95}
"""Service level where nothing is said, by convention (Call Centre Helper); else 80%."""
_EXAMPLE = "write for example --target 'support_service_level.chat >= 80%'"


@dataclass(frozen=True)
class Target:
    """A share of a desk's contacts over the whole season: at least (service level), or at most
    (given up)."""

    channel: str
    measure: str
    limit: float

    @property
    def name(self) -> str:
        """The measure of the desk."""
        return f"{self.measure}_{self.channel}"

    @property
    def is_least(self) -> bool:
        return self.measure == SERVICE

    @property
    def text(self) -> str:
        """As a threshold of a scenario."""
        return f"{self.name} {'>=' if self.is_least else '<='} {format_share(self.limit)}"


def targets_of(scenario: Scenario, texts: Sequence[str]) -> tuple[Target, ...]:
    """The targets of every desk: those that `texts` set, else the usual service level.

    A text without a channel is for all desks; one with a channel goes before it. Raises UserError
    for a scenario without desks, and for texts that cannot be read, name another measure or a
    channel that is not there, or stand twice.
    """
    desks = scenario.support.desks
    if not desks:
        raise UserError(f"{scenario.name} has no desk under support.desks, and nobody to staff it.")
    told: dict[tuple[str, str], float] = {}
    for text in texts:
        measure, channel, limit = _read(text, desks)
        if (measure, channel) in told:
            raise UserError(f"--target {text}: this target stands twice; write it once.")
        told[measure, channel] = limit
    found = []
    for desk in desks:
        usual = told.get((SERVICE, ""), _USUAL.get(desk.channel, 0.8))
        found.append(Target(desk.channel, SERVICE, told.get((SERVICE, desk.channel), usual)))
        loss = told.get((LOSS, desk.channel), told.get((LOSS, "")))
        if loss is not None:
            found.append(Target(desk.channel, LOSS, loss))
    return tuple(found)


def _read(text: str, desks: Iterable[Desk]) -> tuple[str, str, float]:
    """Measure, channel (or nothing) and limit."""
    channels = [desk.channel for desk in desks]
    measure, channel = _names(text, channels)
    joined = re.sub(r"^\s*\w+(?:\.\w+)?", f"{measure}_{channel}" if channel else measure, text)
    try:
        rule = thresholds.parse(joined, _WAYS)
    except UserError as error:
        raise UserError(f"--target {text}: {error}") from None
    if rule.comparison not in _WAYS[measure]:
        way = " or ".join(_WAYS[measure])
        raise UserError(f"--target {text}: {measure} is held against {way}; {_EXAMPLE}")
    if not 0 < rule.limit < 1:
        raise UserError(f"--target {text}: the limit lies between 0% and 100%; {_EXAMPLE}")
    return measure, channel, rule.limit


def _names(text: str, channels: Sequence[str]) -> tuple[str, str]:
    match = re.match(r"\s*(\w+?)(?:\.(\w+))?\s*(?:[<>=≤≥]|$)", text)
    if match is None:
        raise UserError(f"--target {text}: cannot be read; {_EXAMPLE}")
    name, channel = match[1], match[2] or ""
    for measure in _WAYS:
        if not channel and name.startswith(f"{measure}_"):
            name, channel = measure, name.removeprefix(f"{measure}_")
    if name not in _WAYS:
        find(name)  # says which measure is near, where there is none of that name
        raise UserError(f"--target {text}: a target is {' or '.join(_WAYS)}; {_EXAMPLE}")
    if channel and channel not in channels:
        near = did_you_mean(channel, channels, f"; it has {', '.join(channels)}.")
        raise UserError(f"--target {text}: the scenario has no {channel} desk{near}")
    return name, channel
