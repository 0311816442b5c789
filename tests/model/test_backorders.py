"""Oversold orders of which lines are taken out: what the shop and its log then say of them."""

from __future__ import annotations

import pytest
from shops import happened, open_shop, snapshot, start

from model.events import Kind, Reason
from model.order import Order
from model.outcomes import Outcome
from model.policy import BackorderRule, HoldPoint, UnreservedPayment
from model.replay import replay
from model.shop import Shop
from reports.books import audit
from reports.log import as_array
from reports.measures import order_rules
from reports.paid_orders import filled, still_oversold
from reports.sorted_log import SortedLog


def replayed(shop: Shop) -> None:
    """The log gives the same shop."""
    assert snapshot(replay(shop.catalogue, shop.policy, shop.log)) == snapshot(shop)


def sold_short(lines: int, **switches: object) -> tuple[Shop, Order]:
    """A paid order of one line that is there, and so many that are not, one of each product."""
    oversell = UnreservedPayment.OVERSELL
    shop = open_shop(*[1] * (lines + 1), hold_point=HoldPoint.PAID, unreserved_payment=oversell,
                     **switches)  # fmt: skip
    for product in range(lines + 1):
        shop.orders.add(1, product, 1, 0.0)
    shop.orders.place(1, 0.0)
    order = shop.orders.of_session(1)
    attempt = start(shop, order, 0.0)
    for product in range(1, lines + 1):
        shop.stock.adjust(product, -1, 0.5, Reason.DAMAGE)
    assert shop.payments.capture(attempt, 1.0) is Outcome.PAID
    return shop, order


@pytest.mark.parametrize("backorders", BackorderRule)
def test_an_order_freed_of_its_oversold_line_is_oversold_no_more(backorders: BackorderRule) -> None:
    shop, order = sold_short(1, backorders=backorders)
    log = SortedLog(as_array(shop.log).copy())
    assert (still_oversold(log).tolist(), filled(log).tolist()) == ([0], [False])
    shop.management.take_out(order, 1, 2.0)
    log = SortedLog(as_array(shop.log).copy())
    assert (still_oversold(log).tolist(), filled(log).tolist()) == ([], [True])
    measured = order_rules.values(log)
    assert (measured["orders_still_oversold"], measured["backorders_filled"]) == (0, 0)
    assert audit(log) == []
    replayed(shop)


def test_an_order_freed_of_the_last_line_that_it_lacks_is_filled_by_what_came_in_before() -> None:
    shop, order = sold_short(2, backorders=BackorderRule.FILL)
    shop.stock.receive(1, 1, 2.0)
    assert happened(shop, Kind.FILLED) == []
    shop.management.take_out(order, 2, 3.0)
    (event,) = happened(shop, Kind.FILLED)
    assert (event.session, event.reason) == (1, Reason.BY_OPERATOR)
    log = SortedLog(as_array(shop.log).copy())
    assert (still_oversold(log).tolist(), filled(log).tolist()) == ([], [True])
    replayed(shop)
