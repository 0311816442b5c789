"""One replication's world: a scenario's shoppers, its shop, and all that stands between them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from model.events import Kind
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.shoppers import Plan, draw
from sim.agenda import Handler
from sim.back_office import Confirmation
from sim.driver import Driver
from sim.environment import Environment
from sim.gateway import Gateway
from sim.order_manager import OrderManager
from sim.price_list import PriceList
from sim.restocking import Restocker
from sim.support_desk import SupportDesk
from sim.visitors import News, Visitors
from sim.waiting_room import WaitingRoom

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
    if scenario.back_office is not None:
        Confirmation(environment, shop, scenario.back_office, plan.calendar)
    PriceList(environment, shop.stock, plan)
    waiting_room = None
    if scenario.reservation.waiting_list:
        waiting_room = WaitingRoom(environment, shop, shoppers)
    environment.process(_count_traffic(environment, shop, shoppers.traffic))
    agenda = environment.agenda
    gateway = Gateway(agenda, shop.payments)
    driver = Driver(agenda, shop, shoppers, gateway, desks, waiting_room)
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


def _count_traffic(
    environment: Environment, shop: Shop, per_minute: list[int]
) -> Generator[Any, Any, None]:
    for sessions in per_minute:
        shop.log.add(environment.now, Kind.TRAFFIC, quantity=sessions)
        yield environment.timeout(MINUTE)
