"""A window of a season: the same shoppers as in the whole season, and nobody else."""

import numpy as np
import pytest

from model.events import Kind
from reports.log import as_array
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from scenarios.window import as_played, browsing_times, parse_window
from sim.world import play_shoppers

WINDOW = ("season.window.begins=1405-12-20 01:00", "season.window.duration=10 min")


def flash_sale(*settings: str) -> Scenario:
    return load("flash-sale", settings)


def test_shoppers_of_a_window_are_rows_of_the_season() -> None:
    whole = draw(Plan.of(flash_sale()), 1405, 0)
    part = draw(Plan.of(flash_sale(*WINDOW)), 1405, 0)
    inside = [row for row, t in enumerate(whole.arrival) if 3600 <= t < 4200]
    coming = [row for row, t in enumerate(part.arrival) if np.isfinite(t)]
    assert coming == inside
    assert [part.arrival[row] + 3600 for row in inside] == pytest.approx(
        [whole.arrival[row] for row in inside]
    )
    assert part.product is whole.product or part.product == whole.product
    assert part.traffic == whole.traffic[60:70]


def test_browsing_sessions_fill_up_the_traffic_of_each_minute() -> None:
    scenario = flash_sale(*WINDOW)
    whole = draw(Plan.of(flash_sale()), 1405, 0)
    times = browsing_times(scenario, whole, 1405, 0)
    arrival = np.array(whole.arrival)
    engaged = np.histogram(arrival, np.arange(3600, 4201, 60))[0]
    browsing = np.histogram(times, np.arange(0, 601, 60))[0]
    assert (engaged + browsing).tolist() == whole.traffic[60:70]


def test_a_minute_has_the_same_browsing_sessions_in_every_window() -> None:
    whole = draw(Plan.of(flash_sale()), 1405, 0)
    wide = browsing_times(flash_sale(*WINDOW), whole, 1405, 0)
    narrow = flash_sale("season.window.begins=1405-12-20 01:02", "season.window.duration=1 min")
    found = browsing_times(narrow, whole, 1405, 0)
    expected = wide[(wide >= 120) & (wide < 180)] - 120
    assert found == pytest.approx(expected)


def test_speed_brings_them_sooner_and_leaves_their_thinking_alone() -> None:
    plain = draw(Plan.of(flash_sale(*WINDOW)), 1405, 0)
    fast = draw(Plan.of(flash_sale(*WINDOW, "season.window.speed=200%")), 1405, 0)
    coming = [row for row, t in enumerate(plain.arrival) if np.isfinite(t)]
    assert [2 * fast.arrival[row] for row in coming] == pytest.approx(
        [plain.arrival[row] for row in coming]
    )
    assert fast.decide == plain.decide
    assert sum(fast.traffic) == sum(plain.traffic)
    assert len(fast.traffic) == 5


def test_a_window_is_played_from_opening_stock_to_its_end() -> None:
    plan = Plan.of(flash_sale(*WINDOW, "season.window.drain=1 min"))
    shoppers = draw(plan, 1405, 0)
    events = as_array(play_shoppers(plan, shoppers).shop.log)
    coming = {row for row, t in enumerate(shoppers.arrival) if np.isfinite(t)}
    assert set(events["session"][events["kind"] == Kind.ADDED].tolist()) <= coming
    assert events["t"].min() == 0
    assert events["t"].max() <= 660
    assert as_played(plan.scenario) == plan.scenario


def test_a_season_without_a_window_is_played_whole() -> None:
    scenario = flash_sale()
    assert as_played(scenario) is scenario
    assert Plan.of(scenario).whole is None


def test_a_window_is_read_with_and_without_its_day() -> None:
    season = flash_sale().season
    assert parse_window("21:00-21:10", season) == parse_window("1405-12-20 21:00–21:10", season)
    assert parse_window("۲۱:۰۰-۲۱:۱۰", season) == parse_window("2027-03-11 21:00-21:10", season)
    assert parse_window("23:30-24:00", season)[1] == 1800


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9 to 10", "cannot be read"),
        ("25:00-26:00", "hours go to 24"),
        ("1405-12-21 09:00-09:10", "does not lie in the season"),
        ("1405-13-01 09:00-09:10", "no day of the Jalali calendar"),
        ("23:50-00:10", "does not lie in the season"),
    ],
)
def test_a_window_that_is_none_is_a_mistake(text: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        parse_window(text, flash_sale().season)


def test_a_season_of_many_days_wants_to_know_which() -> None:
    with pytest.raises(UserError, match="name the day, such as '1405-"):
        parse_window("21:00-21:10", load("nowruz").season)


def test_a_window_outside_the_season_is_a_mistake_in_the_file() -> None:
    with pytest.raises(UserError, match="does not lie in the season"):
        flash_sale("season.window.begins=1405-12-22 01:00", "season.window.duration=10 min")
