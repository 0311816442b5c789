"""Inputs that are known poorly: their ranges, and a scenario with one of them set otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from scenarios.errors import UserError
from scenarios.laws import AnyLaw, Constant, Exponential, Law, Lognormal, Uniform
from scenarios.schema import Scenario
from scenarios.units import (
    format_duration,
    format_money,
    format_share,
    parse_duration,
    parse_money,
    parse_share,
)

TABLE = Path(__file__).with_name("uncertain.yaml")
Evidence = Literal["L", "M"]
Kind = Literal["share", "duration", "money", "whole", "number"]

_WAYS: dict[Kind, tuple[Callable[[str], float], Callable[[float], str]]] = {
    "share": (parse_share, lambda value: format_share(float(f"{value:.4g}"))),
    "duration": (parse_duration, lambda value: format_duration(float(f"{value:.4g}"))),
    "money": (parse_money, lambda value: format_money(round(value))),
    "whole": (float, lambda value: str(round(value))),
    "number": (float, lambda value: f"{value:.4g}"),
}
_ANY_LAW: TypeAdapter[Law] = TypeAdapter(AnyLaw)
_CENTRES = ("mean", "median")


@dataclass(frozen=True)
class Input:
    """A poorly known input of a scenario and its range, in the field's own unit."""

    field: str
    """As in the table; `[]` stands for every entry of a list."""
    low: float
    high: float
    own: float
    """What the scenario takes; the mean where entries of a list differ."""
    kind: Kind
    evidence: Evidence

    def text(self, value: float) -> str:
        """A value as a scenario file writes it."""
        return _WAYS[self.kind][1](value)

    def at(self, share: float) -> float:
        """The value at a share of the range, 0 for `low` and 1 for `high`."""
        value = self.low + (self.high - self.low) * share
        return float(round(value)) if self.kind == "whole" else value


def inputs_of(scenario: Scenario, without: str = "") -> tuple[Input, ...]:
    """The poorly known inputs that a scenario uses, but for the field `without`.

    A range is widened to hold the scenario's own value.
    """
    tree = scenario.model_dump(mode="json")
    found = []
    for row in _rows():
        field, kind = row["field"], row["kind"]
        used = all(_values(tree, need) and any(_values(tree, need)) for need in row["needs"])
        values = _values(tree, field)
        if field == without or not used or not values or any(each is None for each in values):
            continue
        numbers = [
            _WAYS[kind][0](each) if isinstance(each, str) else float(each) for each in values
        ]
        own = sum(numbers) / len(numbers)
        low, high = min(row["low"], own), max(row["high"], own)
        found.append(Input(field, low, high, own, kind, row["evidence"]))
    return tuple(found)


def with_values(scenario: Scenario, values: Mapping[Input, float]) -> Scenario:
    """The scenario with these inputs set. Raises UserError where they do not go together."""
    if not values:
        return scenario
    tree = scenario.model_dump(mode="json")
    for each, value in values.items():
        if value != each.own:
            number = round(value) if each.kind in ("whole", "money") else value
            _put(tree, each.field.split("."), number)
    try:
        return Scenario.model_validate(tree)
    except ValueError as error:
        said = ", ".join(f"{each.field}={each.text(value)}" for each, value in values.items())
        raise UserError(f"{scenario.name} with {said}: {error}") from None


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    """The table, with numbers for texts."""
    import yaml

    rows = []
    for row in yaml.safe_load(TABLE.read_text(encoding="utf-8")):
        kind = _kind(str(row["low"]))
        low, high = (_WAYS[kind][0](str(row[end])) for end in ("low", "high"))
        rows.append({"needs": (), **row, "kind": kind, "low": low, "high": high})
    return tuple(rows)


def _kind(text: str) -> Kind:
    """In what a value of the table is written."""
    if text.endswith("%"):
        return "share"
    if text.endswith("rial"):
        return "money"
    if text[-1].isalpha():
        return "duration"
    return "number" if "." in text else "whole"


# ---- paths


def _values(tree: Any, field: str) -> list[Any]:
    """What stands at a path; nothing where a part of it is not there."""
    found = [tree]
    for part in field.split("."):
        found = [child for node in found for child in _children(node, part)]
    return found


def _children(node: Any, part: str) -> Iterator[Any]:
    name, every = part.removesuffix("[]"), part.endswith("[]")
    if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
        child = node[int(name)]
    elif isinstance(node, dict) and "law" in node and name in _CENTRES:
        child = _centre(_ANY_LAW.validate_python(node), name) or None  # 0 cannot be stretched
    elif isinstance(node, dict) and node.get(name) is not None:
        child = node[name]
    else:
        return
    yield from child if every else [child]


def _put(node: Any, parts: list[str], value: float) -> None:
    """Set what stands at a path that `_values` found."""
    part, *rest = parts
    name, every = part.removesuffix("[]"), part.endswith("[]")
    key: Any = int(name) if isinstance(node, list) else name
    if rest and rest[0] in _CENTRES and "law" in node[key]:
        law = _ANY_LAW.validate_python(node[key])
        node[key] = _stretched(law, value / _centre(law, rest[0])).model_dump(mode="json")
    elif not rest:
        node[key] = value
    else:
        for child in node[key] if every else [node[key]]:
            _put(child, rest, value)


def _centre(law: Law, name: str) -> float:
    """A law's mean or median in seconds."""
    if name == "mean":
        return law.mean_seconds
    match law:
        case Lognormal(median=median):
            return median
        case Exponential(mean=mean):
            return mean * math.log(2)
        case _:
            return law.mean_seconds  # a constant's and a uniform's


def _stretched(law: Law, factor: float) -> Law:
    """The law of so many times each duration."""
    match law:
        case Constant():
            return law.model_copy(update={"value": law.value * factor})
        case Exponential():
            return law.model_copy(update={"mean": law.mean * factor})
        case Lognormal():
            return law.model_copy(update={"median": law.median * factor})
        case Uniform():
            return law.model_copy(update={"low": law.low * factor, "high": law.high * factor})
    raise TypeError(law)
