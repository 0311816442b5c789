"""One replication's world: a scenario's shoppers, its shop, and all that stands between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from model.events import Kind, Log
from model.listeners import also
from model.policy import Policy
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.shoppers import Plan, draw
from sim.agenda import Agenda, Handler
from sim.back_office import Confirmation
from sim.cashier import Cashier
from sim.connections import connect, pack_when_cleared
from sim.dispatch import Dispatch
from sim.driver import Driver
from sim.environment import Environment
from sim.gateway import Gateway
from sim.notifier import Notifier
from sim.order_manager import OrderManager
from sim.price_list import PriceList
from sim.reception import Reception
from sim.restocking import Restocker
from sim.support_desk import SupportDesk
from sim.visitors import News, Visitors
from sim.waiting_room import WaitingRoom
from sim.website import Site

MINUTE = 60.0


@dataclass(frozen=True)
class Played:
    """What is left of a replication: the shop with its log, and who came."""

    shop: Shop
    shoppers: Shoppers


def play(plan: Plan, seed: int, replication: int) -> Played:
    """Draw the shoppers of one replication and play the season once.

    The world stops at the season's end: what is under way then (carts, unpaid orders, waiting
    contacts) stays open in the books, and the measures say how they count it.
    """
    return play_shoppers(plan, draw(plan, seed, replication))


def play_shoppers(plan: Plan, shoppers: Shoppers) -> Played:
    """Play the season once with these shoppers."""
    world = build(plan, shoppers)
    end = plan.scenario.season.end
    for moment, policy in plan.scenario.later_policies():
        world.change(max(plan.calendar.seconds(moment), 0.0), policy, end)
    world.environment.run_until(end)
    return Played(world.shop, shoppers)


@dataclass(frozen=True)
class World:
    """A season that stands at its beginning, or that was played up to some moment."""

    environment: Environment
    shop: Shop
    order_manager: OrderManager
    desks: Sequence[SupportDesk]

    def change(self, moment: float, policy: Policy, end: float) -> None:
        """Play up to a moment before `end`, and go by other rules from then on.

        All that comes before the moment is as it would be without the change; of what happens at
        the moment itself, the change is first.
        """
        if moment < end:
            self.environment.run_until(moment)
            self.shop.adopt(policy, moment)
            self.order_manager.adopt(policy.reservation)


def build(plan: Plan, shoppers: Shoppers) -> World:
    """The world at its beginning: everybody is in place, and nothing has happened yet."""
    scenario = plan.scenario
    environment = Environment()
    shop = Shop(plan.assortment.products, scenario.policy())
    shop.open()
    desks, reception = _support(environment, shop, plan, shoppers)
    order_manager = OrderManager(environment, shop, plan.calendar)
    if scenario.restocking is not None:
        Restocker(environment, shop.stock, plan, scenario.restocking)
    confirmation = None
    if scenario.back_office is not None:
        confirmation = Confirmation(environment, shop, scenario.back_office, plan.calendar)
    PriceList(environment, shop.stock, plan)
    waiting_room = None
    if shoppers.waiting is not None:
        waiting_room = WaitingRoom(environment, shop, shoppers, shoppers.waiting)
    agenda = environment.agenda
    _count_traffic(agenda, shop.log, shoppers.traffic)
    site = _site(environment, shop, plan, shoppers)
    gateway = _gateway(environment, shop, plan, shoppers)
    driver = Driver(agenda, shop, shoppers, gateway, desks, reception, site, waiting_room)
    _deliver(environment, shop, plan, shoppers, driver, gateway, confirmation)
    _send_messages(environment, shop, plan, shoppers, driver, waiting_room)
    if reception is not None:
        connect(shop, reception, site)
    came_before = bisect_left(shoppers.arrival, 0.0)  # of a window; else nobody
    agenda.play(shoppers.arrival, _door(environment, shop, plan, shoppers, driver), came_before)
    return World(environment, shop, order_manager, desks)


def _site(environment: Environment, shop: Shop, plan: Plan, shoppers: Shoppers) -> Site | None:
    """The site that pages come from; None where they take no time."""
    rule = plan.scenario.website
    if rule is None or shoppers.visits is None:
        return None
    return Site(environment, shop.log, rule, plan.calendar, shoppers.traffic, shoppers.visits)


def _gateway(
    environment: Environment, shop: Shop, plan: Plan, shoppers: Shoppers
) -> Gateway | Cashier:
    """Where shoppers pay: a plain gateway, or a cashier who knows more ways."""
    scenario = plan.scenario
    if scenario.payment.is_plain:
        return Gateway(environment.agenda, shop.payments)
    couriers = scenario.fulfilment is not None
    return Cashier(
        environment, shop, scenario.payment, plan.calendar, shoppers, collects=not couriers
    )


def _deliver(
    environment: Environment,
    shop: Shop,
    plan: Plan,
    shoppers: Shoppers,
    driver: Driver,
    gateway: Gateway | Cashier,
    confirmation: Confirmation | None,
) -> None:
    """What follows a paid order, where the scenario plays it."""
    rule = plan.scenario.fulfilment
    if rule is None or shoppers.delivery is None:
        return
    dispatch = Dispatch(environment, shop, rule, plan.calendar, shoppers.delivery)
    driver.promises = dispatch.promise
    pack_when_cleared(shop, dispatch, confirmation)
    if isinstance(gateway, Cashier):
        dispatch.hand_money_to(gateway.collect)
        gateway.hand_over = shop.fulfilment.hand_over


def _send_messages(
    environment: Environment,
    shop: Shop,
    plan: Plan,
    shoppers: Shoppers,
    driver: Driver,
    waiting_room: WaitingRoom | None,
) -> None:
    """Messages to shoppers, where the shop sends any."""
    rule = plan.scenario.notices
    if rule is None or shoppers.reach is None:
        return
    notifier = Notifier(
        environment,
        shop,
        rule,
        plan.calendar,
        shoppers.reach,
        shoppers.news,
        driver.absences,
        waiting_room,
    )
    shop.fulfilment.on_shipped = also(shop.fulfilment.on_shipped, notifier.track)
    shop.fulfilment.on_delivered = also(shop.fulfilment.on_delivered, notifier.report_delivery)


def _support(
    environment: Environment, shop: Shop, plan: Plan, shoppers: Shoppers
) -> tuple[Sequence[SupportDesk], Reception | None]:
    """The desks; and a reception before them, unless support is plain."""
    support = plan.scenario.support
    if shoppers.support is not None:
        reception = Reception(environment, shop, support, plan.calendar, shoppers)
        return reception.desks, reception
    desks = [SupportDesk(environment, shop.support, desk, plan.calendar) for desk in support.desks]
    return desks, None


def _door(
    environment: Environment, shop: Shop, plan: Plan, shoppers: Shoppers, driver: Driver
) -> Handler:
    """Who plays an arrival: the driver itself where the scenario says nothing of customers."""
    if shoppers.identity is None:
        return driver.arrive
    rule = plan.scenario.customers.word_of_mouth
    news = None if rule is None else News(environment, shop, rule, plan)
    return Visitors(shop, shoppers.identity, news, driver.arrive).arrive


def _count_traffic(agenda: Agenda, log: Log, per_minute: list[int]) -> None:
    """Log how many sessions each minute brings, as it begins."""

    def count(sessions: int, now: float) -> None:
        log.add(now, Kind.TRAFFIC, quantity=sessions)

    lane = agenda.lane(count)
    for minute, sessions in enumerate(per_minute):
        lane.append(minute * MINUTE, sessions)
