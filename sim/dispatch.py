"""What follows a paid order, put together: a promise, a warehouse, carriers (FUL-1 to FUL-3)."""

from __future__ import annotations

from collections.abc import Callable

from model.events import Channel
from model.fulfilment import NO_PROMISE, Parcel
from model.listeners import also
from model.orders import Order, OrderState
from model.outcomes import Outcome
from model.shop import Shop
from scenarios.calendar import Calendar
from scenarios.delivery_draw import Delivery
from scenarios.fulfilment import Fulfilment
from scenarios.working_days import WorkingDays
from sim.carriers import Carriers
from sim.environment import Environment
from sim.promises import Promises
from sim.third_party import ThirdPartyWarehouse
from sim.warehouse import OwnWarehouse


class Dispatch:
    """Hears of paid and accepted orders, and sees their parcels through.

    Who says that a parcel may be packed is `sim.connections`' business.
    """

    def __init__(
        self,
        environment: Environment,
        shop: Shop,
        rule: Fulfilment,
        calendar: Calendar,
        drawn: Delivery,
    ) -> None:
        self.environment = environment
        self.fulfilment = shop.fulfilment
        self.payments = shop.payments
        shop.orders.on_paid = also(shop.orders.on_paid, self.open)
        shop.fulfilment.on_returned = also(shop.fulfilment.on_returned, self._pay_back)
        days = WorkingDays(calendar)
        self.promises = Promises(rule.carriers, drawn, calendar, days)
        self.carriers = Carriers(
            environment, shop.fulfilment, rule.carriers, rule.returns, drawn, days, _pays_cash
        )
        ready = self.carriers.take
        self.warehouse: OwnWarehouse | ThirdPartyWarehouse
        if rule.by == "third_party":
            self.warehouse = ThirdPartyWarehouse(
                environment, shop.fulfilment, rule.third_party, calendar, ready
            )
        else:
            self.warehouse = OwnWarehouse(
                environment, shop.fulfilment, rule.warehouse, calendar, drawn, ready
            )

    def promise(self, session: int, now: float) -> Outcome:
        """What the checkout says to a shopper: `READY`, or `NO_PROMISE`."""
        due = self.promises.choice(session, now).due
        return Outcome.NO_PROMISE if due == NO_PROMISE else Outcome.READY

    def hand_money_to(self, collect: Callable[[Order, int, float], None]) -> None:
        """Have couriers bring what is paid at the door: called with the order, its shopper's row
        and the time."""

        def bring(order: Order, now: float) -> None:
            if order.state is OrderState.ACCEPTED and order.method == Channel.COD:
                collect(order, order.cart.session, now)

        self.fulfilment.on_delivered = also(self.fulfilment.on_delivered, bring)

    def open(self, order: Order, now: float) -> None:
        """An order is owed a parcel, unless its shopper fetches it in the store; what was promised
        is what she saw when she placed it."""
        if order.method == Channel.IN_STORE:
            return
        carrier, due = self.promises.choice(order.cart.session, order.placed_at)
        parcel = self.fulfilment.open(order, now, carrier.code, due)
        if due != NO_PROMISE:
            self.environment.at(max(due, now), self._fall_due, parcel)

    def pack(self, order: Order, now: float) -> None:
        """The warehouse may begin with an order's parcel."""
        parcel = self.fulfilment.parcels.get(order.number)
        if parcel is not None:
            self.warehouse.take(parcel, now)

    def _pay_back(self, order: Order, now: float) -> None:
        """What came back is paid back; who refused to pay at the door has paid nothing."""
        parcel = self.fulfilment.parcels[order.number]
        money = self.payments.money_of(order) - self.payments.refunded.get(order.number, 0)
        if money:
            self.payments.refund(order, money, now, parcel.why_back)

    def _fall_due(self, parcel: Parcel, now: float) -> None:
        self.fulfilment.fall_due(parcel, now)


def _pays_cash(parcel: Parcel) -> bool:
    return parcel.order.method == Channel.COD
