"""A site fitted to a live run: the workers of a known queue are found again."""

from pathlib import Path

import numpy as np
import pytest

from reports import requests
from reports.requests import REQUEST, START, Traffic
from scenarios.website import Website
from sim.experiments.calibrate_site import SLICE, fit_website, rates_of
from sim.page_queue import PageQueue


def traffic_of(workers: int, page_time: float, occupancies: list[float]) -> Traffic:
    """A minute at each occupancy of a site that is the queue M/M/c/K."""
    generator = np.random.default_rng(1)
    sent, service = [], []
    for number, occupancy in enumerate(occupancies):
        load = occupancy * workers
        queue = PageQueue(load, workers, 512, page_time)
        count = round(60 * load / page_time)
        sent.append(np.sort(generator.uniform(60 * number, 60 * number + 60, count)))
        luck = generator.random((count, 2))
        service += [queue.draw(*each) for each in luck.tolist()]
    rows = np.zeros(len(service), REQUEST)
    rows["sent"] = rows["intended"] = np.concatenate(sent)
    rows["service"], rows["status"] = service, 200
    rows["session"] = np.arange(len(rows)) // 2
    return Traffic(rows, ["look"], np.empty(0, START), 0)


@pytest.mark.parametrize(("workers", "page_time"), [(4, 0.2), (12, 0.05)])
def test_the_workers_of_a_queue_that_was_filled_are_found(workers: int, page_time: float) -> None:
    traffic = traffic_of(workers, page_time, [0.3, 0.6, 0.8, 0.9, 0.95])
    fitted = fit_website(rates_of(traffic), traffic, Website())
    assert fitted.workers == pytest.approx(workers, rel=0.15)
    assert fitted.workers / fitted.page_time == pytest.approx(workers / page_time, rel=0.15)
    assert fitted.pages == pytest.approx(2, rel=0.01)


def test_a_site_that_was_never_filled_keeps_its_page_time() -> None:
    traffic = traffic_of(50, 0.1, [0.05, 0.1, 0.15])
    fitted = fit_website(rates_of(traffic), traffic, Website())
    assert fitted.page_time == pytest.approx(0.1, rel=0.1)


def test_rates_rise_and_leave_out_what_was_cut_off() -> None:
    traffic = traffic_of(4, 0.2, [0.5, 0.9])
    rates = rates_of(traffic)
    assert [rate.per_second for rate in rates] == sorted(rate.per_second for rate in rates)
    inside = traffic.requests["sent"] < 120 - SLICE
    assert sum(rate.requests for rate in rates) == inside.sum()


def test_a_run_that_is_over_at_once_has_no_rate() -> None:
    traffic = traffic_of(4, 0.2, [0.9])
    traffic.requests["sent"] /= 60
    assert rates_of(traffic) == []
    assert rates_of(Traffic(np.empty(0, REQUEST), ["look"], np.empty(0, START), 0)) == []


def test_failed_requests_say_nothing_of_how_long_a_page_takes(tmp_path: Path) -> None:
    traffic = traffic_of(4, 0.2, [0.5, 0.9])
    traffic.requests["status"][::2] = 503
    requests.write(traffic, tmp_path)
    again = requests.read(tmp_path, 0)
    whole = sum(rate.requests for rate in rates_of(again))
    assert whole == pytest.approx(len(traffic.requests) / 2, rel=0.06)
