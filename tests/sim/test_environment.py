"""Lanes and a tape beside SimPy's own agenda: one clock, one order of events, all of SimPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st
from simpy.core import EmptySchedule

from sim.agenda import Lane
from sim.environment import Environment

Trace = list[tuple[float, str]]
Step = tuple[str, int]
"""How to schedule something, and with what delay in seconds."""


def noting(trace: Trace, environment: simpy.Environment) -> Callable[[str, float], None]:
    """A handler that writes down what it was called for, and when."""

    def handler(item: str, now: float) -> None:
        assert now == environment.now
        trace.append((now, item))

    return handler


def a_mixed_agenda() -> tuple[Environment, Trace]:
    """One event of each source at 1, 2 and 3 seconds, scheduled in an order of no help."""
    environment, trace = Environment(), []
    note = noting(trace, environment)
    first, second = environment.lane(note), environment.lane(note)
    environment.play([(time, "arrival") for time in (1.0, 2.0, 3.0)], note)
    for time in (1.0, 2.0, 3.0):
        second.append(time, "second lane")
        first.append(time, "first lane")
        environment.at(time, note, "call")
        environment.timeout(time).callbacks.append(lambda _: note("timeout", environment.now))
    return environment, trace


AT_ONE_INSTANT = ["call", "timeout", "first lane", "second lane", "arrival"]


# the order of events ------------------------------------------------------------------------


def test_at_one_instant_the_heap_goes_before_the_lanes_and_they_before_arrivals() -> None:
    environment, trace = a_mixed_agenda()
    environment.run_until(10.0)
    assert trace == [(time, what) for time in (1.0, 2.0, 3.0) for what in AT_ONE_INSTANT]
    assert environment.now == 10.0


def test_a_run_stops_before_the_events_of_its_end_and_goes_on_with_them() -> None:
    environment, trace = a_mixed_agenda()
    environment.run_until(2.0)
    assert trace == [(1.0, what) for what in AT_ONE_INSTANT]
    assert environment.now == environment.peek() == 2.0
    environment.run_until(2.5)
    assert trace[5:] == [(2.0, what) for what in AT_ONE_INSTANT]
    environment.run_until(3.1)
    assert len(trace) == 15
    assert environment.peek() == inf


def test_run_until_a_time_is_simpy_s_run_until() -> None:
    for end in (0.5, 1.0, 2.0, 9.0):
        (one, by_lanes), (other, by_simpy) = a_mixed_agenda(), a_mixed_agenda()
        one.run_until(end)
        other.run(until=end)
        assert by_lanes == by_simpy
        assert one.now == other.now == end


def test_step_takes_one_event_and_says_when_there_is_none() -> None:
    environment, trace = a_mixed_agenda()
    for number in range(15):
        assert environment.peek() == number // 5 + 1
        environment.step()
        assert len(trace) == number + 1
    assert environment.peek() == inf
    with pytest.raises(EmptySchedule):
        environment.step()


def test_run_without_an_end_plays_everything() -> None:
    environment, trace = a_mixed_agenda()
    environment.run()
    assert len(trace) == 15
    assert environment.now == 3.0


def test_an_entry_behind_another_in_a_lane_waits_for_its_own_time() -> None:
    environment, trace = Environment(), []
    lane = environment.lane(noting(trace, environment))
    for entry in [(1.0, "a"), (1.0, "b"), (4.0, "c")]:
        lane.append(*entry)
    environment.run_until(2.0)
    assert trace == [(1.0, "a"), (1.0, "b")]
    environment.run_until(5.0)
    assert trace[2:] == [(4.0, "c")]


class Agenda:
    """A random program: what stands on the agenda at first, and what each event adds to it."""

    def __init__(
        self,
        environment: Any,
        first: list[Step],
        reactions: list[list[Step]],
        tape: Sequence[int] = (),
        delays: Sequence[int] = (),
    ) -> None:
        self.environment = environment
        self.trace: Trace = []
        self.reactions = iter(reactions)
        self.delays = delays
        self.lanes: list[Lane] = [environment.lane(self._happen) for _ in delays]
        if tape:
            environment.play([(float(time), "tape") for time in sorted(tape)], self._happen)
        self.wake = environment.event()
        for how, delay in first:
            self._schedule(how, delay)

    def _happen(self, what: str, now: float) -> None:
        assert now == self.environment.now
        self.trace.append((now, f"{what} {len(self.trace)}"))
        for how, delay in next(self.reactions, []):
            self._schedule(how, delay)

    def _schedule(self, how: str, delay: int) -> None:
        environment = self.environment
        match how:
            case "call":
                environment.at(environment.now + delay, self._happen, "call")
            case "lane":
                number = delay % len(self.lanes)
                entry = (environment.now + self.delays[number], f"lane {number}")
                self.lanes[number].append(*entry)
            case "process":
                environment.process(self._wait(delay))
            case "wake":
                self.wake.succeed()
                self.wake = environment.event()

    def _wait(self, delay: int) -> Iterator[simpy.Event]:
        """Two timeouts in a row, unless something wakes it first."""
        self._happen("begin", self.environment.now)
        yield self.environment.timeout(delay) | self.wake
        self._happen("middle", self.environment.now)
        yield self.environment.timeout(delay)
        self._happen("end", self.environment.now)

    def step_until(self, end: float) -> None:
        while self.environment.peek() < end:
            self.environment.step()


times = st.integers(0, 6)
steps = st.tuples(st.sampled_from(["call", "lane", "process", "wake"]), times)
agendas = st.fixed_dictionaries(
    {
        "first": st.lists(steps, max_size=6),
        "reactions": st.lists(st.lists(steps, max_size=3), max_size=12),
        "tape": st.lists(times, max_size=6),
        "delays": st.lists(times, min_size=1, max_size=3),
    }
)


@given(agendas)
def test_a_run_keeps_the_order_of_step_after_step(agenda: dict[str, Any]) -> None:
    by_run, by_step = Agenda(Environment(), **agenda), Agenda(Environment(), **agenda)
    by_run.environment.run_until(20.0)
    by_step.step_until(20.0)
    assert by_run.trace == by_step.trace
    assert by_run.trace == sorted(by_run.trace, key=lambda entry: entry[0])


@given(agendas, st.lists(times, max_size=4))
def test_a_run_in_parts_is_the_run_as_a_whole(agenda: dict[str, Any], stops: list[int]) -> None:
    whole, parts = Agenda(Environment(), **agenda), Agenda(Environment(), **agenda)
    whole.environment.run_until(20.0)
    for number, stop in enumerate(sorted(stops)):
        if number % 2:
            parts.step_until(stop)
        else:
            parts.environment.run_until(stop)
    parts.environment.run_until(20.0)
    assert parts.trace == whole.trace


@given(agendas)
def test_without_lanes_and_tape_it_is_simpy_s_own_environment(agenda: dict[str, Any]) -> None:
    """The same random program of processes, timeouts and conditions on both."""

    def of_simpy(entries: list[Step]) -> list[Step]:
        return [(how, delay) for how, delay in entries if how in ("process", "wake")]

    first, reactions = of_simpy(agenda["first"]), list(map(of_simpy, agenda["reactions"]))
    ours, theirs = (
        Agenda(environment, first, reactions)
        for environment in (Environment(), simpy.Environment())
    )
    ours.environment.run_until(20.0)
    theirs.environment.run(until=20.0)
    assert ours.trace == theirs.trace


# the rest of SimPy --------------------------------------------------------------------------


def test_processes_resources_and_arrivals_of_the_tape_meet() -> None:
    """A counter for one, served first come first served; arrivals come from the tape."""
    environment, trace = Environment(), []
    counter = simpy.Resource(environment, capacity=1)

    def customer(name: str) -> Iterator[simpy.Event]:
        with counter.request() as request:
            yield request
            yield environment.timeout(2.0)
            trace.append((environment.now, name))

    def arrive(name: str, now: float) -> None:
        environment.process(customer(name))

    environment.play([(0.0, "a"), (1.0, "b"), (5.0, "c")], arrive)
    environment.run_until(20.0)
    assert trace == [(2.0, "a"), (4.0, "b"), (7.0, "c")]


def test_a_lane_can_wake_a_process_through_an_event_or_a_store() -> None:
    environment, trace = Environment(), []
    store = simpy.Store(environment)

    def consumer() -> Iterator[Any]:
        while True:
            item = yield store.get()
            trace.append((environment.now, item))

    environment.process(consumer())
    lane = environment.lane(lambda item, now: store.put(item))
    for entry in [(1.0, "first"), (3.0, "second")]:
        lane.append(*entry)
    environment.run_until(10.0)
    assert trace == [(1.0, "first"), (3.0, "second")]


def test_a_call_can_interrupt_a_process() -> None:
    environment, trace = Environment(), []

    def sleeper() -> Iterator[simpy.Event]:
        try:
            yield environment.timeout(100.0)
        except simpy.Interrupt as interrupt:
            trace.append((environment.now, interrupt.cause))

    process = environment.process(sleeper())
    environment.at(4.0, lambda cause, now: process.interrupt(cause), "enough")
    environment.run_until(200.0)
    assert trace == [(4.0, "enough")]
    assert not process.is_alive


def test_a_condition_waits_for_whatever_comes_first() -> None:
    environment, trace = Environment(), []
    bell = environment.event()

    def waiter() -> Iterator[Any]:
        patience = environment.timeout(5.0)
        result = yield bell | patience
        trace.append((environment.now, "bell" if bell in result else "patience"))
        yield bell & patience
        trace.append((environment.now, "both"))

    environment.process(waiter())
    environment.lane(lambda item, now: bell.succeed()).append(3.0, None)
    environment.run_until(10.0)
    assert trace == [(3.0, "bell"), (5.0, "both")]


def test_run_until_an_event_returns_its_value() -> None:
    environment = Environment()
    lane = environment.lane(lambda process, now: process.succeed("answer"))
    question = environment.event()
    lane.append(7.0, question)
    environment.play([(9.0, "never")], lambda item, now: pytest.fail("ran too far"))
    assert environment.run(until=question) == "answer"
    assert environment.now == 7.0


def test_an_error_in_a_process_comes_out_of_the_run() -> None:
    environment = Environment()

    def fails() -> Iterator[simpy.Event]:
        yield environment.timeout(1.0)
        raise ZeroDivisionError

    environment.process(fails())
    with pytest.raises(ZeroDivisionError):
        environment.run_until(2.0)


def test_the_clock_may_start_anywhere() -> None:
    environment = Environment(100.0)
    trace: Trace = []
    environment.play([(100.0, "now"), (101.0, "later")], noting(trace, environment))
    environment.run_until(101.0)
    assert trace == [(100.0, "now")]
