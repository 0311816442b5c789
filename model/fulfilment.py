"""The fulfilment department: parcels, from the paid order to the door, and back (FUL-1, FUL-2).

Who picks, packs and carries, and how long it takes, is for others to say; here stands what may
follow on what, and what it does to stock.
"""

from __future__ import annotations

from collections import defaultdict
from enum import IntEnum

from model.carts import Line
from model.events import Channel, Kind, Log, Reason
from model.lifecycle import Life, state_after
from model.listeners import Listener
from model.orders import Order, OrderState
from model.outcomes import Refused
from model.stock import Stock

NO_PROMISE = -1
"""Stands where a parcel has no promised time."""
OrderListener = Listener[Order]
"""Hears of an order, and of the time in seconds."""


class ParcelState(IntEnum):
    """The states of a parcel."""

    WAITING = 0
    """The order may be packed and nobody has begun; perhaps its goods are not there yet."""
    PICKED = 1
    """Its goods were taken from the shelves, or are being taken."""
    PACKED = 2
    """It waits for its carrier."""
    SHIPPED = 3
    """The carrier has it."""
    DELIVERED = 4
    """The shopper has it."""
    REFUSED = 5
    """The shopper did not take it, and the carrier brings it back."""
    COMING_BACK = 6
    """The shopper sends it back within her right of withdrawal."""
    RETURNED = 7
    """It came back and was inspected."""
    STOPPED = 8
    """Its order ended before it was shipped."""


PARCEL_LIFE: dict[int, dict[int, ParcelState]] = {
    ParcelState.WAITING: {
        Kind.PICKED: ParcelState.PICKED,
        Kind.PARCEL_STOPPED: ParcelState.STOPPED,
    },
    ParcelState.PICKED: {
        Kind.PACKED: ParcelState.PACKED,
        Kind.PARCEL_STOPPED: ParcelState.STOPPED,
    },
    ParcelState.PACKED: {
        Kind.DISPATCHED: ParcelState.SHIPPED,
        Kind.PARCEL_STOPPED: ParcelState.STOPPED,
    },
    ParcelState.SHIPPED: {
        Kind.DELIVERED: ParcelState.DELIVERED,
        Kind.REFUSED_AT_DOOR: ParcelState.REFUSED,
    },
    ParcelState.DELIVERED: {Kind.SENT_BACK: ParcelState.COMING_BACK},
    ParcelState.REFUSED: {Kind.INSPECTED: ParcelState.RETURNED},
    ParcelState.COMING_BACK: {Kind.INSPECTED: ParcelState.RETURNED},
    ParcelState.RETURNED: {},
    ParcelState.STOPPED: {},
}
"""The state machine: what may happen in each state, and the state after it."""

IN_THE_HOUSE = (ParcelState.WAITING, ParcelState.PICKED, ParcelState.PACKED)


class Parcel:
    """All that is sent for one order."""

    __slots__ = ("carrier", "due", "is_late", "lines", "order", "state", "why_back")

    def __init__(self, order: Order, carrier: Channel, due: int) -> None:
        self.order = order
        self.lines = order.cart.lines_in(Life.CONVERTED)
        self.carrier = carrier
        self.due = due
        """The second by which delivery is promised, or `NO_PROMISE`."""
        self.is_late = False
        """Whether that second passed without delivery."""
        self.state = ParcelState.WAITING
        self.why_back = Reason.NONE
        """Why it comes back, if it does."""

    def lines_in(self, life: Life) -> list[Line]:
        """Its lines in the given state; an operator may have taken some out of the order."""
        return [line for line in self.lines if line.life is life]


