"""What an auditor makes of the log alone: levels, states and money, by the model's own tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from model.carts import CART_LIFE, CartState
from model.events import Event, Kind
from model.fulfilment import PARCEL_LIFE, ParcelState
from model.lifecycle import RESERVATION_LIFE, Life
from model.notices import NOTICE_LIFE, NoticeState
from model.orders import ORDER_LIFE, OrderState
from model.payments import ATTEMPT_LIFE, AttemptState
from model.stock import MOVEMENTS, Effect
from model.support import CONTACT_LIFE, ContactState
from model.tickets import TICKET_LIFE, TicketState

Step = tuple[Any, Kind]
"""A state, and what happened in it."""


def ledger(events: Iterable[Event]) -> dict[int, Effect]:
    """The levels of each product: the sum of all movements (INV-1)."""
    sums: dict[int, Effect] = defaultdict(Effect)
    for event in events:
        if event.kind in MOVEMENTS:
            effect = MOVEMENTS[Kind(event.kind)]
            moved = (event.quantity * part for part in effect)
            sums[event.product] = Effect(*map(sum, zip(sums[event.product], moved, strict=True)))
    return sums


def _message(event: Event) -> tuple[int, ...]:
    return event.session, event.order, event.product, event.channel, event.reason


class Books:
    """Follows a log event by event; a step that no state machine knows is a KeyError."""

    def __init__(self) -> None:
        self.steps: set[Step] = set()
        """Every step that was seen."""
        self.carts: dict[int, CartState] = {}
        self.orders: dict[int, OrderState] = {}
        self.lines: dict[tuple[int, int], Life] = {}
        self.attempts: dict[tuple[int, int], AttemptState] = {}
        self.contacts: dict[int, ContactState] = {}
        self.tickets: dict[int, TicketState] = {}
        self.parcels: dict[int, ParcelState] = {}
        self.notices: dict[tuple[int, ...], NoticeState] = {}
        self.money: dict[Kind, int] = defaultdict(int)
        """Rial captured, reversed, paid and refunded."""

    def read(self, event: Event) -> None:
        """Take one event into the books."""
        kind, session = Kind(event.kind), event.session
        if kind in (Kind.ADDED, Kind.VOUCHER):
            self.carts.setdefault(session, CartState.OPEN)
        elif kind is Kind.PLACED:
            self.orders[event.order] = OrderState.UNPAID
        elif kind is Kind.PAYMENT_STARTED:
            self.attempts[event.order, event.quantity] = AttemptState.STARTED
        elif kind is Kind.PARCEL_OPENED:
            self.parcels[event.order] = ParcelState.WAITING
        elif kind is Kind.CONTACTED:
            self.contacts[session] = ContactState.WAITING
        elif kind is Kind.TICKET_OPENED:
            self.tickets[event.quantity] = TicketState.NEW
        elif kind is Kind.NOTICE_DUE:
            self.notices[_message(event)] = NoticeState.QUEUED
        self._follow(NOTICE_LIFE, self.notices, _message(event), kind)
        self._follow(CART_LIFE, self.carts, session, kind)
        self._follow(ORDER_LIFE, self.orders, event.order, kind)
        self._follow(ATTEMPT_LIFE, self.attempts, (event.order, event.quantity), kind)
        self._follow(CONTACT_LIFE, self.contacts, session, kind)
        self._follow(TICKET_LIFE, self.tickets, event.quantity, kind)
        self._follow(PARCEL_LIFE, self.parcels, event.order, kind)
        line = (session, event.amount)
        if kind in (Kind.RESERVED, Kind.OVERSOLD):
            self.lines.setdefault(line, Life.NONE)
        self._follow(RESERVATION_LIFE, self.lines, line, kind)
        if kind in (Kind.PAYMENT_CAPTURED, Kind.PAYMENT_REVERSED, Kind.PAID, Kind.REFUNDED):
            self.money[kind] += event.amount

    def _follow(
        self,
        life: Mapping[int, Mapping[int, Any]],
        states: dict[Any, Any],
        key: Any,
        kind: Kind,
    ) -> None:
        if any(kind in steps for steps in life.values()):
            self.steps.add((states[key], kind))
            states[key] = life[states[key]][kind]
