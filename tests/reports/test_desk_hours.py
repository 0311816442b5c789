"""Desks hour by hour add up to the measures of the whole season."""

from __future__ import annotations

import pytest

from reports.desk_hours import desk_hours, season_hours
from reports.log import as_array
from reports.measures import measure
from reports.sorted_log import SortedLog
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.world import play


@pytest.mark.parametrize("name", ["support-understaffed", "nowruz"])
def test_hours_add_up_to_the_season(name: str) -> None:
    scenario = load(name, ["season.duration=30 h", "season.wind_down=2 h"])
    shop = play(Plan.of(scenario), scenario.seed, 0).shop
    log = SortedLog(as_array(shop.log))
    whole = measure(log, scenario)
    _, hours = season_hours(scenario.season)
    assert len(hours) == 32
    for channel, found in desk_hours(log, scenario).items():
        ended, in_time = found.ended.sum(), found.in_time.sum()
        assert found.contacts.sum() == whole[f"support_contacts_{channel}"]
        assert found.given_up.sum() == whole[f"support_abandoned_{channel}"]
        level = whole[f"support_service_level_{channel}"]
        assert in_time / ended == pytest.approx(level)
        rate = whole[f"support_abandonment_rate_{channel}"]
        assert found.given_up.sum() / ended == pytest.approx(rate)

        assert (found.busy >= 0).all()
        assert found.busy.sum() > 0
