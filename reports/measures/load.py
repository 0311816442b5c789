"""Measures of a live run's requests: how long the shop took, and whether the load was as planned.

From-intended time begins when a request was meant to be sent. Where the generator comes late, the
shopper has waited all the same; service time alone would not show it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from reports.measures.definition import Measure, ratio
from reports.requests import Traffic

QUANTILES = (50, 95, 99)

DEFINITIONS = (
    *(
        Measure(
            f"from_intended_p{q}_s", "s", "down",
            f"{_nth} percentile of the time from the moment at which a request was meant to be "
            "sent to its whole answer, over all requests of a live run.",
        )
        for q, _nth in zip(QUANTILES, ("50th", "95th", "99th"), strict=True)
    ),
    *(
        Measure(
            f"service_time_p{q}_s", "s", "down",
            f"{_nth} percentile of the time from sending a request to its whole answer, over all "
            "requests of a live run; a new connection counts, waiting for the generator does not.",
        )
        for q, _nth in zip(QUANTILES, ("50th", "95th", "99th"), strict=True)
    ),
    Measure(
        "http_errors", "share", "down",
        "Requests of a live run that got no answer, or one with a status from 500 on.",
    ),
    Measure(
        "dropped_sessions", "count", "down",
        "Sessions that were planned in a live run and never began: too many were open, or their "
        "generator was lost, or the run was stopped.",
    ),
    Measure(
        "scheduler_lag_p99_s", "s", "down",
        "99th percentile of how late sessions of a live run began.",
    ),
)  # fmt: skip
BY_STEP = tuple(each.name for each in DEFINITIONS[:7])
"""Measures that exist for each step too, with its name behind: `http_errors_add_to_cart`."""

TOLD = (
    "sessions", "engaged_sessions", "conversion_rate", "carts", "carts_abandoned",
    "cart_abandonment_rate", "carts_abandoned_", "stockouts", "lost_units", "lost_sales_rial",
    "fill_rate", "orders_placed", "orders_paid", "orders_accepted", "orders_unpaid_by_",
    "late_paid", "late_lost", "revenue_rial", "payment_attempts", "payment_success_rate",
    "payments_reversed", "support_contacts", "page_time_p95_s", "sessions_lost_to_slowness",
)  # fmt: skip
"""Measures that follow from what shoppers were told; a name that ends in `_` stands for all that
begin so, and support's contacts for those by channel."""


def values(traffic: Traffic) -> dict[str, float]:
    """The measures of `DEFINITIONS`, then those by step; NaN where there is nothing."""
    requests = traffic.requests
    everything = np.ones(len(requests), bool)
    by_step = {
        f"{name}_{slug(step)}": value
        for number, step in enumerate(traffic.steps)
        for name, value in _of_requests(traffic, requests["step"] == number).items()
    }
    return {
        **_of_requests(traffic, everything),
        "dropped_sessions": traffic.dropped,
        "scheduler_lag_p99_s": _percentile(traffic.lag, 99),
        **by_step,
    }


def known_from_outside(measures: dict[str, float]) -> dict[str, float]:
    """Of the measures of an event log, those that a witness of a shop can know."""
    beginnings = (*(name for name in TOLD if name.endswith("_")), "support_contacts_")
    return {
        name: value
        for name, value in measures.items()
        if name in TOLD or name.startswith(beginnings)
    }


def slug(step: str) -> str:
    """A step's name as part of a measure's: `add to cart` is `add_to_cart`."""
    return re.sub(r"\W+", "_", step.strip().lower())


def _of_requests(traffic: Traffic, chosen: NDArray[np.bool_]) -> dict[str, float]:
    intended, service = traffic.from_intended[chosen], traffic.requests["service"][chosen]
    return {
        **{f"from_intended_p{q}_s": _percentile(intended, q) for q in QUANTILES},
        **{f"service_time_p{q}_s": _percentile(service, q) for q in QUANTILES},
        "http_errors": ratio(int(traffic.failed[chosen].sum()), int(chosen.sum())),
    }


def _percentile(seconds: NDArray[np.float64], q: float) -> float:
    return float(np.percentile(seconds, q)) if len(seconds) else float("nan")
