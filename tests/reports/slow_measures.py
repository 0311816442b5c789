"""The trickier measures once more, event by event in plain Python: slow, and easy to believe."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor, inf, nan

from model.events import Channel, Event, Kind, Reason
from model.stock import MOVEMENTS
from scenarios.calendar import Calendar
from scenarios.schema import Scenario

LOOKS = 900.0


@dataclass
class Life:
    """A reservation's life by places in the log."""

    made: Event
    place: int
    ran_out: bool = False
    was_suspended: bool = False
    is_suspended: bool = False
    shopper_left: bool = False
    end: Event | None = None
    end_place: float = inf

    @property
    def is_unsold(self) -> bool:
        if self.end is None:
            return self.is_suspended or self.shopper_left
        return self.end.kind != Kind.ALLOCATED


@dataclass
class Wait:
    asked: Event
    over: Event | None = None
    closed: Event | None = None


@dataclass
class Told:
    """What a log tells, event by event."""

    lives: list[Life] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)


def tell(events: list[Event]) -> Told:
    """Follow reservations by session and line, contacts by session."""
    told = Told()
    lines: dict[tuple[int, int], Life] = {}
    contacts: dict[int, Wait] = {}
    for place, event in enumerate(events):
        line = (event.session, event.amount)
        match event.kind:
            case Kind.RESERVED:
                lines[line] = Life(event, place)
                told.lives.append(lines[line])
            case Kind.SUSPENDED:
                lines[line].ran_out = lines[line].was_suspended = True
                lines[line].is_suspended = True
            case Kind.RESUMED:
                lines[line].is_suspended = False
            case Kind.ALLOCATED | Kind.RELEASED | Kind.RESTORED:
                life = lines[line]
                life.end, life.end_place = event, place
                if event.kind == Kind.RELEASED:
                    life.ran_out |= event.reason in (Reason.TIMEOUT, Reason.BY_OPERATOR)
            case Kind.CONTACTED:
                contacts[event.session] = Wait(event)
                told.waits.append(contacts[event.session])
            case Kind.ANSWERED | Kind.GAVE_UP:
                contacts[event.session].over = event
            case Kind.CLOSED:
                contacts[event.session].closed = event
            case Kind.LEFT:
                for life in told.lives:
                    life.shopper_left |= life.made.session == event.session
            case Kind.CAME_BACK:
                for life in told.lives:
                    life.shopper_left &= life.made.session != event.session
    return told


def measures(events: list[Event], scenario: Scenario) -> dict[str, float]:
    """The trickier measures by name."""
    told = tell(events)
    end = scenario.season.duration
    slow = _reservations(told, end) | _requests(events, told) | _money(events, scenario)
    slow |= _messages(events, scenario)
    slow |= _order_rules(events)
    slow["out_of_stock_hours"] = _empty_hours(events, scenario, end)
    for desk in scenario.support.desks:
        ours = [wait for wait in told.waits if wait.asked.channel == desk.code]
        slow |= {
            f"{name}_{desk.channel}": n for name, n in _support(ours, desk.target, end).items()
        }
    return slow


def _reservations(told: Told, end: float) -> dict[str, float]:
    hours = 0.0
    for life in told.lives:
        if life.is_unsold:
            until = end if life.end is None else life.end.t
            hours += life.made.quantity * (until - life.made.t) / 3600
    return {
        "reservations_expired": sum(life.ran_out for life in told.lives),
        "reservations_suspended": sum(life.was_suspended for life in told.lives),
        "reserved_unit_hours_unsold": hours,
    }


def _requests(events: list[Event], told: Told) -> dict[str, float]:
    refused = [place for place, event in enumerate(events) if event.kind == Kind.REFUSED]
    phantom = phantoms(
        [(events[place].product, place) for place in refused],
        [(x.made.product, x.place, x.end_place) for x in told.lives if x.is_unsold],
    )
    lost = losses(events)
    return {
        "phantom_stockouts": sum(phantom),
        "lost_units": sum(events[place].quantity for place in lost),
        "lost_sales_rial": sum(events[place].amount for place in lost),
        "phantom_lost_sales_rial": sum(
            events[place].amount
            for place, is_phantom in zip(refused, phantom, strict=True)
            if is_phantom and place in lost
        ),
        "engaged_sessions": len(
            {event.session for event in events if event.kind in (Kind.ADDED, Kind.REFUSED)}
        ),
        "late_lost": len(
            {
                event.session
                for event in events
                if event.kind == Kind.LATE_REFUSED
                or (event.kind == Kind.PAYMENT_REVERSED and event.reason == Reason.LATE)
            }
        ),
    }


