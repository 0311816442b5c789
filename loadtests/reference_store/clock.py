"""The store's clock: seconds since the store first opened, through all restarts."""

from __future__ import annotations

import time


class Clock:
    """Wall-clock time as the model takes it. It never runs backwards.

    `started` is the Unix time at which the store first opened. `last` is the time of the last event
    in the journal: should the machine's clock have been set back since, time goes on from there.
    Within a process the steady clock counts, so nobody's setting of the clock moves a deadline.
    """

    def __init__(self, started: float, last: float = 0.0) -> None:
        self._ahead = max(time.time() - started, last, 0.0) - time.monotonic()

    def __call__(self) -> float:
        return self._ahead + time.monotonic()
