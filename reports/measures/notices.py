"""Measures of messages to shoppers: sent, late, in vain, and what reminders brought (NOT-1)."""

from __future__ import annotations

import numpy as np

from model.events import Channel, Kind, Reason
from reports.arrays import distinct
from reports.log import Events
from reports.measures.definition import Measure, end_of
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog
from reports.spells import OF_NOTICE
from scenarios.schema import Scenario

DEFINITIONS = (
    Measure("notices_sent", "count", "neither", "Messages to shoppers that were sent."),
    Measure(
        "notices_late", "count", "down",
        "Messages that were sent later than `notices.late_after` after they were due, or have "
        "waited longer than that at the end of the run.",
    ),
    Measure(
        "notices_unreachable", "count", "down",
        "Times that a message was due to a shopper who left no address for it that works.",
    ),
    Measure(
        "reminders_converted", "count", "up",
        "Orders paid by the end of the run, or accepted without money, of shoppers whom a reminder "
        "had brought back; some of them would have come back without.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    sent = log.spells((Kind.NOTICE_DUE,), (Kind.NOTICE_SENT,), OF_NOTICE)
    late_after = scenario.notices.late_after if scenario.notices is not None else np.inf
    waited = np.minimum(sent.end_t, end_of(log, scenario)) - sent.begins["t"]
    return {
        "notices_sent": log.count(Kind.NOTICE_SENT),
        "notices_late": int((waited > late_after).sum()),
        "notices_unreachable": log.count(Kind.NOTICE_UNREACHABLE),
        "reminders_converted": distinct(won_back(log)["session"]),
    }


def cost(log: SortedLog, scenario: Scenario) -> int:
    """What the providers take for the messages that were sent, in rial."""
    rules = scenario.notices
    if rules is None:
        return 0
    sent = np.bincount(log.rows(Kind.NOTICE_SENT)["channel"], minlength=256)
    return sum(
        int(sent[channel]) * rules.provider(channel).price
        for channel in (Channel.SMS, Channel.MAIL)
    )


def won_back(log: SortedLog) -> Events:
    """The purchases of shoppers who had come back for a reminder before."""
    back, paid = log.rows(Kind.CAME_BACK), log.rows(*BOUGHT)
    back = back[back["reason"] == Reason.REMINDER]
    if not len(back):
        return paid[:0]
    came = np.full(max(back["session"].max(), paid["session"].max(initial=0)) + 1, np.inf)
    came[back["session"]] = back["t"]
    return paid.take(np.flatnonzero(paid["t"] >= came[paid["session"]]))
