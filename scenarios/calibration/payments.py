"""Reads gateway reports: one attempt a row, with its outcome and times; payers are dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.broken import MAX_BROKEN
from scenarios.calibration.cells import moment, number
from scenarios.calibration.doors import Cells, Format, Reading, key, read, renumber
from scenarios.units import latin

Floats = NDArray[np.float64]
_LONGEST = 86400.0


class Outcome(IntEnum):
    """What became of an attempt."""

    PAID = 0
    DECLINED = 1
    GAVE_UP = 2
    """The payer left the bank's page, or never ended there."""
    FAILED = 3
    """It failed, and the report does not say how."""
    ELSEWHERE = 4
    """Refunded, blocked or still open: no attempt that ended, left out of the shares."""


ZARINPAL = Format(
    "a ZarinPal list of tries",
    {
        "order": ("session_id", "شناسه_پرداخت"),
        "outcome": ("status", "وضعیت"),
        "began": ("init_time", "created_at", "زمان_شروع"),
        "ended": ("verify_time", "زمان_تایید"),
        "amount": ("amount", "مبلغ"),
    },
    ("order", "outcome", "began"),
)
"""Fields: zarinpal.com/docs, Session and its session_tries."""
IDPAY = Format(
    "an IDPay list of payments",
    {
        "order": ("order_id", "شماره_سفارش"),
        "outcome": ("status", "وضعیت"),
        "began": ("date", "تاریخ_ایجاد"),
        "ended": ("payment_date", "payment.date", "تاریخ_پرداخت"),
        "amount": ("amount", "مبلغ"),
        "track": ("track_id", "کد_رهگیری"),
    },
    ("order", "outcome", "began", "track"),
)
"""Fields: IDPay's web service 1.1, payment inquiry."""
GENERIC = Format(
    "a gateway report",
    {
        "order": ("order_id", "order", "invoice", "reference", "شماره_سفارش", "شماره_فاکتور",
                  "شناسه_سفارش"),
        "outcome": ("outcome", "status", "result", "وضعیت", "وضعیت_تراکنش", "نتیجه"),
        "began": ("started_at", "created_at", "redirected_at", "date", "datetime", "timestamp",
                  "زمان_شروع", "تاریخ_ایجاد", "تاریخ_تراکنش", "زمان", "تاریخ"),
        "ended": ("ended_at", "finished_at", "returned_at", "verified_at", "paid_at", "زمان_پایان",
                  "تاریخ_پرداخت", "زمان_تایید"),
        "duration": ("seconds", "duration_s", "gateway_seconds", "مدت", "مدت_ثانیه"),
        "amount": ("amount", "amount_rial", "مبلغ", "مبلغ_ریال"),
    },
    ("outcome", "began"),
)  # fmt: skip

_WORDS = {
    Outcome.PAID: (
        "paid", "verified", "active", "success", "successful", "succeeded", "ok", "settled",
        "موفق", "پرداخت_شده", "تایید_شده", "پرداخت_موفق", "واریز_شده",
    ),
    Outcome.DECLINED: (
        "declined", "rejected", "nok", "insufficient_funds", "wrong_password", "رد_شده",
        "ناموفق_بانک", "پرداخت_ناموفق", "عدم_موجودی", "رمز_اشتباه",
    ),
    Outcome.GAVE_UP: (
        "cancelled", "canceled", "cancel", "abandoned", "expired", "timeout", "gave_up", "in_bank",
        "لغو_شده", "انصراف", "انصراف_کاربر", "منقضی", "پرداخت_نشده", "رها_شده",
    ),
    Outcome.FAILED: ("failed", "fail", "error", "trash", "unsuccessful", "ناموفق", "خطا"),
    Outcome.ELSEWHERE: (
        "refunded", "reversed", "pending", "blocked",
        "برگشت_خورده", "برگشتی", "در_انتظار", "بلوکه_شده", "استرداد",
    ),
}  # fmt: skip
_OUTCOMES = {word: outcome for outcome, words in _WORDS.items() for word in words}
_IDPAY_CODES = {
    "1": Outcome.GAVE_UP, "2": Outcome.DECLINED, "3": Outcome.FAILED, "4": Outcome.ELSEWHERE,
    "5": Outcome.ELSEWHERE, "6": Outcome.ELSEWHERE, "7": Outcome.GAVE_UP, "8": Outcome.GAVE_UP,
    "10": Outcome.ELSEWHERE, "100": Outcome.PAID, "101": Outcome.PAID, "200": Outcome.PAID,
}  # fmt: skip
"""Not paid, not successful, error, blocked, back to the payer, back by the system, cancelled, gone
to the bank; awaits verification, verified, verified before, paid out. Other gateways number
otherwise, so their numbers are no outcomes."""


@dataclass(frozen=True)
class _Attempt:
    order: str
    outcome: Outcome
    began: dt.datetime
    took: float
    amount: float


@dataclass(frozen=True)
class Attempts:
    """Attempts to pay in order of time; shape (attempts,) each."""

    reading: Reading[_Attempt]
    order: NDArray[np.int64]
    """-1 where unknown."""
    outcome: NDArray[np.int64]
    began: Floats
    """Seconds since midnight before the first."""
    took: Floats
    """Seconds at the gateway; nan where it is not known."""
    amount: Floats
    """As it stands, nan where it is not known."""

    def __len__(self) -> int:
        return len(self.outcome)


def read_payments(
    path: Path,
    columns: Mapping[str, str] | None = None,
    *,
    zone: str = "Asia/Tehran",
    max_broken: float = MAX_BROKEN,
) -> Attempts:
    """The attempts in a gateway's report, CSV or Excel.

    Card numbers, names, telephone numbers and addresses are dropped at the door, orders renumbered.
    Dates are moments as in `cells.moment`. Raises UserError as `doors.read` does.
    """
    reading = read(
        path, (ZARINPAL, IDPAY, GENERIC), lambda cells: _attempt(cells, zone),
        option="payments", columns=columns, max_broken=max_broken,
    )  # fmt: skip
    rows = sorted(reading.records, key=lambda attempt: attempt.began)
    first = rows[0].began.replace(hour=0, minute=0, second=0, microsecond=0)
    return Attempts(
        reading.forgotten(),
        renumber(row.order for row in rows),
        np.array([row.outcome for row in rows], np.int64),
        np.array([(row.began - first).total_seconds() for row in rows]),
        np.array([row.took for row in rows]),
        np.array([row.amount for row in rows]),
    )


def _attempt(cells: Cells, zone: str) -> _Attempt:
    word = key(latin(cells["outcome"]))
    outcome = _OUTCOMES.get(word, _IDPAY_CODES.get(word) if "track" in cells else None)
    if outcome is None:
        raise ValueError(f"status {cells['outcome'][:40]!r} is no known outcome of a payment")
    began = moment(cells["began"], zone)
    amount = number(cells["amount"])
    return _Attempt(
        cells["order"], outcome, began, _took(cells, began, zone),
        float("nan") if amount is None else amount,
    )  # fmt: skip


def _took(cells: Cells, began: dt.datetime, zone: str) -> float:
    if cells.get("duration"):
        seconds = number(cells["duration"])
    elif cells["ended"]:
        seconds = (moment(cells["ended"], zone) - began).total_seconds()
    else:
        return float("nan")
    if seconds is None or not 0 <= seconds <= _LONGEST:
        raise ValueError("it ends before it begins, or a day later")
    return float(seconds)
