"""What lies outside the season is named, and nothing else is."""

from __future__ import annotations

import pytest

from scenarios.loader import library, load
from scenarios.unplayed import unplayed


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_every_scenario_of_the_library_is_played_whole(name: str) -> None:
    assert unplayed(load(name)) == ""


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("flash-sale", "demand.bursts.0.start=1404-12-20", "demand.bursts.0 (1404-12-20)"),
        ("flash-sale", "demand.bursts.0.start=1405-12-21", "demand.bursts.0 (1405-12-21)"),
        ("ramadan", "season.duration=1 d", ""),
        ("ramadan", "season.start=1405-12-19", "demand.periods.0 (1405-11-19)"),
        ("price-drift", "season.duration=20 d", "catalogue.haft-sin-set.price_changes.2"),
        ("late-supplier", "season.duration=17 d", "restocking.faults.0 (1405-12-18)"),
        ("late-supplier", "season.duration=18 d", ""),
        ("gateway-outage", "season.duration=2 d", "payment.faults.0 (1405-12-20)"),
        ("threepl", "season.start=1406-01-05", "fulfilment.carriers.courier.pauses.0 (1405-12-27)"),
        ("slow-site", "season.duration=20 h", "website.breakdowns.0 (1405-12-20)"),
        (
            "sms-reminders",
            "notices.sms.outages=[{start: 1404-12-01, duration: 1 d}]",
            "sms.outages",
        ),
    ],
)
def test_what_never_happens_is_named_with_its_day(name: str, change: str, field: str) -> None:
    told = unplayed(load(name, [change]))
    assert (field in told) if field else not told
