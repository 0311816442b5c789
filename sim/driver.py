"""Plays journeys on the virtual clock against the model's shop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from model.events import Kind, Reason
from model.outcomes import Outcome
from model.payments import Attempt
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.intents import (
    AddToCart,
    CheckOut,
    ContactSupport,
    JoinWaitingList,
    Journey,
    Pay,
    PlaceOrder,
    TakeAgain,
    Wait,
)
from scenarios.journeys import journey, returning
from sim.agenda import Agenda, Entry
from sim.gateway import Gateway
from sim.support_desk import SupportDesk
from sim.waiting_room import WaitingRoom

LEFT: Final = Kind.LEFT
GENERAL: Final = Reason.GENERAL

Player = tuple[int, Journey]
"""A shopper under way: her session (her row, until she comes back), and her journey."""


class Driver:
    """Turns intents into commands to the shop, and the shop's answers into outcomes."""

    def __init__(
        self,
        agenda: Agenda,
        shop: Shop,
        shoppers: Shoppers,
        gateway: Gateway,
        desks: list[SupportDesk],
        waiting_room: WaitingRoom | None = None,
    ) -> None:
        self.agenda = agenda
        self.orders = shop.orders
        self.payments = shop.payments
        self.log = shop.log
        self.shoppers = shoppers
        self.gateway = gateway
        self.desks = desks
        self.resume = self.play  # bound once; every wait needs it
        self.waiting_room = waiting_room
        gateway.tell = self.play
        if waiting_room is not None:
            waiting_room.welcome = self._welcome_back
        for desk in desks:
            desk.tell = self.play

    def tape(self) -> Iterable[Entry]:
        """The rows of all shoppers by their arrival."""
        return zip(self.shoppers.arrival, range(len(self.shoppers)), strict=True)

    def arrive(self, row: int, now: float) -> None:
        """A shopper comes. Who only wants to ask has nothing to be led through."""
        if self.shoppers.asks_only[row]:
            self._contact_support(row, GENERAL, None, now)
        else:
            self.play((row, journey(self.shoppers, row)), now)

    def play(self, player: Player, now: float, outcome: Outcome | None = None) -> None:
        """Go on with a journey after an outcome (None at its start and after a wait).

        The intents stand in the order in which shoppers have them most often.
        """
        row, steps = player
        orders = self.orders
        try:
            while True:
                intent = steps.send(outcome)  # type: ignore[arg-type]  # None begins one
                if isinstance(intent, AddToCart):
                    outcome = orders.add(
                        row, intent.product, intent.quantity, now, self.shoppers.registered[row]
                    )
                elif isinstance(intent, Wait):
                    self.agenda.at(now + intent, self.resume, player)
                    return
                elif isinstance(intent, PlaceOrder):
                    outcome = orders.place(row, now)
                elif isinstance(intent, Pay):
                    outcome = self._pay(player, intent.turn, now)
                    if outcome is None:
                        return
                elif isinstance(intent, ContactSupport):
                    self._contact_support(row, intent.topic, player, now)
                    return
                elif isinstance(intent, CheckOut):
                    outcome = orders.check_out(row, now)
                elif isinstance(intent, TakeAgain):
                    outcome = orders.take_again(row, now)
                else:
                    outcome = self._join_waiting_list(row, intent, now)
        except StopIteration as end:
            if end.value is not None:
                self.log.add(now, LEFT, row, -1, -1, 0, 0, 0, end.value)

    def _pay(self, player: Player, turn: int, now: float) -> Outcome | None:
        """The outcome, or None while the shopper is at the bank."""
        row, shoppers = player[0], self.shoppers
        attempt = self.payments.start(self.orders.of_session(row), now)
        if not isinstance(attempt, Attempt):
            return attempt
        shopper = row % len(shoppers)
        return self.gateway.send(
            attempt, shoppers.fate[turn][shopper], shoppers.at_gateway[turn][shopper], player, now
        )

    def _join_waiting_list(self, row: int, wish: JoinWaitingList, now: float) -> Outcome:
        assert self.waiting_room is not None  # without one nobody wishes to
        self.waiting_room.join(row, wish.product, wish.quantity, now)
        return Outcome.DONE

    def _welcome_back(self, session: int, now: float) -> None:
        """A shopper returns in a second session, with the luck of her first."""
        shopper = session % len(self.shoppers)
        self.play((session, returning(self.shoppers, shopper)), now)

    def _contact_support(self, row: int, topic: Reason, player: Player | None, now: float) -> None:
        shopper = row % len(self.shoppers)
        contact = self.shoppers.contacts[topic]
        shopper = row % len(self.shoppers)
        self.desks[contact.desk[shopper]].ask(
            row, topic, contact.patience[shopper], contact.handling[shopper], player, now
        )
