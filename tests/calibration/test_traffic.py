"""What access logs say of sessions, think times and capacity, where the truth is known."""

from __future__ import annotations

import csv
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from calibration.known_log import ADDED, FINISHED, READY, busy_site, line, week_of_shoppers, write

from scenarios.calibration.access.capacity import Load, fit_capacity, response_time
from scenarios.calibration.access.fit import AccessPieces, fit_access_log
from scenarios.calibration.access.laws import fit_lognormal, wilson
from scenarios.calibration.access.lines import Hit
from scenarios.calibration.access.pages import Page
from scenarios.calibration.ample import ample
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.text import write_scenario
from scenarios.loader import load

QUANTILES = (
    Path(__file__).parents[2].parent / "shared" / "data" / "zanbil_pageview_gap_quantiles.csv"
)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> AccessPieces:
    path = tmp_path_factory.mktemp("log") / "access.log"
    return fit_access_log([write(path, *(text for _, text in week_of_shoppers()))])


def test_sessions_and_their_funnel_come_out_of_the_log(week: AccessPieces) -> None:
    traffic = week.log.traffic
    assert traffic.total == 7 * 600
    assert traffic.reached[Page.PRODUCT] == 7 * 600
    for reached, expected in (
        (traffic.reached[Page.ADD] / traffic.total, ADDED),
        (traffic.reached[Page.CHECKOUT] / traffic.reached[Page.ADD], READY),
        (traffic.reached[Page.RECEIVED] / traffic.reached[Page.CHECKOUT], FINISHED),
    ):
        assert reached == pytest.approx(expected, abs=0.04)


def test_the_known_think_times_lie_in_the_interval(week: AccessPieces) -> None:
    think = week.think
    assert think is not None
    assert think.median_interval[0] < 28 < think.median_interval[1]
    assert think.sigma_interval[0] < 1.2 < think.sigma_interval[1]
    assert think.distance < 0.02


def test_the_fitted_scenario_carries_value_interval_and_source(
    week: AccessPieces, tmp_path: Path
) -> None:
    file = tmp_path / "week.yaml"
    write_scenario(week.alone("week"), file)
    fitted, text = load(str(file)), " ".join(file.read_text(encoding="utf-8").split("#"))
    assert fitted.season.duration == 7 * 86400
    assert fitted.demand.sessions_per_day == pytest.approx(600, rel=0.01)
    assert fitted.demand.engaged == pytest.approx(ADDED, abs=0.04)
    hours = fitted.demand.hours
    assert sum(hours[12:]) / sum(hours[:12]) == pytest.approx(2, rel=0.1)
    assert fitted.shoppers.ready == pytest.approx(READY, abs=0.04)
    pays = ample(fitted.shoppers.lines, fitted.shoppers, fitted.payment, fitted.reservation)
    assert pays.paid_share == pytest.approx(READY * FINISHED, abs=0.04)
    assert text.count("source: access log") >= 6
    assert "95 %" in text
    assert fitted.website is None
    assert "no request times, so the website is left out" in " ".join(text.split())


def test_with_orders_the_log_says_who_is_engaged_and_how_she_behaves(week: AccessPieces) -> None:
    assumed = week.assumptions(Assumptions(stock_margin=0.3))
    assert assumed.engaged == week.engaged
    assert assumed.shoppers.browse == week.shoppers.browse
    assert assumed.stock_margin == 0.3


def test_half_a_day_is_put_together_from_its_hours(tmp_path: Path) -> None:
    morning = [text for at, text in week_of_shoppers(days=1) if at < 12 * 3600]
    log = fit_access_log([write(tmp_path / "a.log", *morning)]).log
    _, totals, hours = log.days()
    assert totals == pytest.approx([2 * log.traffic.total], rel=0.05)
    assert (log.uncovered_hours, hours[20]) == (12, pytest.approx(1, abs=0.1))


# laws -----------------------------------------------------------------------------------------


