"""The draw of the shoppers: every shopper is a row, drawn once, before the run.

Each attribute comes from its own keyed stream, so that policies never change the draw, an added
attribute shifts no other, and a staging run can replay the shoppers of a simulated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Reason
from model.policy import Price
from scenarios.assortment import Assortment, assort
from scenarios.calendar import Calendar
from scenarios.columns import DECLINED, GAVE_UP, SUCCEEDS, ContactDraw, Shoppers
from scenarios.customers_draw import Segments, draw_identity, opens_account, put_off
from scenarios.delivery_draw import draw_delivery
from scenarios.demand import Rate, draw_arrivals, expected_rate
from scenarios.laws import Law
from scenarios.notices import Notices
from scenarios.notices_draw import draw_news, draw_reach
from scenarios.payment import Payment
from scenarios.payment_draw import draw_paying
from scenarios.schema import Burst, Return, Scenario
from scenarios.streams import stream
from scenarios.support import Desk
from scenarios.support_draw import draw_support
from scenarios.waiting_draw import Waiting
from scenarios.website_draw import draw_visits
from scenarios.window import cut_plan, cut_shoppers

Array = NDArray[Any]


@dataclass(frozen=True)
class Plan:
    """A scenario made ready to draw from: what all its replications share."""

    scenario: Scenario
    calendar: Calendar
    assortment: Assortment
    rate: Rate
    whole: Plan | None = None
    """That of the whole season, where only a window of it is played; there shoppers are drawn."""

    @classmethod
    def of(cls, scenario: Scenario) -> Plan:
        """Expand the catalogue and the season's rate."""
        season = scenario.season
        plan = cls(scenario, Calendar(season), assort(scenario), expected_rate(scenario))
        return plan if season.window is None else cut_plan(plan)


class _Draw:
    """Draws attributes for `n` shoppers, each from the stream of its name."""

    def __init__(self, seed: int, replication: int, n: int) -> None:
        self.seed, self.replication, self.n = seed, replication, n
        self._constant: dict[tuple[type, Any, int], list[Any]] = {}

    def stream(self, name: str) -> np.random.Generator:
        return stream(self.seed, self.replication, name)

    def flags(self, name: str, share: float | Array) -> Array:
        """True with probability `share`, one for all or each its own. A certain answer needs no
        draw."""
        if isinstance(share, float | int) and share in (0, 1):
            return np.broadcast_to(share == 1, self.n)
        return self.stream(name).random(self.n) < share

    def times(self, name: str, law: Law, needed: bool = True) -> Array:
        """Durations by a law; what nobody will look at is not drawn."""
        if not needed:
            return np.broadcast_to(0.0, self.n)
        return law.draw(self.stream(name), self.n)

    def choices(self, name: str, shares: dict[int, float], n: int | None = None) -> Array:
        """Whole numbers by their shares."""
        n = self.n if n is None else n
        values = np.array(list(shares))
        if len(values) == 1:
            return np.broadcast_to(values[0], n)
        cumulative = np.cumsum(list(shares.values()))
        picks = np.searchsorted(cumulative / cumulative[-1], self.stream(name).random(n), "right")
        return values[picks]

    def as_list(self, column: Array) -> list[Any]:
        """A column as Python values, which a loop reads faster; equal constant ones are one list.

        So nobody may change it.
        """
        if column.strides == (0,) and len(column):
            value, n = column[0].item(), len(column)
            key = type(value), value, n
            if key not in self._constant:
                self._constant[key] = [value] * n
            return self._constant[key]
        values: list[Any] = column.tolist()
        return values


