"""The notifier: sees which messages are due, hands them over, and calls shoppers back (NOT-1)."""

from __future__ import annotations

from math import inf

from model.carts import Cart, Line
from model.events import Channel, Reason
from model.lifecycle import Life
from model.listeners import also
from model.notices import About, Notice
from model.orders import Order
from model.outcomes import Outcome
from model.shop import Shop
from scenarios.calendar import Calendar
from scenarios.notices import DeliveryReport, Message, Notices
from scenarios.notices_draw import News, Reach
from sim.absences import Absences
from sim.environment import Environment
from sim.senders import ClerksDesk, Panel
from sim.waiting_room import WaitingRoom

CALLS = {
    Reason.REMINDER: Outcome.REMINDED,
    Reason.BACK_IN_STOCK: Outcome.BACK_IN_STOCK,
}
"""What a shopper hears who comes back for a message."""


class Notifier:
    """Sends a shop's messages as the scenario says, to shoppers whose reactions are drawn."""

    def __init__(
        self,
        environment: Environment,
        shop: Shop,
        rules: Notices,
        calendar: Calendar,
        reach: Reach,
        news: News | None,
        absences: Absences,
        waiting_room: WaitingRoom | None = None,
    ) -> None:
        self.environment = environment
        self.notices = shop.notices
        self.rules = rules
        self.reach = reach
        self.comes_after = {}
        if news is not None:
            self.comes_after = {
                Reason.REMINDER: news.after_reminder,
                Reason.BACK_IN_STOCK: news.after_back_in_stock,
            }
        self.absences = absences
        self.panels = {
            channel: Panel(rules.provider(channel), calendar)
            for channel in (Channel.SMS, Channel.MAIL)
        }
        self.clerk = ClerksDesk(environment, shop.log, rules.clerk, calendar, self._hand_over)
        self._reminded: set[int] = set()
        """Sessions for which a reminder is on its way, or was."""
        shop.orders.on_paid = also(shop.orders.on_paid, self.confirm)
        if rules.reminder.channels:
            self._start_clock = shop.orders.reservations.watch
            shop.orders.reservations.watch = self._watch
        self.waiting_room = waiting_room
        self._offered: set[int] = set()
        """Sessions that have heard of their voucher."""
        if not rules.back_in_stock.channels:
            return
        if waiting_room is None:
            shop.stock.on_available = also(shop.stock.on_available, self.announce)
        else:
            waiting_room.on_left, waiting_room.tell = self.announce, self.offer

    # what makes a message due -------------------------------------------------------------

    def confirm(self, order: Order, now: float) -> None:
        """An order is paid, or accepted."""
        self._tell(order, Reason.CONFIRMATION, self.rules.confirmation, now)

    def track(self, order: Order, now: float) -> None:
        """An order's parcel is on its way."""
        self._tell(order, Reason.TRACKING, self.rules.tracking, now)

    def report_delivery(self, order: Order, now: float) -> None:
        """An order's parcel was handed over, or left somewhere."""
        self._tell(order, Reason.DELIVERED, self.rules.delivered, now)

    def announce(self, product: int, now: float) -> None:
        """Units of a product are available again: all who signed up are told."""
        for session in tuple(self.notices.waiting.get(product, ())):
            about = About(session, Reason.BACK_IN_STOCK, product=product)
            self._due(about, self.rules.back_in_stock, now)

    def offer(self, session: int, product: int, now: float) -> None:
        """Units of a product were put aside for a shopper on the waiting list."""
        about = About(session, Reason.VOUCHER, product=product)
        self._due(about, self.rules.back_in_stock, now)

    def _watch(self, line: Line) -> None:
        """A reservation's clock starts; the first of a cart is the one to be reminded of."""
        self._start_clock(line)
        session = line.cart.session
        at = line.expires_at - self.rules.reminder.before
        if session in self._reminded or line.life is not Life.LIVE:
            return
        if line.made_at < at < inf:
            self._reminded.add(session)
            self.environment.at(at, self._remind, line.cart)

    def _remind(self, cart: Cart, now: float) -> None:
        """Remind, unless the reservation has ended meanwhile; later, if it was extended."""
        session = cart.session
        deadline = min((line.expires_at for line in cart.lines_in(Life.LIVE)), default=None)
        if deadline is None:
            self._reminded.remove(session)
            return
        at = deadline - self.rules.reminder.before
        if at > now:
            self.environment.at(at, self._remind, cart)
            return
        about = About(session, Reason.REMINDER, cart.order_id)
        if cart.registered or cart.order_id >= 0:
            self._due(about, self.rules.reminder, now)
        else:
            self.notices.fail_to_reach(about, now)  # a guest's address comes with her order

    # from due to read ---------------------------------------------------------------------

    def _tell(self, order: Order, topic: Reason, rule: Message, now: float) -> None:
        about = About(order.cart.session, topic, order.number)
        self._due(about, rule, now)
        if self.notices.on_missing is not None:
            look = (about, order, rule)
            self.environment.at(now + self.rules.late_after, self._look_for, look)

    def _due(self, about: About, rule: Message, now: float) -> None:
        by_hand = rule.mode == "manual"
        for channel in rule.channels:
            if self.reach.has(about.session, channel):
                notice = self.notices.owe(about, channel, now)
                if by_hand:
                    self.clerk.take(notice, now)
                else:
                    self._hand_over(notice, now)
        if rule.channels and not self._arrives(about, rule):
            self.notices.fail_to_reach(about, now)

    def _arrives(self, about: About, rule: Message) -> bool:
        """Whether the shopper left an address for it that works."""
        return any(self.reach.works(about.session, channel) for channel in rule.channels)

    def _hand_over(self, notice: Notice, now: float) -> None:
        leaves = self.panels[notice.channel].leaves(now)
        self.environment.at(leaves, self._send, notice)

    def _send(self, notice: Notice, now: float) -> None:
        self.notices.send(notice, now)
        about, channel = notice.about, notice.channel
        if about.topic is Reason.VOUCHER:
            self._hear_of_voucher(notice, now)
        after = self.comes_after.get(about.topic, {}).get(channel)
        if after is not None and self.reach.works(about.session, channel):
            seconds = after[self.reach.row_of(about.session)]
            if seconds < inf:
                self.environment.at(now + seconds, self._call_back, notice)

    def _hear_of_voucher(self, notice: Notice, now: float) -> None:
        """The first message that arrives tells her."""
        session, product = notice.about.session, notice.about.product
        if session not in self._offered and self.reach.works(session, notice.channel):
            assert self.waiting_room is not None  # or nobody would have offered one
            self._offered.add(session)
            self.waiting_room.hear(session, product, now)

    def _call_back(self, notice: Notice, now: float) -> None:
        row = notice.about.session
        if self.absences.would_heed(row, CALLS[notice.about.topic]):
            self.notices.come_back(notice, now)
            self.absences.call_back(row, now)

    def _look_for(self, look: tuple[About, Order, Message], now: float) -> None:
        """The shopper misses a message that should be there by now."""
        about, order, rule = look
        answers = not isinstance(rule, DeliveryReport) or rule.says_where
        there = answers and any(
            self.reach.works(about.session, channel) and (about, channel) not in self.notices.queued
            for channel in rule.channels
        )
        if not there and self.notices.on_missing is not None:
            self.notices.on_missing(order, about.topic, now)
