"""A desk fitted on every other day of a real call centre answers the days between.

The calls of a bank in January 1999 (Technion, "Anonymous Bank"), Sundays to Thursdays from seven to
midnight. The record has no rota: agents are inferred on one half of the days, and checked on the
other half with the calls that came then. The month has two halves of its own: the call centre was a
third busier until the 14th, and had more people then.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from model.events import Kind, Log, Reason
from model.support import Support
from scenarios.calendar import Calendar
from scenarios.calibration.calls import (
    Calls,
    arrivals_by_slot,
    day_cv,
    dispersion,
    fit_desk,
    fit_handling,
    fit_patience,
    infer_agents,
    kaplan_meier,
    read_calls,
)
from scenarios.erlang_a import ErlangA
from scenarios.errors import UserError
from scenarios.schema import Desk, Season
from sim.environment import Environment
from sim.support_desk import SupportDesk
from sim.verification.closed_forms import zero_mean_p
from sim.verification.desks import W1_DESK

FILE = Path(__file__).parents[3] / "shared" / "data" / "callcentre_1999-01_calls.csv.gz"
needs_data = pytest.mark.skipif(not FILE.is_file(), reason="needs ../shared/data")
LEVEL = 0.001
DAY, SEVEN = 86400.0, 7 * 3600.0
LUCKS = 10
"""So many times each day is played, with other handling times and patience."""


class Day(NamedTuple):
    """What became of a day's calls: means over them."""

    wait: float
    """Seconds, of all callers."""
    gave_up: float
    queued: float


@pytest.fixture(scope="module")
def calls() -> Calls:
    every = read_calls(FILE)
    weekday = np.array([dt.date.fromordinal(int(day)).weekday() for day in every.day])
    return every.select((weekday != 4) & (weekday != 5) & (every.at >= SEVEN))


@pytest.fixture(scope="module")
def checked(calls: Calls) -> tuple[list[Day], list[Day]]:
    """The days that the fit has not seen, as they were and as the desk has them."""
    middle = dt.date(1999, 1, 15).toordinal()
    real, played = [], []
    for period in (calls.select(calls.day < middle), calls.select(calls.day > middle)):
        number = np.searchsorted(period.days, period.day)
        desk = fit_desk(period.select(number % 2 == 0))
        for day in period.days[1::2]:
            of_day = period.select(period.day == day)
            real.append(
                Day(of_day.waited.mean(), of_day.gave_up.mean(), (of_day.waited > 0).mean())
            )
            played.append(play(desk, of_day.at))
    return real, played


def play(desk: Desk, at: np.ndarray) -> Day:
    """The same calls at a desk, with drawn handling and patience."""
    rows = [one_day(desk, at, seed) for seed in range(LUCKS)]
    return Day(*np.mean(rows, axis=0))


def one_day(desk: Desk, at: np.ndarray, seed: int) -> Day:
    generator = np.random.default_rng(seed)
    n = len(at)
    handling = desk.handling.draw(generator, n).tolist()
    patience = desk.patience.draw(generator, n).tolist()
    environment, log = Environment(), Log()
    calendar = Calendar(Season(start="1405-12-05", duration="1 d", holidays="none"))
    asked = SupportDesk(environment, Support(log), desk, calendar)

    def arrive(row: int, now: float) -> None:
        asked.ask(row, Reason.GENERAL, patience[row], handling[row], None, now)

    environment.play(zip(at.tolist(), range(n), strict=True), arrive)
    environment.run_until(2 * DAY)
    came = {event.session: event.t for event in log if event.kind == Kind.CONTACTED}
    ends = [event for event in log if event.kind in (Kind.ANSWERED, Kind.GAVE_UP)]
    waits = np.array([event.t - came[event.session] for event in ends])
    gave_up = sum(event.kind == Kind.GAVE_UP for event in ends)
    return Day(waits.sum() / n, gave_up / n, (waits > 0).sum() / n)


# the fit on made-up calls ---------------------------------------------------------------------