def draw(plan: Plan, seed: int, replication: int) -> Shoppers:
    """The shoppers of one replication; nothing of the shop's policies is looked at.

    Except that nobody is asked what no policy of the shop would ever ask her: whether she agrees
    to a new price, or joins a waiting list. Those have streams of their own.
    """
    if plan.whole is not None:
        whole = draw(plan.whole, seed, replication)
        return cut_shoppers(plan.whole.scenario, whole, seed, replication)
    scenario = plan.scenario
    demand, customers, registration = (
        scenario.demand, scenario.customers, scenario.checkout.registration,
    )  # fmt: skip
    arrivals = draw_arrivals(demand, plan.rate, seed, replication)
    of = _Draw(seed, replication, len(arrivals.engaged))
    segments = Segments(customers, of)
    touching = demand.engaged + demand.support_only
    asks_only = of.flags("asks only", demand.support_only / touching if touching else 0.0)
    returning = of.flags("returning", segments.share("returning", customers.returning))
    registered = of.flags("registered", 1 - scenario.shoppers.guests) | returning
    opens = opens_account(registration, registered, of)
    lines = _lines(plan, of, segments, arrivals.engaged, asks_only, returning)
    fulfilment, website = scenario.fulfilment, scenario.website
    return Shoppers(
        arrival=of.as_list(arrivals.engaged),
        traffic=of.as_list(arrivals.per_minute),
        asks_only=of.as_list(asks_only),
        registered=of.as_list(registered),
        **_baskets(plan, of, segments, arrivals.engaged, lines),
        **_deciding(scenario, of, segments),
        **_checkout(scenario, of, segments, put_off(registration, registered, of), opens),
        **_paying(scenario.payment, of),
        **_messages(scenario.notices, of),
        contacts=_contacts(scenario, of, segments, asks_only),
        identity=draw_identity(segments, returning, opens),
        leaves_on_new_price=_leaves_on_new_price(scenario, of),
        waiting=_waiting(scenario, of),
        support=draw_support(scenario, of, segments),
        paying=draw_paying(scenario.payment, of, of.as_list, segments.pays_by()),
        delivery=None if fulfilment is None else draw_delivery(fulfilment, of),
        visits=None if website is None else draw_visits(website, of),
    )


def _lines(
    plan: Plan, of: _Draw, segments: Segments, arrival: Array, asks_only: Array, returning: Array
) -> Array:
    """How many products each shopper wants, shape (n,); who only asks wants none."""
    everyday = segments.choices("lines", plan.scenario.shoppers.lines)
    lines = _lines_of_bursts(plan, of, arrival, everyday)
    if share := plan.scenario.customers.recommendations:
        lines = lines + (returning & of.flags("recommended", share))
    return np.where(asks_only, 0, np.minimum(lines, len(plan.assortment.products)))


def _lines_of_bursts(plan: Plan, of: _Draw, arrival: Array, everyday: Array) -> Array:
    """Products of those whom a burst with baskets of its own steers; the others' as they were.

    As with its product, the later of two bursts has the first word.
    """
    bursts, lines = plan.scenario.demand.bursts, everyday
    if all(burst.lines is None for burst in bursts):
        return everyday
    for number, burst in enumerate(bursts):
        if burst.product is not None:
            own = (
                everyday
                if burst.lines is None
                else of.choices(f"burst {number} lines", burst.lines)
            )
            lines = np.where(_steered(plan, of, burst, number, arrival), own, lines)
    return lines


def _deciding(scenario: Scenario, of: _Draw, segments: Segments) -> dict[str, Any]:
    """From the first product to the checkout, and what she does where something is gone."""
    behaviour, flags, share = scenario.shoppers, of.flags, segments.share
    decide = _decide(of, behaviour.decide, behaviour.come_back)
    return {
        "substitutes": of.as_list(
            flags("substitutes", share("substitutes", behaviour.substitutes))
        ),
        "ready": of.as_list(flags("ready", share("ready", behaviour.ready))),
        "dawdle": of.as_list(segments.times("dawdle", behaviour.dawdle)),
        "decide": of.as_list(segments.factor("decide", decide)),
        "tries_again": of.as_list(
            flags("tries again", share("tries_again", behaviour.tries_again))
        ),
    }


def _checkout(
    scenario: Scenario, of: _Draw, segments: Segments, put_off_by: Array, opens: Array
) -> dict[str, Any]:
    """The checkout's columns; an account that she opens there takes its time."""
    behaviour, checkout = scenario.shoppers, scenario.checkout
    finishes = of.flags(
        "finishes checkout",
        segments.share("finishes_checkout", behaviour.finishes_checkout) ** checkout.steps,
    )
    fill_in = of.times("fill in", behaviour.fill_in) * checkout.steps
    if opens.any():
        fill_in = fill_in + opens * checkout.registration.time
    goes = of.flags("goes to pay", segments.share("goes_to_pay", behaviour.goes_to_pay))
    return {
        "leaves_checkout": of.as_list(_leaves_checkout(finishes, put_off_by)),
        "fill_in": of.as_list(fill_in),
        "goes_to_pay": of.as_list(goes),
        "before_paying": of.as_list(of.times("before paying", behaviour.before_paying)),
    }


