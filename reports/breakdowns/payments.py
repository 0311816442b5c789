"""Payments by gateway and outcome, over time, and the money on its way to the bank by day."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Reason
from reports.attempts import attempts
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import (
    AT,
    Column,
    Floats,
    crossed,
    day_edges,
    edges_of,
    level_of,
    piece_of,
)  # fmt: skip
from reports.settling import Receipts, receipts
from reports.sorted_log import SortedLog
from scenarios.payment import CODES
from scenarios.schema import Scenario
from scenarios.shoppers import Plan

OUTCOMES: dict[str, int] = {
    "open": 0,
    "not_verified": Kind.PAYMENT_TAKEN,
    "paid": Kind.PAYMENT_CAPTURED,
    "failed": Kind.PAYMENT_FAILED,
    "returned": Kind.PAYMENT_LAPSED,
    "reversed": Kind.PAYMENT_REVERSED,
}
"""What an attempt has come to, by the kind of its last event; 0 for none."""
_PLACE = np.zeros(256, np.int64)
_PLACE[list(OUTCOMES.values())] = range(len(OUTCOMES))


def by_outcome(log: SortedLog, plan: Plan) -> Columns:
    """The table `payment_outcomes`."""
    made = attempts(log)
    codes = (made.channel.astype(np.int64) << 16) + (_PLACE[made.last] << 8) + made.reason
    kinds, cell = np.unique(codes, return_inverse=True)
    through, outcomes = names_of(plan.scenario), list(OUTCOMES)
    return {
        "through": [through[code >> 16] for code in kinds.tolist()],
        "outcome": [outcomes[code >> 8 & 255] for code in kinds.tolist()],
        "reason": [Reason(code & 255).name.lower() for code in kinds.tolist()],
        "attempts": np.bincount(cell, minlength=len(kinds)),
        "amount_rial": np.bincount(cell, made.begins["amount"], len(kinds)),
    }


def over_time(log: SortedLog, plan: Plan) -> Columns:
    """The table `payments_over_time`."""
    edges, made = edges_of(plan.scenario.season), attempts(log)
    codes, pieces = np.unique(made.channel), len(edges) - 1
    cell = np.searchsorted(codes, made.channel) * pieces
    cell += piece_of(made.begins["t"].copy(), edges)

    def count(*kinds: int) -> Column:
        return np.bincount(cell[np.isin(made.last, kinds)], minlength=len(codes) * pieces)

    through = names_of(plan.scenario)
    return crossed(
        {
            "through": [through[code] for code in codes.tolist()],
            AT.name: edges[:-1].astype(int).tolist(),
        },
        {
            "attempts": np.bincount(cell, minlength=len(codes) * pieces),
            "paid": count(Kind.PAYMENT_CAPTURED, Kind.PAYMENT_REVERSED),
            "failed": count(Kind.PAYMENT_FAILED),
            "returned": count(Kind.PAYMENT_LAPSED),
        },
    )


def cash_by_day(log: SortedLog, plan: Plan) -> Columns:
    """The table `cash_by_day`."""
    season, paid = plan.scenario.season, receipts(log, plan.scenario)
    leaves = np.minimum(paid.credited, paid.reversed_at)
    edges = day_edges(season, max(season.end, float(leaves.max(initial=0.0))))
    days = len(edges) - 1 if len(paid.t) else 0
    stays = np.isinf(paid.reversed_at)
    t, level = _float(paid, leaves)

    def sums(t: Floats, amounts: Column) -> Column:
        return np.bincount(piece_of(t, edges), amounts, len(edges) - 1)

    table = {
        "day": np.arange(len(edges) - 1),
        "taken_rial": sums(paid.t, paid.amount),
        "credited_rial": sums(paid.credited[stays], paid.amount[stays]),
        "reversed_rial": sums(paid.reversed_at[~stays], paid.amount[~stays]),
        "fees_rial": sums(paid.t, paid.fee),
        "float_rial": level_of(t, level, edges[1:]),
        "float_peak_rial": _peaks(t, level, edges),
    }
    return {name: column[:days] for name, column in table.items()}


def names_of(scenario: Scenario) -> dict[int, str]:
    """Every gateway by the name that the scenario gives it, and the other ways to pay."""
    methods = {int(code): name for name, code in CODES.items()}
    gateways = {int(code): gateway.label for code, gateway in scenario.payment.lines.items()}
    return methods | gateways


THROUGH = Key("through", "The gateway, by its name in the scenario, or the way of paying.")
BREAKDOWNS = (
    Breakdown(
        "payment_outcomes",
        "What became of the attempts to pay by the end of the run.",
        (
            THROUGH,
            Key(
                "outcome",
                "`paid`, `failed`, `returned` (by the network, unverified), `reversed` (by the "
                "shop, through its gateway), `not_verified` (yet), `open`.",
            ),
            Key("reason", "Why, as the event log names it; `none` where nothing special did."),
        ),
        (
            Number("attempts", "count", "Attempts."),
            Number("amount_rial", "rial", "What they were about."),
        ),
        by_outcome,
    ),
    Breakdown(
        "payments_over_time",
        "Attempts to pay, by the piece of the season in which they began.",
        (THROUGH, AT),
        (
            Number("attempts", "count", "Attempts."),
            Number("paid", "count", "Of these, brought money, also if it went back later."),
            Number("failed", "count", "Of these, declined, given up, or no gateway there."),
            Number("returned", "count", "Of these, returned by the network, unverified."),
        ),
        over_time,
    ),
    Breakdown(
        "cash_by_day",
        "Money on its way to the bank, until the last of it is credited; before fees.",
        (Key("day", "The local day, from 0: that on which the season starts.", "whole"),),
        (
            Number("taken_rial", "rial", "Came in on that day."),
            Number("credited_rial", "rial", "Was credited by the bank on that day."),
            Number("reversed_rial", "rial", "Went back through the gateway on that day."),
            Number("fees_rial", "rial", "Fees of what came in on that day."),
            Number("float_rial", "rial", "Under way at the end of the day."),
            Number("float_peak_rial", "rial", "Under way at the highest moment of the day."),
        ),
        cash_by_day,
    ),
)


def _float(paid: Receipts, leaves: Floats) -> tuple[Floats, Column]:
    """Moments at which the money under way changes, and its level from each on.

    What is credited at once never was under way; of one moment, what leaves goes first.
    """
    delayed = np.flatnonzero(leaves > paid.t)
    t = np.concatenate([leaves[delayed], paid.t[delayed]])
    change = np.concatenate([-paid.amount[delayed], paid.amount[delayed]])
    order = np.argsort(t, kind="stable")
    return t[order], np.cumsum(change[order])


def _peaks(t: Floats, level: Column, edges: Floats) -> Column:
    """The highest level of each piece, that with which it begins included."""
    peaks = level_of(t, level, edges[:-1])
    if len(t):
        np.maximum.at(peaks, piece_of(t, edges), level)
    return peaks
