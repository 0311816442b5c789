"""Gateway reports: outcomes, retries and times become the payment section; payers are dropped."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from scenarios.calibration.assemble import alone
from scenarios.calibration.payment_part import fit_payments, wilson
from scenarios.calibration.payments import Outcome, read_payments
from scenarios.calibration.text import scenario_text
from scenarios.laws import Lognormal

EXPORTS = Path(__file__).parent / "exports"


def test_the_tries_of_zarinpal_are_read_by_their_documented_fields() -> None:
    attempts = read_payments(EXPORTS / "zarinpal.csv")
    assert "ZarinPal" in attempts.reading.format.name
    assert attempts.outcome.tolist() == [Outcome.PAID, Outcome.FAILED, Outcome.PAID]
    assert attempts.order.tolist() == [0, 1, 1]
    assert attempts.took[[0, 2]].tolist() == [80, 65]
    assert attempts.began[0] == 9 * 3600


def test_the_numbers_of_idpay_are_outcomes_and_its_dates_unix_seconds() -> None:
    attempts = read_payments(EXPORTS / "idpay.csv")
    assert "IDPay" in attempts.reading.format.name
    assert attempts.outcome.tolist() == [
        Outcome.PAID, Outcome.GAVE_UP, Outcome.DECLINED, Outcome.ELSEWHERE,
    ]  # fmt: skip
    assert attempts.took[0] == 75


def test_a_persian_report_is_read() -> None:
    attempts = read_payments(EXPORTS / "gateway.csv")
    assert attempts.outcome.tolist() == [Outcome.PAID, Outcome.FAILED, Outcome.GAVE_UP]
    assert attempts.took[0] == 70
    assert attempts.order.tolist() == [0, 1, 1]


@pytest.mark.parametrize("name", ["zarinpal.csv", "idpay.csv", "gateway.csv"])
def test_no_payer_appears_downstream(name: str) -> None:
    attempts = read_payments(EXPORTS / name)
    part = fit_payments(attempts)
    everything = scenario_text(alone("gateway", [part])) + repr(part) + repr(attempts)
    for planted in ("planted", "0912", "6037", "123456", "192.0.2", "example.com"):
        assert planted not in everything.lower()


def made_up_report(path: Path, broken_hour: int | None = None) -> Path:
    """5000 orders: 80 % of attempts pay, a quarter of the failures are left, half try again."""
    generator = np.random.default_rng(3)
    lines = ["order_id,status,started_at,seconds"]
    for order in range(5000):
        hour = 8 + order % 12
        at = 60.0 * (order % 40)
        for _ in range(3):
            took = generator.lognormal(math.log(70), 0.5)
            fails = hour == broken_hour or generator.random() > 0.8
            left = fails and generator.random() < 0.25
            status = "cancelled" if left else "declined" if fails else "paid"
            clock = f"{hour:02}:{int(at) // 60:02}:{int(at) % 60:02}"
            lines.append(f"{order},{status},2026-03-{1 + order // 500:02} {clock},{took:.1f}")
            if not fails or left or generator.random() > 0.5:
                break
            at += took + generator.lognormal(math.log(40), 0.6)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_made_up_gateway_is_found_again(tmp_path: Path) -> None:
    part = fit_payments(read_payments(made_up_report(tmp_path / "report.csv")))
    payment = part.sections["payment"]
    assert payment["succeeds"] == pytest.approx(0.8, abs=0.02)
    assert payment["gives_up"] == pytest.approx(0.25, abs=0.03)
    assert payment["retries"] == pytest.approx(0.45, abs=0.06)  # three attempts at most
    assert isinstance(payment["at_gateway"], Lognormal)
    assert payment["at_gateway"].median == pytest.approx(70, rel=0.03)
    assert payment["at_gateway"].sigma == pytest.approx(0.5, abs=0.03)
    assert payment["before_retry"].median == pytest.approx(40, rel=0.1)
    assert "(95 %)" in part.notes["payment.succeeds"]


def test_an_hour_in_which_the_gateway_was_down_is_told_and_not_fitted(tmp_path: Path) -> None:
    part = fit_payments(read_payments(made_up_report(tmp_path / "report.csv", broken_hour=13)))
    told = next(sentence for sentence in part.account if sentence.startswith("Failures"))
    assert "13:00 100%" in told
    assert "day 1 13:00" in told
    assert "faults" not in part.sections["payment"]


def test_too_few_attempts_fit_nothing() -> None:
    part = fit_payments(read_payments(EXPORTS / "gateway.csv"))
    assert part.sections == {}
    assert "too few" in part.account[-1]


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.8, 0.4902, 0.9433), abs=0.0001)
