"""Puts fitted parts together: over a fit of orders, or by themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from scenarios.calibration.arrivals import Arrivals
from scenarios.calibration.fit import Fit
from scenarios.calibration.parts import Part, lay_over
from scenarios.errors import UserError
from scenarios.schema import CatalogueEntry, Contacts, Demand, Scenario, Season

DAY = 86400.0
_GOODS = CatalogueEntry(name="goods", products=100, share=1.0, price=5_000_000, cover=30 * DAY)
_SESSIONS = 10_000.0
"""Without an export of orders (assumption), like the goods."""


def alone(name: str, parts: Sequence[Part], zone: str = "Asia/Tehran") -> Fit:
    """A scenario called `name` of these parts, where there is no order export.

    Contacts come by themselves, as often and when they were seen, for no orders are there to cause
    them: a desk to staff, without a shop. Without contacts the demand is an assumption. Raises
    UserError for a name that no scenario may have.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise UserError(
            f"{name!r} cannot be a scenario's name: use small Latin letters, digits and dashes."
        )
    demand: dict[str, Any]
    contacts = next((part.arrivals for part in parts if part.arrivals), None)
    if contacts:
        start = dt.datetime.fromordinal(contacts.last + 1)
        demand = {
            "sessions_per_day": round(contacts.per_day, 1),
            "hours": contacts.hours,
            "weekdays": contacts.weekdays,
            "day_cv": round(contacts.day_cv, 3),
            "forecast_error": contacts.forecast_error,
            "engaged": 0.0,
            "support_only": 1.0,
        }
        notes = {
            "season.start": "the week after the export",
            "demand.sessions_per_day": (
                f"fitted: contacts a day at the latest level, "
                f"+-{1.96 * contacts.per_day_error:.1%} (95 %); every session is a contact"
            ),
            "demand.hours": f"fitted: {contacts.contacts:,} contacts on {contacts.days} days",
            "demand.weekdays": "fitted: average beside that of all days with contacts",
            "demand.day_cv": _of_days(contacts),
            "demand.forecast_error": "fitted: typical change of the volume from week to week",
            "demand.engaged": "0%: the export shows contacts, and nothing of the shop",
        }
    else:
        start = dt.datetime(2026, 3, 1)
        demand = {}
        field = "demand.sessions_per_day" if _season_known(parts) else "demand"
        notes = {field: "assumed: no export shows how many come; calibrate with --orders"}
    scenario = Scenario(
        name=name,
        title={"fa": f"برگرفته از داده‌های {name}", "en": f"Fitted to the exports of {name}"},
        season=Season(start=start, duration=7 * DAY, timezone=zone),
        demand=Demand(sessions_per_day=_SESSIONS),
        catalogue=(_GOODS,),
    )
    notes["catalogue"] = "assumed: no export shows it; calibrate with --orders"
    account = ("Without an order export the goods and the orders are assumptions.",)
    return lay_over(Fit(scenario, {}, account), [Part({"demand": demand}, notes, ()), *parts])


def _season_known(parts: Sequence[Part]) -> bool:
    """Whether one of the parts has the days of a season."""
    return any("demand" in part.sections for part in parts)


def _of_days(contacts: Arrivals) -> str:
    if contacts.day_cv_interval is None:
        return f"fitted: beyond Poisson; {contacts.days} days are too few to say how well"
    low, high = contacts.day_cv_interval
    return f"fitted: beyond Poisson and weekdays, {low:.1%} to {high:.1%} (95 %)"


def over_orders(fitted: Fit, parts: Sequence[Part], orders_per_day: float) -> Fit:
    """The fit of orders with these parts; contacts come as often for an order as they were seen.

    `orders_per_day` counts paid orders. An export of contacts does not say what made people ask:
    all but the contacts after failed payments are put down to orders.
    """
    laid = lay_over(fitted, parts)
    per_day = sum(part.arrivals.per_day for part in parts if part.arrivals)
    if not per_day:
        return laid
    payment = laid.scenario.payment
    failed = (1 - payment.succeeds) * Contacts().after_failed_payment
    seen = per_day / orders_per_day
    share = round(min(1.0, max(0.0, seen - failed)), 4)
    contacts = laid.scenario.support.contacts.model_copy(update={"after_order": share})
    note = (
        f"fitted: {per_day:,.0f} contacts and {orders_per_day:,.0f} paid orders a day; those after "
        f"failed payments are taken off, all others put down to orders (assumption)"
    )
    if seen > 1:
        note += f"; there were {seen:.2f} for an order, more than a scenario can have"
    part = Part({"support": {"contacts": contacts}}, {"support.contacts.after_order": note}, ())
    return lay_over(laid, [part])
