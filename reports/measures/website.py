"""Measures of the website: what its pages took, when it had too much, whom that cost (SEA-4)."""

from __future__ import annotations

import numpy as np

from model.events import Kind
from reports.arrays import distinct
from reports.measures.definition import Measure
from reports.sorted_log import SortedLog

DEFINITIONS = (
    Measure(
        "page_time_p95_s", "s", "down",
        "95th percentile of the time of pages, from the request to the whole page, over the pages "
        "of sessions that used a cart; pages that failed have no time.",
    ),
    Measure(
        "overloaded_minutes", "count", "down",
        "Minutes in which more pages were asked for than all working workers can serve.",
    ),
    Measure(
        "sessions_lost_to_slowness", "count", "down",
        "Sessions that used a cart, or would have, and were closed because a page took too long "
        "or failed; among them the carts abandoned because the site was slow.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    milliseconds = log.rows(Kind.PAGE_TIME)["amount"]
    return {
        "page_time_p95_s": (
            float(np.percentile(milliseconds, 95)) / 1000 if len(milliseconds) else float("nan")
        ),
        "overloaded_minutes": log.count(Kind.OVERLOADED),
        "sessions_lost_to_slowness": distinct(log.rows(Kind.PAGE_LEFT)["session"]),
    }