def test_the_wait_of_erlang_a_is_that_of_the_closed_form() -> None:
    desk = W1_DESK
    wait = ErlangA(desk.arrivals, 1 / desk.service, 1 / desk.giving_up, int(desk.agents)).mean_wait
    assert wait == pytest.approx(W1_DESK.mean_waiting / W1_DESK.arrivals)


def made_up(days: int = 60, agents: int = 6) -> Calls:
    """A desk of six around the clock, one call in 30 s, 3 min each, 5 min of patience."""
    generator = np.random.default_rng(7)
    shift = {"begins": "00:00", "ends": "00:00", "agents": agents}
    desk = Desk(channel="phone", shifts=[shift])
    calendar = Calendar(Season(start="1405-12-05", duration="1 d", holidays="none"))
    columns = []
    for day in range(days):
        at = np.cumsum(generator.exponential(30, 2000))
        at = at[at < 4 * 3600]
        handling = generator.exponential(180, len(at)).tolist()
        patience = generator.exponential(300, len(at)).tolist()
        environment, log = Environment(), Log()
        asked = SupportDesk(environment, Support(log), desk, calendar)
        tape = zip(at.tolist(), zip(range(len(at)), patience, handling, strict=True), strict=True)
        environment.play(
            tape,
            lambda row, now, asked=asked: asked.ask(
                row[0], Reason.GENERAL, row[1], row[2], None, now
            ),
        )
        environment.run_until(DAY)
        for event in log:
            if event.kind in (Kind.ANSWERED, Kind.GAVE_UP):
                left = event.kind == Kind.GAVE_UP
                took = 0.0 if left else handling[event.session]
                columns.append((day, at[event.session], event.t - at[event.session], left, took))
    columns.sort()
    day, at, waited, gave_up, handling = map(np.array, zip(*columns, strict=True))
    return Calls(day, at, waited, gave_up, handling)


def test_a_made_up_desk_is_found_again() -> None:
    calls = made_up()
    patience = fit_patience(calls).mean_seconds
    assert patience == pytest.approx(300, rel=0.10)
    assert fit_handling(calls).mean_seconds == pytest.approx(180, rel=0.03)
    at = np.array([30.0, 60.0, 120.0])
    assert kaplan_meier(calls, at) == pytest.approx(np.exp(-at / 300), abs=0.05)
    agents = infer_agents(calls, 180, patience)
    assert set(agents[1:8]) == {6}  # the first half hour begins with an empty queue
    assert set(agents[8:]) == {0}
    assert dispersion(arrivals_by_slot(calls)[:, :8]) == pytest.approx(1, abs=0.25)
    assert day_cv(calls) < 0.04


def test_shifts_are_spells_of_as_many_agents() -> None:
    (shift,) = (each for each in fit_desk(made_up()).shifts if each.agents == 6)
    assert (shift.ends.hour, shift.agents) == (4, 6)


