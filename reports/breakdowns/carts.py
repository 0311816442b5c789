"""Breakdowns of carts: how far they came, whose they were, why and when they were left."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number, a_level
from reports.breakdowns.counting import counted
from reports.log import Events
from reports.measures.carts import WHY_LEFT
from reports.measures.leavings import left_for_good
from reports.measures.notices import won_back
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog, looks_once
from scenarios.shoppers import Plan

STEPS = ("cart", "checkout", "order", "payment", "bought")
"""How far a cart came: a line was put in (by the shopper, or as a voucher for who had waited),
checkout begun, an order placed, the shopper sent to pay, and the order paid or accepted."""
SEGMENTS = ("guest", "account", "returning", "unknown")
"""Whose cart it was: a guest's, a new customer's with an account, a known customer's; not known of
a live run, and of a cart that began with a voucher."""
MINUTES = (0, 1, 5, 15, 30, 60, 180, 720, 1440)
"""Where the classes of the time to leave begin."""
REMINDED = ("reminded", "came_back", "bought")
_REACHED: tuple[tuple[Kind, ...], ...] = (
    (Kind.ADDED, Kind.VOUCHER),
    (Kind.CHECKED_OUT,),
    (Kind.PLACED,),
    (Kind.PAYMENT_STARTED,),
    BOUGHT,
)
_REASONS = tuple(WHY_LEFT)
_NAMES = tuple(reason.name.lower() for reason in _REASONS)
_PLACE = np.zeros(256, np.int64)
"""The place of a reason among those for leaving."""
_PLACE[list(_REASONS)] = range(len(_REASONS))


_SEGMENT_OF = np.full(256, SEGMENTS.index("unknown"), np.int8)
"""The segment, as a place, of who came by a channel."""
_SEGMENT_OF[[Channel.GUEST, Channel.ACCOUNT]] = 0, 1


def _reached(log: SortedLog, _: Plan) -> Columns:
    furthest = _furthest(log)
    carts = np.flatnonzero(furthest >= 0)
    counts = counted((furthest[carts], len(STEPS)), (_segment(log)[carts], len(SEGMENTS)))
    # Who came further had also been here.
    carts_by = np.cumsum(counts[::-1], axis=0)[::-1]
    return {
        "step": np.repeat(STEPS, len(SEGMENTS)),
        "segment": np.tile(SEGMENTS, len(STEPS)),
        "carts": carts_by.ravel(),
    }


def _left(log: SortedLog, _: Plan) -> Columns:
    gone = left_for_good(log)
    session = gone["session"]
    filled = _filled(log)
    prices = np.where(
        filled["kind"] == Kind.VOUCHER, filled["amount"] * filled["quantity"], filled["amount"]
    )  # a voucher's amount is per unit
    worth = np.bincount(filled["session"], prices, _sessions(log))
    places = (
        (_PLACE[gone["reason"]], len(_NAMES)),
        (np.maximum(_furthest(log)[session], 0), len(STEPS)),
        (_segment(log)[session], len(SEGMENTS)),
    )
    carts = counted(*places)
    reason, step, segment = np.nonzero(carts)
    return {
        "reason": np.array(_NAMES)[reason],
        "step": np.array(STEPS)[step],
        "segment": np.array(SEGMENTS)[segment],
        "carts": carts[reason, step, segment],
        "worth_rial": counted(*places, weights=worth[session])[reason, step, segment],
    }


def _after(log: SortedLog, _: Plan) -> Columns:
    gone, stayed = left_for_good(log), _time_to_leave(log)
    since = np.searchsorted(np.array(MINUTES) * 60.0, stayed, "right") - 1
    carts = counted((_PLACE[gone["reason"]], len(_NAMES)), (since, len(MINUTES)))
    reason, begins = np.nonzero(carts)
    return {
        "reason": np.array(_NAMES)[reason],
        "from_min": np.array(MINUTES)[begins],
        "carts": carts[reason, begins],
    }


def _times(log: SortedLog, _: Plan) -> Columns:
    why, stayed = _PLACE[left_for_good(log)["reason"]], _time_to_leave(log)
    there = np.unique(why)
    of_each = [stayed] * bool(len(there)) + [stayed[why == place] for place in there]
    middle = [np.quantile(times, (0.5, 0.9)) for times in of_each]
    return {
        "reason": ["all"] * bool(len(there)) + [_NAMES[place] for place in there],
        "median_s": [float(each[0]) for each in middle],
        "p90_s": [float(each[1]) for each in middle],
    }


def _reminded(log: SortedLog, _: Plan) -> Columns:
    sent, back = log.rows(Kind.NOTICE_SENT), log.rows(Kind.CAME_BACK)
    reminded = np.unique(sent["session"][sent["reason"] == Reason.REMINDER])
    if not len(reminded):
        return {"stage": [], "shoppers": [], "paid_rial": []}
    came = np.unique(back["session"][back["reason"] == Reason.REMINDER])
    paid = won_back(log)
    return {
        "stage": list(REMINDED),
        "shoppers": [len(reminded), len(came), len(np.unique(paid["session"]))],
        "paid_rial": [0, 0, int(paid["amount"].sum())],
    }


def _filled(log: SortedLog) -> Events:
    """The events by which something came into a cart, in order of time."""
    return log.rows(Kind.ADDED, Kind.VOUCHER)


@looks_once
def _sessions(log: SortedLog) -> int:
    """One more than the largest number of a session with a cart.

    The log of a live run whose generator died may know of a leaving without its cart.
    """
    there = (_filled(log), log.rows(Kind.LEFT))
    return 1 + max(int(rows["session"].max(initial=-1)) for rows in there)


@looks_once
def _furthest(log: SortedLog) -> NDArray[np.int8]:
    """The furthest of `STEPS` by session; -1 without a cart."""
    furthest = np.full(_sessions(log), -1, np.int8)
    for step, kinds in enumerate(_REACHED):
        for kind in kinds:
            session = log.rows(kind)["session"]
            furthest[session[session < len(furthest)]] = step
    return furthest


@looks_once
def _segment(log: SortedLog) -> NDArray[np.int8]:
    """The segment by session, as a place among `SEGMENTS`."""
    added, known = log.rows(Kind.ADDED), log.rows(Kind.RECOGNISED)["session"]
    segment = np.full(_sessions(log), SEGMENTS.index("unknown"), np.int8)
    segment[added["session"]] = _SEGMENT_OF[added["channel"]]
    segment[known[known < len(segment)]] = SEGMENTS.index("returning")
    return segment


@looks_once
def _time_to_leave(log: SortedLog) -> NDArray[Any]:
    """Seconds from the first line to leaving for good, in the order of `left_for_good`."""
    filled, gone = _filled(log), left_for_good(log)
    first = np.zeros(_sessions(log))
    first[filled["session"][::-1]] = filled["t"][::-1]  # the last one written is the first in time
    return gone["t"] - first[gone["session"]]


_WHY = Key("reason", "Why it was left, as in `carts_abandoned_*`.")
_STEP = Key("step", f"How far it came: {', '.join(f'`{step}`' for step in STEPS)}.")
_SEGMENT = Key(
    "segment",
    "Whose it was: `guest`, `account` (new, with an account) or `returning` (bought before); "
    "`unknown` of a live run, and of a cart that began with a voucher.",
)
_CARTS = Number("carts", "count", "Carts.")

BREAKDOWNS = (
    Breakdown(
        "carts_reached",
        "Carts that came to a step of the shop or further; an order that is accepted without "
        "money counts as `payment` too.",
        (_STEP, _SEGMENT), (_CARTS,), _reached,
    ),
    Breakdown(
        "carts_left",
        "Carts that were left for good, by why and by how far they had come; in all "
        "`carts_abandoned`.",
        (_WHY, _STEP, _SEGMENT),
        (_CARTS, Number("worth_rial", "rial", "Prices of their lines when they were added.")),
        _left,
    ),
    Breakdown(
        "carts_left_after",
        "Carts that were left for good, by the time from the first line to leaving.",
        (
            _WHY,
            Key(
                "from_min",
                "Shortest time of the class in minutes: "
                f"{', '.join(map(str, MINUTES))}; it ends where the next one begins.",
                "whole",
            ),
        ),
        (_CARTS,), _after,
    ),
    Breakdown(
        "carts_left_times",
        "The time from the first line to leaving for good, by why.",
        (Key("reason", "Why it was left; `all` for all together."),),
        (
            a_level("median_s", "s", "Median."),
            a_level("p90_s", "s", "Nine in ten were left sooner."),
        ),
        _times,
    ),
    Breakdown(
        "carts_reminded",
        "What reminders of a left cart or an unpaid order came to.",
        (
            Key(
                "stage",
                "`reminded` (a reminder was sent), `came_back` (for a reminder), `bought` (came "
                "back for one, and paid).",
            ),
        ),
        (
            Number("shoppers", "count", "Shoppers."),
            Number("paid_rial", "rial", "Price of the orders that they paid after coming back."),
        ),
        _reminded,
    ),
)  # fmt: skip
