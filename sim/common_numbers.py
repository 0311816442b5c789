"""Common random numbers: which scenarios meet the very same shoppers.

`scenarios.shoppers.draw` looks at who comes and how they behave, never at the shop's policies.
Scenarios that differ in nothing that it looks at can be played with one draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.policy import Price
from scenarios.gateways import Fee, Gateway
from scenarios.notices import Clerk, Notices, Reminder
from scenarios.payment import Payment, Settlement, Staff, Verify
from scenarios.schema import Costs, Fulfilment, Reservation, Scenario, ThirdParty
from scenarios.website import Website


def meet_the_same(scenario: Scenario, other: Scenario) -> bool:
    """Whether equal seeds give both scenarios equal shoppers.

    False for two scenarios that would differ only by chance: then each is drawn for.
    """
    return _drawn_from(scenario) == _drawn_from(other)


def drawn_apart(scenario: Scenario, other: Scenario) -> tuple[str, ...]:
    """The fields in which two scenarios draw their shoppers differently, such as `shoppers.ready`.

    Empty exactly where they `meet_the_same`.
    """
    one, two = (_drawn_from(each).model_dump(mode="json") for each in (scenario, other))
    return tuple(_unlike(one, two, ""))


def _unlike(one: Any, other: Any, path: str) -> Iterator[str]:
    """Paths at which two nested values differ; lists of one length are gone into."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from _unlike(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from _unlike(*pair, f"{path}.{place}")
    elif one != other:
        yield path


def _drawn_from(scenario: Scenario) -> Scenario:
    """The scenario with everything made alike that the draw does not read.

    A field that is not named here counts as read, so that one forgotten costs time, not truth.
    """
    desks = tuple(
        desk.model_copy(
            update={
                "agents": 0, "shifts": (), "later": (), "business_days": False, "at_once": 1,
                "target": 0.0, "tool": None,
            }
        )
        for desk in scenario.support.desks
    )  # fmt: skip
    support = {
        # Where support is plain, less is drawn; so what can switch it on counts as read.
        "desks": desks,
        "if_closed": "waits" if scenario.support.is_plain else "another",
        "strain": None,
        "back_office": (),
    }
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
            "payment": _payment(scenario.payment),
            "support": scenario.support.model_copy(update=support),
            "fulfilment": _fulfilment(scenario.fulfilment),
            "website": scenario.website and _as_shoppers_see(scenario.website),
            "notices": scenario.notices and _as_shoppers_read(scenario.notices),
            "costs": Costs(),
        }
    )


def _fulfilment(fulfilment: Fulfilment | None) -> Fulfilment | None:
    """Who packs, how many they are, and what the carriers do with a parcel is not drawn."""
    if fulfilment is None:
        return None
    warehouse = fulfilment.warehouse.model_copy(
        update={"shifts": (), "works_holidays": False, "stations": 1}
    )
    returns = fulfilment.returns.model_copy(
        update={"refused": 0.0, "refused_on_cash": {}, "within": 1, "inspection": 0.0}
    )
    return fulfilment.model_copy(
        update={
            "by": "warehouse",
            "warehouse": warehouse,
            "third_party": ThirdParty(),
            "carriers": (),
            "returns": returns,
        }
    )


def _payment(payment: Payment) -> Payment:
    """The same section with everything made alike that the draw does not read.

    A plain gateway draws less than all others, and so stays apart from them.
    """
    return payment.model_copy(
        update={
            "fee": Fee(),
            "gateways": () if payment.is_plain else (Gateway(),),
            "failover": "never",
            "verify": Verify(money_back=payment.verify.money_back),
            "staff": Staff(),
            "settlement": Settlement(),
        }
    )


def _as_shoppers_see(website: Website) -> Website:
    """What of it the draw reads: what a shopper bears."""
    return Website(unnoticed=website.unnoticed, lost_per_second=website.lost_per_second)


def _as_shoppers_read(notices: Notices) -> Notices:
    """Messages without when and by whom they are written, which no shopper's luck hangs on."""
    reminder = notices.reminder.model_copy(update={"before": Reminder().before})
    return notices.model_copy(update={"reminder": reminder, "clerk": Clerk(), "late_after": 1.0})
