"""Fits a scenario to an order export, and keeps for every field what it rests on."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.calibration import notes
from scenarios.calibration.baskets import shares
from scenarios.calibration.orders import Export
from scenarios.calibration.pieces import HOUR, Assumptions, Pieces, fit_pieces
from scenarios.changes import changes
from scenarios.errors import UserError
from scenarios.laws import Exponential
from scenarios.loader import override_all
from scenarios.schema import Demand, Desk, Scenario, Season, Support

DAY = 86400.0
_OCCUPANCY = 0.85
_AT_ONCE = 2
_HANDLING = 12 * 60.0
"""A chat, wall time (docs/parameters.md)."""


@dataclass(frozen=True)
class Fit:
    """A scenario that reproduces an export, and what each of its fields rests on."""

    scenario: Scenario
    notes: Mapping[str, str]
    """Dotted path of a field, such as `demand.hours` -> how it was fitted or why it is assumed."""
    account: tuple[str, ...]
    """What was read, left out and taken for granted: sentences for the head of the file."""


def fit(export: Export, name: str, assumptions: Assumptions | None = None) -> Fit:
    """The scenario called `name` whose orders come out as the export's did.

    Raises UserError for an export of too few orders and for a name that no scenario may have.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise UserError(
            f"{name!r} cannot be a scenario's name: use small Latin letters, digits and dashes, "
            f"for example 'yalda-1404'."
        )
    pieces = fit_pieces(export, assumptions or Assumptions())
    return Fit(_scenario(pieces, name), notes.of_fields(pieces), notes.account(pieces))


def changed_by_hand(fitted: Fit, settings: Sequence[str]) -> Fit:
    """The fit with `field=value` settings laid over its scenario, and with notes that say so.

    Nothing is fitted again: what was fitted under the former value stays. Raises UserError for
    settings that do not fit the scenario.
    """
    if not settings:
        return fitted
    scenario = override_all(fitted.scenario, settings)
    found = dict(fitted.notes)
    for change in changes(fitted.scenario, scenario):
        if change.field == change.holder:
            found[change.field] = "set by hand, not fitted"
        else:
            before = f"{found[change.holder]}; " if change.holder in found else ""
            found[change.holder] = f"{before}{change.field} is set by hand"
    told = f"Set by hand, after the fit: {', '.join(settings)}."
    return Fit(scenario, found, (*fitted.account, told))


def _scenario(pieces: Pieces, name: str) -> Scenario:
    assumptions, rhythm = pieces.assumptions, pieces.rhythm
    shoppers = assumptions.shoppers.model_copy(
        update={
            "lines": shares(pieces.ample.wanted(pieces.lines)),
            "quantity": shares(pieces.quantities),
        }
    )
    return Scenario(
        name=name,
        title={"fa": f"برگرفته از سفارش‌های {name}", "en": f"Fitted to the orders of {name}"},
        summary=f"Reproduces {len(pieces.rows):,} order lines of {pieces.export.source}.",
        season=Season(
            start=pieces.start, duration=len(pieces.orders) * DAY, timezone=pieces.export.zone
        ),
        demand=Demand(
            sessions_per_day=round(rhythm.average / assumptions.engaged, 1),
            shape=rhythm.shape,
            weekdays=rhythm.weekdays,
            holiday=rhythm.holiday,
            month_days=rhythm.month_days,
            hours=tuple(round(float(weight), 3) for weight in pieces.hours),
            day_cv=rhythm.day_cv,
            hour_cv=round(pieces.hour_cv, 3),
            forecast_error=rhythm.week_cv,
            bursts=tuple(fitted.burst for fitted in pieces.bursts),
            engaged=assumptions.engaged,
        ),
        catalogue=tuple(fitted.entry for fitted in pieces.catalogue),
        shoppers=shoppers,
        reservation=assumptions.reservation,
        payment=assumptions.payment,
        support=_support(pieces),
    )


def _support(pieces: Pieces) -> Support:
    """One chat desk, large enough for what the busiest hour is expected to bring."""
    contacts = Support().contacts
    failed = 1 - pieces.assumptions.payment.succeeds
    per_order = contacts.after_order + contacts.after_failed_payment * failed
    busiest_hour = float(pieces.orders.max())
    agents = busiest_hour * per_order * _HANDLING / HOUR / (_AT_ONCE * _OCCUPANCY)
    desk = Desk(
        channel="chat",
        agents=max(1, math.ceil(agents)),
        at_once=_AT_ONCE,
        handling=Exponential(law="exponential", mean=_HANDLING),
        patience=Exponential(law="exponential", mean=120.0),
        target=40.0,
    )
    return Support(desks=(desk,), contacts=contacts)
