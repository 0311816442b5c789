"""The shop recognises its customers, and keeps some offers for them alone (INV-4)."""

import pytest
from shops import at_gateway, open_shop

from model.catalogue import Product
from model.events import Kind
from model.outcomes import Outcome, Refused
from model.policy import Policy
from model.replay import replay
from model.shop import Shop


def a_shop_with_an_offer() -> Shop:
    shop = Shop([Product("gift", 1000, 5, 1, customers_only=True), Product("tea", 10, 5)], Policy())
    shop.open()
    return shop


def test_only_a_customer_who_bought_before_may_order_the_offer() -> None:
    shop = a_shop_with_an_offer()
    shop.customers.recognise(1, 77, 0.0)
    assert shop.orders.add(1, 0, 1, 1.0) is Outcome.ADDED
    assert shop.orders.add(2, 0, 1, 1.0) is Outcome.CUSTOMERS_ONLY
    assert shop.orders.add(2, 1, 1, 1.0) is Outcome.ADDED
    turned_away = [event for event in shop.log if event.kind == Kind.TURNED_AWAY]
    assert [(event.session, event.product) for event in turned_away] == [(2, 0)]


def test_a_purchase_counts_for_its_customer() -> None:
    shop = open_shop(5)
    shop.orders.on_paid = shop.customers.count_purchase
    shop.customers.recognise(1, 77, 0.0)
    for session in (1, 2):
        shop.payments.capture(at_gateway(shop, session, 1.0), 2.0)
    assert shop.customers.orders_paid == {77: 1}
    assert shop.customers.customer_of(1) == 77
    assert shop.customers.customer_of(2) is None


def test_a_session_is_recognised_once_and_by_a_number() -> None:
    shop = open_shop(5)
    shop.customers.recognise(1, 77, 0.0)
    with pytest.raises(Refused, match="session 1 was recognised already"):
        shop.customers.recognise(1, 78, 0.0)
    with pytest.raises(Refused, match="no customer's number"):
        shop.customers.recognise(2, -1, 0.0)


def test_a_replayed_shop_knows_its_customers() -> None:
    shop = a_shop_with_an_offer()
    shop.customers.recognise(1, 77, 0.0)
    shop.orders.add(2, 0, 1, 1.0)
    again = replay(shop.catalogue, shop.policy, shop.log)
    assert again.state() == shop.state()
    assert again.orders.add(1, 0, 1, 2.0) is Outcome.ADDED
