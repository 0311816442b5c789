"""Measures of fulfilment: when parcels leave and arrive, what comes back, what it costs."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Reason
from reports.measures.definition import HOUR, Measure, ratio
from reports.sorted_log import SortedLog
from scenarios.calendar import Calendar
from scenarios.schema import Scenario
from scenarios.warehouse_staff import hours_at_work

OF_PARCEL = ("order",)
"""The column in which the events of one parcel agree."""

DEFINITIONS = (
    Measure("parcels_shipped", "count", "up", "Parcels that a carrier took."),
    Measure(
        "parcels_unshipped", "count", "down",
        "Parcels of paid or accepted orders that no carrier had taken by the end of the run, those "
        "of orders that were cancelled left out.",
    ),
    Measure(
        "parcels_under_way", "count", "neither",
        "Parcels on their way to the shopper at the end of the run; `season.wind_down` lets them "
        "arrive.",
    ),
    Measure(
        "paid_to_shipped_p95_h", "h", "down",
        "95th percentile of the time from the paid or accepted order to the carrier, nights and "
        "holidays included; parcels not shipped by the end of the run are left out.",
    ),
    Measure(
        "delivered_late_share", "share", "down",
        "Parcels not at the door by the end of the promised day, of those which were at the door "
        "by then or whose promised day ended within the run; without a promise none is late.",
    ),
    Measure(
        "returns", "count", "down", "Delivered parcels that their shoppers sent back.",
    ),
    Measure(
        "refused_on_delivery", "count", "down", "Parcels that nobody took at the door.",
    ),
    Measure(
        "fulfilment_cost_rial", "rial", "down",
        "Hours of pickers and packers at work until the end of the run, or the third party's price "
        "for each parcel that it packed; the carriers' prices there and back; handling of what "
        "came back.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    shipped, stopped = log.count(Kind.DISPATCHED), log.count(Kind.PARCEL_STOPPED)
    refused = log.count(Kind.REFUSED_AT_DOOR)
    late = log.count(Kind.OVERDUE)
    in_time = _with_reason(log, Reason.PROMISE_KEPT)
    return {
        "parcels_shipped": shipped,
        "parcels_unshipped": log.count(Kind.PARCEL_OPENED) - stopped - shipped,
        "parcels_under_way": shipped - log.count(Kind.DELIVERED) - refused,
        "paid_to_shipped_p95_h": _p95_hours(log),
        "delivered_late_share": ratio(late, late + in_time),
        "returns": log.count(Kind.SENT_BACK),
        "refused_on_delivery": refused,
        "fulfilment_cost_rial": cost(log, scenario),
    }


def cost(log: SortedLog, scenario: Scenario) -> int:
    """Rial for the warehouse or the third party, the carriers, and what came back."""
    fulfilment = scenario.fulfilment
    if fulfilment is None:
        return 0
    handling = scenario.costs.return_handling * log.count(Kind.INSPECTED)
    there, inspected = log.rows(Kind.DISPATCHED)["channel"], log.rows(Kind.INSPECTED)["channel"]
    carriage = sum(
        carrier.price * int((there == carrier.code).sum())
        + carrier.price_back * int((inspected == carrier.code).sum())
        for carrier in fulfilment.carriers
    )
    if fulfilment.by == "third_party":
        packing = float(fulfilment.third_party.price * log.count(Kind.PACKED))
    else:
        hours = hours_at_work(fulfilment.warehouse, Calendar(scenario.season))
        packing = scenario.costs.warehouse_hour * hours
    return round(packing) + carriage + handling


def _with_reason(log: SortedLog, reason: Reason) -> int:
    kinds = (Kind.DELIVERED, Kind.REFUSED_AT_DOOR)
    return sum(int((log.rows(kind)["reason"] == reason).sum()) for kind in kinds)


def _p95_hours(log: SortedLog) -> float:
    waits = log.spells((Kind.PARCEL_OPENED,), (Kind.DISPATCHED,), OF_PARCEL)
    seconds = (waits.end_t - waits.begins["t"])[~waits.is_open]
    return float(np.percentile(seconds, 95)) / HOUR if len(seconds) else float("nan")
