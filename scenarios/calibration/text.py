"""Writes a fitted scenario as YAML that a person reads and edits, each value with its comment."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.calibration.fit import Fit
from scenarios.schema import Section
from scenarios.writer import one_line, write

_WIDTH = 98
_WHOLE = ("shoppers", "reservation", "payment", "support")
"""Sections written with all their fields, for the fit rests on these assumptions too."""
_ANY_LENGTH = 10**9


def write_scenario(fit: Fit, path: Path) -> None:
    """Write the fit's scenario file, whole or not at all; UserError where it cannot be written."""
    write(scenario_text(fit), path)


def scenario_text(
    fit: Fit, by: str = "`esfand calibrate`: a scenario fitted to a shop's own data"
) -> str:
    """The content of the fit's scenario file; `by` says which command wrote what."""
    lines = [f"# Written by {by}.", "#"]
    for sentence in fit.account:
        lines += _comment(sentence, "", first="- ", then="  ")
    comments: list[str] = []
    for line in (*_fields(fit.scenario, "", "", fit.notes), ""):
        if line.startswith("#"):
            comments.append(line)
            continue
        if line.endswith(":") and not line.startswith(" "):
            lines.append("")  # a section stands apart, together with its comment
        lines += [*comments, line]
        comments = []
    return "\n".join(lines).rstrip() + "\n"


def _fields(section: Section, path: str, indent: str, notes: Mapping[str, str]) -> Iterator[str]:
    """The fields of a section in the schema's order, without those that say nothing."""
    plain = section.model_dump(mode="json")
    for name, info in type(section).model_fields.items():
        value, where = getattr(section, name), f"{path}{name}"
        note = notes.get(where)
        whole = where.startswith(_WHOLE)
        if value is None or (value == info.default and note is None and not whole):
            continue
        if note is None and whole and "." in where:
            note = (info.description or "").split(".")[0]
        if note:
            yield from _comment(note, indent)
        if isinstance(value, Section):
            yield f"{indent}{name}:"
            yield from _fields(value, f"{where}.", indent + "  ", notes)
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            yield f"{indent}{name}:"
            yield from _items(value, f"{where}.", indent + "  ", notes)
        else:
            yield from _line(f"{indent}{name}: ", plain[name], indent + "  ")


def _items(
    sections: tuple[Section, ...], path: str, indent: str, notes: Mapping[str, str]
) -> Iterator[str]:
    """A list of sections: each on one line if it fits there."""
    for number, section in enumerate(sections):
        where = f"{path}{number}"
        note = notes.get(where, "")
        plain = section.model_dump(mode="json", exclude_defaults=True)
        inner = any(each.startswith(f"{where}.") for each in notes)
        short = "" if inner else one_line(plain, _WIDTH - len(indent))
        if short and note and len(indent + short + note) <= _WIDTH - 6:
            yield f"{indent}- {short}  # {note}"
            continue
        yield from _comment(note, indent)
        if short:
            yield f"{indent}- {short}"
            continue
        first, *rest = _fields(section, f"{where}.", indent + "  ", notes)
        yield f"{indent}- {first.lstrip()}"
        yield from rest


def _line(name: str, value: Any, indent: str) -> list[str]:
    """A field with a plain value; a long list or mapping goes over several lines."""
    short = one_line(value, _ANY_LENGTH)
    if short is None and isinstance(value, dict):  # mappings in it
        inner = (_line(f"{indent}{key}: ", each, indent + "  ") for key, each in value.items())
        return [name.rstrip(), *(line for lines in inner for line in lines)]
    line = f"{name}{short}"
    if len(line) <= _WIDTH or not isinstance(value, dict | list):
        return [line]
    pairs = line.replace(": ", ":\0")  # a key and its value stay together
    wrapped = textwrap.wrap(
        pairs, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace("\0", " ") for part in wrapped]


def _comment(text: str, indent: str, first: str = "", then: str = "") -> list[str]:
    """Comment lines; whatever a header or file name holds, it stays a comment."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return textwrap.wrap(
        printable,
        _WIDTH,
        initial_indent=f"{indent}# {first}",
        subsequent_indent=f"{indent}# {then}",
        break_long_words=False,
        break_on_hyphens=False,
    )