def test_a_table_that_is_no_call_record_is_refused_with_the_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("date,outcome\n990101,AGENT\n", encoding="utf-8")
    with pytest.raises(UserError, match="lacks the column vru_exit, q_start, q_time, ser_time"):
        read_calls(path)
    path.write_text(f"{HEAD}\n990101,0:00:36,0:00:36,soon,HANG,0\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"calls\.csv:2: .*'soon'"):
        read_calls(path)


HEAD = "date,vru_exit,q_start,q_time,outcome,ser_time"


# the real month -------------------------------------------------------------------------------


@needs_data
def test_the_laws_of_1999_are_those_that_are_quoted(calls: Calls) -> None:
    handling, patience = fit_handling(calls), fit_patience(calls)
    assert handling.mean_seconds == pytest.approx(185, abs=5)
    assert handling.sigma == pytest.approx(1.16, abs=0.02)
    assert patience.mean_seconds == pytest.approx(370, abs=10)
    # Within the waits that happen an exponential patience is as good as any; beyond five minutes
    # those still there are more patient than it says.
    at = np.array([30.0, 60.0, 120.0, 600.0])
    seen, law = kaplan_meier(calls, at), np.exp(-at / patience.mean_seconds)
    assert seen[:3] == pytest.approx(law[:3], abs=0.025)
    assert seen[3] > law[3] + 0.1
    assert dispersion(arrivals_by_slot(calls, 900)[:, 28:]) > 2


@needs_data
def test_the_waits_and_abandonment_of_days_not_seen_are_reproduced(
    checked: tuple[list[Day], list[Day]],
) -> None:
    """Jointly, day by day, at level 0.1%; and the means are near enough to plan by."""
    real, played = map(np.array, checked)
    assert zero_mean_p((played - real)[:, :2]) > LEVEL
    wait, gave_up = played.mean(axis=0)[:2] / real.mean(axis=0)[:2]
    assert wait == pytest.approx(1, abs=0.15)
    assert gave_up == pytest.approx(1, abs=0.15)


@needs_data
def test_where_the_desk_misses_the_month_of_1999(checked: tuple[list[Day], list[Day]]) -> None:
    """Fewer callers wait at all than did, though the mean wait fits. And a single day may be far
    off: people were sent where they were missing, which a rota that is the same every day cannot.
    """
    real, played = map(np.array, checked)
    queued = played.mean(axis=0)[2] - real.mean(axis=0)[2]
    assert -0.20 < queued < -0.05
    assert np.abs(played - real)[:, 0].max() > 15


@needs_data
def test_that_fewer_queue_is_not_for_want_of_bursts_in_the_calls(calls: Calls) -> None:
    """Poisson calls of the same rates queue as little as the real ones do at this desk."""
    generator = np.random.default_rng(3)
    bursty, even = [], []
    middle = dt.date(1999, 1, 15).toordinal()
    for period in (calls.select(calls.day < middle), calls.select(calls.day > middle)):
        desk, rates = fit_desk(period), arrivals_by_slot(period).mean(axis=0)
        for day in period.days[1::2]:
            slot = np.repeat(np.arange(len(rates)), generator.poisson(rates))
            at = np.sort((slot + generator.random(len(slot))) * DAY / len(rates))
            bursty.append(play(desk, period.at[period.day == day]).queued)
            even.append(play(desk, at).queued)
    assert np.mean(even) == pytest.approx(np.mean(bursty), abs=0.03)


@needs_data
def test_callers_queued_while_an_agent_was_between_two_calls() -> None:
    """An agent without a call is not one who takes the next at once, as those of a desk do: of the
    callers who queued, most came when somebody had had no call for fifteen seconds and had the next
    one soon after."""
    queued, at_once = free_agents(FILE)
    assert np.mean(queued > 0) == pytest.approx(0.67, abs=0.02)
    assert np.mean(queued) == pytest.approx(1.1, abs=0.1)
    assert np.mean(at_once) == pytest.approx(1.8, abs=0.1)


def free_agents(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """How many agents were between two calls when a caller came who then queued, and when one came
    who was answered at once; one entry for each call of Sundays to Thursdays from seven on."""
    talks: dict[tuple[str, str], list[tuple[int, int]]] = {}
    came: list[tuple[str, int, bool]] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            queues, answered = float(row["q_time"]) > 0, row["outcome"] == "AGENT"
            at = clock(row["q_start"] if queues else row["vru_exit"])
            weekday = dt.datetime.strptime(row["date"], "%y%m%d").weekday()
            if weekday in (4, 5) or at < SEVEN or not (queues or answered):
                continue
            came.append((row["date"], at, queues))
            if answered:
                talk = (clock(row["ser_start"]), clock(row["ser_exit"]))
                talks.setdefault((row["date"], row["server"]), []).append(talk)
    pauses: dict[str, list[tuple[int, int]]] = {}
    for (date, _), calls in talks.items():
        for (_, ended), (begun, _) in pairwise(sorted(calls)):
            if begun - ended < 15 * 60:
                pauses.setdefault(date, []).append((ended + 15, begun))
    free = {date: np.array(spells) for date, spells in pauses.items()}
    counts = [
        int(((free[date][:, 0] <= at) & (at < free[date][:, 1])).sum()) for date, at, _ in came
    ]
    queues_too = np.array([queues for _, _, queues in came])
    return np.array(counts)[queues_too], np.array(counts)[~queues_too]


def clock(text: str) -> int:
    """Seconds of the day from `h:mm:ss`."""
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds
