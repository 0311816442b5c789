"""What a generator writes down: requests, sessions begun, and what shoppers were told.

Rows are packed as they happen and handed over every second; nothing here needs more than the
standard library, so a generator spends its time on the load.
"""

from __future__ import annotations

import struct
from math import nan
from typing import Any, Final, TypedDict

from model.events import Log

REQUEST: Final = struct.Struct("<idddhH")
"""Session (the row of the draw), intended start, real start, seconds of service, HTTP status (0: no
answer), step by its number. Times in seconds from the run's beginning."""
START: Final = struct.Struct("<idd")
"""Session, when it was due, when it began (NaN: it was dropped)."""


class Rows(TypedDict):
    """What is handed over at once."""

    events: bytes
    """Packed as `model.events.RECORD`."""
    requests: bytes
    starts: bytes
    receipts: list[dict[str, Any]]
    crashes: list[str]
    """What ended sessions by a mistake of the adapter's or of ours: a line for each."""
    steps: list[str]
    """Names of all steps so far, by the numbers that `requests` has."""


class Recorder:
    """Keeps the rows of one generator until they are taken."""

    def __init__(self) -> None:
        self.log = Log()
        """What shoppers were told, as events."""
        self.receipts: list[dict[str, Any]] = []
        """What shoppers hold in their hands at the end, for the audit."""
        self.crashes: list[str] = []
        """Mistakes in code that ended a session."""
        self._requests = bytearray()
        self._starts = bytearray()
        self._steps: dict[str, int] = {}

    def request(
        self, session: int, intended: float, sent: float, service: float, status: int, step: str
    ) -> None:
        """A request was answered, or came to nothing (`status` 0)."""
        number = self._steps.setdefault(step, len(self._steps))
        self._requests += REQUEST.pack(session, intended, sent, service, status, number)

    def begun(self, session: int, due: float, at: float) -> None:
        """A session began."""
        self._starts += START.pack(session, due, at)

    def dropped(self, session: int, due: float) -> None:
        """A session was due, and could not begin."""
        self._starts += START.pack(session, due, nan)

    def take(self) -> Rows:
        """Everything since the last time."""
        rows = Rows(
            events=bytes(self.log.buffer),
            requests=bytes(self._requests),
            starts=bytes(self._starts),
            receipts=self.receipts,
            crashes=self.crashes,
            steps=list(self._steps),
        )
        self.log.buffer.clear()
        self._requests.clear()
        self._starts.clear()
        self.receipts, self.crashes = [], []
        return rows
