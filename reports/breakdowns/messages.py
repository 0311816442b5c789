"""Messages to shoppers by topic and way, and how many waited to be sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from reports.arrays import is_among
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import AT, Column, edges_of, level_at, piece_of
from reports.log import Events
from reports.measures.definition import end_of
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog
from reports.spells import OF_NOTICE, Spells
from scenarios.schema import Scenario
from scenarios.shoppers import Plan


def by_topic(log: SortedLog, plan: Plan) -> Columns:
    """The table `messages_by_topic`."""
    scenario = plan.scenario
    spells = log.spells((Kind.NOTICE_DUE,), (Kind.NOTICE_SENT,), OF_NOTICE)
    lost, back = log.rows(Kind.NOTICE_UNREACHABLE), log.rows(Kind.CAME_BACK)
    kinds = np.unique(np.concatenate([_kind(rows) for rows in (spells.begins, lost, back)]))

    def count(rows: Events, weights: NDArray[np.float64] | None = None) -> Column:
        return np.bincount(np.searchsorted(kinds, _kind(rows)), weights, len(kinds))

    sent = ~spells.is_open
    delay = np.minimum(spells.end_t, end_of(log, scenario)) - spells.begins["t"]
    late_after = scenario.notices.late_after if scenario.notices else np.inf
    ways = [Channel(code & 255) for code in kinds.tolist()]
    sent_by = count(spells.begins[sent])
    return {
        "topic": [Reason(code >> 8).name.lower() for code in kinds.tolist()],
        "way": [way.name.lower() for way in ways],
        "due": count(spells.begins),
        "sent": sent_by,
        "late": count(spells.begins[delay > late_after]),
        "delay_s": count(spells.begins[sent], delay[sent]),
        "unreachable": count(lost),
        "came_back": count(back),
        "won": count(back[_paid_after(log, back)]),
        "cost_rial": sent_by * np.array([_price(way, scenario) for way in ways], np.int64),
    }


def over_time(log: SortedLog, plan: Plan) -> Columns:
    """The table `messages_over_time`."""
    edges = edges_of(plan.scenario.season)
    if not log.count(Kind.NOTICE_DUE):
        edges = edges[:1]
    spells: Spells = log.spells((Kind.NOTICE_DUE,), (Kind.NOTICE_SENT,), OF_NOTICE)
    due, sent = spells.begins["t"].copy(), spells.end_t
    pieces = len(edges) - 1
    return {
        AT.name: edges[:-1].astype(np.int64),
        "due": np.bincount(piece_of(due, edges), minlength=pieces),
        "sent": np.bincount(piece_of(sent[np.isfinite(sent)], edges), minlength=pieces),
        "waiting": level_at(due, sent, edges[1:]),
    }


BREAKDOWNS = (
    Breakdown(
        "messages_by_topic",
        "What became of the messages to shoppers.",
        (
            Key("topic", "What they were about, as the event log names it."),
            Key("way", "`sms` or `mail`; `none` for shoppers who left no address that works."),
        ),
        (
            Number("due", "count", "Messages that were due, and could be sent."),
            Number("sent", "count", "Of these, sent by the end of the run."),
            Number("late", "count", "Of these, later than `notices.late_after`, or still waiting."),
            Number("delay_s", "s", "From due to sent, summed over the sent."),
            Number("unreachable", "count", "Times that a message had no address to go to."),
            Number("came_back", "count", "Shoppers who read one and came back."),
            Number("won", "count", "Of these, paid afterwards."),
            Number("cost_rial", "rial", "What the providers take."),
        ),
        by_topic,
        needs=(Kind.NOTICE_DUE, Kind.NOTICE_UNREACHABLE, Kind.CAME_BACK),
    ),
    Breakdown(
        "messages_over_time",
        "Messages piece by piece of the season, and of its tail.",
        (AT,),
        (
            Number("due", "count", "Were due."),
            Number("sent", "count", "Were sent."),
            Number("waiting", "count", "At the end of the piece: due, and not sent yet."),
        ),
        over_time,
        needs=(Kind.NOTICE_DUE,),
    ),
)


def _kind(rows: Events) -> NDArray[np.int64]:
    """Topic and way in one number."""
    return (rows["reason"].astype(np.int64) << 8) + rows["channel"]


def _price(way: Channel, scenario: Scenario) -> int:
    if scenario.notices is None or way is Channel.NONE:
        return 0
    return scenario.notices.provider(way).price


def _paid_after(log: SortedLog, back: Events) -> NDArray[np.bool_]:
    """Which comings back were followed by a purchase in the same session."""
    paid = log.rows(*BOUGHT)
    last = np.full(
        int(max(back["session"].max(initial=-1), paid["session"].max(initial=-1))) + 2, -1.0
    )
    last[paid["session"]] = paid["t"]
    return is_among(back["session"], paid["session"]) & (last[back["session"]] >= back["t"])
