"""A support desk on the virtual clock: first come first served, patience, shifts, two at once."""

from __future__ import annotations

from typing import Any

import pytest

from model.events import Event, Kind, Log, Reason
from model.outcomes import Outcome
from model.support import Support
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Season
from sim.environment import Environment
from sim.support_desk import SupportDesk, agents_over_time

HOUR = 3600.0


class Floor:
    """A desk with a log of its own, asked by a tape of (when, patience, handling)."""

    def __init__(self, asked: list[tuple[float, float, float]], **desk: Any) -> None:
        self.environment = Environment()
        self.log = Log()
        season = Season(start="1405-12-05 00:00", duration="2 d", holidays="none")
        self.desk = SupportDesk(
            self.environment,
            Support(self.log),
            Desk(channel="chat", **desk),
            Calendar(season),
        )
        self.told: list[tuple[str, float, Outcome]] = []
        self.desk.tell = lambda who, now, outcome: self.told.append((who, now, outcome))
        tape = [(when, (row, *rest)) for row, (when, *rest) in enumerate(asked)]
        self.environment.play(tape, self._ask)

    def _ask(self, contact: tuple[int, float, float], now: float) -> None:
        row, patience, handling = contact
        self.desk.ask(row, Reason.GENERAL, patience, handling, "abcdef"[row], now)

    def run(self, until: float = 2 * 86400.0) -> Floor:
        self.environment.run_until(until)
        return self

    def of(self, kind: Kind) -> list[tuple[int, float]]:
        """(session, time) of the events of a kind."""
        return [(event.session, event.t) for event in self.log if event.kind == kind]


def test_contacts_are_answered_first_come_first_served() -> None:
    floor = Floor([(0, 99, 10), (1, 99, 5), (2, 99, 5)], agents=1).run()
    assert floor.of(Kind.ANSWERED) == [(0, 0), (1, 10), (2, 15)]
    assert floor.of(Kind.CLOSED) == [(0, 10), (1, 15), (2, 20)]
    assert floor.told == [
        ("a", 10, Outcome.ANSWERED),
        ("b", 15, Outcome.ANSWERED),
        ("c", 20, Outcome.ANSWERED),
    ]


def test_who_loses_patience_is_skipped_and_hears_no_answer() -> None:
    floor = Floor([(0, 99, 10), (1, 5, 5), (2, 99, 5)], agents=1).run()
    assert floor.of(Kind.GAVE_UP) == [(1, 6)]
    assert floor.of(Kind.ANSWERED) == [(0, 0), (2, 10)]
    assert ("b", 6, Outcome.NO_ANSWER) in floor.told


def test_who_is_being_answered_has_patience_for_it() -> None:
    floor = Floor([(0, 1, 100), (1, 99.5, 10)], agents=1).run()
    assert floor.of(Kind.GAVE_UP) == []
    assert floor.of(Kind.CLOSED) == [(0, 100), (1, 110)]


def test_a_desk_without_agents_answers_nobody() -> None:
    floor = Floor([(0, 60, 10), (1, 30, 10)], agents=0).run()
    assert floor.of(Kind.GAVE_UP) == [(1, 31), (0, 60)]
    assert floor.of(Kind.ANSWERED) == []


def test_an_agent_may_handle_several_contacts_at_once() -> None:
    floor = Floor([(0, 99, 10), (0, 99, 10), (0, 99, 10)], agents=1, at_once=2).run()
    assert floor.of(Kind.ANSWERED) == [(0, 0), (1, 0), (2, 10)]


def test_a_shift_that_begins_takes_the_queue_at_once() -> None:
    shift = {"begins": "09:00", "ends": "17:00", "agents": 2}
    early = [(8 * HOUR, 2 * HOUR, 60), (8.5 * HOUR, 2 * HOUR, 60), (8.6 * HOUR, 2 * HOUR, 60)]
    floor = Floor(early, shifts=[shift]).run()
    nine = 9 * HOUR
    assert floor.of(Kind.ANSWERED) == [(0, nine), (1, nine), (2, nine + 60)]


def test_agents_of_a_shift_handle_several_contacts_at_once_too() -> None:
    shift = {"begins": "09:00", "ends": "17:00", "agents": 1}
    early = [(8 * HOUR, 2 * HOUR, 60)] * 3
    floor = Floor(early, shifts=[shift], at_once=2).run()
    nine = 9 * HOUR
    assert floor.of(Kind.ANSWERED) == [(0, nine), (1, nine), (2, nine + 60)]


def test_an_agent_whose_shift_ends_finishes_what_she_has_begun_and_takes_no_more() -> None:
    shift = {"begins": "09:00", "ends": "17:00", "agents": 1}
    five = 17 * HOUR
    floor = Floor([(five - 60, 99, 600), (five - 30, HOUR, 60)], shifts=[shift]).run()
    assert floor.of(Kind.CLOSED) == [(0, five + 540)]
    assert floor.of(Kind.GAVE_UP) == [(1, five - 30 + HOUR)]


def test_who_waits_over_night_is_answered_in_the_morning() -> None:
    shift = {"begins": "09:00", "ends": "17:00", "agents": 1}
    floor = Floor([(18 * HOUR, 86400, 60)], shifts=[shift]).run()
    assert floor.of(Kind.ANSWERED) == [(0, 33 * HOUR)]


def test_agents_around_the_clock_and_shifts_add_up_over_midnight() -> None:
    season = Season(start="1405-12-05 20:00", duration="1 d", holidays="none")
    desk = Desk(
        channel="phone",
        agents=1,
        shifts=[
            {"begins": "22:00", "ends": "02:00", "agents": 3},
            {"begins": "01:00", "ends": "09:00", "agents": 2},
        ],
    )
    hours = [(seconds / HOUR, n) for seconds, n in agents_over_time(desk, Calendar(season))]
    in_season = [(begins, n) for begins, n in hours if begins < 24]
    assert in_season == [(0, 1), (2, 4), (5, 6), (6, 3), (13, 1)]


def test_the_books_name_the_channel_and_the_topic() -> None:
    floor = Floor([(0, 99, 10)], agents=1).run()
    contacted: Event = next(event for event in floor.log if event.kind == Kind.CONTACTED)
    assert contacted.channel == floor.desk.channel
    assert contacted.reason == Reason.GENERAL


@pytest.mark.parametrize("end", [5.0, 15.0])
def test_what_is_under_way_at_the_end_stays_open(end: float) -> None:
    floor = Floor([(0, 99, 10), (1, 99, 10)], agents=1).run(end)
    assert len(floor.desk.support.open) == 2 - len(floor.of(Kind.CLOSED))