class Fulfilment:
    """Parcels by the number of their order, and the goods that were picked for them."""

    __slots__ = (
        "log", "on_delivered", "on_late", "on_refused", "on_returned", "on_shipped", "parcels",
        "picked", "stock",
    )  # fmt: skip

    def __init__(self, stock: Stock, log: Log) -> None:
        self.stock = stock
        self.log = log
        self.parcels: dict[int, Parcel] = {}
        self.picked: defaultdict[int, int] = defaultdict(int)
        """Units of each product in parcels that are still in the house."""
        self.on_shipped: OrderListener | None = None
        self.on_delivered: OrderListener | None = None
        self.on_refused: OrderListener | None = None
        """Nobody took the parcel at the door; what was to be paid there is not paid."""
        self.on_returned: OrderListener | None = None
        """What was paid for it must go back: the parcel came back and was inspected."""
        self.on_late: OrderListener | None = None
        """The promised day is over and the shopper has no parcel."""

    # in the house -------------------------------------------------------------------------

    def open(
        self, order: Order, now: float, carrier: Channel = Channel.NONE, due: int = NO_PROMISE
    ) -> Parcel:
        """A paid or accepted order may be packed; delivery is promised by the second `due`."""
        if order.number in self.parcels:
            raise Refused(f"order {order.number} has a parcel already")
        parcel = Parcel(order, carrier, due)
        units = sum(line.quantity for line in parcel.lines)
        if not units:
            raise Refused(f"order {order.number} has no units that could be sent")
        self.parcels[order.number] = parcel
        self._log(parcel, Kind.PARCEL_OPENED, now, quantity=units, amount=due)
        return parcel

    def has_goods(self, parcel: Parcel) -> bool:
        """Whether all its units are on hand and in no other parcel; not so after overselling."""
        return self._are_there(parcel.lines)

    def pick(self, parcel: Parcel, now: float) -> None:
        """A picker begins to gather its goods; the caller has looked whether they are there."""
        self._step(parcel, Kind.PICKED, now)
        self.set_aside(parcel, 1)

    def pack(self, parcel: Parcel, now: float) -> None:
        """It is packed and waits for its carrier."""
        self._step(parcel, Kind.PACKED, now)

    def dispatch(self, parcel: Parcel, now: float) -> None:
        """Its carrier takes it; its units leave the stock."""
        self._step(parcel, Kind.DISPATCHED, now)
        self.set_aside(parcel, -1)
        for line in parcel.lines_in(Life.CONVERTED):
            self.stock.ship(line, now)
        self._tell(self.on_shipped, parcel, now)

    def is_wanted(self, parcel: Parcel, now: float) -> bool:
        """Whether it is still to be sent; one whose order was cancelled meanwhile is stopped."""
        if parcel.state in IN_THE_HOUSE and parcel.order.state is OrderState.CANCELLED:
            self.stop(parcel.order, now)
        return parcel.state is not ParcelState.STOPPED

    def stop(self, order: Order, now: float) -> None:
        """The order ended. What has not left stays; Refused for a parcel that is on its way."""
        parcel = self.parcels[order.number]
        was_picked = parcel.state in (ParcelState.PICKED, ParcelState.PACKED)
        self._step(parcel, Kind.PARCEL_STOPPED, now)
        if was_picked:
            self.set_aside(parcel, -1)

    # in the store -------------------------------------------------------------------------

    def hand_over(self, order: Order, now: float) -> bool:
        """The shopper fetches her order, which has no parcel: its units leave the stock. False,
        and nothing changes, if they are not there, after overselling."""
        if order.number in self.parcels:
            raise Refused(f"order {order.number} has a parcel; it is not fetched in the store")
        lines = order.cart.lines_in(Life.CONVERTED)
        if not lines:
            raise Refused(f"order {order.number} has no units that could be fetched")
        if not self._are_there(lines):
            return False
        for line in lines:
            self.stock.ship(line, now)
        return True

    # at the door --------------------------------------------------------------------------

    def deliver(self, parcel: Parcel, now: float) -> None:
        """The shopper takes it."""
        self._step(parcel, Kind.DELIVERED, now, _kept(parcel))
        self._tell(self.on_delivered, parcel, now)

    def refuse(self, parcel: Parcel, now: float) -> None:
        """The shopper does not take it."""
        self._step(parcel, Kind.REFUSED_AT_DOOR, now, _kept(parcel))
        parcel.why_back = Reason.REFUSED_AT_DOOR
        self._tell(self.on_refused, parcel, now)

    def fall_due(self, parcel: Parcel, now: float) -> None:
        """The promised day is over; nothing happens if the shopper saw her parcel in time."""
        if not self.is_wanted(parcel, now):
            return
        if parcel.state in IN_THE_HOUSE or parcel.state is ParcelState.SHIPPED:
            parcel.is_late = True
            self._log(parcel, Kind.OVERDUE, now)
            self._tell(self.on_late, parcel, now)

    # and back -----------------------------------------------------------------------------

    def send_back(self, parcel: Parcel, now: float) -> None:
        """The shopper withdraws from what was delivered."""
        self._step(parcel, Kind.SENT_BACK, now, Reason.WITHDRAWN)
        parcel.why_back = Reason.WITHDRAWN

    def inspect(self, parcel: Parcel, as_new: bool, now: float) -> None:
        """It is back; what is as new stands on the shelf again, and money must go back."""
        reason = parcel.why_back
        lines = parcel.lines_in(Life.SHIPPED) if as_new else []
        units = sum(line.quantity for line in lines)
        worth = sum(line.quantity * line.price for line in lines)
        self._step(parcel, Kind.INSPECTED, now, reason, units, worth)
        for line in lines:
            self.stock.take_back(line, now, reason)
        self._tell(self.on_returned, parcel, now)

    # the rules behind them ----------------------------------------------------------------

    def _are_there(self, lines: list[Line]) -> bool:
        """Whether all these units are on hand, and picked for no parcel."""
        wanted: defaultdict[int, int] = defaultdict(int)
        for line in lines:
            wanted[line.product] += line.quantity
        shelves = self.stock.shelves
        return all(
            shelves[product].on_hand - self.picked[product] >= units
            for product, units in wanted.items()
        )

    def set_aside(self, parcel: Parcel, sign: int) -> None:
        """Count its units as picked for it (1), or as not there any more (-1)."""
        for line in parcel.lines:
            self.picked[line.product] += sign * line.quantity

    def _step(
        self,
        parcel: Parcel,
        kind: Kind,
        now: float,
        reason: Reason = Reason.NONE,
        quantity: int = 0,
        amount: int = 0,
    ) -> None:
        what = f"the parcel of order {parcel.order.number}"
        parcel.state = state_after(PARCEL_LIFE, parcel.state, kind, what)
        self._log(parcel, kind, now, reason, quantity, amount)

    def _log(
        self,
        parcel: Parcel,
        kind: Kind,
        now: float,
        reason: Reason = Reason.NONE,
        quantity: int = 0,
        amount: int = 0,
    ) -> None:
        order = parcel.order
        self.log.add(
            now, kind, order.cart.session, order.number, -1, quantity, amount, parcel.carrier,
            reason,
        )  # fmt: skip

    @staticmethod
    def _tell(listener: OrderListener | None, parcel: Parcel, now: float) -> None:
        if listener is not None:
            listener(parcel.order, now)


def _kept(parcel: Parcel) -> Reason:
    if parcel.due == NO_PROMISE:
        return Reason.NONE
    return Reason.PROMISE_BROKEN if parcel.is_late else Reason.PROMISE_KEPT