def phantoms(
    refusals: list[tuple[int, float]], unsold: list[tuple[int, float, float]]
) -> list[bool]:
    """Which refusals (product, place) a largest matching with reservations (product, begin, end)
    covers, the earlier ones first: augmenting paths, whatever the shape of the graph."""
    taken: dict[int, int] = {}

    def augment(refusal: int, seen: set[int]) -> bool:
        product, place = refusals[refusal]
        for number, (of, begin, end) in enumerate(unsold):
            if of == product and begin < place < end and number not in seen:
                seen.add(number)
                if number not in taken or augment(taken[number], seen):
                    taken[number] = refusal
                    return True
        return False

    in_time = sorted(range(len(refusals)), key=lambda refusal: refusals[refusal][1])
    covered = {refusal for refusal in in_time if augment(refusal, set())}
    return [refusal in covered for refusal in range(len(refusals))]


def losses(events: list[Event]) -> set[int]:
    """Places of the refusals that lost a sale."""
    of_session: dict[int, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        if event.kind in (Kind.ADDED, Kind.REFUSED, Kind.CONTACTED, Kind.CLOSED, Kind.GAVE_UP):
            of_session[event.session].append(place)
    lost = {place for place, event in enumerate(events) if event.kind == Kind.REFUSED}
    for places in of_session.values():
        for n, place in enumerate(places):
            if events[place].kind != Kind.REFUSED:
                continue
            now, rest = events[place].t, places[n + 1 :]
            if (
                len(rest) > 1
                and events[rest[0]].reason == Reason.STOCK_QUESTION
                and events[rest[0]].t == now
            ):
                now, rest = events[rest[1]].t, rest[2:]
            if rest and events[rest[0]].t == now:
                if events[rest[0]].kind == Kind.ADDED:
                    lost.discard(place)
                elif events[rest[0]].kind == Kind.REFUSED:
                    lost.discard(rest[0])
    return lost


def _empty_hours(events: list[Event], scenario: Scenario, end: float) -> float:
    history: dict[int, list[tuple[float, int]]] = {
        product: [(0.0, 0)] for product in range(sum(each.products for each in scenario.catalogue))
    }
    for event in events:
        if event.kind in MOVEMENTS:
            effect = MOVEMENTS[Kind(event.kind)]
            change = effect.on_hand - effect.reserved - effect.suspended - effect.allocated
            levels = history[event.product]
            levels.append((event.t, levels[-1][1] + change * event.quantity))
    return sum(
        (until - t) / 3600
        for levels in history.values()
        for (t, level), (until, _) in pairwise([*levels, (end, 0)])
        if level <= 0
    )


def _money(events: list[Event], scenario: Scenario) -> dict[str, float]:
    fee, costs = scenario.payment.fee, scenario.costs
    kept: dict[int, int] = {}
    bad, cancelled = set(), set()
    for event in events:
        if event.kind == Kind.OVERSOLD:
            bad.add(event.order)
        elif event.kind == Kind.FILLED:
            bad.discard(event.order)
        elif event.kind in (Kind.CANCELLED, Kind.DEALLOCATED):
            cancelled.add(event.order)
    bad |= cancelled
    revenue = orders = operator = 0
    for event in events:
        if event.kind == Kind.PAYMENT_CAPTURED:
            taken = floor(event.amount * fee.rate + fee.fixed + 0.5)
            kept[event.order] = min(taken, inf if fee.cap is None else fee.cap)
        elif event.kind == Kind.PAYMENT_REVERSED:
            del kept[event.order]
        elif event.kind == Kind.PAID and event.order not in bad:
            revenue += event.amount
            orders += 1
        elif event.kind == Kind.OPERATOR_WORKED:
            operator += event.quantity
    profit = revenue * (1 - costs.goods) - sum(kept.values()) - orders * costs.per_order
    profit -= operator / 3600 * costs.operator_hour
    for event in events:
        if event.kind == Kind.NOTICE_SENT:
            assert scenario.notices is not None
            profit -= scenario.notices.provider(Channel(event.channel)).price
    return {"fees_rial": sum(kept.values()), "profit_before_support": profit}


def _messages(events: list[Event], scenario: Scenario) -> dict[str, float]:
    left: dict[int, int] = {}
    waits: dict[tuple[int, ...], float] = {}
    reminded, converted, late = set(), set(), 0
    patience = scenario.notices.late_after if scenario.notices else inf
    for event in events:
        message = (event.session, event.order, event.product, event.channel, event.reason)
        if event.kind == Kind.LEFT:
            left[event.session] = event.reason
        elif event.kind == Kind.CAME_BACK:
            left.pop(event.session, None)
            if event.reason == Reason.REMINDER:
                reminded.add(event.session)
        elif event.kind in (Kind.PAID, Kind.ACCEPTED) and event.session in reminded:
            converted.add(event.session)
        elif event.kind == Kind.NOTICE_DUE:
            waits[message] = event.t
        elif event.kind == Kind.NOTICE_SENT:
            late += event.t - waits.pop(message) > patience
    late += sum(scenario.season.duration - since > patience for since in waits.values())
    return {
        "carts_abandoned": len(left),
        "carts_abandoned_slow_site": sum(why == Reason.SLOW_SITE for why in left.values()),
        "notices_late": late,
        "reminders_converted": len(converted),
    }


def _order_rules(events: list[Event]) -> dict[str, float]:
    """Unpaid orders one by one, and old prices cart by cart."""
    prices: dict[int, int] = {}
    carts: dict[int, list[list[int]]] = defaultdict(list)
    unpaid: set[int] = set()
    peak = ledger = 0
    for event in events:
        cart = carts[event.session]
        match event.kind:
            case Kind.REPRICED:
                prices[event.product] = event.amount
            case Kind.ADDED:
                cart.append([event.product, event.quantity, event.amount // event.quantity])
            case Kind.VOUCHER:
                cart.append([event.product, event.quantity, event.amount])
            case Kind.LINE_REPRICED:
                cart[event.quantity][2] = event.amount
            case Kind.LINE_REDUCED:
                cart[event.amount][1] -= event.quantity
            case Kind.PLACED | Kind.REOPENED | Kind.ON_HOLD:
                unpaid.add(event.order)
            case Kind.PAID | Kind.ACCEPTED | Kind.EXPIRED | Kind.CANCELLED | Kind.AWAITING_STAFF:
                unpaid.discard(event.order)
        if event.kind in (Kind.PAID, Kind.ACCEPTED):
            ledger += sum((paid - prices.get(product, paid)) * n for product, n, paid in cart)
        peak = max(peak, len(unpaid))
    return {
        "unpaid_orders_peak": peak,
        "unpaid_orders_at_end": len(unpaid),
        "stale_price_rial": ledger,
    }


def _support(waits: list[Wait], target: float, end: float) -> dict[str, float]:
    answered = [wait for wait in waits if wait.over and wait.over.kind == Kind.ANSWERED]
    over = [wait for wait in waits if wait.over]
    times = sorted(wait.over.t - wait.asked.t for wait in answered)
    ages = sorted(
        look * LOOKS - wait.asked.t
        for look in range(int(end // LOOKS) + 1)
        for wait in waits
        if wait.asked.t <= look * LOOKS < (wait.over.t if wait.over else inf)
    )
    busy = sum((wait.closed.t if wait.closed else end) - wait.over.t for wait in answered)
    return {
        "support_contacts": len(waits),
        "support_served": len(answered),
        "support_abandoned": len(over) - len(answered),
        "support_unanswered": len(waits) - len(over),
        "support_wait_mean_s": sum(times) / len(times),
        "support_wait_p95_s": quantile(times, 0.95),
        "support_service_level": sum(time <= target for time in times) / len(over),
        "support_backlog_peak": _peak(waits),
        "support_backlog_age_p95_s": quantile(ages, 0.95),
        "busy_seconds": busy,
    }


def _peak(waits: list[Wait]) -> int:
    changes: dict[float, int] = defaultdict(int)
    for wait in waits:
        changes[wait.asked.t] += 1
        if wait.over:
            changes[wait.over.t] -= 1
    level = peak = 0
    for t in sorted(changes):
        level += changes[t]
        peak = max(peak, level)
    return peak


def quantile(ordered: list[float], share: float) -> float:
    """Linear between the two nearest of the sorted values."""
    if not ordered:
        return nan
    place = share * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def hours(events: list[Event], scenario: Scenario) -> dict[str, list[float]]:
    """The columns of `reports.hours`, each minute looked up in the calendar."""
    calendar = Calendar(scenario.season)
    columns: dict[str, list[float]] = {
        name: [0.0] * 24
        for name in ("days", "sessions", "carts", "orders_paid", "stockouts", "support_contacts")
    }
    carts = set()
    names = {
        Kind.PAID: "orders_paid",
        Kind.COD_COLLECTED: "orders_paid",
        Kind.REFUSED: "stockouts",
        Kind.CONTACTED: "support_contacts",
    }
    for event in events:
        hour = calendar.moment(event.t).hour
        if event.kind == Kind.TRAFFIC:
            columns["sessions"][hour] += event.quantity
        elif event.kind == Kind.ADDED and event.session not in carts:
            carts.add(event.session)
            columns["carts"][hour] += 1
        elif event.kind in names:
            columns[names[event.kind]][hour] += 1
    waited = [0.0] * 24
    edges = sorted(
        {minute * 60.0 for minute in range(int(scenario.season.duration // 60) + 1)}
        | {event.t for event in events}
    )
    told = iter(events)
    following, waiting = next(told, None), 0
    for t, until in pairwise(edges):
        while following is not None and following.t <= t:
            waiting += {Kind.CONTACTED: 1, Kind.ANSWERED: -1, Kind.GAVE_UP: -1}.get(
                Kind(following.kind), 0
            )
            following = next(told, None)
        hour = calendar.moment(t).hour
        columns["days"][hour] += (until - t) / 3600
        waited[hour] += waiting * (until - t) / 3600
    columns["support_backlog_mean"] = [
        part / days if days else nan for part, days in zip(waited, columns["days"], strict=True)
    ]
    return columns
