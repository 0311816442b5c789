"""What shoppers were told, as events: the log of a live run, in the schema of a simulated one.

A witness sees a shop from outside. He knows what was added, refused, placed and paid; of the shop's
reservations, shelves and agents he knows nothing and says nothing. An order has the number of its
session; its amount is by the scenario's prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.catalogue import Product
from model.events import Channel, Kind, Log, Reason
from model.outcomes import Outcome
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    CheckOut,
    Intent,
    Pay,
    PlaceOrder,
    TakeAgain,
)

PAGES: Final = (AddToCart, CheckOut, PlaceOrder, Pay, TakeAgain)
"""Intents for which a shopper asks the site for a page, as in a simulation."""
REFUSED_TO_PAY: Final = (Outcome.EXPIRED, Outcome.OUT_OF_STOCK)
"""Answers to `Pay` from a shop that let no attempt begin."""
ENDED_AT_BANK: Final = {
    Outcome.PAYMENT_FAILED: Reason.DECLINED,
    Outcome.GAVE_UP: Reason.SHOPPER_GAVE_UP,
}


class Witness:
    """Stands beside one shopper. Times are seconds from the run's beginning."""

    def __init__(self, log: Log, session: int, catalogue: Sequence[Product]) -> None:
        self.log = log
        self.session = session
        self._catalogue = catalogue
        self._amount = 0
        """Of what is in the cart, and then in the order; rial."""
        self._late = False
        """A reservation of hers had died before."""

    def told(
        self,
        intent: Intent,
        outcome: Outcome,
        asked: float,
        now: float,
        took: float,
        units: int = 0,
    ) -> None:
        """She meant to do something at `asked`, and was answered `now`; the shop `took` so long.

        `units`: how many of a line came into her cart.
        """
        if isinstance(intent, PAGES):
            self._page(outcome, now, took)
        if isinstance(intent, AddToCart):
            self._added(intent, outcome, units, now)
        elif outcome is Outcome.OUT_OF_STOCK:
            self.log.add(now, Kind.LATE_REFUSED, self.session)
        elif isinstance(intent, CheckOut):
            if outcome is Outcome.READY:
                self.log.add(now, Kind.CHECKED_OUT, self.session)
        elif isinstance(intent, PlaceOrder):
            self._placed(outcome, now)
        elif isinstance(intent, TakeAgain):
            self._late = self._late or outcome is Outcome.READY
        elif isinstance(intent, Pay | AwaitMoney):
            self._paid(intent, outcome, asked, now)

    def at_bank(self, intent: Pay, asked: float) -> None:
        """The run ended while she was at the bank."""
        self._order(asked, Kind.PAYMENT_STARTED, intent.turn)

    def contacted(self, topic: Reason, channel: Channel, now: float) -> None:
        """She asked support something."""
        self.log.add(now, Kind.CONTACTED, self.session, channel=channel, reason=topic)

    def closed_page(self, now: float) -> None:
        """A page took longer than she bears, and she closed the site."""
        self.log.add(now, Kind.PAGE_LEFT, self.session, reason=Reason.SLOW_SITE)

    def left(self, why: Reason, now: float) -> None:
        """She left her cart."""
        self.log.add(now, Kind.LEFT, self.session, reason=why)

    def _page(self, outcome: Outcome, now: float, took: float) -> None:
        if outcome is Outcome.ERROR:
            self.log.add(now, Kind.PAGE_FAILED, self.session, reason=Reason.SITE_FAULT)
        else:
            self.log.add(now, Kind.PAGE_TIME, self.session, amount=round(took * 1000))

    def _added(self, intent: AddToCart, outcome: Outcome, units: int, now: float) -> None:
        """What came into the cart, and what was refused of it."""
        if outcome not in (Outcome.ADDED, Outcome.PARTIAL, Outcome.OUT_OF_STOCK):
            return
        price = self._catalogue[intent.product].price
        for kind, count in ((Kind.ADDED, units), (Kind.REFUSED, intent.quantity - units)):
            if count > 0:
                self.log.add(
                    now,
                    kind,
                    self.session,
                    product=intent.product,
                    quantity=count,
                    amount=price * count,
                )
        self._amount += price * units

    def _placed(self, outcome: Outcome, now: float) -> None:
        if outcome is Outcome.PLACED or outcome is Outcome.ACCEPTED:
            self._order(now, Kind.PLACED)
        if outcome is Outcome.ACCEPTED:
            self._order(now, Kind.ACCEPTED)

    def _paid(self, intent: Pay | AwaitMoney, outcome: Outcome, asked: float, now: float) -> None:
        turn = intent.turn if isinstance(intent, Pay) else 0
        if isinstance(intent, Pay) and outcome not in REFUSED_TO_PAY:
            self._order(asked, Kind.PAYMENT_STARTED, turn)
        if outcome in ENDED_AT_BANK:
            if isinstance(intent, Pay):
                self._order(now, Kind.PAYMENT_FAILED, turn, ENDED_AT_BANK[outcome])
        elif outcome is Outcome.REVERSED:
            self._order(now, Kind.PAYMENT_REVERSED, turn, Reason.LATE)
        elif outcome is Outcome.PAID or outcome is Outcome.WAITING:
            late = Reason.LATE if self._late or outcome is Outcome.WAITING else Reason.NONE
            self._order(now, Kind.PAYMENT_CAPTURED, turn, late)
            paid = outcome is Outcome.PAID
            self._order(now, Kind.PAID if paid else Kind.AWAITING_STAFF, 0, late)

    def _order(self, t: float, kind: Kind, turn: int = 0, reason: Reason = Reason.NONE) -> None:
        self.log.add(
            t, kind, self.session, self.session, quantity=turn, amount=self._amount, reason=reason
        )
