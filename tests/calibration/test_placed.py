"""What orders that were placed and not paid say about their shoppers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from scenarios.calibration.placed import fit_placed
from scenarios.expected import payment_share
from scenarios.laws import Lognormal
from scenarios.schema import Payment, Shoppers


def orders_of(n: int, goes: float, before: Lognormal, payment: Payment) -> pd.DataFrame:
    """Orders of shoppers of whom `goes` go to pay after `before`; the others never do."""
    luck = np.random.default_rng(5)
    placed = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.sort(luck.uniform(0, 86400, n)), "s")
    paid = luck.random(n) < goes * payment_share(payment)
    seconds = before.draw(luck, n) + payment.at_gateway.draw(luck, n)
    again = luck.random(n) < (1 - payment.succeeds) * (1 - payment.gives_up) * payment.retries
    seconds = seconds + np.where(
        again, payment.before_retry.draw(luck, n) + payment.at_gateway.draw(luck, n), 0
    )
    return pd.DataFrame(
        {
            "placed": placed,
            "paid": (placed + pd.to_timedelta(seconds, "s")).where(paid),
            "fate": np.where(paid, "stands", "cancelled"),
            "by_hand": False,
        }
    )


def test_the_share_that_goes_to_pay_and_the_time_before_are_recovered() -> None:
    payment = Payment()
    before = Lognormal(law="lognormal", median=60, sigma=1.0)
    found = fit_placed(orders_of(6_000, 0.8, before, payment), payment)
    shoppers = found.shoppers_over(Shoppers())
    error = math.sqrt(0.8 * 0.2 / 6_000)
    assert shoppers.goes_to_pay == pytest.approx(0.8, abs=4 * error)
    law = shoppers.before_paying
    assert isinstance(law, Lognormal)
    assert law.median == pytest.approx(60, rel=0.12)
    assert law.sigma == pytest.approx(1.0, abs=0.1)
    assert "95 %" in found.notes["shoppers.goes_to_pay"]
    assert "Kolmogorov-Smirnov" in found.notes["shoppers.before_paying"]


def test_orders_paid_by_hand_say_nothing_about_gateways() -> None:
    orders = orders_of(500, 0.8, Lognormal(law="lognormal", median=60, sigma=1), Payment())
    assert fit_placed(orders.assign(by_hand=True), Payment()).changes == {}
    assert fit_placed(None, Payment()).notes == {}


def test_orders_that_may_still_be_paid_do_not_count_as_unpaid() -> None:
    orders = orders_of(900, 1.0, Lognormal(law="lognormal", median=60, sigma=1), Payment())
    orders["placed"] += pd.to_timedelta(np.arange(len(orders)) * 600, "s")  # over six days
    late = orders["placed"] > orders["placed"].max() - pd.Timedelta(days=1)
    orders.loc[late, "fate"] = "open"
    found = fit_placed(orders, Payment())
    assert found.changes["goes_to_pay"] == pytest.approx(1.0, abs=0.04)
    assert "last 24 h are left out" in found.notes["shoppers.goes_to_pay"]


def test_payments_quicker_than_the_assumed_gateway_are_said_and_not_fitted() -> None:
    orders = orders_of(500, 0.8, Lognormal(law="lognormal", median=60, sigma=1), Payment())
    orders["paid"] = orders["placed"] + (orders["paid"] - orders["placed"]) / 20
    found = fit_placed(orders, Payment())
    assert "before_paying" not in found.changes
    assert found.notes["shoppers.before_paying"].startswith("assumed")
