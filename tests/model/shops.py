"""Small shops for the tests: opened, driven and read in the words of the trade."""

from __future__ import annotations

from typing import Any, NamedTuple

from model.catalogue import Product
from model.events import Channel, Event, Kind
from model.gateways import Terms
from model.lifecycle import Life
from model.orders import Order
from model.outcomes import Outcome
from model.payments import Attempt
from model.policy import PaymentPolicy, Policy, ReservationPolicy
from model.settlement import Tariff, Tier
from model.shop import Shop
from model.verified_payments import VerifiedAttempt, VerifiedPayments

PRICES = (100_000, 70_000, 30_000)
"""Rial per unit of the first products."""


WINDOW, REVERSAL = 1200.0, 1800.0
"""Seconds in which the gateways of these shops let a payment be verified, and be reversed."""
FEE = Tariff(0.01, 1_200, 40_000)


def verified(**switches: Any) -> PaymentPolicy:
    """Two gateways, one link for all, transfers from card to card, and cash on delivery."""
    gateways = (Channel.GATEWAY, Channel.GATEWAY_2)
    by_hand = (Channel.LINK, Channel.CARD_TRANSFER)
    return PaymentPolicy(
        terms=(
            *(Terms(channel, WINDOW, REVERSAL) for channel in gateways),
            *(Terms(channel, returns_unverified=False) for channel in by_hand),
        ),
        tiers={channel: (Tier(0, FEE),) for channel in (*gateways, Channel.LINK, Channel.COD)},
        **switches,
    )


def verified_payments(shop: Shop) -> VerifiedPayments:
    """The payments department of a shop that was opened with `verified`."""
    assert isinstance(shop.payments, VerifiedPayments)
    return shop.payments


def taken(
    shop: Shop, placed: Order, now: float, channel: Channel = Channel.GATEWAY
) -> VerifiedAttempt:
    """Send the shopper of a placed order to pay, and have the bank take her money at once."""
    attempt = verified_payments(shop).start(placed, now, channel)
    assert isinstance(attempt, VerifiedAttempt)
    verified_payments(shop).take(attempt, now)
    return attempt


class Levels(NamedTuple):
    """The levels of one shelf."""

    on_hand: int
    available: int
    in_carts: int
    unpaid: int
    suspended: int
    allocated: int


def open_shop(
    *stock: int, limit: int | None = None, payment: PaymentPolicy | None = None, **switches: Any
) -> Shop:
    """An opened shop with so many units of each product, and these switches of its policy."""
    products = [
        Product(f"product {number}", PRICES[number], units, limit)
        for number, units in enumerate(stock)
    ]
    shop = Shop(products, Policy(ReservationPolicy(**switches), payment))
    shop.open()
    return shop


def order(
    shop: Shop,
    session: int,
    now: float,
    *lines: tuple[int, int],
    method: Channel = Channel.GATEWAY,
) -> Order:
    """Buy these (product, quantity) lines up to the placed, unpaid order."""
    for product, quantity in lines or [(0, 1)]:
        assert shop.orders.add(session, product, quantity, now) is Outcome.ADDED
    assert shop.orders.check_out(session, now) is Outcome.READY
    assert shop.orders.place(session, now, method) is Outcome.PLACED
    return shop.orders.of_session(session)


def at_gateway(shop: Shop, session: int, now: float, *lines: tuple[int, int]) -> Attempt:
    """The same, up to the bank's page."""
    return start(shop, order(shop, session, now, *lines), now)


def start(shop: Shop, placed: Order, now: float) -> Attempt:
    """Send the shopper of a placed order to the bank."""
    attempt = shop.payments.start(placed, now)
    assert isinstance(attempt, Attempt)
    return attempt


def pay(shop: Shop, placed: Order, now: float) -> Outcome:
    """Start an attempt to pay, and bring its money."""
    return shop.payments.capture(start(shop, placed, now), now)


def ring(shop: Shop, now: float) -> None:
    """Do what a timer does: end every reservation whose time has come."""
    for cart in shop.orders.carts.values():
        for line in cart.lines:
            if line.life in (Life.LIVE, Life.SUSPENDED) and line.expires_at <= now:
                shop.orders.expire(line, now)


def levels(shop: Shop, product: int = 0) -> Levels:
    """The levels of a product, by name."""
    shelf = shop.stock.shelves[product]
    return Levels(*(getattr(shelf, level) for level in Levels._fields))


def lives(shop: Shop, session: int) -> list[str]:
    """The states of the reservations behind a session's lines."""
    return [line.life.name for line in shop.orders.carts[session].lines]


def deadlines(shop: Shop, session: int) -> list[float]:
    """When the reservations behind a session's lines run out."""
    return [line.expires_at for line in shop.orders.carts[session].lines]


def happened(shop: Shop, *kinds: Kind) -> list[Event]:
    """The events of these kinds, in their order."""
    return [event for event in shop.log if event.kind in kinds]


def snapshot(shop: Shop) -> tuple[dict[str, Any], bytes]:
    """All that a command could change."""
    return shop.state(), bytes(shop.log.buffer)
