"""Plays journeys on the virtual clock against the model's shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from model.events import Kind, Reason
from model.outcomes import Outcome
from model.payments import Attempt
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    CheckOut,
    ChooseDelivery,
    ContactSupport,
    JoinWaitingList,
    Leave,
    Pay,
    PlaceOrder,
    SignUp,
    TakeAgain,
)
from scenarios.journeys import returning, shopping
from sim.absences import Absences, Player
from sim.agenda import Agenda
from sim.cashier import Cashier
from sim.gateway import Gateway
from sim.reception import Reception
from sim.support_desk import SupportDesk
from sim.waiting_room import WaitingRoom
from sim.website import Site

LEFT: Final = Kind.LEFT
GENERAL: Final = Reason.GENERAL


class Driver:
    """Turns intents into commands to the shop, and the shop's answers into outcomes."""

    def __init__(
        self,
        agenda: Agenda,
        shop: Shop,
        shoppers: Shoppers,
        gateway: Gateway | Cashier,
        desks: Sequence[SupportDesk],
        reception: Reception | None = None,
        site: Site | None = None,
        waiting_room: WaitingRoom | None = None,
    ) -> None:
        self.agenda = agenda
        self.orders = shop.orders
        self.payments = shop.payments
        self.notices = shop.notices
        self.log = shop.log
        self.shoppers = shoppers
        self.place: Callable[[int, float], Outcome] = shop.orders.place
        self.pay: Callable[[Player, int, float], Outcome | None] = self._pay
        self.desks = list(desks)
        self.promises: Callable[[int, float], Outcome] = _nothing_promised
        """Whether any carrier would say by when a shopper's order comes."""
        self.site = site
        self.absences = Absences(agenda, self.play)
        self.resume = self.play  # bound once; every wait needs it
        if isinstance(gateway, Cashier):
            self.place, self.pay = gateway.place, gateway.pay
            self.cashier = gateway
            gateway.hear(self.play)
        else:
            self.gateway = gateway
            gateway.tell = self.play
        self.reception = reception
        """Between shoppers and desks, unless support is plain."""
        if reception is not None:
            reception.tell = self.play
        else:
            for desk in desks:
                desk.tell = self.play
        self.waiting_room = waiting_room
        if waiting_room is not None:
            waiting_room.welcome = self._welcome_back

    def arrive(self, row: int, now: float) -> None:
        """A shopper comes. Who only wants to ask has nothing to be led through."""
        if self.shoppers.asks_only[row]:
            self._contact_support(row, GENERAL, None, now)
            return
        steps = shopping(self.shoppers, row)
        self.play((row, steps if self.site is None else self.site.visit(row, steps)), now)

    def play(self, player: Player, now: float, outcome: Outcome | None = None) -> None:
        """Go on with a journey after an outcome (None at its start and after a wait).

        The intents stand in the order in which shoppers have them most often.
        """
        row, steps = player
        orders = self.orders
        while True:
            intent = steps.send(outcome)  # type: ignore[arg-type]  # None begins one
            if isinstance(intent, AddToCart):
                outcome = orders.add(
                    row, intent.product, intent.quantity, now, self.shoppers.registered[row]
                )
            elif isinstance(intent, float):  # a wait
                self.agenda.at(now + intent, self.resume, player)
                return
            elif isinstance(intent, Leave):
                if intent.why is not None:
                    self.log.add(now, LEFT, row, -1, -1, 0, 0, 0, intent.why)
                return
            elif isinstance(intent, PlaceOrder):
                outcome = self.place(row, now)
            elif isinstance(intent, Pay):
                outcome = self.pay(player, intent.turn, now)
                if outcome is None:
                    return
            elif isinstance(intent, ContactSupport):
                outcome = self._contact_support(row, intent.topic, player, now)
                if outcome is None:
                    return
            elif isinstance(intent, CheckOut):
                outcome = orders.check_out(row, now)
            elif isinstance(intent, AwaitMoney):
                outcome = self.cashier.await_money(player, now)
                if outcome is None:
                    return
            elif isinstance(intent, ChooseDelivery):
                outcome = self.promises(row, now)
            elif isinstance(intent, TakeAgain):
                outcome = orders.take_again(row, now)
            elif isinstance(intent, SignUp):
                self.notices.sign_up(row, intent.product, now)
                outcome = Outcome.DONE
            elif isinstance(intent, JoinWaitingList):
                outcome = self._join_waiting_list(row, intent, now)
            else:
                if intent.why is not None:
                    self.log.add(now, LEFT, row, -1, -1, 0, 0, 0, intent.why)
                self.absences.begin(player, intent, now)
                return

    def _pay(self, player: Player, turn: int, now: float) -> Outcome | None:
        """The outcome, or None while the shopper is at the bank."""
        row, shoppers = player[0], self.shoppers
        attempt = self.payments.start(self.orders.of_session(row), now)
        if not isinstance(attempt, Attempt):
            return attempt
        shopper = shoppers.row_of(row)
        return self.gateway.send(
            attempt, shoppers.fate[turn][shopper], shoppers.at_gateway[turn][shopper], player, now
        )

    def _join_waiting_list(self, row: int, wish: JoinWaitingList, now: float) -> Outcome:
        assert self.waiting_room is not None  # without one nobody wishes to
        self.waiting_room.join(row, wish.product, wish.quantity, now)
        return Outcome.DONE

    def _welcome_back(self, session: int, now: float) -> None:
        """A shopper returns in a second session, with the luck of her first."""
        shopper = self.shoppers.row_of(session)
        steps = returning(self.shoppers, shopper)
        self.play((session, steps if self.site is None else self.site.visit(session, steps)), now)

    def _contact_support(
        self, row: int, topic: Reason, player: Player | None, now: float
    ) -> Outcome | None:
        """None while the shopper waits; where support is plain she always does."""
        if self.reception is not None:
            return self.reception.ask(row, topic, player, now)
        contact = self.shoppers.contacts[topic]
        shopper = self.shoppers.row_of(row)
        self.desks[contact.desk[shopper]].ask(
            row, topic, contact.patience[shopper], contact.handling[shopper], player, now
        )
        return None


def _nothing_promised(_row: int, _now: float) -> Outcome:
    """What a shop without carriers says."""
    return Outcome.NO_PROMISE
