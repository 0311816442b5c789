"""Fits a phone desk to a call log: handling, patience, who was at work, who calls again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.arrivals import Arrivals, fit_arrivals
from scenarios.calibration.call_logs import CallLog
from scenarios.calibration.calls import Calls, infer_agents, shifts_of
from scenarios.calibration.censored import FEWEST, FittedLaw, fit_law
from scenarios.calibration.parts import Part
from scenarios.calibration.payment_part import wilson
from scenarios.calibration.support_part import told
from scenarios.laws import AnyLaw, Exponential, Lognormal
from scenarios.support import Desk, Persistence

Floats = NDArray[np.float64]
DAY = 86400.0
_COMES_AGAIN = DAY
"""Who calls later than this after giving up has another reason (assumption)."""
_TELLING = 30
TARGET = 20.0
"""Seconds in which a call is to be answered, by convention (docs/parameters.md)."""


def fit_calls(log: CallLog) -> Part:
    """A phone desk: handling, patience, who was at work, and the rhythm of its calls."""
    calls = log.calls
    persistence, note, first = _persistence(log)
    arrivals = fit_arrivals(calls.day[first], calls.at[first])
    handling, handling_note = _handling(calls.handling[~calls.gave_up])
    patience, patience_note, mean_patience = _patience(calls)
    recent = calls.select(calls.day >= arrivals.recent)
    agents = infer_agents(recent, handling.mean_seconds, mean_patience)
    desk = Desk(
        channel="phone", handling=handling, patience=patience, shifts=tuple(shifts_of(agents)),
        target=TARGET,
    )  # fmt: skip
    fields: dict[str, Any] = {"desks": (desk,)}
    notes = {
        "support.desks": f"one phone desk, fitted to {log.reading.source}",
        "support.desks.0.handling": handling_note,
        "support.desks.0.patience": patience_note,
        "support.desks.0.shifts": _staffing(log, recent, arrivals),
        "support.desks.0.target": "assumed: 20 s, by convention (docs/parameters.md)",
    }
    account = [log.reading.account("calls"), told(arrivals, "calls"), _service(calls)]
    account.append(note)
    if persistence is not None:
        fields["persistence"] = persistence
        notes["support.persistence.tries_again"] = note
    warning = log.reading.warning()
    return Part({"support": fields}, notes, tuple(account), warning, _measured(recent), arrivals)


def _measured(calls: Calls) -> dict[str, float]:
    """The measures that a run of the same calls has, by their names."""
    answered = ~calls.gave_up
    in_time = answered & (calls.waited <= TARGET)
    return {
        "support_wait_mean_s": float(calls.waited[answered].mean()),
        "support_abandonment_rate": float(calls.gave_up.mean()),
        "support_service_level": float(in_time.mean()),
    }


def _handling(times: Floats) -> tuple[AnyLaw, str]:
    """The likelier law, with the mean of the data: an agent's work depends on little else."""
    talks = times[times > 0]
    fitted = fit_law(talks)
    if fitted is None:
        usual = Exponential(law="exponential", mean=360.0)
        return usual, f"assumed (docs/parameters.md): {len(talks)} talks are too few"
    half = 1.96 * float(talks.std()) / len(talks) ** 0.5
    law = _with_mean(fitted, float(talks.mean()))
    return law, (
        f"fitted: {fitted.words()}; its mean is that of the talks, {talks.mean():.0f} s "
        f"+-{half:.0f} s (95 %)"
    )


def _with_mean(fitted: FittedLaw, mean: float) -> Exponential | Lognormal:
    if isinstance(fitted.law, Exponential):
        return fitted.law
    sigma = fitted.law.sigma
    median = float(f"{mean * np.exp(-(sigma**2) / 2):.4g}")
    return Lognormal(law="lognormal", median=median, sigma=sigma)


