"""The door of an export: its format by its headers, its rows as cells by role, all else dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.broken import MAX_BROKEN, QUOTED, Broken, examples, titles
from scenarios.calibration.tables import open_table
from scenarios.errors import UserError
from scenarios.units import did_you_mean, format_share

Record = TypeVar("Record")
Cells = Mapping[str, str]
"""Role -> cell; empty where the export has no such column."""


@dataclass(frozen=True)
class Format:
    """How one platform names the columns of its export."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    """Role -> headers, the surest first; compared without case, spaces and Arabic letters."""
    needed: tuple[str, ...]
    """Roles without which it is not this format."""


@dataclass(frozen=True)
class Reading(Generic[Record]):
    """What was read from an export, and what had to be left out."""

    source: str
    """Name of the file."""
    format: Format
    columns: Mapping[str, str]
    """Role -> header it was read from."""
    records: Sequence[Record]
    """Empty once they are `forgotten`."""
    broken: tuple[Broken, ...]
    good: int
    """How many records there were."""

    @property
    def rows(self) -> int:
        """Rows below the header, blank ones not counted."""
        return self.good + len(self.broken)

    def forgotten(self) -> Reading[Record]:
        """Without the records, in which people still have their names."""
        return replace(self, records=())

    def account(self, what: str) -> str:
        """What was read, a sentence or two; no cell is quoted."""
        columns = "; ".join(f"{role} from {header!r}" for role, header in self.columns.items())
        left_out = "No row had to be left out."
        if self.broken:
            lines = ", ".join(str(row.line) for row in self.broken[:QUOTED])
            left_out = (
                f"Left out: {len(self.broken):,} of {self.rows:,} rows "
                f"({len(self.broken) / self.rows:.2%}), beginning with lines {lines}."
            )
        return (
            f"Read from {self.source}, recognised as {self.format.name}: {self.good:,} "
            f"{what}. Columns: {columns}. {left_out}"
        )

    def warning(self) -> str:
        """The broken rows and the first of them, masked; empty if there are none."""
        if not self.broken:
            return ""
        return (
            f"{self.source}: {len(self.broken):,} of {self.rows:,} rows "
            f"({len(self.broken) / self.rows:.2%}) were left out. The first (masked: x is a "
            f"letter, # a digit):\n{examples(self.broken)}"
        )


def read(
    path: Path,
    formats: Sequence[Format],
    parse: Callable[[Cells], Record],
    *,
    option: str,
    columns: Mapping[str, str] | None = None,
    max_broken: float = MAX_BROKEN,
) -> Reading[Record]:
    """The rows of an export, each as `parse` makes it of its cells.

    `columns` maps roles to headers where the guess would be wrong; `option` is how the command line
    names the export (`calls`). Only cells with a role ever reach `parse`, which raises ValueError
    with a sentence for a row that makes no sense. Raises UserError for a file that is no table, for
    headers of no known format, and where a larger share than `max_broken` makes no sense.
    """
    table = open_table(path)
    found_format, places = _recognise(path, table.header, formats, columns or {}, option)
    records, broken = [], []
    for line, row in table.rows:
        try:
            if len(row) != len(table.header):
                raise ValueError(f"{len(row)} cells where the header has {len(table.header)}")
            cells = dict.fromkeys(found_format.columns, "")
            records.append(parse(cells | {role: row[i].strip() for role, i in places.items()}))
        except ValueError as error:
            broken.append(Broken(line, str(error)))
    _check(path, len(records), broken, max_broken, option)
    named = {role: table.header[place] for role, place in places.items()}
    return Reading(path.name, found_format, named, records, tuple(broken), len(records))


def renumber(names: Iterable[str]) -> NDArray[np.int64]:
    """Numbers from 0 in the order of appearance instead of names; -1 for an empty one."""
    numbers: dict[str, int] = {"": -1}
    return np.array([numbers.setdefault(name, len(numbers) - 1) for name in names], np.int64)


def key(text: str) -> str:
    """A header, or a status, without differences that do not matter."""
    plain = text.strip().lower().replace("ي", "ی").replace("ك", "ک")
    return re.sub(r"[\s\u200c/._-]+", "_", plain)


def _recognise(
    path: Path,
    header: Sequence[str],
    formats: Sequence[Format],
    given: Mapping[str, str],
    option: str,
) -> tuple[Format, dict[str, int]]:
    """The first format whose needed columns are all there, and the place of each role."""
    known = {key(title): place for place, title in reversed(list(enumerate(header)))}
    roles = dict.fromkeys(role for each in formats for role in each.columns)
    for role, title in given.items():
        if role not in roles:
            raise UserError(
                f"--column {option}.{role}={title}: there is no such role"
                f"{did_you_mean(role, roles, '.')}\nUse one of {', '.join(roles)}."
            )
        if key(title) not in known:
            raise UserError(
                f"{path}, line 1: no column {title!r} (--column {option}.{role}={title})"
                f"{did_you_mean(title, header, '.')}"
            )
    for each in formats:
        places = {
            role: known[key(title)]
            for role, names in each.columns.items()
            for title in [next((n for n in (given.get(role), *names) if n and key(n) in known), "")]
            if title
        }
        if all(role in places for role in each.needed):
            return each, places
    missing = [role for role in formats[-1].needed if role not in places]
    raise UserError(
        f"{path}, line 1: this is none of {', '.join(each.name for each in formats)}: cannot tell "
        f"the column{'s' if len(missing) > 1 else ''} of {', '.join(missing)}.\n"
        f"Found: {titles(header)}.\n"
        f"Say it with {'; '.join(f'--column {option}.{role}=HEADER' for role in missing)}."
    )


def _check(path: Path, good: int, broken: Sequence[Broken], max_broken: float, option: str) -> None:
    rows = good + len(broken)
    if not rows:
        raise UserError(f"{path}: a header and nothing below it.")
    if good and len(broken) <= max_broken * rows:
        return
    raise UserError(
        f"{path}: {len(broken):,} of {rows:,} rows ({len(broken) / rows:.1%}) make no sense, more "
        f"than the {format_share(max_broken)} allowed.\n{examples(broken)}\n"
        f"Check that the columns are the right ones (--column {option}.ROLE=HEADER), mend the "
        f"export, or allow more (--max-broken)."
    )