def _paying(payment: Payment, of: _Draw) -> dict[str, Any]:
    """A column for each attempt at paying."""
    turns, can_fail = range(payment.attempts), payment.succeeds < 1
    fates = [_fates(of, turn, payment.succeeds, payment.gives_up) for turn in turns]
    at_gateway = [of.times(f"at gateway {k}", payment.at_gateway) for k in turns]
    retries = [of.flags(f"retries {k}", payment.retries if can_fail else 0.0) for k in turns]
    before_retry = [of.times(f"before retry {k}", payment.before_retry, can_fail) for k in turns]
    return {
        "fate": [of.as_list(column) for column in fates],
        "at_gateway": [of.as_list(column) for column in at_gateway],
        "retries": [of.as_list(column) for column in retries],
        "before_retry": [of.as_list(column) for column in before_retry],
    }


def _messages(notices: Notices | None, of: _Draw) -> dict[str, Any]:
    """Whom the shop's messages reach, and whom they call back."""
    if notices is None:
        return {"reach": None, "news": None}
    reach = draw_reach(notices, of)
    return {"reach": reach, "news": draw_news(notices, of, reach) if notices.call_back else None}


def _leaves_on_new_price(scenario: Scenario, of: _Draw) -> list[bool]:
    if scenario.reservation.price is not Price.CONFIRM_IF_CHANGED:
        return []
    return of.as_list(of.flags("leaves on new price", scenario.shoppers.leaves_on_new_price))


def _waiting(scenario: Scenario, of: _Draw) -> Waiting | None:
    if not scenario.reservation.waiting_list:
        return None
    behaviour = scenario.shoppers
    return Waiting(
        joins=of.as_list(of.flags("joins waiting list", behaviour.joins_waiting_list)),
        returns=of.as_list(of.flags("returns for voucher", behaviour.returns_for_voucher)),
        after=of.as_list(of.times("voucher delay", behaviour.voucher_delay)),
    )


def _leaves_checkout(finishes: Array, put_off_by: Array) -> Array:
    """Why shoppers give up in the checkout, shape (n,); the account is asked for first."""
    if finishes.all() and not put_off_by.any():
        return np.broadcast_to(0, finishes.shape)
    steps = np.where(finishes, 0, int(Reason.CHECKOUT_STEPS))
    return np.where(put_off_by, int(Reason.FORCED_REGISTRATION), steps)


def _fates(of: _Draw, turn: int, succeeds: float, gives_up: float) -> Array:
    if succeeds == 1:
        return np.broadcast_to(SUCCEEDS, of.n)
    luck = of.stream(f"fate {turn}").random(of.n)
    left = succeeds + (1 - succeeds) * gives_up
    return np.select([luck < succeeds, luck < left], [SUCCEEDS, GAVE_UP], DECLINED)


def _decide(of: _Draw, law: Law, come_back: Sequence[Return]) -> Array:
    """From the filled cart to checkout: in the same session, or when she comes back."""
    decide = of.times("decide", law)
    if not any(part.share for part in come_back):
        return decide
    luck = of.stream("comes back").random(of.n)
    low = 0.0
    for number, part in enumerate(come_back):
        later = (luck >= low) & (luck < low + part.share)
        decide = np.where(later, of.times(f"comes back {number}", part.after), decide)
        low += part.share
    return decide


