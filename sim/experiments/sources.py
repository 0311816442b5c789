"""The data that `esfand calibrate` was given, read and fitted: orders, access logs and the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from scenarios.calibration.access.fit import AccessPieces, fit_access_log
from scenarios.calibration.assemble import alone, over_orders
from scenarios.calibration.daily import DailyTotals, read_daily
from scenarios.calibration.daily_part import fit_daily
from scenarios.calibration.fit import Fit, fit
from scenarios.calibration.order_status import SOLD
from scenarios.calibration.orders import Export, read_orders
from scenarios.calibration.parts import Part, lay_over
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.placed import fit_placed
from scenarios.calibration.stock import read_stock
from scenarios.schema import Scenario
from sim.experiments.calibrate_options import (
    Given,
    assumptions_of,
    broken_allowed,
    columns_of,
    pages_of,
    part_to_fit,
    statuses_given,
    zone_of,
)
from sim.experiments.reproduction import Figures, observed, simulated
from sim.experiments.season_days import shares_of_days, simulated_days
from sim.experiments.traffic import orders_per_day, simulated_traffic, traffic_of_log
from sim.replication import Replication

T = TypeVar("T")
_PAID_SHARE = "share_of_orders_paid"


@dataclass(frozen=True)
class Sources:
    """What each of the files says; None where it was not given."""

    zone: str
    assumptions: Assumptions
    """What none of them shows."""
    export: Export | None = None
    traffic: AccessPieces | None = None
    payment: Part | None = None
    support: Part | None = None
    daily: DailyTotals | None = None

    @property
    def keeps_log(self) -> bool:
        """Whether the figures stand in a replication's log alone."""
        return self.export is not None or self.daily is not None

    @property
    def _parts(self) -> list[Part]:
        season = fit_daily(self.daily) if self.daily else None
        return [part for part in (self.payment, self.support, season) if part]

    def fitted(self, name: str) -> Fit:
        """The scenario called `name`."""
        if self.export:
            found = fit(self.export, name, self.assumptions)
            found = self.traffic.onto(found) if self.traffic else found
            return self._with_contacts(found, _paid_per_day(self.export))
        if self.traffic:
            found = self.traffic.alone(name, self.assumptions)
            return self._with_contacts(found, orders_per_day(self.traffic, found.scenario))
        return alone(name, self._parts, self.zone)

    def _with_contacts(self, found: Fit, per_day: float) -> Fit:
        """With what the other exports say, for a shop of so many paid orders a day."""
        paid = lay_over(found, [self.payment] if self.payment else [])
        return over_orders(paid, [self.support], per_day) if self.support else paid

    @property
    def told_of(self) -> str:
        """What the figures are of."""
        return "log" if self.traffic and not self.export else "export"

    def observed(self, scenario: Scenario) -> Figures:
        """What was seen, by figure."""
        figures: Figures = {}
        if self.export:
            figures = observed(self.export, scenario) | self._paid_share()
        elif self.traffic:
            figures = traffic_of_log(self.traffic, scenario)
        elif self.daily:
            figures = shares_of_days(self.daily)
        return figures | {name: seen for part in self._parts for name, seen in part.figures.items()}

    def measured(self, played: Replication, scenario: Scenario) -> Figures:
        """The same figures of a replication."""
        figures: Figures = {}
        if self.export:
            figures = simulated(played, scenario)
            if self._paid_share():
                orders = max(1.0, played.measures["orders_placed"])
                figures[_PAID_SHARE] = played.measures["orders_paid"] / orders
        elif self.traffic:
            figures = simulated_traffic(played, scenario)
        elif self.daily:
            figures = dict.fromkeys(shares_of_days(self.daily), 0.0)
            figures |= simulated_days(played, scenario)
        names = [name for part in self._parts for name in part.figures]
        return figures | {name: float(played.measures[name]) for name in names}

    def _paid_share(self) -> Figures:
        """Of the orders that had to be paid online, where the export has those that were not."""
        if self.export is None or self.export.orders is None:
            return {}
        online = self.export.orders[~self.export.orders["by_hand"]]
        return {_PAID_SHARE: float(online["fate"].isin(SOLD).mean())} if len(online) else {}

    def left_out(self) -> str:
        """Rows and lines that make no sense, and the first of each, masked; empty for none."""
        stock = self.assumptions.stock.warning() if self.assumptions.stock else ""
        told = [self._broken_rows(), self._malformed_lines(), stock]
        return "\n".join(filter(None, (*told, *(part.warning for part in self._parts))))

    def examples(self) -> tuple[str, ...]:
        """The first rows that were left out, masked."""
        if self.export:
            return tuple(row.strip() for row in self.export.broken_examples().splitlines())
        told = "\n".join(part.warning for part in self._parts if part.warning)
        return tuple(row.strip() for row in told.splitlines())

    def _broken_rows(self) -> str:
        if not self.export or not self.export.broken:
            return ""
        broken, rows = len(self.export.broken), self.export.rows
        return (
            f"{broken:,} of {rows:,} rows ({broken / rows:.2%}) are no order lines and were left "
            f"out. The first (masked: x is a letter, # a digit):\n{self.export.broken_examples()}"
        )

    def _malformed_lines(self) -> str:
        if not self.traffic or not self.traffic.log.counts.malformed:
            return ""
        counts = self.traffic.log.counts
        return (
            f"{counts.malformed:,} of {counts.lines:,} lines of the access log are malformed and "
            "were left out. The first (masked: x is a letter, # a digit):\n"
            + "\n".join(f"  {example}" for example in counts.examples)
        )


