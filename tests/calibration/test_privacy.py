"""Whoever stands in an export, in whichever form it has, is past the door in nothing that is read.

What a reader returns is looked at byte by byte, as it would go to another process: values, rows
that were left out, and the words that tell of them.
"""

from __future__ import annotations

import csv
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.calibration.call_logs import read_call_log
from scenarios.calibration.daily import read_daily
from scenarios.calibration.orders import read_orders
from scenarios.calibration.payments import read_payments
from scenarios.calibration.stock import read_stock
from scenarios.calibration.tickets import read_tickets

EXPORTS = Path(__file__).parent / "exports"
READERS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(
        ("woocommerce-analytics.csv", "woocommerce-rest.json", "prestashop.csv", "opencart.csv",
         "orders-generic.csv"),
        lambda path: read_orders(path, {}, max_broken=0.9),
    ),
    **dict.fromkeys(
        ("woocommerce-products.csv", "stock.csv"), lambda path: read_stock(path, max_broken=0.9)
    ),
    "daily.csv": lambda path: read_daily(path, max_broken=0.9),
    **dict.fromkeys(
        ("zendesk.csv", "freshdesk.csv", "tickets.csv"),
        lambda path: read_tickets(path, max_broken=0.9),
    ),
    **dict.fromkeys(
        ("technion.csv", "calls.csv"), lambda path: read_call_log(path, max_broken=0.9)
    ),
    **dict.fromkeys(
        ("zarinpal.csv", "idpay.csv", "gateway.csv"),
        lambda path: read_payments(path, max_broken=0.9),
    ),
}  # fmt: skip
PLANTED = ("Zarrinkafsh", "09198765432", "zk@nowhere.example", "6037991188776655")
OF_THE_FILES = (
    "Planted", "Sara", "Ahmadi", "example.com", "example.ir", "کاشته", "سارا", "192.0.2", "603799",
)  # fmt: skip


def plant(name: str, folder: Path) -> Path:
    """The file with a person in columns of its own, and in every cell of a row that slipped."""
    path = folder / name
    text = (EXPORTS / name).read_text(encoding="utf-8-sig")
    if name.endswith(".json"):
        orders = [{**order, "secret": PLANTED, "note": PLANTED[0]} for order in json.loads(text)]
        slipped = dict.fromkeys(orders[0], PLANTED[0])
        path.write_text(json.dumps([*orders, slipped]), encoding="utf-8")
        return path
    header = text.splitlines()[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    titles, *rows = csv.reader(text.splitlines(), delimiter=delimiter)
    slipped_row = [PLANTED[n % len(PLANTED)] for n in range(len(titles))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([*titles, "Full name", "Mobile", "E-mail", "Card"])
        writer.writerows([*row, *PLANTED] for row in [*rows, slipped_row])
    return path


def test_every_export_that_is_here_is_tried() -> None:
    there = {path.name for path in EXPORTS.iterdir()} - {"README.md"}
    assert there == set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_nobody_of_an_export_is_in_what_was_read(name: str, tmp_path: Path) -> None:
    found = READERS[name](plant(name, tmp_path))
    everything = pickle.dumps(found) + repr(found).encode()
    assert len(everything) > 500
    for secret in (*PLANTED, *OF_THE_FILES):
        assert secret.encode() not in everything, secret
