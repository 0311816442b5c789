"""One replication's world: a scenario's shoppers, its shop, and all that stands between them."""

from __future__ import annotations

from dataclasses import dataclass

from model.events import Kind, Log
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.shoppers import Plan, draw
from sim.agenda import Agenda, Handler
from sim.driver import Driver
from sim.environment import Environment
from sim.gateway import Gateway
from sim.notifier import Notifier
from sim.order_manager import OrderManager
from sim.restocking import Restocker
from sim.support_desk import SupportDesk
from sim.visitors import News, Visitors
from sim.website import Site

MINUTE = 60.0


@dataclass(frozen=True)
class Played:
    """What is left of a replication: the shop with its log, and who came."""

    shop: Shop
    shoppers: Shoppers


def play(plan: Plan, seed: int, replication: int) -> Played:
    """Draw the shoppers of one replication and play the season once.

    The season ends at its duration: what is under way then (carts, unpaid orders, waiting
    contacts) stays open in the books, and the measures say how they count it.
    """
    return play_shoppers(plan, draw(plan, seed, replication))


def play_shoppers(plan: Plan, shoppers: Shoppers) -> Played:
    """Play the season once with these shoppers."""
    scenario = plan.scenario
    environment = Environment()
    shop = Shop(plan.assortment.products, scenario.policy())
    shop.open()
    desks = [
        SupportDesk(environment, shop.support, desk, plan.calendar)
        for desk in scenario.support.desks
    ]
    OrderManager(environment, shop, plan.calendar)
    if scenario.restocking is not None:
        Restocker(environment, shop.stock, plan, scenario.restocking)
    agenda = environment.agenda
    _count_traffic(agenda, shop.log, shoppers.traffic)
    site = None
    if scenario.website is not None and shoppers.visits is not None:
        site = Site(
            environment, shop.log, scenario.website, plan.calendar, shoppers.traffic,
            shoppers.visits,
        )  # fmt: skip
    driver = Driver(agenda, shop, shoppers, Gateway(agenda, shop.payments), desks, site)
    if scenario.notices is not None and shoppers.reach is not None:
        Notifier(
            environment, shop, scenario.notices, plan.calendar, shoppers.reach, shoppers.news,
            driver.absences,
        )  # fmt: skip
    environment.play(driver.tape(), _door(environment, shop, plan, shoppers, driver))
    environment.run_until(scenario.season.duration)
    return Played(shop, shoppers)


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
        lane.append((minute * MINUTE, sessions))
