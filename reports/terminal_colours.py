"""Colour for what is printed: only on a terminal, and never without the mark that says the same."""

from __future__ import annotations

import os
import re

import click

_COLOURS = (
    (re.compile(r"^  ✓", re.MULTILINE), "green"),
    (re.compile(r"^  ✗", re.MULTILINE), "red"),
    (re.compile(r"^  \?", re.MULTILINE), "yellow"),
    (re.compile(r"^(?:INVALID:|The books do not balance:).*$", re.MULTILINE), "red"),
)
"""Marks at the beginning of a line, and sentences that say that the figures mean nothing."""


def show(text: str) -> None:
    """Print on standard output; without colour where that is no terminal or NO_COLOR is set."""
    click.echo(coloured(text), color=False if os.environ.get("NO_COLOR") else None)


def coloured(text: str) -> str:
    """The text with the codes of a terminal."""
    for pattern, colour in _COLOURS:
        before, after = click.style("|", fg=colour, bold=True).split("|")
        text = pattern.sub(rf"{before}\g<0>{after}", text)
    return text