def test_a_lognormal_law_is_found_although_pauses_are_cut_off_and_in_whole_seconds() -> None:
    pauses = np.random.default_rng(1).lognormal(math.log(200), 1.8, 20_000)
    seen = Counter(np.floor(pauses[pauses <= 1800] + 0.5).astype(int).tolist())
    found = fit_lognormal(seen, longest=1800)
    assert found is not None
    assert found.median_interval[0] < 200 < found.median_interval[1]
    assert found.sigma_interval[0] < 1.8 < found.sigma_interval[1]
    assert found.distance < 0.01


def test_too_few_times_say_nothing() -> None:
    assert fit_lognormal({5: 10, 6: 10, 7: 10}) is None


def test_the_pauses_of_a_real_shop_are_lognormal_as_its_parameter_row_says() -> None:
    if not QUANTILES.exists():
        pytest.skip("the real quantiles are not at ../shared/data")
    with QUANTILES.open(encoding="utf-8") as file:
        points = [(float(row["quantile"]), float(row["gap_s"])) for row in csv.DictReader(file)]
    seen: Counter[int] = Counter()
    for (share, low), (next_share, high) in pairwise(points):
        number = round((next_share - share) * 10_000)
        seen.update(round(each) for each in np.geomspace(low, high, number + 1)[1:])
    found = fit_lognormal(seen, longest=1800)
    assert found is not None
    assert math.log(found.median) == pytest.approx(3.42, abs=0.1)
    assert found.sigma == pytest.approx(1.34, abs=0.1)


def test_the_interval_of_a_share_is_wilson_s() -> None:
    assert wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


# capacity -------------------------------------------------------------------------------------


def load_of(done: list[tuple[float, float, int]]) -> Load:
    return Load().count(Hit(int(at), 1, Page.OTHER, status, took) for at, took, status in done)


def test_the_response_time_is_that_of_erlang() -> None:
    rate = np.array([1.0, 2.0])
    assert response_time(rate, 0.3, 1) == pytest.approx(0.3 / (1 - 0.3 * rate))
    assert response_time(np.array([4.0]), 0.3, 1)[0] == math.inf


@pytest.mark.parametrize(("workers", "page_time", "busiest"), [(3, 0.5, 0.9), (8, 0.3, 1.0)])
def test_workers_and_page_time_of_a_strained_site_are_found(
    workers: int, page_time: float, busiest: float
) -> None:
    found = fit_capacity(load_of(busy_site(workers, page_time, busiest)))
    assert found.workers_interval[0] <= workers <= found.workers_interval[1]
    assert found.workers == workers
    assert found.page_time == pytest.approx(page_time, rel=0.03)
    assert found.page_time_interval[0] < page_time < found.page_time_interval[1]
    assert found.explained > 0.9


def test_a_site_that_was_never_strained_shows_a_lower_bound_only() -> None:
    found = fit_capacity(load_of(busy_site(8, 0.3, 0.4)))
    assert found.workers is None
    assert 3 <= found.at_least <= 8
    assert "too little to tell the workers from" in found.why_not


def test_who_is_turned_away_shows_how_many_may_wait() -> None:
    found = fit_capacity(load_of(busy_site(4, 0.3, 1.15, room=60)))
    assert found.room == pytest.approx(60, rel=0.2)
    assert found.workers == 4


def test_an_hour_of_minutes_is_too_little() -> None:
    found = fit_capacity(load_of([(n * 10.0, 0.2, 200) for n in range(360)]))
    assert (found.workers, found.page_time) == (None, None)
    assert "minutes with response times are too few" in found.why_not


def test_a_strained_site_stands_in_the_scenario(tmp_path: Path) -> None:
    pages = [
        line(at, "/product/x/", who=f"9.9.{n >> 8 & 255}.{n & 255}", took=took, status=status)
        for n, (at, took, status) in enumerate(busy_site(3, 0.5, 0.9))
    ]
    path = write(tmp_path / "a.log", *pages)
    website = fit_access_log([path]).alone("busy").scenario.website
    assert website is not None
    assert (website.workers, website.page_time) == (3, pytest.approx(0.5, rel=0.03))
