"""Writes the table of all fields into docs/scenarios.md, from the schema and its docstrings."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter

from scenarios import laws, units
from scenarios.schema import Scenario, Weekday
from scenarios.writer import one_line

# Run with: python docs/fields.py
PAGE = Path(__file__).with_name("scenarios.md")
BEGIN, END = "<!-- fields: written by docs/fields.py -->\n", "<!-- end of fields -->"
KINDS = [
    (laws.AnyLaw, "[distribution](#distributions)"),
    (Weekday, "weekday"),
    (units.Duration, "duration"),
    (units.PositiveDuration, "duration"),
    (units.Timeout, "duration or `none`"),
    (units.Share, "share"),
    (units.Factor, "factor"),
    (units.Rial, "money"),
    (units.Day, "day"),
    (units.Days, "day span"),
    (units.Moment, "moment"),
    (units.Clock, "time of day"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (float, "number"),
    (str, "text"),
]


def tables() -> str:
    """One table for the top level and one for each section, as Markdown."""
    parts = []
    for path, model in _sections(Scenario, ""):
        parts.append(f"### {path or 'The top level'}\n\n{_words(model.__doc__)}\n")
        parts.append("| field | takes | default | meaning |\n|---|---|---|---|")
        parts.extend(_row(model, name, hint, path) for name, hint in _fields(model))
        parts.append("")
    return "\n".join(parts)


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section with its path, each before those inside it."""
    yield path, model
    for name, hint in _fields(model):
        inner = _section(hint)
        if inner is not None:
            entries = "[]" if get_origin(hint) is tuple else ""
            yield from _sections(inner, f"{path}.{name}{entries}".lstrip("."))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(model, include_extras=True)
    return ((name, hints[name]) for name in model.model_fields)


def _section(hint: Any) -> type[BaseModel] | None:
    """The section that a field holds, alone, as an option or in a list."""
    if hint == laws.AnyLaw:
        return None
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    found = (_section(inner) for inner in get_args(hint) if get_origin(hint) is not Literal)
    return next((model for model in found if model is not None), None)


def _row(model: type[BaseModel], name: str, hint: Any, path: str) -> str:
    field, inner = model.model_fields[name], _section(hint)
    default = "**required**" if field.is_required() else ""
    if not field.is_required() and not inner:
        written = TypeAdapter(hint).dump_python(field.default, mode="json")
        unset = written in (None, "", [], {})
        default = "" if unset else f"`{one_line(written, 90)}`"
    meaning = _words(field.description or (inner.__doc__ if inner else ""))
    return f"| `{f'{path}.{name}'.lstrip('.')}` | {_takes(hint)} | {default} | {meaning} |"


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _takes(hint: Any) -> str:
    for kind, words in KINDS:
        if hint == kind or _narrows(hint, kind):
            return words
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin is Annotated:
        return _takes(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_takes(each) for each in arguments if each is not type(None))
    if origin is tuple:
        return f"list of {_takes(arguments[0])}s"
    if origin is dict:
        return f"{_takes(arguments[1])} for each {_takes(arguments[0])}"
    if issubclass(hint, Enum):
        return " or ".join(f"`{member.value}`" for member in hint)
    return "section"


def _narrows(hint: Any, kind: Any) -> bool:
    """Whether a field takes what one of `KINDS` does, within further bounds."""
    if get_origin(hint) is not Annotated or get_origin(kind) is not Annotated:
        return False
    known = kind.__metadata__
    return kind.__origin__ is hint.__origin__ and hint.__metadata__[: len(known)] == known


def main() -> None:
    """Put the tables between the marks of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
