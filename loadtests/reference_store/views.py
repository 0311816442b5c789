"""What a shopper can see: products, stock, her own cart and order. Looking changes nothing."""

from __future__ import annotations

from typing import Any

from loadtests.reference_store.answers import Unknown
from loadtests.reference_store.commands import known_cart
from model.shop import Shop

Seen = dict[str, Any]


def product(shop: Shop, now: float, *, product: int) -> Seen:
    """A product's page."""
    if not 0 <= product < len(shop.catalogue):
        raise Unknown(f"there is no product {product}")
    return _page(shop, product)


def products(shop: Shop, now: float) -> Seen:
    """The whole catalogue."""
    return {"products": [_page(shop, number) for number in range(len(shop.catalogue))]}


def stock(shop: Shop, now: float) -> Seen:
    """Every level of every shelf, by product."""
    return dict(shop.stock.count())


def cart(shop: Shop, now: float, *, session: int) -> Seen:
    """What a session has gathered, and what became of it."""
    found = known_cart(shop, session)
    return {
        "session": session,
        "state": found.state.name,
        "amount": found.amount,
        "lines": [
            {
                "product": line.product,
                "quantity": line.quantity,
                "price": line.price,
                "reservation": line.life.name,
            }
            for line in found.lines
        ],
        "order": _order(shop, found.order_id),
    }


def _order(shop: Shop, number: int) -> Seen | None:
    if number < 0:
        return None
    order = shop.orders.orders[number]
    return {
        "order": number,
        "state": order.state.name,
        "amount": order.amount,
        "placed_at": order.placed_at,
    }


def _page(shop: Shop, number: int) -> Seen:
    sold = shop.catalogue[number]
    return {
        "product": number,
        "name": sold.name,
        "price": sold.price,
        "limit": sold.limit,
        "customers_only": sold.customers_only,
        "available": shop.stock.shelves[number].available,
    }
