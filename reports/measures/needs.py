"""What a scenario must have before a measure has any value: known before it is played."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reports.formats import split_channel
from scenarios.schema import Scenario
from scenarios.support import WRITTEN


class Need(NamedTuple):
    """A part of the shop without which some measures have no value."""

    measures: tuple[str, ...]
    """By name; those of a channel need what they do for all."""
    met: Callable[[Scenario], bool]
    field: str
    """Of the scenario: what to switch on."""
    what: str
    """That it stands for."""


NEEDS = (
    Need(
        ("agent_fatigue_peak", "agent_wellbeing", "balanced_wellbeing"),
        lambda scenario: scenario.support.strain is not None,
        "support.strain",
        "agents who tire, such as support.strain={}",
    ),
    Need(
        (
            "support_wait_mean_s",
            "support_wait_p95_s",
            "support_service_level",
            "support_abandonment_rate",
            "support_backlog_age_p95_s",
            "support_occupancy",
            "agent_wellbeing",
        ),
        lambda scenario: bool(scenario.support.desks),
        "support.desks",
        "a desk where people answer",
    ),
    Need(
        ("shopper_satisfaction", "balanced_wellbeing"),
        lambda scenario: bool(scenario.support.doors),
        "support.desks",
        "support of some kind",
    ),
    Need(
        ("self_service_deflection_rate",),
        lambda scenario: bool(scenario.support.self_service),
        "support.self_service",
        "a chatbot or a page of questions",
    ),
    Need(
        ("ticket_first_answer_p95_s", "ticket_age_p95_s"),
        lambda scenario: any(desk.code in WRITTEN for desk in scenario.support.desks),
        "support.desks",
        "a desk for messages, such as e-mail",
    ),
    Need(
        ("confirmation_delay_p95_h",),
        lambda scenario: scenario.back_office is not None,
        "back_office",
        "people who confirm paid orders",
    ),
    Need(
        ("paid_to_shipped_p95_h", "delivered_late_share"),
        lambda scenario: scenario.fulfilment is not None,
        "fulfilment",
        "what follows a paid order",
    ),
    Need(
        ("page_time_p95_s",),
        lambda scenario: scenario.website is not None,
        "website",
        "pages that take time",
    ),
)


def missing(measure: str, scenario: Scenario) -> Need | None:
    """The first thing that a scenario lacks for a measure to have a value; None where it has all.

    A value may be missing all the same, such as the mean wait where nobody asked.
    """
    name, _ = split_channel(measure)
    for need in NEEDS:
        if name in need.measures and not need.met(scenario):
            return need
    return None
