"""The orders department: carts become orders, and orders are paid, or are not (ORD-1).

A shopper's commands (`add`, `check_out`, `place`, `take_again`) answer with an `Outcome`; a command
that makes no sense in the present state raises `Refused`. Who calls `expire` and `sweep`, and when,
is the order manager's business: a timer, a sweeper, an operator.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from model.amendments import add_in_part, cut_down
from model.backorders import Backorders
from model.carts import CART_LIFE, OPEN, Cart, CartState, Line
from model.customers import Customers
from model.events import Channel, Kind, Log, Reason, packed
from model.late_payment import decide_late, pay_late, reserve_or_oversell
from model.lifecycle import Life
from model.limits import CustomerLimits
from model.listeners import also
from model.order import EXPIRED, ON_HOLD, ORDER_LIFE, UNPAID, Order, OrderState
from model.outcomes import Outcome, Refused
from model.policy import (
    BackorderRule,
    Fill,
    HoldPoint,
    LimitPer,
    Price,
    ReservationPolicy,
    UnreservedPayment,
)
from model.pricing import Pricing
from model.reservations import Reservations
from model.stock import Stock
from model.waiting_list import WaitingList

__all__ = ["ORDER_LIFE", "Order", "OrderState", "Orders"]

# Names that the busiest commands use, bound once.
ADDED: Final = Kind.ADDED
CHECKED_OUT: Final = Kind.CHECKED_OUT
LATE_REFUSED: Final = Kind.LATE_REFUSED
PAID: Final = Kind.PAID
PLACED: Final = Kind.PLACED
ACCOUNT: Final = Channel.ACCOUNT
GATEWAY: Final = Channel.GATEWAY
GUEST: Final = Channel.GUEST
LIVE: Final = Life.LIVE
READY: Final = Outcome.READY
WAS_ADDED: Final = Outcome.ADDED
WAS_PAID: Final = Outcome.PAID
WAS_PLACED: Final = Outcome.PLACED
CHECKOUT: Final = HoldPoint.CHECKOUT
ORDER_PLACED: Final = HoldPoint.ORDER_PLACED
LATE: Final = Reason.LATE
NONE: Final = Reason.NONE
CANCELLED: Final = Kind.CANCELLED
OVERSELL: Final = UnreservedPayment.OVERSELL
ENDS: Final = (Kind.EXPIRED, CANCELLED)


class Orders:
    """All carts by session, and all orders by number."""

    __slots__ = (
        "awaiting_staff", "backorders", "carts", "customers", "exempts", "fills_in_part", "journal",
        "kept_until", "limits", "on_ended", "on_paid", "on_placed", "orders", "policy", "pricing",
        "reservations", "stock", "waiting_list",
    )  # fmt: skip

    def __init__(
        self, stock: Stock, customers: Customers, policy: ReservationPolicy, log: Log
    ) -> None:
        self.stock = stock
        self.customers = customers
        self.policy = policy
        self.journal = log.journal
        self.reservations = Reservations(stock, policy, log, self.expire)
        self.carts: dict[int, Cart] = {}
        self.orders: list[Order] = []
        self.awaiting_staff: dict[int, Order] = {}
        self.kept_until: Callable[[Order], float] | None = None
        """Until when an unverified attempt to pay forbids to release an order's units (PAY-3)."""
        self.fills_in_part = policy.fill is Fill.AS_MANY
        self.exempts = bool(policy.exempt_products or policy.exempt_methods)
        frozen = policy.price is Price.FROZEN
        self.pricing = None if frozen else Pricing(stock, policy.price, log)
        self.backorders: Backorders | None = None
        if policy.backorders is BackorderRule.FILL:
            self.backorders = Backorders(stock, log)
            stock.on_available = also(stock.on_available, self.backorders.come_in)
        self.waiting_list = WaitingList(self.carts, self.reservations, policy, log)
        self.limits: CustomerLimits | None = None
        if policy.limit_per is LimitPer.CUSTOMER:
            self.limits = CustomerLimits(self.carts, customers)
        self.on_placed: Callable[[Order, float], None] | None = None
        self.on_paid: Callable[[Order, float], None] | None = None
        self.on_ended: Callable[[Order, float, Reason], None] | None = None
        """Hear of an order that was placed; was paid, or accepted without money; and has expired
        or was cancelled. None: nobody does."""

    def adopt(self, policy: ReservationPolicy) -> None:
        """Go by these rules from now on, for orders and reservations that stand too.

        Rules that a department was built for (who releases, prices, backorders, limits, exempts,
        the waiting list) must be the same.
        """
        self.policy = policy
        self.reservations.adopt(policy)

    # what a shopper can do ----------------------------------------------------------------

    def add(
        self, session: int, product: int, quantity: int, now: float, registered: bool = False
    ) -> Outcome:
        """Put a line in the session's cart: `ADDED`, `PARTIAL`, `OVER_LIMIT`, `CUSTOMERS_ONLY`, or
        `OUT_OF_STOCK` with its reason in the log."""
        if quantity < 1:
            raise Refused(f"{quantity} units of product {product} cannot be added")
        carts = self.carts
        cart = carts.get(session)
        state = OPEN if cart is None else CART_LIFE[cart.state].get(ADDED)
        if state is None:
            raise Refused(f"session {session} has placed its order; nothing can be added to it")
        reservations = self.reservations
        shelf = self.stock.shelf(product)
        if shelf.customers_only and not self.customers.has_bought_before(session):
            self.customers.turn_away(session, product, quantity, now)
            return Outcome.CUSTOMERS_ONLY
        if shelf.limit is not None:
            units = quantity + (cart.units(product) if cart is not None else 0)
            if self.limits is not None:
                units += self.limits.elsewhere(session, product)
            if units > shelf.limit:
                return Outcome.OVER_LIMIT
        if reservations.is_lazy and cart is not None:
            reservations.notice(cart, now)
        if shelf.available < quantity and (
            not reservations.is_lazy or reservations.is_short(shelf, quantity, now)
        ):
            if self.fills_in_part and shelf.available > 0:
                return add_in_part(self, session, product, quantity, now, registered)
            reservations.refuse(session, -1, product, quantity, now)
            return Outcome.OUT_OF_STOCK
        if cart is None:
            cart = carts[session] = Cart(session, registered)
            if self.limits is not None:
                self.limits.know(session)
        cart.state = state
        line = Line(cart, product, quantity, shelf.price)
        cart.lines.append(line)
        self.journal += packed(
            now, ADDED, session, -1, product, quantity, shelf.price * quantity,
            ACCOUNT if registered else GUEST, NONE,
        )  # fmt: skip
        if reservations.at_add:
            reservations.reserve(line, now)
        if reservations.extends_always:
            reservations.extend(cart, now)
        return WAS_ADDED

    def check_out(self, session: int, now: float) -> Outcome:
        """Begin checkout: `READY`, `EXPIRED`, `OUT_OF_STOCK`, `PARTIAL` or `PRICE_CHANGED`."""
        cart, state = self._cart_before(CHECKED_OUT, session, now)
        if self.pricing is not None and (changed := self.pricing.renew(cart.lines, now)):
            return changed
        outcome = self._secure(cart, CHECKOUT, now)
        if outcome is READY:
            cart.state = state
            self.journal += packed(now, CHECKED_OUT, session, -1, -1, 0, 0, 0, 0)
        return outcome

    def place(self, session: int, now: float, method: int = GATEWAY) -> Outcome:
        """Place the order, to be paid by a method: `PLACED`, `EXPIRED`, `OUT_OF_STOCK`, `PARTIAL`
        or `PRICE_CHANGED`.

        A checkout of one page comes here straight from the cart.
        """
        cart, state = self._cart_before(PLACED, session, now)
        if self.pricing is not None and (changed := self.pricing.renew(cart.lines, now)):
            return changed
        outcome = self._secure(cart, ORDER_PLACED, now)
        if outcome is not READY:
            return outcome
        cart.state = state
        number = len(self.orders)
        cart.order_id = number
        order = Order(number, cart, now, method)
        self.orders.append(order)
        for line in cart.lines:
            self.stock.promise(line)
        if self.exempts:
            self.spare(order)
        channel = 0 if method == GATEWAY else method
        self.journal += packed(now, PLACED, session, number, -1, 0, order.amount, channel, 0)
        if self.on_placed is not None:
            self.on_placed(order, now)
        return WAS_PLACED

    def accept(self, order: Order, now: float) -> Outcome:
        """Take an order whose money comes later: `ACCEPTED`, `EXPIRED` or `OUT_OF_STOCK`."""
        outcome = self.secure(order, now)
        if outcome is READY and self.reservations.at_payment:
            short = self.reservations.reserve_all(order.cart.lines_in(Life.NONE), now)
            if short is not None:
                self.reservations.refuse(order.cart.session, order.number, *short, now)
                return Outcome.OUT_OF_STOCK
        if outcome is not READY:
            return outcome
        for line in order.cart.lines:
            self.stock.allocate(line, now)
        self.step(order, Kind.ACCEPTED, now, LATE if order.cart.late else NONE)
        if self.on_paid is not None:
            self.on_paid(order, now)
        return Outcome.ACCEPTED

    def take_again(self, session: int, now: float) -> Outcome:
        """Reserve anew the lines whose reservation died (ORD-17), and resume the suspended ones:
        `READY` or `OUT_OF_STOCK`."""
        cart = self.cart(session)
        if self.reservations.is_lazy:
            self.reservations.notice(cart, now)
        order = self._order_of(cart)
        dead = cart.lines_in(Life.ENDED)
        if not (dead or cart.lines_in(Life.SUSPENDED)) or (
            order is not None and order.state not in (EXPIRED, ON_HOLD)
        ):
            raise Refused(f"session {session} has no dead reservation to take again")
        if (short := self.reservations.shortage(dead, now)) is not None:
            self.reservations.refuse(session, cart.order_id, *short, now, LATE_REFUSED)
            return Outcome.OUT_OF_STOCK
        self._resume(cart, now)
        if not dead:
            return READY
        cart.late = True
        if order is not None:
            self.step(order, Kind.REOPENED, now, LATE)
        elif self.pricing is not None:
            self.pricing.renew(dead, now)
        for line in dead:
            self.reservations.reserve(line, now)
        if order is not None and self.exempts:
            self.spare(order)
        return READY

    def cart(self, session: int) -> Cart:
        """The cart of a session."""
        cart = self.carts.get(session)
        if cart is None:
            raise Refused(f"session {session} has no cart")
        return cart

    def of_session(self, session: int) -> Order:
        """The order that a session has placed."""
        cart = self.carts.get(session)
        if cart is None or cart.order_id < 0:
            raise Refused(f"session {session} has placed no order")
        return self.orders[cart.order_id]

    # what a payment does ------------------------------------------------------------------

    def secure(self, order: Order, now: float) -> Outcome:
        """Check an order again before its shopper is sent to pay (hold point
        `payment_submitted` reserves here): `READY`, `EXPIRED` or `OUT_OF_STOCK`."""
        cart = order.cart
        if self.reservations.is_lazy:
            self.reservations.notice(cart, now)
        if order.state is ON_HOLD:
            self._resume(cart, now)
        if order.state is EXPIRED:
            return Outcome.EXPIRED
        if order.state is not UNPAID:
            raise Refused(f"order {order.number} is {order.state.name.lower()}, not unpaid")
        return self._secure(cart, HoldPoint.PAYMENT_SUBMITTED, now)

    def pay(self, order: Order, now: float) -> Outcome:
        """The money is there: `PAID` or `WAITING`; or it must go back, since the reservation died
        (`REVERSED`), or since there was none and the goods are gone (`OUT_OF_STOCK`)."""
        cart, reservations = order.cart, self.reservations
        if reservations.is_lazy:
            reservations.notice(cart, now)
        if order.state is ON_HOLD:
            self._resume(cart, now)
            cart.late = True
        if order.state is UNPAID:
            if reservations.at_payment:
                short = reservations.reserve_all(cart.lines_in(Life.NONE), now)
                if short is not None and self.policy.unreserved_payment is OVERSELL:
                    reserve_or_oversell(self, order, now)
                elif short is not None:
                    reservations.refuse(cart.session, order.number, *short, now)
                    return Outcome.OUT_OF_STOCK
            return self.fill(order, now)
        if order.state is OrderState.CANCELLED:
            return Outcome.REVERSED
        if order.state is not EXPIRED:
            raise Refused(f"order {order.number} is {order.state.name.lower()}; money came twice")
        return pay_late(self, order, now)

    def collect(self, order: Order, amount: int, now: float, reason: Reason = NONE) -> None:
        """The money of an accepted order came in; `MISCOUNTED` if it is not all of it."""
        after = ORDER_LIFE[order.state].get(Kind.COD_COLLECTED)
        if after is None:
            state = order.state.name.lower()
            raise Refused(f"order {order.number} is {state}; there is nothing to collect")
        order.state = after
        self.journal += packed(
            now, Kind.COD_COLLECTED, order.cart.session, order.number, -1, 0, amount,
            order.method, reason,
        )  # fmt: skip

    def decide_late(self, order: Order, now: float) -> Outcome:
        """A person deals with a late payment: `PAID` if there is stock, else `REVERSED`."""
        return decide_late(self, order, now)

    # what ends a reservation --------------------------------------------------------------

    def expire(self, line: Line, now: float, reason: Reason = Reason.TIMEOUT) -> None:
        """A line's reservation ran out. A placed order ends as a whole, a cart loses the line.

        Only an operator ends a reservation before its time.
        """
        if line.life is not LIVE and line.life is not Life.SUSPENDED:
            raise Refused(f"session {line.cart.session} has nothing reserved in line {line.number}")
        if line.expires_at > now and reason is not Reason.BY_OPERATOR:
            raise Refused(f"session {line.cart.session} has time left for line {line.number}")
        order = self._order_of(line.cart)
        lines = [line] if order is None else line.cart.lines_in(line.life)
        if self.kept_until is not None and order is not None and self.keep(order, lines, now):
            self.journal += packed(
                now, Kind.KEPT, order.cart.session, order.number, -1, 0, order.amount, 0, 0
            )
            return
        if line.life is Life.SUSPENDED:
            if reason is Reason.TIMEOUT:
                reason = Reason.SECOND_TIMEOUT
            for each in lines:
                self.stock.restore(each, now, reason)
        else:
            for each in lines:
                self.reservations.end(each, now, reason)
        if order is not None:
            on_hold = line.life is Life.SUSPENDED
            self.step(order, Kind.ON_HOLD if on_hold else Kind.EXPIRED, now, reason)

    def sweep(self, now: float, at_most: int = 0, reason: Reason = Reason.TIMEOUT) -> int:
        """End the reservations that ran out by `now`, the oldest first, at most so many (0: all).

        Returns how many carts or orders were dealt with.
        """
        done = 0
        while not at_most or done < at_most:
            line = self.reservations.deadlines.pop_due(now)
            if line is None:
                break
            self.expire(line, now, reason)
            done += 1
        return done

    def cancel(self, order: Order, now: float, reason: Reason = Reason.CANCELLED) -> None:
        """End an order that has no money by decision; its units go back."""
        if order.state in (OrderState.PAID, OrderState.AWAITING_STAFF):
            raise Refused(f"order {order.number} has money; refund it instead")
        if CANCELLED not in ORDER_LIFE[order.state]:
            raise Refused(f"order {order.number} is cancelled already")
        for line in order.cart.lines_in(LIVE):
            self.stock.release(line, now, reason)
        for line in order.cart.lines_in(Life.SUSPENDED):
            self.stock.restore(line, now, reason)
        for line in order.cart.lines_in(Life.CONVERTED):  # accepted, and not yet shipped
            self.stock.deallocate(line, now)
        self.step(order, CANCELLED, now, reason)

    def refund(self, order: Order, now: float, reason: Reason = Reason.CANCELLED) -> None:
        """Cancel a paid order that has not left the house; its units may be taken again.

        The money is not the orders department's: `model.management` pays it back.
        """
        if order.state is not OrderState.PAID:
            raise Refused(f"order {order.number} is {order.state.name.lower()}, not paid")
        if order.cart.lines_in(Life.SHIPPED):
            raise Refused(f"order {order.number} has left the house; take it back first")
        self.step(order, CANCELLED, now, reason)
        lines = order.cart.lines_in(Life.CONVERTED)
        self.owe_no_more(lines)
        for line in lines:
            self.stock.deallocate(line, now)

    # the rules behind them ----------------------------------------------------------------

    def _cart_before(self, kind: Kind, session: int, now: float) -> tuple[Cart, CartState]:
        """A cart that may take a step, with the state that the step would bring it to."""
        cart = self.cart(session)
        state = CART_LIFE[cart.state].get(kind)
        if state is None:
            raise Refused(f"session {session} has placed its order already")
        if self.reservations.is_lazy:
            self.reservations.notice(cart, now)
        return cart, state

    def _order_of(self, cart: Cart) -> Order | None:
        return self.orders[cart.order_id] if cart.order_id >= 0 else None

    def _secure(self, cart: Cart, step: HoldPoint, now: float) -> Outcome:
        """Check every line again at a step of the purchase; reserve where the policy does."""
        for line in cart.lines:
            if line.life is not LIVE:
                outcome = self._secure_loose(cart, step, now)
                if outcome is not READY:
                    return outcome
                break
        if self.reservations.extends_at_checkout:
            self.reservations.extend(cart, now)
        return READY

    def _secure_loose(self, cart: Cart, step: HoldPoint, now: float) -> Outcome:
        """The same for a cart with lines for which nothing is set aside."""
        self._resume(cart, now)
        loose = [line for line in cart.lines if line.life is not LIVE]
        if any(line.life is Life.ENDED for line in loose):
            return Outcome.EXPIRED
        if (short := self.reservations.shortage(loose, now)) is not None:
            if self.fills_in_part and cart.order_id < 0:
                return cut_down(self, cart, loose, now)
            self.reservations.refuse(cart.session, cart.order_id, *short, now)
            return Outcome.OUT_OF_STOCK
        if step >= self.policy.hold_point:
            for line in loose:
                self.reservations.reserve(line, now)
            if self.exempts and cart.order_id >= 0:
                self.spare(self.orders[cart.order_id])
        return READY

    def keep(self, order: Order, lines: list[Line], now: float) -> bool:
        """Let live reservations stand while money for them may still be verified; if so, True."""
        assert self.kept_until is not None
        until = self.kept_until(order)
        if until <= now or order.state is not UNPAID:
            return False
        for line in lines:
            line.expires_at = max(line.expires_at, until)
            self.reservations.postpone(line)
        return True

    def owe_no_more(self, lines: list[Line]) -> None:
        """Paid lines are given up; what was oversold of them is owed no more."""
        if self.backorders is not None:
            for line in lines:
                self.backorders.forget(line)

    def spare(self, order: Order) -> None:
        """Stop the clocks of an order that is exempt by its way of paying or by a product (ORD-6).

        The whole order: it expires as a whole, and then the exempt product would go with it.
        """
        policy, lines = self.policy, order.cart.lines
        if order.method in policy.exempt_methods or any(
            line.product in policy.exempt_products for line in lines
        ):
            for line in lines:
                if line.life is LIVE:
                    line.expires_at = inf

    def _resume(self, cart: Cart, now: float) -> None:
        """Suspended units go back to their shopper, and her order lives again."""
        self.reservations.resume(cart, now)
        order = self._order_of(cart)
        if order is not None and order.state is ON_HOLD:
            self.step(order, Kind.REOPENED, now)

    def fill(self, order: Order, now: float) -> Outcome:
        """Allocate the order's units; it is paid."""
        cart = order.cart
        for line in cart.lines:
            if line.life is LIVE:
                self.stock.allocate(line, now)
        self.step(order, PAID, now, LATE if cart.late else NONE)
        if self.on_paid is not None:
            self.on_paid(order, now)
        return WAS_PAID

    def step(self, order: Order, kind: Kind, now: float, reason: Reason = NONE) -> None:
        """Move an order along its state machine, or refuse."""
        after = ORDER_LIFE[order.state].get(kind)
        if after is None:
            state = order.state.name.lower()
            raise Refused(f"order {order.number} is {state} and cannot be {kind.name.lower()}")
        order.state = after
        self.journal += packed(
            now, kind, order.cart.session, order.number, -1, 0, order.amount, 0, reason
        )
        if self.on_ended is not None and kind in ENDS:
            self.on_ended(order, now, reason)
