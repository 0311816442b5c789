"""`esfand calibrate` with call logs, tickets and gateway reports, alone and beside orders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from commands import invoke, refused
from test_calibrated_file import write_orders

from scenarios.loader import load

NEVER = ("Planted", "0912", "example.com")


def write_calls(path: Path, days: int = 5, per_day: int = 60) -> Path:
    generator = np.random.default_rng(2)
    lines = ["called_at,wait_seconds,outcome,talk_seconds,caller,agent,note"]
    for number in range(days * per_day):
        at = 9 * 60 + int(generator.integers(0, 480))
        left = generator.random() < 0.15
        wait, talk = generator.exponential(60), 0 if left else generator.exponential(200)
        lines.append(
            f"2025-03-{10 + number % days} {at // 60:02}:{at % 60:02}:00,{wait:.0f},"
            f"{'abandoned' if left and wait >= 1 else 'answered'},{talk:.0f},"
            f"0912000{number:04},Planted Agent,planted@example.com"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_payments(path: Path, count: int = 300) -> Path:
    generator = np.random.default_rng(4)
    lines = ["order_id,status,started_at,seconds,mobile"]
    for number in range(count):
        status = "paid" if generator.random() < 0.8 else "declined"
        lines.append(
            f"{number},{status},2025-03-{10 + number % 5} 10:{number % 60:02}:00,"
            f"{generator.lognormal(4, 0.5):.0f},09120000001"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_call_log_alone_becomes_a_desk_that_can_be_played(tmp_path: Path) -> None:
    calls = write_calls(tmp_path / "calls.csv")
    out = tmp_path / "desk.yaml"
    result = invoke("calibrate", "--calls", calls, "--out", out, "--replications", "2")
    assert result.exit_code == 0
    scenario = load(str(out))
    assert [desk.channel for desk in scenario.support.desks] == ["phone"]
    assert scenario.demand.sessions_per_day == pytest.approx(60)
    assert "support_service_level" in result.stdout
    assert result.stdout.splitlines()[-1] == f"Scenario: {out}"
    assert not [name for name in NEVER if name in result.output + out.read_text(encoding="utf-8")]


def test_beside_orders_contacts_come_as_often_as_they_were_seen(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.csv")  # 200 a day
    calls, payments = write_calls(tmp_path / "c.csv"), write_payments(tmp_path / "p.csv")
    out = tmp_path / "shop.yaml"
    result = invoke(
        "calibrate", "--orders", orders, "--calls", calls, "--payments", payments, "--out", out,
        "--replications", "2", "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    scenario = load(str(out))
    assert scenario.payment.succeeds == pytest.approx(0.8, abs=0.06)
    failed = (1 - scenario.payment.succeeds) * 0.10
    assert scenario.support.contacts.after_order == pytest.approx(60 / 200 - failed, abs=0.01)
    figures = {figure["figure"] for figure in json.loads(result.stdout)["figures"]}
    assert {"orders_per_day", "payment_success_rate", "support_abandonment_rate"} <= figures
    text = out.read_text(encoding="utf-8")
    assert "of 300 attempts" in text
    assert not [name for name in NEVER if name in text + result.stdout]


def test_a_payment_report_alone_is_fitted_and_the_demand_assumed(tmp_path: Path) -> None:
    payments = write_payments(tmp_path / "payments.csv")
    out = tmp_path / "gateway.yaml"
    small = ("--set", "demand.sessions_per_day=500", "--replications", "2")
    result = invoke("calibrate", "--payments", payments, "--out", out, *small)
    assert result.exit_code == 0
    assert "fitted" in out.read_text(encoding="utf-8")
    assert "payment_success_rate" in result.stdout


def test_tickets_and_calls_are_two_desks_with_their_shares(tmp_path: Path) -> None:
    calls = write_calls(tmp_path / "calls.csv")
    tickets = tmp_path / "tickets.csv"
    lines = ["created_at,first_reply_at,agent,solved_at,reopens"]
    for n in range(100):
        day, minute = 10 + n % 5, n % 60
        times = [f"2025-03-{day} {hour:02}:{minute:02}:00" for hour in (9, 12, 15)]
        lines.append(f"{times[0]},{times[1]},a{n % 2},{times[2]},{int(n % 4 == 0)}")
    tickets.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "two.yaml"
    result = invoke(
        "calibrate", "--calls", calls, "--support", tickets, "--out", out, "--replications", "2"
    )
    assert result.exit_code == 0
    shares = {desk.channel: desk.share for desk in load(str(out)).support.desks}
    assert shares == pytest.approx({"phone": 0.75, "email": 0.25}, abs=0.001)
    assert load(str(out)).demand.sessions_per_day == pytest.approx(80)
    persistence = load(str(out)).support.persistence
    assert persistence is not None
    assert persistence.tries_again == 0.35  # assumed: too few gave up
    assert persistence.solved == pytest.approx(0.75)


def test_nothing_to_fit_and_options_that_would_do_nothing_are_refused(tmp_path: Path) -> None:
    calls = write_calls(tmp_path / "calls.csv")
    for arguments, told in (
        ((), "Nothing to fit"),
        (("--calls", calls, "--currency", "toman"), "--currency is about an order export"),
        (("--calls", calls, "--column", "support.created=x"), "there is no --support"),
        (("--calls", calls, "--out", calls), "is the export itself"),
        (("--calls", calls, "--column", "date=x"), "there is no --orders"),
    ):
        assert told in refused(tmp_path, "calibrate", *arguments)
