"""Common random numbers: which scenarios meet the very same shoppers.

`scenarios.shoppers.draw` looks at who comes and how they behave, never at the shop's policies.
Scenarios that differ in nothing that it looks at can be played with one draw.
"""

from __future__ import annotations

from model.policy import Price
from scenarios.schema import Costs, Fee, Reservation, Scenario


def meet_the_same(scenario: Scenario, other: Scenario) -> bool:
    """Whether equal seeds give both scenarios equal shoppers.

    False for two scenarios that would differ only by chance: then each is drawn for.
    """
    return _drawn_from(scenario) == _drawn_from(other)


def _drawn_from(scenario: Scenario) -> Scenario:
    """The scenario with everything made alike that the draw does not read.

    A field that is not named here counts as read, so that one forgotten costs time, not truth.
    """
    desks = tuple(
        desk.model_copy(update={"agents": 0, "shifts": (), "at_once": 1, "target": 0.0})
        for desk in scenario.support.desks
    )
    catalogue = tuple(
        entry.model_copy(
            update={
                "price": 0,
                "price_sigma": 0.0,
                "stock": 0,
                "cover": None,
                "restocked": True,
                "price_changes": (),
            }
        )
        for entry in scenario.catalogue
    )
    asks = scenario.reservation.price is Price.CONFIRM_IF_CHANGED
    return scenario.model_copy(
        update={
            "name": "",
            "title": {},
            "summary": "",
            "seed": 0,  # draws take their seed as an argument; the scenario's own makes the prices
            "thresholds": (),
            "catalogue": catalogue,
            "restocking": None,
            "reservation": Reservation(
                waiting_list=scenario.reservation.waiting_list,
                price=Price.CONFIRM_IF_CHANGED if asks else Price.FROZEN,
            ),
            "platform": None,
            "back_office": None,
            "payment": scenario.payment.model_copy(update={"fee": Fee()}),
            "support": scenario.support.model_copy(update={"desks": desks}),
            "costs": Costs(),
        }
    )
