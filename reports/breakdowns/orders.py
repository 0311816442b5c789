"""Breakdowns of orders: the orders panel at the end of the run, and over time (ORD-15)."""

from __future__ import annotations

import math

import numpy as np

from model.events import Kind, Reason
from model.order import OrderState
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.counting import counted
from reports.breakdowns.days import DAY_KEY, day_of_run
from reports.measures.definition import HOUR, end_of
from reports.order_panel import AGE_WORDS, standing, standing_at
from reports.paid_orders import PAID
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan

STATES = tuple(state.name.lower() for state in OrderState)
AGES = tuple(word.replace(" ", "_") for word in AGE_WORDS)
MOST_LOOKS = 180
"""At so many moments at most the orders are counted."""


def _standing(log: SortedLog, plan: Plan) -> Columns:
    orders = standing(log, end_of(log, plan.scenario))
    places = ((orders.state, len(STATES)), (orders.age, len(AGES)), (orders.cause, 256))
    counts = counted(*places)
    state, age, cause = np.nonzero(counts)
    return {
        "state": np.array(STATES)[state],
        "age": np.array(AGES)[age],
        "cause": [Reason(code).name.lower() for code in cause.tolist()],
        "orders": counts[state, age, cause],
        "amount_rial": counted(*places, weights=orders.amount)[state, age, cause],
    }


def _over_time(log: SortedLog, plan: Plan) -> Columns:
    end = plan.scenario.season.end  # the same moments in every replication
    every = max(math.ceil(end / HOUR / MOST_LOOKS), 1)
    every = next((hours for hours in (1, 2, 3, 6, 12, 24) if hours >= every), every)
    looks = np.arange(0, int(end // (every * HOUR)) + 1) * every
    counts = standing_at(log, looks * HOUR)
    there = [state for state in OrderState if counts[state].any()]
    return {
        "state": np.repeat([STATES[state] for state in there], len(looks)),
        "at_h": np.tile(looks, len(there)),
        "orders": np.concatenate([counts[state] for state in there]) if there else [],
    }


def _by_day(log: SortedLog, plan: Plan) -> Columns:
    end = end_of(log, plan.scenario)
    if not log.count(Kind.PLACED):
        return {"day": [], **{name: [] for name in _EVENTS}, "paid_rial": []}
    counts = {}
    for name, kinds in _EVENTS.items():
        place = day_of_run(plan.scenario.season, log.rows(*kinds)["t"], end)
        counts[name] = counted(place)
    paid = log.rows(*PAID)
    place = day_of_run(plan.scenario.season, paid["t"], end)
    return {
        "day": np.arange(place[1]),
        **counts,
        "paid_rial": counted(place, weights=paid["amount"]),
    }


_EVENTS = {
    "placed": (Kind.PLACED,),
    "paid": PAID,
    "accepted": (Kind.ACCEPTED,),
    "expired": (Kind.EXPIRED,),
    "cancelled": (Kind.CANCELLED,),
}
_STATE = Key("state", f"State of the order: {', '.join(f'`{state}`' for state in STATES)}.")

BREAKDOWNS = (
    Breakdown(
        "orders_standing",
        "The orders panel at the end of the run: every order by where it stands, since when, and "
        "why; in all `orders_placed`.",
        (
            _STATE,
            Key("age", f"Time since it was placed: {', '.join(f'`{age}`' for age in AGES)}."),
            Key("cause", "Why it came to its state; `none` where nothing special did."),
        ),
        (
            Number("orders", "count", "Orders."),
            Number("amount_rial", "rial", "What they come to."),
        ),
        _standing, inside=True,
    ),
    Breakdown(
        "orders_over_time",
        f"How many orders stood in each state, at up to {MOST_LOOKS + 1} evenly spaced moments.",
        (_STATE, Key("at_h", "Hours since the start.", "whole")),
        (Number("orders", "count", "Orders."),),
        _over_time, inside=True,
    ),
    Breakdown(
        "orders_by_day",
        "What became of orders, by the day on which it happened.",
        (DAY_KEY,),
        (
            Number("placed", "count", "Orders placed."),
            Number("paid", "count", "Orders paid; accepted ones, when it was collected."),
            Number("accepted", "count", "Orders accepted whose money comes later."),
            Number(
                "expired", "count", "Orders whose reservation ran out, once for each time.",
                inside=True,
            ),
            Number("cancelled", "count", "Orders cancelled.", inside=True),
            Number(
                "paid_rial", "rial", "Price of the orders paid; of accepted ones, what came in."
            ),
        ),
        _by_day,
    ),
)  # fmt: skip
