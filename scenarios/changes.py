"""In which fields two scenarios differ, each as people write it after `--set`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scenarios.schema import Scenario
from scenarios.section import Section


@dataclass(frozen=True)
class Change:
    """One field that is different."""

    field: str
    """Its dotted path; an entry of a list goes by its name, such as `support.desks.chat.agents`."""
    holder: str
    """The path of the list that it is in, such as `support.desks`; else the field itself."""


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """The fields that differ, in the schema's order; a section or list that came or went is one."""
    return list(_changes(before, after, (), None))


def _changes(
    before: Any, after: Any, path: tuple[str, ...], holder: tuple[str, ...] | None
) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Section) and type(before) is type(after):
        for name in type(before).model_fields:
            pair = getattr(before, name), getattr(after, name)
            yield from _changes(*pair, (*path, name), holder)
    elif _are_entries(before) and _are_entries(after) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from _changes(*pair, (*path, _name_of(pair[0], number)), holder or path)
    else:
        yield Change(".".join(path), ".".join(holder or path))


def _are_entries(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(entry, Section) for entry in value)


def _name_of(entry: Section, number: int) -> str:
    """What `--set` calls an entry of a list."""
    return str(getattr(entry, "name", None) or getattr(entry, "channel", None) or number)
