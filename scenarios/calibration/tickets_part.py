"""Fits an e-mail desk to a ticket export: work, when replies go out, what comes back unsolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.arrivals import fit_arrivals
from scenarios.calibration.censored import fit_law
from scenarios.calibration.parts import Part
from scenarios.calibration.payment_part import wilson
from scenarios.calibration.support_part import told
from scenarios.calibration.tickets import Tickets
from scenarios.support import Desk, Persistence
from scenarios.units import format_duration

Floats = NDArray[np.float64]
DAY = 86400.0
_TELLING = 30
REPLY_TARGET = 4 * 3600.0


def fit_tickets(tickets: Tickets) -> Part:
    """An e-mail desk: work on a ticket, when replies go out, what comes back unsolved."""
    arrivals = fit_arrivals(tickets.day, tickets.at)
    source = tickets.reading.source
    worked = tickets.worked[~np.isnan(tickets.worked)]
    desk: dict[str, Any] = {"channel": "email"}
    notes = {"support.desks": f"one e-mail desk, fitted to {source}"}
    if (handling := fit_law(worked)) is not None:
        desk["handling"] = handling.law
        notes["support.desks.0.handling"] = f"fitted: {handling.words()}; time tracked by agents"
    else:
        notes["support.desks.0.handling"] = (
            f"assumed (docs/parameters.md): {source} does not show how long agents work on a ticket"
        )
    notes["support.desks.0.patience"] = (
        "assumed: a ticket waits for ever, and no export shows who gave up"
    )
    shifts, notes["support.desks.0.shifts"] = _replying(tickets)
    fields: dict[str, Any] = {"desks": (Desk(**desk, **shifts),)}
    account = [
        tickets.reading.account("tickets"), told(arrivals, "tickets"), _replies(tickets),
    ]  # fmt: skip
    persistence, note = _reopened(tickets)
    account.append(note)
    if persistence is not None:
        fields["persistence"] = persistence
        notes["support.persistence.solved"] = note
    warning = tickets.reading.warning()
    return Part({"support": fields}, notes, tuple(account), warning, arrivals=arrivals)


def _replying(tickets: Tickets) -> tuple[Mapping[str, Any], str]:
    """A shift over the hours in which replies go out, by the agents seen on a median day."""
    known = ~np.isnan(tickets.reply) & (tickets.agent >= 0)
    if known.sum() < _TELLING:
        return {"agents": 1}, "assumed: one agent; the export does not show who answers when"
    moment = tickets.day[known] * DAY + tickets.at[known] + tickets.reply[known]
    days, clock = moment // DAY, moment % DAY
    begins, ends = (int(each // 1800) for each in np.quantile(clock, [0.025, 0.975]))
    pairs = np.unique(np.stack([days, tickets.agent[known]]), axis=1)
    agents = int(np.median(np.unique(pairs[0], return_counts=True)[1]))
    shift = {"begins": _clock(begins), "ends": _clock((ends + 1) % 48), "agents": agents}
    return {"shifts": (shift,)}, (
        f"seen: {agents} different agents sent first replies on a median day, 95 % of them between "
        f"these hours; assumed that they do nothing else"
    )


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2:02}:{half_hour % 2 * 30:02}"


def _replies(tickets: Tickets) -> str:
    replied = tickets.reply[~np.isnan(tickets.reply)]
    if not len(replied):
        return "No ticket has a first reply."
    fitted = fit_law(replied)
    words = f" ({fitted.words()})" if fitted else ""
    return (
        f"Seen: first reply after {format_duration(round(float(np.median(replied))))} in the "
        f"median{words}, {(replied <= REPLY_TARGET).sum() / len(tickets):.1%} of all tickets "
        f"within 4 h; {len(tickets) - len(replied):,} have none; "
        f"{tickets.solved.mean():.1%} are solved."
    )


def _reopened(tickets: Tickets) -> tuple[Persistence | None, str]:
    solved = int(tickets.solved.sum())
    if tickets.reopened is None or solved < _TELLING:
        return None, "Whether a ticket came back the export does not say: not fitted."
    share, low, high = wilson(int((tickets.solved & ~tickets.reopened).sum()), solved)
    return Persistence(solved=round(share, 3)), (
        f"Solved and never reopened: {low:.1%} to {high:.1%} (95 %), of {solved:,} solved tickets; "
        f"who tries again after no answer is assumed."
    )