def _baskets(
    plan: Plan, of: _Draw, segments: Segments, arrival: Array, lines: Array
) -> dict[str, Any]:
    """The flat basket columns of `Shoppers`."""
    total = int(lines.sum())
    first = np.concatenate(([0], np.cumsum(lines)))
    behaviour, assortment = plan.scenario.shoppers, plan.assortment
    generator = of.stream("product")
    product = assortment.pick(generator, total)
    owner = np.repeat(np.arange(of.n), lines)
    quantity = segments.choices("quantity", behaviour.quantity, owner).copy()
    has_line = first[1:] > first[:-1]
    for number, burst in enumerate(plan.scenario.demand.bursts):
        if burst.product is not None:
            steered = has_line & _steered(plan, of, burst, number, arrival)
            wanted = of.choices(f"burst {number} quantity", burst.quantity)
            product[first[:-1][steered]] = assortment.index(burst.product)
            quantity[first[:-1][steered]] = wanted[steered]
    for number, segment in enumerate(plan.scenario.customers.segments):
        if segment.product is not None:
            theirs = has_line & (segments.number == number)
            product[first[:-1][theirs]] = assortment.index(segment.product)
    browse, substitute = np.broadcast_to(0.0, total), np.broadcast_to(0, total)
    if lines.max(initial=0) > 1:
        _redraw_repeats(assortment, generator, owner, product)
        browse = behaviour.browse.draw(of.stream("browse"), total)
    if behaviour.substitutes:
        substitute = _other_products(assortment, of.stream("substitute"), product)
    return {
        "first_line": of.as_list(first),
        "product": of.as_list(product),
        "quantity": of.as_list(np.minimum(quantity, assortment.limit[product])),
        "browse": of.as_list(browse),
        "substitute": of.as_list(substitute),
    }


def _other_products(
    assortment: Assortment, generator: np.random.Generator, product: Array
) -> Array:
    """For each line a product by popularity that is not the line's own."""
    other = assortment.pick(generator, len(product))
    while len(assortment.products) > 1 and len(same := np.flatnonzero(other == product)):
        other[same] = assortment.pick(generator, len(same))
    return other


def _steered(plan: Plan, of: _Draw, burst: Burst, number: int, arrival: Array) -> Array:
    """The shoppers whom a burst brings for its product."""
    begins = plan.calendar.seconds(burst.start)
    inside = (arrival >= begins) & (arrival < begins + burst.duration)
    steered: Array = inside & of.flags(f"burst {number}", burst.share)
    return steered


def _redraw_repeats(
    assortment: Assortment, generator: np.random.Generator, owner: Array, product: Array
) -> None:
    """Replace, in place, a product that stands in the same basket before, until none does."""
    while True:
        key = owner * len(assortment.products) + product
        order = np.argsort(key, kind="stable")
        again = order[1:][np.diff(key[order]) == 0]
        if not len(again):
            return
        product[again] = assortment.pick(generator, len(again))


def _contacts(
    scenario: Scenario, of: _Draw, segments: Segments, asks_only: Array
) -> dict[Reason, ContactDraw]:
    """A draw for each topic that anybody can contact support about."""
    doors, causes = scenario.support.doors, scenario.support.contacts
    shares = {
        Reason.GENERAL: scenario.demand.support_only,
        Reason.WHERE_IS_MY_ORDER: causes.after_order,
        Reason.PAYMENT_TROUBLE: causes.after_failed_payment,
        Reason.STOCK_QUESTION: causes.after_stockout,
        Reason.RESERVATION_EXPIRED: causes.after_expiry,
    }
    draws = {}
    for topic, share in shares.items():
        if not doors or not share:
            continue
        name = topic.name.lower()
        wants = asks_only if topic is Reason.GENERAL else of.flags(f"{name} contacts", share)
        weights = {number: door.share for number, door in enumerate(doors)}
        desk = of.choices(f"{name} desk", weights)
        patience, handling = np.zeros(of.n), np.zeros(of.n)
        for number, at in enumerate(doors):
            here = True if len(doors) == 1 else desk == number
            if isinstance(at, Desk):
                np.copyto(patience, of.times(f"{name} patience {number}", at.patience), where=here)
            np.copyto(handling, of.times(f"{name} handling {number}", at.handling), where=here)
        patience = segments.factor("patience", patience)
        later = topic is Reason.WHERE_IS_MY_ORDER
        delay = of.times(f"{name} delay", causes.after_order_delay, later)
        columns = (wants, delay, desk, patience, handling)
        draws[topic] = ContactDraw(*(of.as_list(column) for column in columns))
    return draws
