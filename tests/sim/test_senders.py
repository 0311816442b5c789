"""Who sends messages: a panel at its rate, with outages; a clerk in office hours."""

from __future__ import annotations

from typing import Any

from model.events import Channel, Kind, Log, Reason
from model.notices import About, Notice
from scenarios.calendar import Calendar
from scenarios.notices import Clerk, Provider
from scenarios.schema import Season
from sim.environment import Environment
from sim.senders import ClerksDesk, Panel

HOUR = 3600.0


def calendar(start: str = "1405-12-05 00:00") -> Calendar:
    """1405-12-05 is a Wednesday; Friday is the weekend."""
    return Calendar(Season.model_validate({"start": start, "duration": "9 d", "holidays": "none"}))


def test_a_panel_sends_so_many_a_second_and_the_rest_waits_in_turn() -> None:
    panel = Panel(Provider(rate=4), calendar())
    assert [panel.leaves(10.0) for _ in range(4)] == [10.25, 10.5, 10.75, 11.0]
    assert panel.leaves(10.5) == 11.25
    assert panel.leaves(60.0) == 60.25


def test_in_an_outage_nothing_leaves_and_afterwards_the_queue_goes_on() -> None:
    outages = [
        {"start": "1405-12-05 02:00", "duration": "1 h"},
        {"start": "1405-12-05 01:00", "duration": "30 min"},
    ]
    panel = Panel(Provider.model_validate({"rate": 1, "outages": outages}), calendar())
    assert panel.leaves(HOUR - 1) == HOUR
    assert [panel.leaves(HOUR + 5), panel.leaves(HOUR + 5)] == [1.5 * HOUR + 1, 1.5 * HOUR + 2]
    assert panel.leaves(2.5 * HOUR) == 3 * HOUR + 1


def written(rule: dict[str, Any], *due: float) -> tuple[list[tuple[int, float]], Log]:
    """(session, time) of messages by hand that were due at these times, and the log."""
    environment, log = Environment(), Log()
    sent: list[tuple[int, float]] = []

    def send(notice: Notice, now: float) -> None:
        sent.append((notice.about.session, now))

    desk = ClerksDesk(environment, log, Clerk.model_validate(rule), calendar(), send)
    notices = [Notice(About(session, Reason.TRACKING), Channel.SMS) for session in range(len(due))]
    environment.play(zip(due, notices, strict=True), desk.take)
    environment.run_until(9 * 24 * HOUR)
    return sent, log


def test_a_clerk_writes_one_message_after_the_other_in_office_hours() -> None:
    sent, _ = written({"work": "10 min"}, 8 * HOUR, 8.5 * HOUR, 12 * HOUR)
    assert sent == [(0, 9 * HOUR + 600), (1, 9 * HOUR + 1200), (2, 12 * HOUR + 600)]


def test_what_is_due_after_hours_waits_for_the_next_business_day() -> None:
    thursday_evening, saturday = (24 + 18) * HOUR, 3 * 24 * HOUR
    sent, _ = written({"work": "10 min"}, thursday_evening, thursday_evening)
    assert sent == [(0, saturday + 9 * HOUR + 600), (1, saturday + 9 * HOUR + 1200)]


def test_two_clerks_write_two_messages_at_a_time_and_both_are_paid_for() -> None:
    sent, log = written({"people": 2, "work": "10 min"}, *[10 * HOUR] * 3)
    assert [t - 10 * HOUR for _, t in sent] == [600, 600, 1200]
    worked = [event for event in log if event.kind == Kind.OPERATOR_WORKED]
    assert [(event.quantity, event.reason) for event in worked] == [(600, Reason.TRACKING)] * 3


def test_a_message_reaches_the_clerks_desk_after_a_while() -> None:
    sent, _ = written({"delay": "2 h", "work": "1 min"}, 10 * HOUR)
    assert sent == [(0, 12 * HOUR + 60)]
