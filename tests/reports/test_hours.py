import numpy as np
import pytest
import slow_measures
from small_shop import DAY, POLICIES, as_events, log, played

from model.events import Channel, Kind
from reports.hours import by_hour, local_hours
from reports.log import as_array
from reports.run_folder import HOUR_COLUMNS
from scenarios.schema import Scenario, Season
from scenarios.shoppers import Plan


def plan(start: str, duration: str, timezone: str = "Asia/Tehran") -> Plan:
    season = {"start": start, "duration": duration, "timezone": timezone}
    return Plan.of(Scenario.model_validate(DAY | {"season": season}))


@pytest.mark.parametrize("policy", POLICIES)
def test_hours_are_what_a_patient_reader_of_the_log_finds(policy: str) -> None:
    of, shop = played(policy)
    fast = by_hour(as_array(shop.log), of)
    slow = slow_measures.hours(as_events(as_array(shop.log)), of.scenario)
    for name, column in slow.items():
        np.testing.assert_allclose(fast[name], column, rtol=1e-9, err_msg=name)


def test_the_columns_are_those_of_the_run_folder() -> None:
    of, shop = played("released by a timer")
    hours = by_hour(as_array(shop.log), of)
    assert ("value", "replication", *hours) == HOUR_COLUMNS
    assert {len(column) for column in hours.values()} == {24}
    assert hours["hour"].tolist() == list(range(24))


def test_an_hour_that_is_cut_off_counts_as_its_part() -> None:
    hours = by_hour(log(), plan("1405-12-20 20:45", "26 h"))
    assert hours["days"][[19, 20, 21, 22, 23]].tolist() == [1, 1.25, 2, 1.75, 1]
    assert hours["days"].sum() == 26


def test_hours_that_did_not_occur_have_no_backlog() -> None:
    hours = by_hour(log(), plan("1405-12-20 20:00", "2 h"))
    assert np.flatnonzero(hours["days"]).tolist() == [20, 21]
    assert hours["support_backlog_mean"][20] == 0
    assert np.isnan(hours["support_backlog_mean"][22])


def test_the_backlog_is_an_average_over_time() -> None:
    hours = by_hour(
        log(
            (900, Kind.CONTACTED, 1, -1, -1, 0, 0, Channel.CHAT),
            (1_800, Kind.CONTACTED, 2, -1, -1, 0, 0, Channel.CHAT),
            (2_700, Kind.ANSWERED, 1, -1, -1, 0, 0, Channel.CHAT),
        ),
        plan("1405-12-20 20:00", "2 h"),
    )
    assert hours["support_backlog_mean"][20] == pytest.approx((1 + 2 + 1) / 4)
    assert hours["support_backlog_mean"][21] == pytest.approx(1)
    assert hours["support_contacts"][20] == 2


def test_a_cart_counts_once_in_the_hour_of_its_first_line() -> None:
    hours = by_hour(
        log(
            (3_000, Kind.ADDED, 1, -1, 0, 1),
            (3_100, Kind.ADDED, 2, -1, 0, 1),
            (4_000, Kind.ADDED, 1, -1, 1, 1),
        ),
        plan("1405-12-20 20:00", "2 h"),
    )
    assert hours["carts"][[20, 21]].tolist() == [2, 0]


def test_an_hour_that_comes_twice_counts_twice_and_one_that_is_skipped_not_at_all() -> None:
    autumn = by_hour(log(), plan("2026-10-25", "25 h", "Europe/Berlin"))["days"]
    assert autumn.tolist() == [1, 1, 2] + [1] * 21
    spring = by_hour(log(), plan("2026-03-29", "23 h", "Europe/Berlin"))["days"]
    assert spring.tolist() == [1, 1, 0] + [1] * 21


def test_clocks_that_change_by_half_an_hour_are_followed() -> None:
    autumn = by_hour(log(), plan("2026-04-05", "24.5 h", "Australia/Lord_Howe"))["days"]
    assert autumn[[0, 1, 2, 3]].tolist() == [1, 1.5, 1, 1]
    assert autumn.sum() == 24.5


def test_pieces_of_the_season_end_at_full_local_hours() -> None:
    season = Season(start="1405-12-20 20:30", duration="3 h", timezone="Asia/Kathmandu")
    edges, hours = local_hours(season)
    assert edges.tolist() == [0, 1800, 5400, 9000, 10800]
    assert hours.tolist() == [20, 21, 22, 23]


def test_what_happens_in_the_tail_of_the_season_belongs_to_no_hour() -> None:
    season = {"start": "1405-12-20 20:00", "duration": "2 h", "wind_down": "2 h"}
    of = Plan.of(Scenario.model_validate(DAY | {"season": season}))
    asked = [(t, Kind.CONTACTED, 1, -1, -1, 0, 0, Channel.CHAT) for t in (7_100, 7_300, 12_000)]
    hours = by_hour(log((0, Kind.TRAFFIC, -1, -1, -1, 9), *asked), of)
    assert hours["support_contacts"][[21, 22, 23]].tolist() == [1, 0, 0]
    assert hours["sessions"].sum() == 9
    assert hours["days"].sum() == 2
