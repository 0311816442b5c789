"""Receipts of shoppers on paper: a line of JSON each, from a generator to the run folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any, Final

from loadtests.targets.target import Heard, Receipt
from model.outcomes import Outcome
from scenarios.errors import UserError
from scenarios.units import ended

RECEIPTS: Final = "receipts.jsonl"


def as_plain(receipt: Receipt) -> dict[str, Any]:
    """A receipt as it travels: enums by their names."""
    return {name: _plain(value) for name, value in asdict(receipt).items()}


def write_receipts(receipts: Iterable[Receipt], folder: Path) -> None:
    """Write receipts into a run folder."""
    lines = (json.dumps(as_plain(receipt)) + "\n" for receipt in receipts)
    (folder / RECEIPTS).write_text("".join(lines), encoding="utf-8")


def read_receipts(file: Path) -> Iterator[Receipt]:
    """Read receipts. Raises UserError for a file that has none."""
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            said["cart"] = {int(product): units for product, units in said["cart"].items()}
            said["heard"] = {int(turn): Heard[word] for turn, word in said["heard"].items()}
            said["told"] = None if said["told"] is None else Outcome[said["told"]]
            yield Receipt(**said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} cannot be read as receipts of shoppers: {ended(error)}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value
