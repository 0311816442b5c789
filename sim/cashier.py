"""The cashier: which way a shopper pays, and what happens on each of them (PAY-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.events import Channel, Reason
from model.orders import Order, Orders, OrderState
from model.outcomes import Outcome
from model.shop import Shop
from model.verified_payments import VerifiedAttempt, VerifiedPayments
from scenarios.calendar import Calendar
from scenarios.columns import DECLINED, SUCCEEDS, Shoppers
from scenarios.methods import PAID_LATER, by_channel, chosen, first_live
from scenarios.payment import Payment
from sim.bank import Bank
from sim.clerk import Clerk, Task
from sim.environment import Environment
from sim.settlement import SettlementClock

Player = tuple[int, Any]
"""A shopper under way: her row, and her journey."""
Transfer = tuple[VerifiedAttempt, int, Player]
"""A payment without a gateway's callback: the attempt, its drawn fate, and whose it is."""


class Cashier:
    """Takes orders in the method that each shopper prefers among those on offer."""

    def __init__(
        self,
        environment: Environment,
        shop: Shop,
        payment: Payment,
        calendar: Calendar,
        shoppers: Shoppers,
        collects: bool = True,
    ) -> None:
        """`collects`: whether couriers bring their money after the drawn time; a shop whose
        deliveries are played calls `collect` at the door instead."""
        assert isinstance(shop.payments, VerifiedPayments)
        assert shoppers.paying is not None
        self.environment = environment
        self.orders: Orders = shop.orders
        self.payments: VerifiedPayments = shop.payments
        self.shoppers = shoppers
        self.luck = shoppers.paying
        self.collects = collects
        self.methods = by_channel(payment)
        self.first_live = first_live(payment, calendar)
        self.bank = Bank(environment, shop.payments, payment, calendar, shoppers, shop.log)
        self.clerk = Clerk(environment, shop.log, payment.staff, calendar)
        self.tell: Callable[[Any, float, Outcome], None] = _nobody
        self.hand_over: Callable[[Order, float], bool] | None = None
        """Gives a shopper in the store her goods, if they are there; None where no goods leave."""
        SettlementClock(environment, shop.payments.settlement, payment, calendar)

    def hear(self, tell: Callable[[Any, float, Outcome], None]) -> None:
        """Name who is told of shoppers whose payment is over: who, when, with what outcome."""
        self.tell = self.bank.tell = tell

    # what shoppers do ---------------------------------------------------------------------

    def place(self, session: int, now: float) -> Outcome:
        """Place the session's order in its shopper's method: `PLACED`; or `ACCEPTED` where its
        money comes later; `EXPIRED` or `OUT_OF_STOCK`."""
        method = self.method_of(session, now)
        outcome = self.orders.place(session, now, method)
        if outcome is not Outcome.PLACED or method not in PAID_LATER:
            return outcome
        order = self.orders.of_session(session)
        outcome = self.payments.accept(order, now)
        if outcome is Outcome.ACCEPTED and (self.collects or method == Channel.IN_STORE):
            self._await_collection(order, self.shoppers.row_of(session), now)
        return outcome

    def pay(self, player: Player, turn: int, now: float) -> Outcome | None:
        """The outcome, or None while the shopper is away."""
        session = player[0]
        order = self.orders.of_session(session)
        if order.method == Channel.GATEWAY:
            return self.bank.pay(order, self.shoppers.row_of(session), turn, player, now)
        if order.method == Channel.PERSONAL_LINK and turn == 0:
            self._have_done(order.method, self._send_link, (order, player), now)
            return None
        return self._transfer(order, turn, player, now)

    def await_money(self, player: Player, now: float) -> Outcome | None:
        """What has become of money that a shopper heard nothing of; None until that is known."""
        return self.bank.await_money(self.orders.of_session(player[0]), player, now)

    def method_of(self, session: int, now: float) -> Channel:
        """The shopper's method among those on offer now."""
        row, luck = self.shoppers.row_of(session), self.luck
        return chosen(self.methods, luck.method[row], self.first_live <= now, luck.prefers[row])

    def collect(self, order: Order, session: int, now: float) -> None:
        """The courier has an accepted order's money, or what he says it is."""
        amount = None
        if order.method == Channel.COD and self.luck.miscounted[self.shoppers.row_of(session)]:
            amount = order.amount - round(order.amount * self.methods[Channel.COD].missing)
        self.payments.collect(order, now, amount)

    def _await_collection(self, order: Order, row: int, now: float) -> None:
        """The courier comes back with the money, or the shopper to the store, if she does."""
        seconds = self.luck.collected_after[Channel(order.method)][row]
        if order.method == Channel.IN_STORE:
            kept_for = self.methods[Channel.IN_STORE].kept_for
            if self.luck.unfetched[row] or seconds > kept_for:
                self.environment.at(now + kept_for, self._put_back, order)
                return
        self.environment.at(now + seconds, self._collect, order)

    def _put_back(self, order: Order, now: float) -> None:
        """Nobody came for the goods; the store keeps them no longer."""
        if order.state is OrderState.ACCEPTED:
            self.orders.cancel(order, now, Reason.NOT_FETCHED)

    def _collect(self, order: Order, now: float) -> None:
        """The money comes, in the store for the goods; nobody pays for what is not there."""
        if order.state is not OrderState.ACCEPTED:  # cancelled meanwhile
            return
        hand_over = self.hand_over if order.method == Channel.IN_STORE else None
        if hand_over is None or hand_over(order, now):
            self.collect(order, order.cart.session, now)
        else:
            self.orders.cancel(order, now, Reason.BACKORDER)

    # money without a callback -------------------------------------------------------------

    def _send_link(self, what: tuple[Order, Player], now: float) -> None:
        order, player = what
        outcome = self._transfer(order, 0, player, now)
        if outcome is not None:
            self.tell(player, now, outcome)

    def _transfer(self, order: Order, turn: int, player: Player, now: float) -> Outcome | None:
        """The shopper pays by link, or from card to card."""
        shoppers = self.shoppers
        row = shoppers.row_of(player[0])
        attempt = self.payments.start(order, now, order.method)
        if isinstance(attempt, Outcome):
            return attempt
        transfer = (attempt, shoppers.fate[turn][row], player)
        self.environment.at(now + shoppers.at_gateway[turn][row], self._transferred, transfer)
        return None

    def _transferred(self, transfer: Transfer, now: float) -> None:
        attempt, fate, player = transfer
        if fate != SUCCEEDS:
            declined = fate == DECLINED
            reason = Reason.DECLINED if declined else Reason.SHOPPER_GAVE_UP
            self.payments.fail(attempt, now, reason)
            self.tell(player, now, Outcome.PAYMENT_FAILED if declined else Outcome.GAVE_UP)
            return
        self.payments.take(attempt, now)
        if attempt.channel == Channel.PERSONAL_LINK:  # a link of its own says whose it is
            self._confirm(transfer, now)
        else:
            self._have_done(attempt.channel, self._confirm, transfer, now)

    def _confirm(self, transfer: Transfer, now: float) -> None:
        attempt, _, player = transfer
        self.tell(player, now, self.payments.verify(attempt, now))

    def _have_done(
        self, channel: int, then: Callable[[Any, float], None], argument: Any, now: float
    ) -> None:
        """Give staff the work that a payment of this method makes."""
        method = Channel(channel)
        self.clerk.do(Task(self.methods[method].work, method, then, argument), now)


def _nobody(who: Any, now: float, outcome: Outcome) -> None:
    """Nobody listens until a driver does."""