def read_sources(given: Given) -> Sources:
    """Read and fit every file that was given; raises UserError for one that cannot be.

    What pays comes first, for the orders that were not paid are told by it, and orders and
    sessions are unfolded by both.
    """
    zone, assumed = zone_of(given), assumptions_of(given)
    # Mistakes come before the files, which may be large.
    columns_of(given)
    statuses_given(given["order_statuses"])
    broken_allowed(given["max_broken"])
    payment = _payment(given, zone)
    if payment:
        fields = dict(payment.sections.get("payment", {}))
        assumed = replace(assumed, payment=assumed.payment.model_copy(update=fields))
    export = _export(given, zone)
    if export:
        placed = fit_placed(export.orders, assumed.payment)
        assumed = replace(assumed, shoppers=placed.shoppers_over(assumed.shoppers))
    traffic = _traffic(given, assumed, zone)
    if traffic:
        assumed = traffic.assumptions(assumed)
    if given["stock"]:
        listed = read_stock(
            given["stock"],
            columns_of(given, "stock"),
            max_broken=broken_allowed(given["max_broken"]),
        )
        assumed = replace(assumed, stock=listed, stock_at=given["stock_at"] or "start")
    support = _support(given, zone)
    return Sources(zone, assumed, export, traffic, payment, support, _daily(given))


def _export(given: Given, zone: str) -> Export | None:
    if given["orders"] is None:
        return None
    return read_orders(
        given["orders"],
        columns_of(given),
        currency=given["currency"],
        zone=zone,
        max_broken=broken_allowed(given["max_broken"]),
        orders_format=given["orders_format"],
        statuses=statuses_given(given["order_statuses"]),
    )


def _traffic(given: Given, assumed: Assumptions, zone: str) -> AccessPieces | None:
    if not given["access_logs"]:
        return None
    found = fit_access_log(
        given["access_logs"],
        platform=given["platform"],
        pages=pages_of(given),
        zone=zone,
        max_malformed=broken_allowed(given["max_broken"]),
        assumptions=assumed,
    )
    return found.with_engaged(assumed.engaged) if given["engaged"] else found


def _payment(given: Given, zone: str) -> Part | None:
    if given["payments"] is None:
        return None
    from scenarios.calibration.payment_part import fit_payments
    from scenarios.calibration.payments import read_payments

    return fit_payments(_opened(read_payments, "payments", given["payments"], given, zone))


def _support(given: Given, zone: str) -> Part | None:
    if given["calls"] is None and given["support"] is None:
        return None
    from scenarios.calibration.call_logs import read_call_log
    from scenarios.calibration.calls_part import fit_calls
    from scenarios.calibration.support_part import joined
    from scenarios.calibration.tickets import read_tickets
    from scenarios.calibration.tickets_part import fit_tickets

    desks: list[Part] = []
    part = part_to_fit(given)
    if given["calls"]:
        log = _opened(read_call_log, "calls", given["calls"], given, zone)
        desks.append(fit_calls(log if part.whole else log.part(part)))
    if given["support"]:
        tickets = _opened(read_tickets, "support", given["support"], given, zone)
        desks.append(fit_tickets(tickets if part.whole else tickets.part(part)))
    return joined(desks)


def _daily(given: Given) -> DailyTotals | None:
    if given["daily"] is None:
        return None
    return read_daily(
        given["daily"], columns_of(given, "daily"), max_broken=broken_allowed(given["max_broken"])
    )


def _opened(reader: Callable[..., T], export: str, path: Path, given: Given, zone: str) -> T:
    """An export as its reader has it."""
    return reader(
        path, columns_of(given, export), zone=zone, max_broken=broken_allowed(given["max_broken"])
    )


def _paid_per_day(export: Export) -> float:
    moments = export.lines["at"]
    days = (moments.max().normalize() - moments.min().normalize()).days + 1
    return float(export.lines["order"].nunique() / days)
