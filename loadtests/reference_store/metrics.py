"""What a store measures of itself, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from loadtests.reference_store.store import Store
from model.orders import OrderState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COMMANDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """Counts requests and commits; looks at the shop only when it is asked."""

    def __init__(self, store: Store) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "esfand_requests", "Requests by intent and by what was answered.",
            ["intent", "answer"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "esfand_request_seconds", "From the request to its durable answer.",
            ["intent"], buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._commit_seconds = Histogram(
            "esfand_commit_seconds", "One commit to the journal.",
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._commit_commands = Histogram(
            "esfand_commit_commands", "Requests that waited for one commit.",
            buckets=COMMANDS, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Shop(store))
        store.writer.watch = self._commit

    def request(self, intent: str, answer: str, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(intent, answer).inc()
        self._seconds.labels(intent).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def _commit(self, commands: int, seconds: float) -> None:
        self._commit_seconds.observe(seconds)
        self._commit_commands.observe(commands)


class _Shop(Collector):
    """The shop's levels at the moment of the scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        shop = self._store.shop
        yield GaugeMetricFamily("esfand_events", "Events in the log.", len(shop.log))
        yield GaugeMetricFamily(
            "esfand_broken", "1 when the store answers nobody.", bool(self._store.writer.broken)
        )
        units = GaugeMetricFamily("esfand_units", "Units of stock by level.", labels=["level"])
        for level, of_products in shop.stock.count().items():
            units.add_metric([level], sum(of_products))
        yield units
        orders = GaugeMetricFamily("esfand_orders", "Orders by state.", labels=["state"])
        tally = Tally(order.state for order in shop.orders.orders)
        for state in OrderState:
            orders.add_metric([state.name.lower()], tally[state])
        yield orders
