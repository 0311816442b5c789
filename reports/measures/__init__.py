"""The measures of a run: every figure by its one name and definition, from the event log alone."""

from __future__ import annotations

from model.events import Channel
from reports.log import Events
from reports.measures import (
    care,
    carts,
    customers,
    fulfilment,
    load,
    money,
    notices,
    order_rules,
    orders,
    payments,
    settlement,
    stock,
    support,
    website,
)
from reports.measures.definition import Measure
from reports.settling import receipts
from reports.sorted_log import SortedLog
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import did_you_mean

__all__ = ["LOAD_MEASURES", "MEASURES", "Measure", "document", "find", "measure"]

SUBJECTS = {
    "Traffic and carts": carts.DEFINITIONS,
    "Customers": customers.DEFINITIONS,
    "Reservations and stock": stock.DEFINITIONS,
    "Orders": orders.DEFINITIONS,
    "Order rules": order_rules.DEFINITIONS,
    "Payments and settlement": payments.DEFINITIONS + settlement.DEFINITIONS,
    "Support": support.DEFINITIONS,
    "Care for shoppers and agents": care.DEFINITIONS,
    "Fulfilment": fulfilment.DEFINITIONS,
    "Messages": notices.DEFINITIONS,
    "Website": website.DEFINITIONS,
    "Money": money.DEFINITIONS,
}
MEASURES: dict[str, Measure] = {
    measure.name: measure for definitions in SUBJECTS.values() for measure in definitions
}
"""Every measure by its name; those of support also exist by channel (`support_contacts_chat`)."""
LOAD_MEASURES: dict[str, Measure] = {measure.name: measure for measure in load.DEFINITIONS}
"""Those of a live run's requests, by their names; a simulation has none of them."""
BY_CHANNEL = {measure.name for measure in support.DEFINITIONS} | set(care.BY_CHANNEL)


def measure(events: Events | SortedLog, scenario: Scenario) -> dict[str, float]:
    """All measures of one run, and those of support also by channel; NaN where there is nothing.

    Counts and sums of money are whole numbers, exactly.
    """
    log = SortedLog.of(events)
    of_support = support.values(log, scenario)
    of_settlement = settlement.values(receipts(log, scenario))
    support_cost, fees = of_support["support_cost_rial"], of_settlement["fees_rial"]
    of_fulfilment = fulfilment.values(log, scenario)
    return (
        carts.values(log)
        | customers.values(log)
        | stock.values(log, scenario)
        | orders.values(log)
        | order_rules.values(log)
        | payments.values(log)
        | of_settlement
        | of_support
        | care.values(log, scenario)
        | of_fulfilment
        | notices.values(log, scenario)
        | website.values(log)
        | money.values(log, scenario, support_cost, of_fulfilment["fulfilment_cost_rial"], fees)
    )


def find(name: str) -> Measure:
    """A measure by its name. Raises UserError that names the nearest where there is none."""
    for channel in Channel:
        base = name.removesuffix(f"_{channel.name.lower()}")
        if base != name and base in BY_CHANNEL:
            return MEASURES[base]._replace(
                name=name, definition=f"By channel: {MEASURES[base].definition}"
            )
    known = MEASURES | LOAD_MEASURES
    if name not in known:
        near = did_you_mean(name, known, "; docs/measures.md lists them all.")
        raise UserError(f"There is no measure {name!r}{near}")
    return known[name]


def document() -> str:
    """The page docs/measures.md: every measure with its unit, direction and definition."""
    lines = [
        "# Measures",
        "",
        "Every figure has one name, the same in `--json`, CSV files, reports and thresholds, and "
        "one definition.",
        "All are computed from a run's event log; simulated and live runs share them. Where there "
        "is nothing to",
        "measure (the mean wait of nobody), a measure has no value.",
        "",
        "This page is written by `python -m reports.measures > docs/measures.md`.",
    ]
    for subject, definitions in {**SUBJECTS, "Load tests": load.DEFINITIONS}.items():
        lines += ["", f"## {subject}", ""]
        if subject == "Load tests":
            lines += [
                "Of live runs only; those of requests also by step, with its name behind: "
                "`http_errors_add_to_cart`.",
                "",
            ]
        if subject == "Support":
            lines += ["Each also by channel, with its name behind: `support_contacts_chat`.", ""]
        if subject == "Care for shoppers and agents":
            by_channel = " and ".join(f"`{name}`" for name in care.BY_CHANNEL)
            lines += [f"By channel too: {by_channel}.", ""]
        lines += ["| Measure | Unit | Better | Definition |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{each.name}` | {each.unit} | {_ARROWS[each.better]} | {each.definition} |"
            for each in definitions
        ]
    return "\n".join(lines) + "\n"


_ARROWS = {"up": "more", "down": "less", "neither": ""}
