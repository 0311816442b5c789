"""`esfand calibrate` with any combination of sources: formats, stock, totals of days, logs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from calibration.known_log import week_of_shoppers
from calibration.known_log import write as write_log
from commands import invoke, refused
from test_calibrate_exports_command import write_calls, write_payments

from scenarios.laws import Lognormal
from scenarios.loader import load

EXPORTS = Path(__file__).parent / "calibration" / "exports"
PLAYED = ("--replications", "2", "--jobs", "1")


def write_rest(path: Path, count: int = 600) -> Path:
    """Orders of a day from WooCommerce, of which three in four are paid, with personal data."""
    luck = np.random.default_rng(6)
    orders = []
    for number in range(count):
        second = int(luck.integers(0, 86_000))
        paid = luck.random() < 0.75
        at = f"2026-03-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        later = second + int(luck.lognormal(4.2, 0.9)) + int(luck.lognormal(4.3, 0.6))
        done = f"2026-03-01T{min(later, 86_399) // 3600:02}:{later // 60 % 60:02}:{later % 60:02}"
        paid &= later < 86_399
        orders.append(
            {
                "id": 70_000 + number,
                "status": "completed" if paid else "cancelled",
                "currency": "IRT",
                "date_created": at,
                "date_paid": done if paid else None,
                "customer_id": number % 200,
                "billing": {"first_name": "Sara", "email": "sara@example.ir", "phone": "0912"},
                "payment_method": "WC_ZPal",
                "line_items": [
                    {"sku": f"S{number % 9}", "product_id": 1, "quantity": 1, "total": "150000"}
                ],
            }
        )
    path.write_text(json.dumps(orders), encoding="utf-8")
    return path


def test_orders_with_their_fate_say_how_many_go_to_pay(tmp_path: Path) -> None:
    orders, out = write_rest(tmp_path / "orders.json"), tmp_path / "shop.yaml"
    result = invoke("calibrate", "--orders", orders, "--out", out, *PLAYED)
    assert result.exit_code == 0, result.output
    scenario, text = load(str(out)), out.read_text(encoding="utf-8")
    assert scenario.shoppers.goes_to_pay == pytest.approx(0.75 / 0.946, abs=0.05)
    law = scenario.shoppers.before_paying
    assert isinstance(law, Lognormal)
    assert law.median == pytest.approx(67, rel=0.35)
    assert "recognised as WooCommerce REST v3, orders" in result.stdout
    assert "share_of_orders_paid" in result.stdout
    assert scenario.catalogue[0].price == 1_500_000
    for secret in ("Sara", "example.ir", "0912", "70001"):
        assert secret not in text + result.output


def test_a_stock_list_of_other_codes_ends_with_both_sides_codes(tmp_path: Path) -> None:
    orders = write_rest(tmp_path / "orders.json")
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,stock\n" + "\n".join(f"S{k},{100 * k}" for k in range(9)))
    out = tmp_path / "shop.yaml"
    command = ("calibrate", "--orders", orders, "--out", out, *PLAYED)
    result = invoke(*command, "--stock", stock)
    assert result.exit_code == 0, result.output
    assert {entry.name: entry.stock for entry in load(str(out)).catalogue} == {
        f"S{k}": 100 * k for k in range(9)
    }
    others = ("--force", "--stock", EXPORTS / "woocommerce-products.csv")
    assert "the list begins with 'TEA-500'" in refused(tmp_path, *command, *others)


def test_totals_of_days_alone_are_a_season(tmp_path: Path) -> None:
    out = tmp_path / "season.yaml"
    result = invoke(
        "calibrate", "--daily", EXPORTS / "daily.csv", "--out", out, "--timezone",
        "Europe/Istanbul", *PLAYED,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    scenario = load(str(out))
    assert (scenario.season.duration, scenario.season.timezone) == (28 * 86400, "Europe/Istanbul")
    assert scenario.demand.weekdays["friday"] == pytest.approx(0.7, abs=0.05)
    assert "share_of_sales 1404-11-12" in result.stdout


def test_a_log_beside_calls_and_payments_needs_no_orders(tmp_path: Path) -> None:
    rows = [text for _, text in week_of_shoppers(days=2)]
    log = write_log(tmp_path / "access.log", *rows)
    calls, payments = write_calls(tmp_path / "calls.csv"), write_payments(tmp_path / "pay.csv")
    out = tmp_path / "shop.yaml"
    result = invoke(
        "calibrate", "--access-log", log, "--calls", calls, "--payments", payments, "--out", out,
        *PLAYED,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    scenario, text = load(str(out)), out.read_text(encoding="utf-8")
    assert scenario.demand.sessions_per_day == pytest.approx(600, rel=0.02)
    assert scenario.payment.succeeds == pytest.approx(0.8, abs=0.06)
    assert [desk.channel for desk in scenario.support.desks] == ["phone"]
    assert scenario.support.contacts.after_order > 0.5  # 60 calls a day of few orders
    for part in ("sessions_per_day", "payment_success_rate", "support_service_level"):
        assert part in result.stdout
    assert "Planted" not in text + result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--orders", EXPORTS / "opencart.csv", "--orders-format", "magento"), "no such format"),
        (("--orders", EXPORTS / "opencart.csv", "--order-status", "packed"), "write WORD=MEANING"),
        (("--orders", EXPORTS / "opencart.csv", "--timezone", "Asia/Tehrn"), "Asia/Tehran"),
        (("--orders", EXPORTS / "opencart.csv", "--stock-at", "end"), "give --stock too"),
        (("--stock", EXPORTS / "stock.csv"), "--stock needs --orders too"),
        (
            ("--orders", EXPORTS / "opencart.csv", "--daily", EXPORTS / "daily.csv"),
            "without --orders and --access-log",
        ),
        (("--daily", EXPORTS / "daily.csv", "--orders-format", "generic"), "give --orders too"),
        (("--daily", EXPORTS / "daily.csv", "--column", "stock.sku=SKU"), "there is no --stock"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    tmp_path: Path, arguments: tuple[str | Path, ...], told: str
) -> None:
    assert told in refused(tmp_path, "calibrate", *arguments, "--out", "x.yaml")
