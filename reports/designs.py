"""Designs: what the combinations of several varied fields are called, and how a name is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BETWEEN = re.compile(r", (?=[A-Za-z_][\w.]*=)")
"""Between two settings; the commas inside a distribution have no `field=` behind them."""
_SETTING = re.compile(r"([A-Za-z_][\w.]*)=(.*)", re.DOTALL)


def name_of(settings: Iterable[tuple[str, str]]) -> str:
    """`reservation.timeout=20min, support.desks.chat.agents=4`."""
    return ", ".join(f"{field}={value}" for field, value in settings)


def settings_of(name: str) -> tuple[tuple[str, str], ...]:
    """The settings that make up a name; none where it is a bare value."""
    found = [_SETTING.fullmatch(part) for part in _BETWEEN.split(name)]
    return tuple((each[1], each[2]) for each in found if each) if all(found) else ()


def values_of(name: str) -> tuple[str, ...]:
    """The values in a name, one per varied field."""
    return tuple(value for _, value in settings_of(name)) or (name,)


def axes_of(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The values of each varied field, in the order in which they first stand in the names."""
    return tuple(
        tuple(dict.fromkeys(column)) for column in zip(*map(values_of, names), strict=True)
    )
