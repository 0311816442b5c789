"""Does a scenario fitted to access logs bring their traffic? The same figures of both."""

from __future__ import annotations

from collections.abc import Iterable

from scenarios.calibration.access.fit import AccessPieces
from scenarios.calibration.access.pages import Page
from scenarios.expected import paid_share
from scenarios.schema import Scenario
from sim.experiments.reproduction import Figures
from sim.replication import Replication


def traffic_of_log(pieces: AccessPieces, scenario: Scenario) -> Figures:
    """The figures of the logs, over their whole days; a shopper and her return are one session."""
    traffic = pieces.log.traffic
    _, totals, hours = pieces.log.days()
    visits = traffic.total - traffic.returned
    sessions = float(totals.sum()) * visits / traffic.total
    engaged = scenario.demand.engaged
    orders = sessions * traffic.reached[Page.RECEIVED] / visits
    figures = _figures(sessions, sessions * engaged, orders, sessions * hours / 24, scenario)
    if not traffic.reached[Page.RECEIVED]:
        del figures["orders_per_day"]
    return figures


def orders_per_day(pieces: AccessPieces, scenario: Scenario) -> float:
    """Paid orders a day: as the logs thank for, or as the scenario expects of their sessions."""
    seen = traffic_of_log(pieces, scenario).get("orders_per_day")
    if seen:
        return seen
    demand = scenario.demand
    paid = paid_share(scenario.shoppers, scenario.payment)
    return demand.sessions_per_day * demand.engaged * paid


def simulated_traffic(played: Replication, scenario: Scenario) -> Figures:
    """The figures of one replication."""
    found, per_hour = played.measures, played.hours["sessions"]
    return _figures(
        found["sessions"], found["engaged_sessions"], found["orders_paid"], per_hour, scenario
    )


def _figures(
    sessions: float, engaged: float, orders: float, per_hour: Iterable[float], scenario: Scenario
) -> Figures:
    """Of a day; `per_hour`: sessions by local hour of day, shape (24,)."""
    days = max(1.0, scenario.season.duration / 86400)
    figures = {
        "sessions_per_day": sessions / days,
        "engaged_sessions_per_day": engaged / days,
        "orders_per_day": orders / days,
    }
    return figures | {f"sessions_{hour:02}h": float(n) / days for hour, n in enumerate(per_hour)}
