"""What became of every attempt to pay: its last event, and why; read from the log at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind
from reports.arrays import pair
from reports.log import Events
from reports.settling import BY_TURN
from reports.sorted_log import SortedLog, looks_once

STEPS = (
    Kind.PAYMENT_TAKEN,
    Kind.PAYMENT_CAPTURED,
    Kind.PAYMENT_FAILED,
    Kind.PAYMENT_LAPSED,
    Kind.PAYMENT_REVERSED,
)
"""What may happen to an attempt, in the order of its life."""


@dataclass(frozen=True)
class Attempts:
    """All attempts in order of time; every array has shape (attempts,)."""

    begins: Events
    """The events with which they began."""
    channel: NDArray[np.uint8]
    """`GATEWAY` also for a plain gateway."""
    last: NDArray[np.uint8]
    """The kind of the last of `STEPS`; 0 where there was none."""
    reason: NDArray[np.uint8]
    """Of that event."""


@looks_once
def attempts(log: SortedLog) -> Attempts:
    """Every attempt to pay of a log."""
    begins = log.rows(Kind.PAYMENT_STARTED)
    last, reason = np.zeros(len(begins), np.uint8), np.zeros(len(begins), np.uint8)
    started = tuple(begins[key].copy() for key in BY_TURN)
    for kind in STEPS:
        steps = log.rows(kind)
        of_step = pair(started, tuple(steps[key].copy() for key in BY_TURN))
        known = of_step >= 0
        last[of_step[known]] = kind
        reason[of_step[known]] = steps["reason"][known]
    channel = np.where(begins["channel"] == 0, Channel.GATEWAY, begins["channel"])
    return Attempts(begins, channel.astype(np.uint8), last, reason)
