"""What is wrong with a scenario, said so that a planner can mend it: field, found, expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios import units
from scenarios.layers import BY_HAND
from scenarios.schema import Scenario
from scenarios.units import did_you_mean
from scenarios.yaml_lines import Mistake, Node, Place

_LAW_EXAMPLE = "{law: lognormal, median: 6 min, sigma: 1}"
_FEW = 8
"""So many fields of a section are all named, for the nearest word need not be what was meant."""
_AT_FIELD = re.compile(r"([a-z_]+(?:\.(?:[a-z_]+|[0-9]+))*): (.+)", re.DOTALL)
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_UNITS: list[tuple[Callable[[str], float], Callable[[Any], str]]] = [
    (units.parse_share, units.format_share),
    (units.parse_duration, units.format_duration),
    (units.parse_money, units.format_money),
]
_WANTED = {
    "bool": "true or false",
    "dict": "a section of `name: value` lines",
    "float": "a number",
    "int": "a whole number",
    "model": "a section of `name: value` lines",
    "string": "text",
    "tuple": "a list",
}


def explain(error: ValidationError, tree: Node) -> list[Mistake]:
    """Every mistake that validation found in the `tree`, in no particular order."""
    mistakes = []
    for details in error.errors(include_url=False):
        spot = _locate(details["loc"], tree)
        if details["type"] == "too_short" and spot.node and spot.node.value:
            continue  # pydantic counts only the entries without mistakes
        message = _message(details, spot.node)
        named = _AT_FIELD.fullmatch(message)
        if named and named[1].split(".")[0] in known_fields(details["loc"]):
            path = [int(part) if part.isdecimal() else part for part in named[1].split(".")]
            spot = _locate((*details["loc"], *path), tree)
            message = named[2]
        place = _by_hand(spot.node) if details["type"] == "value_error" else None
        mistakes.append(Mistake(place or spot.place, spot.field, message))
    return mistakes


def located(loc: Sequence[int | str], message: str, tree: Node) -> Mistake:
    """What somebody else found wrong at a location of the `tree`."""
    spot = _locate(loc, tree)
    return Mistake(spot.place, spot.field, message)


def _by_hand(node: Node | None) -> Place | None:
    """The `--set` that wrote a part of a node, and so made of it what does not fit together."""
    if node is None:
        return None
    if node.place.source.startswith(BY_HAND):
        return node.place
    inside = node.value.values() if isinstance(node.value, dict) else node.value
    found = (_by_hand(each) for each in inside or () if isinstance(each, Node))
    return next((place for place in found if place is not None), None)


def known_fields(loc: Sequence[int | str]) -> list[str]:
    """Names of the fields that may stand in the section at a pydantic location."""
    models: list[type[BaseModel]] = [Scenario]
    for part in loc:
        annotations = [
            m.model_fields[str(part)].annotation for m in models if part in m.model_fields
        ]
        if annotations:
            models = [model for each in annotations for model in _models(each)]
        elif isinstance(part, str):
            models = [model for model in models if _law(model) == part]
    return [name for model in models for name in model.model_fields]


class _Spot(NamedTuple):
    place: Place
    """Of the node, or of the nearest one above it."""
    field: str
    """The path as people write it."""
    node: Node | None


def _locate(loc: Sequence[int | str], tree: Node) -> _Spot:
    """What a pydantic location means in the tree."""
    node: Node | None = tree
    place = tree.place
    path: list[str] = []
    for part in loc:
        if part == "[key]":
            return _Spot(place, ".".join(path), Node(place, path[-1]))
        law = node.child("law") if node else None
        child = node.child(part) if node else None
        if child is None and law is not None and law.value == part:
            continue  # pydantic names the law that it chose, the file does not
        path.append(child.name or str(part) if child and isinstance(part, int) else str(part))
        place = child.place if child else place
        node = child
    return _Spot(place, ".".join(path), node)


def _message(details: ErrorDetails, node: Node | None) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return _unknown_field(details["loc"])
    if node is None or node.value is None:
        return "has no value" if node else _sentence(details)
    found = node.value if isinstance(node.value, str) else ""
    shown = {list: "a list", dict: "a section"}.get(type(node.value), repr(found))
    if kind in ("literal_error", "enum"):
        return _not_among(found, context["expected"], shown)
    if kind == "union_tag_invalid":
        return _not_among(context["tag"], context["expected_tags"], f"law {context['tag']!r}")
    if kind in ("union_tag_not_found", "model_attributes_type"):
        return f"expected a distribution such as {_LAW_EXAMPLE}, found {shown}"
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"must be {words} {_like(found, context[key])}, found {shown}"
    if kind == "finite_number":
        return f"must be finite, found {shown}"
    if kind == "too_short":
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return f"expected small Latin letters, digits and dashes, found {shown}"
    wanted = _WANTED.get(kind.split("_")[0])
    return f"expected {wanted}, found {shown}" if wanted else _sentence(details)


def _like(found: str, bound: float) -> str:
    """A bound, written in the unit of what was found."""
    for parse, write in _UNITS:
        with suppress(ValueError):
            parse(found)
            return write(bound)
    return f"{bound:_.12g}"


def _sentence(details: ErrorDetails) -> str:
    return details["msg"].removeprefix("Value error, ")


def _unknown_field(loc: Sequence[int | str]) -> str:
    known = known_fields(loc[:-1])
    near, listed = did_you_mean(str(loc[-1]), known), ", ".join(known)
    if not near:
        return f"unknown field; known: {listed}"
    return "unknown field" + near + (f" Known: {listed}" if len(known) <= _FEW else "")


def _not_among(word: str, expected: str, shown: str) -> str:
    words = re.findall(r"'([^']+)'", expected)
    return f"{shown} is not one of {', '.join(words)}{did_you_mean(word, words)}"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for inner in get_args(annotation):
            yield from _models(inner)


def _law(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("law")
    return get_args(field.annotation)[0] if field else None
