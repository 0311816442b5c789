"""Fits the support section to a call log or a ticket export: desk, patience, who comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.arrivals import Arrivals, fit_arrivals, together
from scenarios.calibration.call_logs import CallLog
from scenarios.calibration.calls import Calls, infer_agents, shifts_of
from scenarios.calibration.censored import FEWEST, FittedLaw, fit_law
from scenarios.calibration.parts import Part
from scenarios.calibration.payment_part import wilson
from scenarios.calibration.tickets import Tickets
from scenarios.laws import AnyLaw, Exponential, Lognormal
from scenarios.support import Desk, Persistence
from scenarios.units import format_duration

Floats = NDArray[np.float64]
DAY = 86400.0
_COMES_AGAIN = DAY
"""Who calls later than this after giving up has another reason (assumption)."""
_TELLING = 30
TARGET = 20.0
"""Seconds in which a call is to be answered, by convention (docs/parameters.md)."""
REPLY_TARGET = 4 * 3600.0


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
    account = [log.reading.account("calls"), _told(arrivals, "calls"), _service(calls)]
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
        tickets.reading.account("tickets"), _told(arrivals, "tickets"), _replies(tickets),
    ]  # fmt: skip
    persistence, note = _reopened(tickets)
    account.append(note)
    if persistence is not None:
        fields["persistence"] = persistence
        notes["support.persistence.solved"] = note
    warning = tickets.reading.warning()
    return Part({"support": fields}, notes, tuple(account), warning, arrivals=arrivals)


# calls ----------------------------------------------------------------------------------------


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


# tickets --------------------------------------------------------------------------------------


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


# both -----------------------------------------------------------------------------------------


def _told(arrivals: Arrivals, what: str) -> str:
    """The rhythm of the contacts, whether a field takes it or not."""
    busiest = int(np.argmax(arrivals.hours))
    text = (
        f"Arrivals: {arrivals.contacts:,} {what} on {arrivals.days} days, {arrivals.per_day:,.0f} "
        f"a day at the latest level; busiest at {busiest:02}:00 ({arrivals.hours[busiest]:.2f} "
        f"times an average hour); days differ by {arrivals.day_cv:.1%} beyond chance, quarters of "
        f"an hour have {arrivals.dispersion:.1f} times the variance of Poisson"
    )
    if arrivals.forecast_error:
        text += f"; the volume changes by {arrivals.forecast_error:.1%} from week to week"
    return text + "."


def joined(parts: Sequence[Part]) -> Part:
    """The desks of several exports in one section, each with its share of the contacts."""
    if len(parts) == 1:
        return parts[0]
    volume = [part.arrivals.per_day for part in parts if part.arrivals]
    desks: list[Desk] = []
    notes: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for number, (part, per_day) in enumerate(zip(parts, volume, strict=True)):
        section = part.sections["support"]
        share = round(per_day / sum(volume), 4) if number < len(parts) - 1 else 0.0
        desks.append(section["desks"][0].model_copy(update={"share": share}))
        if (said := section.get("persistence")) is not None:
            # Each says something else: calls who tries again, tickets what comes back.
            known = fields.get("persistence", Persistence())
            fields["persistence"] = known.model_copy(
                update={name: getattr(said, name) for name in said.model_fields_set}
            )
        notes |= {
            path.replace("support.desks.0", f"support.desks.{number}"): note
            for path, note in part.notes.items()
            if path != "support.desks"
        }
    desks[-1] = desks[-1].model_copy(update={"share": 1 - sum(desk.share for desk in desks)})
    notes["support.desks"] = "one desk for each export, with its share of the contacts"
    return Part(
        {"support": fields | {"desks": tuple(desks)}},
        notes,
        tuple(sentence for part in parts for sentence in part.account),
        "\n".join(part.warning for part in parts if part.warning),
        {},
        together([part.arrivals for part in parts if part.arrivals]),
    )