def _patience(calls: Calls) -> tuple[AnyLaw, str, float]:
    """Of those who queued; an answer cuts patience off. Last: seconds waited for each who left.

    The mean of those who left would be far too short: it leaves out all who were more patient.
    """
    queued = calls.waited > 0
    waited, left = calls.waited[queued], calls.gave_up[queued]
    fitted = fit_law(waited, left)
    if fitted is None:
        assumed = Exponential(law="exponential", mean=180.0)
        gone = int(left.sum())
        note = f"assumed (docs/parameters.md): {gone} callers gave up, fewer than {FEWEST}"
        return assumed, note, assumed.mean
    mean = float(waited.sum()) / int(left.sum())
    naive = float(waited[left].mean())
    if isinstance(fitted.law, Lognormal) and fitted.law.mean_seconds > 10 * mean:
        # Its tail lies beyond every wait that was seen, and would be believed nonetheless.
        shorter = Exponential(law="exponential", mean=float(f"{mean:.3g}"))
        return (
            shorter,
            (
                f"exponential by likelihood, mean {mean:.0f} s, n = {len(waited):,}, "
                f"{len(waited) - int(left.sum()):,} cut off by an answer; a lognormal is "
                f"likelier, but its mean of {fitted.law.mean_seconds:.0f} s is beyond all that was "
                f"seen"
            ),
            mean,
        )
    return (
        fitted.law,
        (
            f"fitted to Kaplan-Meier of those who queued: {fitted.words()}; those who left "
            f"had waited {naive:.0f} s on average, which is no patience"
        ),
        mean,
    )


def _staffing(log: CallLog, recent: Calls, arrivals: Arrivals) -> str:
    """How the agents were inferred, and how many were seen."""
    since = ""
    if arrivals.shift != 1:
        day = dt.date.fromordinal(arrivals.recent)
        since = (
            f" since {day.isoformat()}, when the volume became {arrivals.shift:.0%} of what it was"
        )
    note = (
        f"inferred: agents of an Erlang-A queue in which callers wait as long as they did, by "
        f"half hours, over {len(recent.days)} days{since}"
    )
    seen = _seen(log)
    if seen:
        note += f"; {seen:.0f} different agents took calls on a median day"
    return note + "; where the rota is known, write it"


def _seen(log: CallLog) -> float:
    """Different agents on a median day; 0 where the log does not name them."""
    known = log.agent >= 0
    if not known.any():
        return 0.0
    pairs = np.unique(np.stack([log.calls.day[known], log.agent[known]]), axis=1)
    return float(np.median(np.unique(pairs[0], return_counts=True)[1]))


def _persistence(log: CallLog) -> tuple[Persistence | None, str, NDArray[np.bool_]]:
    """Who gave up and called again, and which calls are no such second ones, shape (calls,).

    Needs callers that can be told apart; without them every call counts as a first one.
    """
    first = np.ones(len(log.calls), bool)
    calls, moment = log.calls, log.calls.day * DAY + log.calls.at
    known = np.flatnonzero(log.caller >= 0)
    if not len(known):
        return None, "Callers cannot be told apart, so who tries again is not fitted.", first
    ordered = known[np.lexsort((moment[known], log.caller[known]))]
    same = np.append(log.caller[ordered][1:] == log.caller[ordered][:-1], False)
    gap = np.append(moment[ordered][1:] - moment[ordered][:-1], 0.0) - calls.waited[ordered]
    may = calls.gave_up[ordered] & (moment[ordered] <= moment.max() - _COMES_AGAIN)
    again = may & same & (gap <= _COMES_AGAIN)
    if may.sum() < _TELLING:
        told = f"{int(may.sum())} callers who gave up are too few to fit who tries again."
        return None, told, first
    share, low, high = wilson(int(again.sum()), int(may.sum()))
    fields: dict[str, Any] = {"tries_again": round(share, 3), "solved": 1.0}
    after = fit_law(np.maximum(gap[again], 1.0))
    if after is not None:
        fields["after"] = after.law
    words = f"; after {after.words()}" if after else ""
    first[np.append(ordered[1:], ordered[-1])[again]] = False  # the tries come out by themselves
    return (
        Persistence(**fields),
        (
            f"Who gave up and called again within a day: {low:.1%} to {high:.1%} (95 %), "
            f"{int(again.sum()):,} of {int(may.sum()):,}{words}; those who come back after an "
            f"answer are in the calls already, so solved is 100%."
        ),
        first,
    )


def _service(calls: Calls) -> str:
    answered = ~calls.gave_up
    in_time = answered & (calls.waited <= TARGET)
    left, low, high = wilson(int(calls.gave_up.sum()), len(calls))
    return (
        f"Seen: mean wait {calls.waited.mean():.1f} s of all callers and "
        f"{calls.waited[answered].mean():.1f} s of those answered; {left:.1%} gave up "
        f"({low:.1%} to {high:.1%}); {in_time.mean():.1%} answered within {TARGET:.0f} s."
    )
