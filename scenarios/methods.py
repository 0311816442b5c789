"""Which way a shopper pays, of those that are on offer (PAY-1): the same in every kind of run."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Final

from model.events import Channel
from scenarios.calendar import Calendar
from scenarios.office_hours import live_at
from scenarios.payment import CODES, LATER, Method, Payment

PAID_LATER: Final = tuple(CODES[name] for name in LATER)
"""Methods whose money comes when the goods do."""


def by_channel(payment: Payment) -> dict[Channel, Method]:
    """A scenario's methods as the event log names them."""
    return {CODES[method.method]: method for method in payment.offered}


def first_live(payment: Payment, calendar: Calendar) -> float:
    """When the first gateway is live, in seconds since the start; -inf if one always was."""
    onboardings = [gateway.onboarding for gateway in payment.lines.values()]
    return min((live_at(each, calendar) if each else -inf for each in onboardings), default=-inf)


def chosen(
    methods: Mapping[Channel, Method], luck: float, live: bool, prefers: int = Channel.NONE
) -> Channel:
    """The method of a shopper among those on offer; `live` says whether a gateway is.

    `luck`, from 0 to 1, is drawn once a shopper, so that she keeps her preference as far as what
    is on offer allows. A method that her segment `prefers` comes before it.
    """
    own = methods.get(Channel(prefers)) if prefers else None
    if own is not None and is_offered(own, live):
        return Channel(prefers)
    offered = [
        (channel, method.share)
        for channel, method in methods.items()
        if is_offered(method, live) and method.share
    ]
    luck *= sum(share for _, share in offered)
    for channel, share in offered:
        if luck < share:
            return channel
        luck -= share
    return offered[-1][0] if offered else Channel.GATEWAY


def is_offered(method: Method, live: bool) -> bool:
    """Whether shoppers may choose it, now that a gateway is live or is not yet."""
    if method.method == "online" or method.offered == "once_live":
        return live
    return method.offered == "always" or not live
