"""Rows of a live run on their way to its folder: files that only grow, one set a generator."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from loadtests.receipts import RECEIPTS
from loadtests.recorder import Rows
from loadtests.rehearsal import Rehearsal

REHEARSAL, STATE = "rehearsal.json", "state.json"
EVENTS, REQUESTS, STARTS, STEPS = "events.bin", "requests.bin", "starts.bin", "steps.json"
CRASHES = "crashes.txt"
_PACKED: Final = {"events": EVENTS, "requests": REQUESTS, "starts": STARTS}


@dataclass
class Part:
    """What one generator was to do, and how far it came."""

    number: int
    of: int
    done: bool = False
    """It played its share to the end of the run."""
    lost: bool = False
    """It was heard of no more before it was done."""


@dataclass
class State:
    """How a live run went, apart from its rows."""

    planned: int = 0
    """Sessions of the schedule."""
    began: float = 0.0
    """Unix time; 0 where no session ever began."""
    ended: float = 0.0
    events_before: int | None = None
    """What the reference store's journal held when the run began."""
    interrupted: bool = False
    """Somebody stopped it before the window's end."""
    parts: dict[str, Part] = field(default_factory=dict)
    """By the generators' names."""


class Spool:
    """A folder that rows are added to as they come."""

    def __init__(self, folder: Path, rehearsal: Rehearsal) -> None:
        self.folder = folder
        self.state = State()
        self._files: dict[tuple[str, str], BinaryIO] = {}
        (folder / REHEARSAL).write_text(rehearsal.as_json(), encoding="utf-8")
        self.save()

    def add(self, generator: str, rows: Rows) -> None:
        """Append what a generator handed over."""
        folder = self.folder / generator
        folder.mkdir(exist_ok=True)
        for name, file in _PACKED.items():
            self._append(generator, file, rows[name])  # type: ignore[literal-required]
        crashes = "".join(f"{each}\n" for each in rows["crashes"])
        self._append(generator, CRASHES, crashes.encode())
        receipts = "".join(json.dumps(each) + "\n" for each in rows["receipts"])
        self._append(generator, RECEIPTS, receipts.encode())
        (folder / STEPS).write_text(json.dumps(rows["steps"]), encoding="utf-8")

    def save(self) -> None:
        """Write down how the run stands."""
        new = self.folder / f"{STATE}.new"
        new.write_text(json.dumps(asdict(self.state)), encoding="utf-8")
        new.replace(self.folder / STATE)

    def close(self) -> None:
        """Nothing more will come."""
        self.save()
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _append(self, generator: str, name: str, rows: bytes) -> None:
        key = generator, name
        if key not in self._files:
            self._files[key] = (self.folder / generator / name).open("ab")
        self._files[key].write(rows)
        self._files[key].flush()


def read_state(folder: Path) -> State:
    """The state of a spool, as far as it was written down."""
    said: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
    parts = {name: Part(**each) for name, each in said.pop("parts").items()}
    return State(**said, parts=parts)
