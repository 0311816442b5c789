"""A small shop under any mix of switches, five shoppers, and a staff that makes mistakes.

Every command, sensible or senseless, is checked on the spot: the levels must add up, the log must
obey the state machines, the money must be accounted for, and what was refused must have changed
nothing. After a power cut a twin of the shop, rebuilt from the log, gets the same commands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from books import Books, ledger
from shops import levels, open_shop, snapshot

from model.carts import CartState, Line
from model.events import Channel, Kind, Reason
from model.lifecycle import Life
from model.orders import OrderState
from model.outcomes import Outcome, Refused
from model.payments import AttemptState
from model.policy import LatePayment, ReleasedBy, UnreservedPayment
from model.replay import replay
from model.shop import Shop

Command = Callable[[Shop, float], Any]

BEHIND = {
    OrderState.UNPAID: [{Life.LIVE}, {Life.NONE}],
    OrderState.EXPIRED: [{Life.ENDED}],
    OrderState.ON_HOLD: [{Life.SUSPENDED}],
    OrderState.AWAITING_STAFF: [{Life.ENDED}],
    OrderState.PAID: [{Life.CONVERTED, Life.SHIPPED, Life.ENDED}],
    OrderState.CANCELLED: [{Life.ENDED}, {Life.NONE}],
}
"""What may stand behind the lines of an order, of all lines together one of these sets; ended
ones of a paid order were shipped and came back."""

ANYBODY, EITHER, ANY_ORDER = (1, 2, 3, 4, 5), (0, 1), (0, 1, 2, 3, 4)
WITH_VOUCHER = (6, 7)
"""Sessions of those who come back from the waiting list."""
WHOEVER_ENDS_IT = (Reason.TIMEOUT, Reason.BY_OPERATOR)
ACTS: dict[str, tuple[int, dict[str, Sequence[Any]]]] = {
    "go_on": (30, {"session": (*ANYBODY, *WITH_VOUCHER)}),
    "pass_time": (15, {"seconds": (0.0, 1.0, 4.0, 6.0, 10.0, 30.0)}),
    "add": (
        12,
        {"session": ANYBODY, "product": EITHER, "quantity": (0, 1, 1, 2), "member": (False, True)},
    ),
    "check_out": (2, {"session": ANYBODY}),
    "place": (3, {"session": ANYBODY, "method": (Channel.GATEWAY, Channel.COD, Channel.IN_STORE)}),
    "take_again": (4, {"session": ANYBODY}),
    "start_to_pay": (4, {"session": ANYBODY}),
    "capture": (6, {"number": ANY_ORDER}),
    "fail": (4, {"number": ANY_ORDER, "reason": (Reason.DECLINED, Reason.SHOPPER_GAVE_UP)}),
    "sweep": (4, {"at_most": (0, 1, 2), "reason": WHOEVER_ENDS_IT}),
    "expire": (2, {"session": ANYBODY, "line": (0, 1, 2), "reason": WHOEVER_ENDS_IT}),
    "cancel": (1, {"number": ANY_ORDER}),
    "decide_late": (2, {"number": ANY_ORDER}),
    "manage": (
        4,
        {"number": ANY_ORDER, "verb": ("release", "cancel", "resume", "refund")},
    ),
    "take_out": (3, {"number": ANY_ORDER, "line": (0, 1, 2)}),
    "release_line": (1, {"session": ANYBODY, "line": (0, 1)}),
    "reprice": (3, {"product": EITHER, "price": (50_000, 80_000)}),
    "sign_up": (3, {"session": WITH_VOUCHER, "product": EITHER, "quantity": (0, 1, 2)}),
    "serve": (3, {"product": EITHER}),
    "receive": (2, {"product": EITHER, "quantity": (0, 1, 2)}),
    "adjust": (1, {"product": EITHER, "quantity": (-2, -1, 0, 1)}),
    "ship": (3, {"session": ANYBODY, "line": (0, 1)}),
    "take_back": (1, {"session": ANYBODY, "line": (0, 1)}),
    "contact": (6, {"session": ANYBODY, "step": ("contact", "answer", "close", "give_up")}),
    "cut_the_power": (4, {}),
}
"""What happens on a day: how often, and to whom."""


class Trade:
    """The shop, its auditor's books, and perhaps its twin."""

    def __init__(self, switches: dict[str, Any], stock: tuple[int, int], limit: int | None) -> None:
        self.shop = open_shop(*stock, limit=limit, **switches)
        self.twin: Shop | None = None
        self.now = 0.0
        self.books = Books()
        self._read = 0
        self._may_be_short = (
            switches["late_payment"] is LatePayment.OVERSELL
            or switches["unreserved_payment"] is UnreservedPayment.OVERSELL
        )

    def do(self, command: Command) -> Any:
        """Give one command to the shop and to its twin, and check all that must hold."""
        before = snapshot(self.shop)
        outcome = self._answer(self.shop, command)
        if isinstance(outcome, str):
            assert snapshot(self.shop) == before
        if self.twin is not None:
            assert self._answer(self.twin, command) == outcome
            assert snapshot(self.twin) == snapshot(self.shop)
        for event in list(self.shop.log)[self._read :]:
            self.books.read(event)
        self._read = len(self.shop.log)
        self.check_levels()
        self.check_states()
        self.check_money()
        return outcome

    def _answer(self, shop: Shop, command: Command) -> Any:
        """The outcome, the sentence of a refusal, or None."""
        try:
            outcome = command(shop, self.now)
        except Refused as refusal:
            return str(refusal)
        return outcome if isinstance(outcome, Outcome | int) else None

    # what shoppers do ---------------------------------------------------------------------

    def go_on(self, session: int) -> None:
        """Take the next step of a purchase, as a shopper who knows her way would."""
        cart = self.shop.orders.carts.get(session)
        if cart is None:
            if session not in WITH_VOUCHER:
                self.add(session, 0, 1, session == 1)
        elif cart.state is CartState.OPEN:
            self.check_out(session)
        elif cart.state is CartState.CHECKING_OUT:
            self.place(session, Channel.GATEWAY)
        else:
            order = self.shop.orders.of_session(session)
            attempt = self.shop.payments.attempts.get(order.number)
            if attempt is not None and attempt.state is AttemptState.STARTED:
                self.capture(order.number)
            elif order.state is OrderState.EXPIRED:
                self.take_again(session)
            else:
                self.start_to_pay(session)

    def add(self, session: int, product: int, quantity: int, member: bool) -> None:
        """Put a line in a cart; only a lack of stock is logged as a refusal, with its reason."""
        read = len(self.shop.log)
        outcome = self.do(
            lambda shop, now: shop.orders.add(session, product, quantity, now, member)
        )
        refusals = [e for e in list(self.shop.log)[read:] if e.kind == Kind.REFUSED]
        assert len(refusals) == (outcome in (Outcome.OUT_OF_STOCK, Outcome.PARTIAL))
        assert all(Reason.GONE <= refusal.reason <= Reason.SUSPENDED for refusal in refusals)

    def check_out(self, session: int) -> None:
        """Begin checkout."""
        self.do(lambda shop, now: shop.orders.check_out(session, now))

    def place(self, session: int, method: Channel) -> None:
        """Place the order."""
        self.do(lambda shop, now: shop.orders.place(session, now, method))

    def take_again(self, session: int) -> None:
        """Take dead reservations again."""
        self.do(lambda shop, now: shop.orders.take_again(session, now))

    def start_to_pay(self, session: int) -> None:
        """Go to the bank."""
        self.do(lambda shop, now: shop.payments.start(shop.orders.of_session(session), now))

    def contact(self, session: int, step: str) -> None:
        """Ask for help, or have the request answered, closed or given up."""
        if step == "contact":
            self.do(
                lambda shop, now: shop.support.contact(session, Channel.CHAT, Reason.GENERAL, now)
            )
        elif session in self.shop.support.open:
            self.do(lambda shop, now: getattr(shop.support, step)(shop.support.open[session], now))

    # what the gateway does ----------------------------------------------------------------

    def capture(self, number: int) -> None:
        """Bring the money of an order's latest attempt."""
        if number in self.shop.payments.attempts:
            self.do(lambda shop, now: shop.payments.capture(shop.payments.attempts[number], now))

    def fail(self, number: int, reason: Reason) -> None:
        """End an order's latest attempt without money."""
        if number in self.shop.payments.attempts:
            self.do(
                lambda shop, now: shop.payments.fail(shop.payments.attempts[number], now, reason)
            )

    # what the staff do --------------------------------------------------------------------

    def cancel(self, number: int) -> None:
        """End an order by decision."""
        if number < len(self.shop.orders.orders):
            self.do(lambda shop, now: shop.orders.cancel(shop.orders.orders[number], now))

    def decide_late(self, number: int) -> None:
        """Decide on a late payment."""
        if number < len(self.shop.orders.orders):
            self.do(lambda shop, now: shop.payments.decide_late(shop.orders.orders[number], now))

    def manage(self, number: int, verb: str) -> None:
        """Give one of the back office's commands for an order."""
        if number < len(self.shop.orders.orders):
            self.do(
                lambda shop, now: getattr(shop.management, verb)(shop.orders.orders[number], now)
            )

    def take_out(self, number: int, line: int) -> None:
        """Take one line out of an order."""
        if number < len(self.shop.orders.orders):
            self.do(
                lambda shop, now: shop.management.take_out(shop.orders.orders[number], line, now)
            )

    def release_line(self, session: int, line: int) -> None:
        """Release one line of a cart."""
        self.do(lambda shop, now: shop.management.release_line(session, line, now))

    def reprice(self, product: int, price: int) -> None:
        """Change a price of the catalogue."""
        self.do(lambda shop, now: shop.stock.reprice(product, price, now))

    def sign_up(self, session: int, product: int, quantity: int) -> None:
        """Wait for goods to come back."""
        self.do(lambda shop, now: shop.orders.waiting_list.sign_up(session, product, quantity, now))

    def serve(self, product: int) -> None:
        """Give vouchers to those who wait."""
        self.do(lambda shop, now: len(shop.orders.waiting_list.serve(product, now)))

    def sweep(self, at_most: int, reason: Reason) -> None:
        """End what ran out."""
        self.do(lambda shop, now: shop.orders.sweep(now, at_most, reason))

    def expire(self, session: int, line: int, reason: Reason) -> Any:
        """End the reservation of one line."""
        if self._has(session, line):
            return self.do(
                lambda shop, now: shop.orders.expire(_line(shop, session, line), now, reason)
            )
        return None

    def ship(self, session: int, line: int) -> None:
        """Send a line's goods off."""
        if self._has(session, line):
            self.do(lambda shop, now: shop.stock.ship(_line(shop, session, line), now))

    def take_back(self, session: int, line: int) -> None:
        """Receive a line's goods back from the shopper."""
        if self._has(session, line):
            self.do(lambda shop, now: shop.stock.take_back(_line(shop, session, line), now))

    def _has(self, session: int, line: int) -> bool:
        cart = self.shop.orders.carts.get(session)
        return cart is not None and line < len(cart.lines)

    def receive(self, product: int, quantity: int) -> None:
        """Goods arrive."""
        self.do(lambda shop, now: shop.stock.receive(product, quantity, now))

    def adjust(self, product: int, quantity: int) -> None:
        """Count the shelf; a loss may leave reserved units without goods."""
        self._may_be_short |= quantity < 0
        self.do(lambda shop, now: shop.stock.adjust(product, quantity, now, Reason.COUNT))

    # what nobody does ---------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time go by; a timer, where there is one, rings on the way."""
        then = self.now + seconds
        if self.shop.policy.reservation.released_by is ReleasedBy.TIMER:
            while (due := self._next_due())[0] <= then:
                self.now = max(self.now, due[0])
                assert self.expire(due[1], due[2], Reason.TIMEOUT) is None
        self.now = then

    def _next_due(self) -> tuple[float, int, int]:
        return min(
            (
                (line.expires_at, cart.session, number)
                for cart in self.shop.orders.carts.values()
                for number, line in enumerate(cart.lines)
                if line.life in (Life.LIVE, Life.SUSPENDED) and math.isfinite(line.expires_at)
            ),
            default=(math.inf, 0, 0),
        )

    def cut_the_power(self) -> None:
        """Rebuild the shop from its log: it must be the same shop."""
        self.twin = replay(self.shop.catalogue, self.shop.policy, self.shop.log)
        assert snapshot(self.twin) == snapshot(self.shop)

    # what must always hold ----------------------------------------------------------------

    def check_levels(self) -> None:
        """The log's movements, the shelves and the lines of all carts say the same."""
        sums = ledger(self.shop.log)
        for product in EITHER:
            shelf = levels(self.shop, product)
            reserved = shelf.in_carts + shelf.unpaid
            assert sums[product] == (shelf.on_hand, reserved, shelf.suspended, shelf.allocated)
            held = reserved + shelf.suspended
            assert shelf.available == shelf.on_hand - shelf.allocated - held
            assert min(shelf._replace(available=0)) >= 0
            assert shelf.available >= 0 or self._may_be_short
            assert (shelf.in_carts, shelf.unpaid, shelf.suspended) == self._in_lines(product)

    def _in_lines(self, product: int) -> tuple[int, int, int]:
        """Units in the lines of carts, of placed orders, and suspended ones of both."""
        units = [0, 0, 0]
        for cart in self.shop.orders.carts.values():
            for line in cart.lines:
                if line.product == product and line.life is Life.LIVE:
                    units[cart.state is CartState.ORDERED] += line.quantity
                elif line.product == product and line.life is Life.SUSPENDED:
                    units[2] += line.quantity
        return units[0], units[1], units[2]

    def check_states(self) -> None:
        """The log leads to the states that the shop is in, and they fit together."""
        orders = self.shop.orders
        states = {session: cart.state for session, cart in orders.carts.items()}
        assert states.items() <= self.books.carts.items()  # an emptied cart is none any more
        assert self.books.orders == {order.number: order.state for order in orders.orders}
        for (session, number), life in self.books.lines.items():
            line = orders.carts[session].line(number)
            assert line is None or line.life is life
        for order in orders.orders:
            behind = {line.life for line in order.cart.lines}
            assert any(behind <= lives for lives in BEHIND[order.state])
        limit = self.shop.catalogue[0].limit
        if limit is not None:
            assert all(
                cart.units(product) <= limit for cart in orders.carts.values() for product in EITHER
            )

    def check_money(self) -> None:
        """Captured money is paid for, sent back, given back, or waits for staff."""
        money = self.books.money
        with_money = (OrderState.PAID, OrderState.AWAITING_STAFF)
        kept = sum(o.amount for o in self.shop.orders.orders if o.state in with_money)
        spent = kept + money[Kind.PAYMENT_REVERSED] + money[Kind.REFUNDED]
        assert money[Kind.PAYMENT_CAPTURED] == spent


def _line(shop: Shop, session: int, number: int) -> Line:
    return shop.orders.carts[session].lines[number]
