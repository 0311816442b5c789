"""The audit of refunds, lines taken out, vouchers and exemptions: what it finds."""

from __future__ import annotations

import numpy as np
import pytest
from small_shop import first, without

from model.catalogue import Product
from model.events import Channel, Kind, Reason
from model.payments import Attempt
from model.policy import BackorderRule, Policy, ReservationPolicy
from model.shop import Shop
from reports.books import Exempt, audit
from reports.log import Events, as_array
from reports.paid_orders import filled, worth
from reports.sorted_log import SortedLog


def busy_shop(**switches: object) -> Shop:
    """Two paid orders: of one a line is taken out, the other is refunded; and a voucher is used."""
    policy = ReservationPolicy(waiting_list=True, backorders=BackorderRule.FILL, **switches)  # type: ignore[arg-type]
    shop = Shop([Product("tea", 100, 9), Product("cup", 70, 9)], Policy(policy))
    shop.open()
    for session in (0, 1):
        now = float(session)
        shop.orders.add(session, 0, 1, now)
        shop.orders.add(session, 1, 2, now)
        pay(shop, session, now)
    shop.management.take_out(shop.orders.of_session(0), 1, 3.0)
    shop.management.refund(shop.orders.of_session(1), 4.0)
    shop.orders.waiting_list.sign_up(7, 0, 2, 5.0)
    shop.orders.waiting_list.serve(0, 5.0)
    pay(shop, 7, 6.0)
    return shop


def pay(shop: Shop, session: int, now: float) -> None:
    shop.orders.place(session, now)
    attempt = shop.payments.start(shop.orders.of_session(session), now)
    assert isinstance(attempt, Attempt)
    shop.payments.capture(attempt, now)


@pytest.fixture
def log() -> Events:
    return as_array(busy_shop().log).copy()


def test_refunds_lines_taken_out_and_vouchers_balance(log: Events) -> None:
    assert audit(log) == []


@pytest.mark.parametrize("kind", [Kind.REFUNDED, Kind.AMENDED, Kind.LINE_REDUCED, Kind.VOUCHER])
def test_the_books_do_not_balance_if_one_of_these_is_missing(log: Events, kind: Kind) -> None:
    (fault, *_) = audit(without(log, first(log, kind)))
    assert "than" in fault


def test_a_rial_too_little_given_back_is_found(log: Events) -> None:
    log["amount"][np.flatnonzero(log["kind"] == Kind.REFUNDED)[1]] -= 1
    (fault,) = audit(log)
    assert "order 1 ended with 1 rial more captured" in fault


def test_an_order_is_worth_what_is_left_of_it_and_filled_unless_cancelled(log: Events) -> None:
    sorted_log = SortedLog(log)
    assert worth(sorted_log).tolist() == [100, 240, 200]
    assert filled(sorted_log).tolist() == [True, False, True]


def test_what_is_exempt_must_not_run_out() -> None:
    shop = Shop([Product("tea", 100, 9)], Policy(ReservationPolicy(timeout=10.0)))
    shop.open()
    for session, method in ((0, Channel.GATEWAY), (1, Channel.COD)):
        shop.orders.add(session, 0, 1, 1.0)
        shop.orders.place(session, 1.0, method)
    shop.orders.sweep(20.0)  # a shop that spares nobody
    log = as_array(shop.log)
    assert audit(log) == []
    by_method = audit(log, exempt=Exempt(frozenset(), frozenset({Channel.COD})))
    assert by_method == [
        "At 20.000 s 1 unit of product 0 was released for session 1 for want of time, but exempt."
    ]
    assert len(audit(log, exempt=Exempt(frozenset({0}), frozenset()))) == 2


def test_what_people_release_may_be_exempt() -> None:
    policy = ReservationPolicy(timeout=10.0, exempt_products=frozenset({0}))
    shop = Shop([Product("tea", 100, 9)], Policy(policy))
    shop.open()
    shop.orders.add(0, 0, 1, 0.0)
    shop.management.release_line(0, 0, 5.0)
    log = as_array(shop.log)
    assert log["reason"][log["kind"] == Kind.RELEASED].tolist() == [Reason.BY_OPERATOR]
    assert audit(log, exempt=Exempt(frozenset({0}), frozenset())) == []
