"""How a scenario is laid over another one: `extends` in a file, `--set field=value` by hand."""

from __future__ import annotations

from scenarios.units import did_you_mean
from scenarios.yaml_lines import Mistake, Node, Place, parse_value

PLATFORM, RESERVATION = "platform", "reservation"
BY_HAND = "--set "
"""How the place begins of what was given on the command line."""


def merge(base: Node, over: Node) -> Node:
    """`over` laid on `base`: sections field by field, everything else replaced as a whole.

    A section that names its `law`, is empty, or is keyed by numbers or dates is one value. A
    `platform` takes the place of the reservation rules below it.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if not over.value or "law" in over.value or any(key[:1].isdigit() for key in over.value):
        return over
    entries = dict(base.value)
    if PLATFORM in over.value:
        entries.pop(RESERVATION, None)
    for key, node in over.value.items():
        entries[key] = merge(entries[key], node) if key in entries else node
    return Node(over.place, entries)


def override(tree: Node, setting: str, mistakes: list[Mistake]) -> None:
    """Put one `field=value` into the tree, with `--set field=value` as its place.

    The field is a dotted path; an entry of a list goes by its number (from 0), or by its `name`
    or `channel`. Sections that are not there yet are made. A `platform` takes the place of the
    reservation rules that the tree has so far.
    """
    place = Place(f"{BY_HAND}{setting}")
    field, equals, text = setting.partition("=")
    parts = field.strip().split(".")
    if not equals or not all(parts):
        example = "write field=value, for example reservation.timeout=20min"
        mistakes.append(Mistake(place, "", example))
        return
    value = parse_value(text.strip(), place, mistakes)
    if value is None:
        return
    if parts == [PLATFORM] and isinstance(tree.value, dict):
        tree.value.pop(RESERVATION, None)
    target = tree
    for depth, part in enumerate(parts):
        try:
            slot = _slot(target, part)
        except ValueError as error:
            mistakes.append(Mistake(place, ".".join(parts[:depth]), str(error)))
            return
        if depth == len(parts) - 1:
            target.put(slot, value)
            return
        child = target.child(slot) or Node(place, {})
        target.put(slot, child)
        target = child


def _slot(target: Node, part: str) -> str | int:
    """The key or index that `part` means in a node; ValueError with a sentence if none."""
    if isinstance(target.value, dict):
        return part
    if not isinstance(target.value, list):
        raise ValueError("is a value and has no fields")
    names = [entry.name or str(index) for index, entry in enumerate(target.value)]
    if part in names:
        return names.index(part)
    if part.isdecimal() and int(part) < len(names):
        return int(part)
    near = did_you_mean(part, names, f"; there are: {', '.join(names) or 'none'}")
    raise ValueError(f"has no entry {part!r}{near}")
