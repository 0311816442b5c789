"""The files that commands of the docs take: small made-up exports of a shop, by their names."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

from calibration.known_log import week_of_shoppers, write

DAY = "2025-10-1{}"
"""Ten days from 10 October on, the first of which are those of the known access log."""


def orders(path: Path, count: int = 400) -> None:
    """Order lines of 53 products over two days, between ten and ten."""
    lines = ["order_id,SKU,quantity,unit_price_toman,date"]
    for number in range(count):
        minute = (number * 7919) % 720
        at = f"{DAY.format(number % 2)} {10 + minute // 60:02}:{minute % 60:02}:00"
        lines.append(f"{number},p{number * number % 53},{1 + number % 3 // 2},150000,{at}")
    write(path, *lines)


def season(path: Path, days: int = 24, a_day: int = 30) -> None:
    """Order lines of 30 products on the first days of Esfand 1404, between ten and ten."""
    luck, first = random.Random(5), dt.datetime(2026, 2, 20)
    lines = ["order_id,SKU,quantity,unit_price_toman,date"]
    for number in range(days * a_day):
        minute = 10 * 60 + luck.randrange(12 * 60)
        at = first + dt.timedelta(days=number // a_day, minutes=minute)
        lines.append(f"{number},p{luck.randrange(30)},{luck.randint(1, 2)},150000,{at}")
    write(path, *lines)


def woocommerce(path: Path, count: int = 300) -> None:
    """Orders as WooCommerce's REST interface answers, of the first two of the ten days."""
    found = []
    for number in range(count):
        at = f"{DAY.format(number % 2)}T{10 + number % 12:02}:{number % 60:02}:00"
        product = {"sku": f"p{number % 40}", "quantity": 1, "total": "150000", "price": 150000}
        found.append(
            {"id": number, "status": "completed", "currency": "IRT", "date_created": at,
             "date_paid": at, "payment_method": "WC_ZPal", "line_items": [product]}
        )  # fmt: skip
    path.write_text(json.dumps(found), encoding="utf-8")


def stock(path: Path) -> None:
    """What is on the shelves of the 53 products of the exports of orders."""
    import pandas as pd

    products = [f"p{number}" for number in range(53)]
    pd.DataFrame({"SKU": products, "stock": 30}).to_excel(path, index=False)


def totals(path: Path, days: int = 30) -> None:
    """Orders and sales of each day of Esfand 1396, more towards Nowruz."""
    luck, first = random.Random(6), dt.date(2018, 2, 20)
    lines = ["date,orders,sales_toman"]
    for number in range(days):
        orders_ = 100 + 3 * number + luck.randrange(20)
        day = first + dt.timedelta(days=number)
        lines.append(f"{day},{orders_},{orders_ * 200_000}")
    write(path, *lines)


def calls(path: Path, count: int = 300) -> None:
    """A call log of five days, a sixth of whose callers gave up."""
    luck = random.Random(2)
    lines = ["called_at,wait_seconds,outcome,talk_seconds"]
    for number in range(count):
        minute, left = luck.randrange(9 * 60, 17 * 60), luck.random() < 0.15
        outcome, talk = ("abandoned", 0.0) if left else ("answered", luck.expovariate(1 / 200))
        at = f"{DAY.format(number % 5)} {minute // 60:02}:{minute % 60:02}:00"
        lines.append(f"{at},{1 + luck.expovariate(1 / 60):.0f},{outcome},{talk:.0f}")
    write(path, *lines)


def tickets(path: Path, count: int = 100) -> None:
    """Tickets of five days, by two agents."""
    lines = ["created_at,first_reply_at,agent,solved_at,reopens"]
    for number in range(count):
        day, minute = DAY.format(number % 5), number % 60
        times = [f"{day} {hour:02}:{minute:02}:00" for hour in (9, 12, 15)]
        lines.append(f"{times[0]},{times[1]},a{number % 2},{times[2]},{int(number % 4 == 0)}")
    write(path, *lines)


def payments(path: Path, count: int = 300) -> None:
    """A gateway's report of five days, four fifths of it paid."""
    luck = random.Random(4)
    lines = ["order_id,status,started_at,seconds"]
    for number in range(count):
        status = "paid" if luck.random() < 0.8 else "declined"
        at = f"{DAY.format(number % 5)} 10:{number % 60:02}:00"
        lines.append(f"{number},{status},{at},{luck.lognormvariate(4, 0.5):.0f}")
    write(path, *lines)


def access_log(path: Path) -> None:
    """The known log of two days."""
    write(path, *(text for _, text in week_of_shoppers(days=2)))


def rotated_log(path: Path) -> None:
    """The day after, rotated and packed."""
    rows = (text for second, text in week_of_shoppers(days=3) if second > 2 * 86400)
    path.write_bytes(gzip.compress("\n".join(rows).encode()))


def last_season(path: Path) -> None:
    """Last season's scenario: the weeks before Nowruz 1405."""
    path.write_text(
        "extends: nowruz\nname: nowruz-1404\nseason: {start: 1404-12-05, duration: 20 d}\n",
        encoding="utf-8",
    )


def scenario(path: Path) -> None:
    """A shop of one's own: three quiet days before the peak."""
    path.write_text(
        "extends: nowruz\nname: my-shop\nseason: {start: 1405-12-17, duration: 3 d}\n"
        "demand: {sessions_per_day: 3_000}\n",
        encoding="utf-8",
    )


INPUTS: dict[str, Callable[[Path], None]] = {
    "orders.csv": orders,
    "my-orders.csv": orders,
    "esfand-1404.csv": season,
    "orders.json": woocommerce,
    "stock.xlsx": stock,
    "sales.csv": totals,
    "calls.csv": calls,
    "tickets.csv": tickets,
    "gateway.csv": payments,
    "access.log": access_log,
    "access.log.1.gz": rotated_log,
    "my-shop.yaml": scenario,
    "nowruz-1404.yaml": last_season,
}
"""Who writes a file that a command names and that is not there."""
