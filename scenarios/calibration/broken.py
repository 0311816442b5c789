"""Rows that are left out of an export: counted, shown masked, and refused where they are many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.calibration.cells import is_moment, number
from scenarios.units import latin

MAX_BROKEN = 0.05
"""Share of broken rows above which an export is not to be trusted."""
QUOTED = 3
"""Broken rows that a message quotes."""
_CELL = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
"""A quoted cell within a reason, as `repr` writes it."""
_HARMLESS_DIGITS = 6
"""A number of no more digits is shown as it is; a mobile number has ten or more."""
_PERSONAL = re.compile(
    r"(?<!\d)(?:(?:(?:\+|00)?98|0)[ .()-]*9\d|(?<!\w)9[0-49])\d"
    r"[ .()-]*\d{3}[ .-]?\d{2}[ .-]?\d{2}(?!\d)"
    r"|(?<!\d)[56]\d{3}(?:[ -]?\d{4}){3}(?!\d)|[^@\s]+@[^@\s]+\.[^@\s]+"
)
"""A mobile number of Iran, also without its 0, which spreadsheets drop; the number of a bank
card there; or an e-mail address."""


@dataclass(frozen=True)
class Broken:
    """A row that was left out, and why."""

    line: int
    reason: str
    """Quotes the cell, masked from the start: what slipped may be a name or a mobile number."""

    def __post_init__(self) -> None:
        hidden = _CELL.sub(lambda cell: masked(cell[0]), _half_spaces(self.reason))
        object.__setattr__(self, "reason", hidden)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def quoted(text: str) -> str:
    """The text in quotes, its control characters escaped but not the half-spaces of Persian."""
    return _half_spaces(repr(text))


def _half_spaces(text: str) -> str:
    return text.replace(r"\u200c", "\u200c")


def masked(cell: str) -> str:
    """Letters as x and digits as #, so that the cell's form shows; a short number stays."""
    letters, digits = sum(map(str.isalpha, cell)), sum(map(str.isnumeric, cell))
    if not letters and digits <= _HARMLESS_DIGITS:
        return cell
    return "".join("#" if c.isnumeric() else "x" if c.isalpha() else c for c in cell)


def examples(broken: Sequence[Broken]) -> str:
    """The first few, one a line of text, their cells masked."""
    return "\n".join(f"  {row}" for row in broken[:QUOTED])


def looks_personal(cell: str) -> bool:
    """Whether a mobile number, a card's or an e-mail address is in a cell, in whatever digits."""
    return _PERSONAL.search(latin(cell)) is not None


def titles(header: Sequence[str]) -> str:
    """A header for print; in a file without one these are cells, which may name a person."""
    if sum(number(title) is not None or is_moment(title) for title in header) > 1:
        shown = ", ".join(map(masked, header))
        return f"{shown} (x is a letter, # a digit: this looks like a row of data, not a header)"
    return ", ".join(masked(title) if looks_personal(title) else title for title in header)
