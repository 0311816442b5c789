"""Fits the payment section to a gateway's report: outcomes, retries, time at the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.laws import wilson as interval
from scenarios.calibration.censored import FittedLaw, fit_law
from scenarios.calibration.parts import Part
from scenarios.calibration.payments import Attempts, Outcome

_RETRY_WITHIN = 3600.0
"""A later attempt for the same order is a new visit, not a retry (assumption)."""
_TELLING = 30
"""Fewer attempts say nothing about a share."""


def fit_payments(attempts: Attempts) -> Part:
    """The fields of `payment` that this report shows, each with its interval and sample.

    What it does not show keeps its assumed value, and the account says so.
    """
    over = attempts.outcome != Outcome.ELSEWHERE
    paid = attempts.outcome == Outcome.PAID
    fields: dict[str, Any] = {}
    notes: dict[str, str] = {}
    account = [attempts.reading.account("attempts to pay")]
    if (gone := int((~over).sum())) > 0:
        account.append(
            f"{gone:,} attempts were still open, or their money went back later: they are in no "
            f"share."
        )
    count = int(over.sum())
    if count < _TELLING:
        return Part({}, {}, (*account, f"{count} attempts are too few to fit payments."))
    fields["succeeds"], notes["payment.succeeds"] = _share(int(paid.sum()), count, "attempts")
    _fit_giving_up(attempts, fields, notes)
    _fit_retries(attempts, fields, notes)
    _fit_time(attempts, fields, notes)
    missing = [n for n in ("gives_up", "retries", "before_retry", "at_gateway") if n not in fields]
    if missing:
        fields_missing = ", ".join(f"payment.{name}" for name in missing)
        account.append(
            f"{attempts.reading.source} does not show {fields_missing}: assumed "
            f"(docs/parameters.md)."
        )
    account.append(_by_hour(attempts, over & ~paid, over))
    for name in missing:
        notes[f"payment.{name}"] = "assumed: the report does not show it (docs/parameters.md)"
    figures = {"payment_success_rate": float(fields["succeeds"])}
    return Part({"payment": fields}, notes, tuple(account), attempts.reading.warning(), figures)


def _fit_giving_up(attempts: Attempts, fields: dict[str, Any], notes: dict[str, str]) -> None:
    """Only reports that tell declined from abandoned attempts show it."""
    left = int((attempts.outcome == Outcome.GAVE_UP).sum())
    declined = int((attempts.outcome == Outcome.DECLINED).sum())
    unknown = int((attempts.outcome == Outcome.FAILED).sum())
    if left + declined < _TELLING or not (left and declined):
        return
    fields["gives_up"], note = _share(left, left + declined, "failed attempts")
    if unknown:
        note += f"; {unknown:,} more failed for reasons that the report does not tell"
    notes["payment.gives_up"] = note


def _fit_retries(attempts: Attempts, fields: dict[str, Any], notes: dict[str, str]) -> None:
    """Who tries again after a decline, and when; needs the orders."""
    gaps, again, tried = _retries(attempts)
    if tried >= _TELLING:
        fields["retries"], note = _share(again, tried, "failed attempts not given up")
        notes["payment.retries"] = (
            f"{note}; a retry comes within {_RETRY_WITHIN / 60:.0f} min (assumption)"
        )
        _, counts = np.unique(attempts.order[attempts.order >= 0], return_counts=True)
        fields["attempts"] = int(min(10, max(1, np.quantile(counts, 0.999, method="higher"))))
        notes["payment.attempts"] = f"seen: most attempts for one of {len(counts):,} orders"
    if (fitted := fit_law(gaps)) is not None:
        _law("before_retry", fitted, "from the end of one attempt to the next", fields, notes)


def _retries(attempts: Attempts) -> tuple[NDArray[np.float64], int, int]:
    """Seconds to each retry, how many retries, and how many failed attempts could have had one."""
    known = np.flatnonzero(attempts.order >= 0)
    ordered = known[np.lexsort((attempts.began[known], attempts.order[known]))]
    ends = attempts.began + np.nan_to_num(attempts.took)
    outcome = attempts.outcome[ordered]
    may = (outcome == Outcome.DECLINED) | (outcome == Outcome.FAILED)
    # At the end of the report the next attempt may be missing.
    may &= attempts.began[ordered] <= attempts.began[-1] - _RETRY_WITHIN
    following = np.append(ordered[1:], -1)
    same = np.append(attempts.order[ordered][1:] == attempts.order[ordered][:-1], False)
    gap = attempts.began[following] - ends[ordered]
    is_retry = may & same & (gap <= _RETRY_WITHIN)
    return np.maximum(gap[is_retry], 1.0), int(is_retry.sum()), int(may.sum())


def _fit_time(attempts: Attempts, fields: dict[str, Any], notes: dict[str, str]) -> None:
    """Of paid attempts: who left the bank's page is timed by a timer, not by herself."""
    known = ~np.isnan(attempts.took) & (attempts.outcome == Outcome.PAID)
    if (fitted := fit_law(attempts.took[known])) is not None:
        _law("at_gateway", fitted, "of paid attempts, from the redirect to the answer; assumed the "
             "same for the others", fields, notes)  # fmt: skip


def _law(
    name: str, fitted: FittedLaw, what: str, fields: dict[str, Any], notes: dict[str, str]
) -> None:
    fields[name] = fitted.law
    notes[f"payment.{name}"] = f"fitted: {fitted.words()}; {what}"


def _share(count: int, of: int, what: str) -> tuple[float, str]:
    """A share and its note, with Wilson's interval."""
    share, low, high = wilson(count, of)
    return round(share, 4), f"fitted: {low:.1%} to {high:.1%} (95 %), {count:,} of {of:,} {what}"


def wilson(count: int, of: int) -> tuple[float, float, float]:
    """A share with its 95 % interval."""
    low, high = interval(count, of)
    return count / of, low, high


def _by_hour(attempts: Attempts, failed: NDArray[np.bool_], over: NDArray[np.bool_]) -> str:
    """The hours whose failures stand out, for a fault of the gateway is for a planner to write."""
    hour = (attempts.began // 3600).astype(int)
    tried = np.bincount(hour[over])
    lost = np.bincount(hour[failed], minlength=len(tried))
    usual = lost.sum() / tried.sum()
    worst = _outstanding(tried, lost, float(usual))
    of_day = np.bincount(hour[failed] % 24, minlength=24) / np.maximum(
        np.bincount(hour[over] % 24, minlength=24), 1
    )
    told = ", ".join(f"{each:02}:00 {of_day[each]:.0%}" for each in np.argsort(-of_day)[:3])
    text = f"Failures: {usual:.1%} of the attempts; by hour of the day most at {told}."
    if worst:
        spells = ", ".join(
            f"day {each // 24 + 1} {each % 24:02}:00 ({lost[each]} of {tried[each]})"
            for each in worst[:5]
        )
        text += (
            f" Beyond chance (0.1 %, all hours together): {spells}. Nothing of it is fitted: write "
            f"payment.faults where the gateway was down."
        )
    return text


def _outstanding(tried: NDArray[np.int64], lost: NDArray[np.int64], usual: float) -> Sequence[int]:
    from scipy.stats import binom

    chance = binom.sf(lost - 1, tried, usual)
    return [int(each) for each in np.flatnonzero((tried > 0) & (chance < 0.001 / len(tried)))]
