"""Parcels by state over time, by carrier and way of paying, and by how late they came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.events import Channel, Kind, Reason
from reports.arrays import is_among
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import AT, Column, Floats, crossed, edges_of, level_at, piece_of
from reports.log import Events
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan

DAY = 86400.0
STEPS = {
    "opened": Kind.PARCEL_OPENED,
    "packed": Kind.PACKED,
    "shipped": Kind.DISPATCHED,
    "delivered": Kind.DELIVERED,
    "refused": Kind.REFUSED_AT_DOOR,
    "sent_back": Kind.SENT_BACK,
    "inspected": Kind.INSPECTED,
    "overdue": Kind.OVERDUE,
}
NO_PROMISE, IN_TIME, LATE = -1, 0, (1, 2, 3, 4, 8)
CLASSES = (NO_PROMISE, IN_TIME, *LATE)
"""Of lateness, by the first of their days after the promised one; the last has no end."""


def over_time(log: SortedLog, plan: Plan) -> Columns:
    """The table `parcels_over_time`."""
    edges = edges_of(plan.scenario.season)
    if not log.count(Kind.PARCEL_OPENED):
        edges = edges[:1]
    pieces = len(edges) - 1
    flows = {
        name: np.bincount(piece_of(log.rows(kind)["t"].copy(), edges), minlength=pieces)
        for name, kind in STEPS.items()
    }
    return {AT.name: edges[:-1].astype(np.int64)} | flows | _standing(log, edges[1:])


def by_carrier(log: SortedLog, plan: Plan) -> Columns:
    """The table `parcels_by_carrier`."""
    fulfilment = plan.scenario.fulfilment
    carriers = fulfilment.carriers if fulfilment else ()
    placed = log.rows(Kind.PLACED)
    to_courier = placed["order"][placed["channel"] == Channel.COD]

    def counts(rows: Events) -> Column:
        """By carrier and way of paying, shape (carriers, 2)."""
        at_door = is_among(rows["order"], to_courier)
        ours = [rows["channel"] == each.code for each in carriers]
        found = [((of & ~at_door).sum(), (of & at_door).sum()) for of in ours]
        return np.array(found, np.int64).reshape(-1, 2)

    names = ("shipped", "delivered", "overdue", "refused", "sent_back")
    found = {name: counts(log.rows(STEPS[name])) for name in names}
    prices = np.array([(each.price, each.price_back) for each in carriers]).reshape(-1, 2)
    there, back = found["shipped"], counts(log.rows(Kind.INSPECTED))
    found["carriage_rial"] = there * prices[:, :1] + back * prices[:, 1:]
    keys: dict[str, Sequence[str]] = {
        "carrier": [each.name for each in carriers],
        "pays": ["before", "at_door"],
    }
    return crossed(keys, found)


def by_lateness(log: SortedLog, plan: Plan) -> Columns:
    """The table `parcels_by_lateness`."""
    opened, came = log.rows(Kind.PARCEL_OPENED), log.rows(Kind.DELIVERED, Kind.REFUSED_AT_DOOR)
    due = np.full(int(opened["order"].max(initial=-1)) + 2, -1.0)
    due[opened["order"]] = opened["amount"]
    promised = due[came["order"]]
    days = np.maximum(np.ceil((came["t"] - promised) / DAY), LATE[0])
    place = np.searchsorted(CLASSES, days, "right") - 1
    place[came["reason"] == Reason.PROMISE_KEPT] = CLASSES.index(IN_TIME)
    place[promised < 0] = CLASSES.index(NO_PROMISE)
    classes = CLASSES if len(came) else ()
    return {
        "days_late": np.array(classes, np.int64),
        "parcels": np.bincount(place, minlength=len(classes)),
    }


BREAKDOWNS = (
    Breakdown(
        "parcels_over_time",
        "Parcels piece by piece of the season, and of its tail.",
        (AT,),
        (
            Number("opened", "count", "Could be packed from then on."),
            Number("packed", "count", "Were packed."),
            Number("shipped", "count", "Were taken by a carrier."),
            Number("delivered", "count", "Were taken by their shopper."),
            Number("refused", "count", "Were not taken at the door."),
            Number("sent_back", "count", "Were sent back after they had been taken."),
            Number("inspected", "count", "Came back, and were looked at."),
            Number("overdue", "count", "Were not at the door when their promised day ended."),
            Number("to_pack", "count", "At the end of the piece: to be picked and packed."),
            Number("to_ship", "count", "At the end of the piece: packed, waiting for the carrier."),
            Number("under_way", "count", "At the end of the piece: on their way to the shopper."),
            Number("coming_back", "count", "At the end of the piece: on their way back."),
        ),
        over_time,
        needs=(Kind.PARCEL_OPENED,),
    ),
    Breakdown(
        "parcels_by_carrier",
        "What became of the parcels by the end of the run.",
        (
            Key("carrier", "The carrier."),
            Key("pays", "`at_door`: orders paid to the courier; `before`: all others."),
        ),
        (
            Number("shipped", "count", "Taken by the carrier."),
            Number("delivered", "count", "Taken by their shopper."),
            Number("overdue", "count", "Not at the door when the promised day ended."),
            Number("refused", "count", "Not taken at the door."),
            Number("sent_back", "count", "Sent back after they had been taken."),
            Number("carriage_rial", "rial", "The carrier's prices, there and back."),
        ),
        by_carrier,
    ),
    Breakdown(
        "parcels_by_lateness",
        "How late parcels came to the door, whether they were taken there or refused.",
        (
            Key(
                "days_late",
                "First day of the class: 0 by the end of the promised day, 1 on the day after it "
                "and so on, 8 and more; -1 without a promise.",
                "whole",
            ),
        ),
        (Number("parcels", "count", "Parcels that came to the door."),),
        by_lateness,
        needs=(Kind.DELIVERED, Kind.REFUSED_AT_DOOR),
    ),
)


def _standing(log: SortedLog, moments: Floats) -> dict[str, Column]:
    """How many parcels stand where, at each moment."""
    opened = log.rows(Kind.PARCEL_OPENED)
    orders = opened["order"].copy()
    size = int(orders.max(initial=-1)) + 1

    def when(*kinds: Kind) -> Floats:
        """When that happened to each parcel; infinite if never."""
        rows = log.rows(*kinds)
        t = np.full(size, np.inf)
        t[rows["order"]] = rows["t"]
        return t[orders]

    packed, shipped = when(Kind.PACKED), when(Kind.DISPATCHED)
    stopped = when(Kind.PARCEL_STOPPED)
    arrived = when(Kind.DELIVERED, Kind.REFUSED_AT_DOOR)
    turned = when(Kind.SENT_BACK, Kind.REFUSED_AT_DOOR)
    # What was stopped before it was packed never waited for a carrier.
    left = np.where(np.isinf(packed), np.inf, np.minimum(shipped, stopped))
    return {
        "to_pack": level_at(opened["t"].copy(), np.minimum(packed, stopped), moments),
        "to_ship": level_at(packed, left, moments),
        "under_way": level_at(shipped, arrived, moments),
        "coming_back": level_at(turned, when(Kind.INSPECTED), moments),
    }
