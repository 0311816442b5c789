"""The order manager: whoever notices that reservations have run out (ORD-5).

A *timer* acts at the very instant. A *sweeper* comes by every so often and ends at most so many.
Under the *lazy* policy a reservation that ran out counts no more, and rows are swept later. An
*operator* deletes overdue carts and orders by hand, in working hours, one after the other; the
same person decides on late payments where the policy leaves them to people (ORD-9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from math import isfinite
from typing import Any, Final

from model.carts import Line
from model.events import Kind, Reason
from model.lifecycle import Life
from model.orders import OrderState
from model.policy import ExtendOn, LatePayment, ReleasedBy, ReservationPolicy
from model.shop import Shop
from scenarios.calendar import Calendar
from scenarios.office_hours import next_opening
from sim.agenda import Lane
from sim.environment import Environment

LIVE: Final = Life.LIVE
SUSPENDED: Final = Life.SUSPENDED
OPERATOR_LOOKS_EVERY = 300.0
"""Seconds after which an operator who found nothing to do looks again."""


class OrderManager:
    """Keeps a shop's reservations to their time, as its policy says."""

    def __init__(self, environment: Environment, shop: Shop, calendar: Calendar) -> None:
        self.environment = environment
        self.orders = shop.orders
        self.payments = shop.payments
        self.management = shop.management
        self.log = shop.log
        self.policy = policy = shop.policy.reservation
        self.calendar = calendar
        self.opens, self.closes = _clock(policy.operator_opens), _clock(policy.operator_closes)
        self.extends = policy.extend_on is not ExtendOn.NEVER
        """Whether any reservation may have been extended."""
        match policy.released_by:
            case ReleasedBy.TIMER:
                self._set_clocks(policy)
                self.orders.reservations.watch = (
                    self._start_any_clock if policy.waiting_list else self._start_clock
                )
                self.orders.reservations.postpone = self._ring_later
            case ReleasedBy.SWEEPER | ReleasedBy.LAZY:
                environment.process(self._sweep())
        if self.orders.backorders is not None and isfinite(policy.backorder_patience):
            self.orders.backorders.watch = self._count_the_days
        by_hand = policy.released_by is ReleasedBy.OPERATOR
        self.operator = by_hand or policy.late_payment is LatePayment.MANUAL
        if self.operator:
            environment.process(self._work(by_hand))

    def adopt(self, policy: ReservationPolicy) -> None:
        """Keep reservations to other times from now on; clocks that run already ring as they were
        set. Who releases stays the same."""
        self.policy = policy
        self.extends = self.extends or policy.extend_on is not ExtendOn.NEVER
        if policy.released_by is ReleasedBy.TIMER:
            self._set_clocks(policy)
        if policy.late_payment is LatePayment.MANUAL and not self.operator:
            self.operator = True
            self.environment.process(self._work(deletes=False))

    # a timer ------------------------------------------------------------------------------

    def _set_clocks(self, policy: ReservationPolicy) -> None:
        """A lane for each delay: entries of the same delay stay in order."""
        self._registered = self._lane(policy.timeout)
        self._guest = self._registered
        if policy.guest_timeout is not None:
            self._guest = self._lane(policy.guest_timeout)
        self._suspended = self._lane(policy.suspended_timeout)

    def _lane(self, delay: float) -> Lane | None:
        return self.environment.lane(self._ring) if isfinite(delay) else None

    def _start_clock(self, line: Line) -> None:
        if line.life is Life.SUSPENDED:
            lane = self._suspended
        else:
            lane = self._registered if line.cart.registered else self._guest
        if lane is not None:
            lane.append(line.expires_at, line)

    def _start_any_clock(self, line: Line) -> None:
        """A voucher's clock is longer than those of the lanes."""
        if line.cart.timeout is not None and line.life is LIVE and isfinite(line.expires_at):
            self.environment.at(line.expires_at, self._ring, line)
        else:
            self._start_clock(line)

    def _ring_later(self, line: Line) -> None:
        self.environment.at(line.expires_at, self._ring, line)

    def _ring(self, line: Line, now: float) -> None:
        """A clock has run down; nothing happens if the reservation ended or was extended."""
        if line.life is LIVE or line.life is SUSPENDED:
            if line.expires_at <= now:
                self.orders.expire(line, now)
            elif self.extends and isfinite(line.expires_at):
                self.environment.at(line.expires_at, self._ring, line)

    # oversold orders ----------------------------------------------------------------------

    def _count_the_days(self, order: int, now: float) -> None:
        self.environment.at(now + self.policy.backorder_patience, self._lose_patience, order)

    def _lose_patience(self, number: int, now: float) -> None:
        """Goods for an oversold order have not come in; its shopper has her money back."""
        order = self.orders.orders[number]
        assert self.orders.backorders is not None
        if number in self.orders.backorders.owed and order.state is OrderState.PAID:
            self.management.refund(order, now, Reason.BACKORDER)

    # a sweeper ----------------------------------------------------------------------------

    def _sweep(self) -> Generator[Any, Any, None]:
        while True:
            yield self.environment.timeout(self.policy.sweep_every)
            self.orders.sweep(self.environment.now, self.policy.sweep_batch)

    # an operator --------------------------------------------------------------------------

    def _work(self, deletes: bool) -> Generator[Any, Any, None]:
        while True:
            now = self.environment.now
            opening = next_opening(self.calendar, now, self.opens, self.closes)
            if opening > now:
                yield self.environment.timeout(opening - now)
            began = self.environment.now
            yield self.environment.timeout(self.policy.operator_seconds)
            if not (self._decide_late_payment() or (deletes and self._delete_one())):
                idle = max(OPERATOR_LOOKS_EVERY - self.policy.operator_seconds, 0.0)
                yield self.environment.timeout(idle)
                continue
            worked = round(self.environment.now - began)
            self.log.add(self.environment.now, Kind.OPERATOR_WORKED, quantity=worked)

    def _decide_late_payment(self) -> bool:
        waiting = self.orders.awaiting_staff
        if not waiting:
            return False
        self.payments.decide_late(next(iter(waiting.values())), self.environment.now)
        return True

    def _delete_one(self) -> bool:
        """The cart or order that has been overdue for longest: a person deletes it as a whole."""
        now = self.environment.now
        line = self.orders.reservations.deadlines.pop_due(now)
        if line is None:
            return False
        self.orders.expire(line, now, Reason.BY_OPERATOR)
        for other in line.cart.lines:
            if other.life in (LIVE, SUSPENDED) and other.expires_at <= now:
                self.orders.expire(other, now, Reason.BY_OPERATOR)
        return True


def _clock(seconds: float) -> dt.time:
    return (dt.datetime.min + dt.timedelta(seconds=seconds)).time()
