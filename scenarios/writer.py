"""A scenario as a file: every field, with its unit, in a form that people read."""

from __future__ import annotations

import math
import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import latin_number

_WIDTH = 100
_NEEDS_NO_QUOTES = re.compile(r"\w(?:[\w %./()<>=+-]|:(?=\S))*[\w%)]|\w")


def dump(scenario: Scenario) -> str:
    """The whole scenario as YAML; `loader.load` reads it back to an equal one.

    Durations, shares, money and dates are written as people write them, dates in the Jalali
    calendar. Optional fields that nobody set are left out.
    """
    fields = _without_unset(scenario, scenario.model_dump(mode="json"))
    return "\n".join(_mapping(fields, 0)) + "\n"


def write_new(text: str, path: Path) -> None:
    """Like `write`; UserError where something is there already."""
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} is there already, and stays. Name a file that is not there yet.")
    write(text, path)


def write(text: str, path: Path) -> None:
    """Write a scenario's file, whole or not at all; UserError where it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written ({error.strerror}).") from None


def _without_unset(value: Any, dumped: Any) -> Any:
    """`dumped`, without the fields of `value` that are None by default."""
    if isinstance(value, BaseModel):
        return {
            name: _without_unset(getattr(value, name), dumped[name])
            for name, field in type(value).model_fields.items()
            if dumped[name] is not None or field.default is not None
        }
    if isinstance(value, tuple) and isinstance(dumped, list):  # a span of days is one text
        return [_without_unset(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped


def _mapping(fields: dict[str, Any], indent: int) -> Iterator[str]:
    for name, value in fields.items():
        key = f"{' ' * indent}{_scalar(name)}:"
        short = one_line(value, _WIDTH - len(key))
        if short is not None and not (indent == 0 and isinstance(value, dict) and value):
            yield f"{key} {short}"
        elif isinstance(value, dict):
            yield key
            yield from _mapping(value, indent + 2)
        elif all(isinstance(item, int | float) for item in value):
            numbers = f"[{', '.join(_scalar(item) for item in value)}]"
            yield textwrap.fill(f"{key} {numbers}", _WIDTH, subsequent_indent=" " * (indent + 2))
        else:
            yield key
            yield from _sequence(value, indent + 2)


def _sequence(items: list[Any], indent: int) -> Iterator[str]:
    for item in items:
        short = one_line(item, _WIDTH - indent)
        if short is not None:
            yield f"{' ' * indent}- {short}"
        else:
            first, *rest = _mapping(item, indent + 2)
            yield f"{' ' * indent}- {first.lstrip()}"
            yield from rest


def one_line(value: Any, room: int) -> str | None:
    """The value in one line; None for what nests deeper, or is longer than `room`."""
    if not isinstance(value, dict | list):
        return _scalar(value)
    parts = list(value.values()) if isinstance(value, dict) else value
    if any(isinstance(part, dict | list) for part in parts):
        return None
    if isinstance(value, dict):
        line = f"{{{', '.join(f'{_scalar(k)}: {_scalar(v)}' for k, v in value.items())}}}"
    else:
        line = f"[{', '.join(_scalar(item) for item in value)}]"
    return line if len(line) < room else None


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    is_read_as_it_is = value.lower() != "null" and latin_number(value) == value
    if is_read_as_it_is and _NEEDS_NO_QUOTES.fullmatch(value):
        return str(value)
    quoted: str = yaml.dump(value, default_style='"', allow_unicode=True, width=math.inf)
    return quoted.rstrip("\n")
