"""The event log: fixed records, small, equal for equal runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shops import at_gateway, open_shop, ring

from model.events import RECORD, Channel, Event, Kind, Log, Reason

int32 = st.integers(-(2**31), 2**31 - 1)
any_event = st.builds(
    Event,
    t=st.floats(allow_nan=False),
    kind=st.sampled_from(Kind),
    session=int32,
    order=int32,
    product=int32,
    quantity=int32,
    amount=st.integers(-(2**63), 2**63 - 1),
    channel=st.sampled_from(Channel),
    reason=st.sampled_from(Reason),
)


@given(st.lists(any_event, max_size=20))
def test_what_was_written_is_read_back(written: list[Event]) -> None:
    log = Log()
    for event in written:
        log.add(*event)
    assert list(log) == written
    assert len(log) == len(written)


@given(st.lists(any_event, max_size=20))
def test_a_log_goes_on_from_its_stored_bytes(written: list[Event]) -> None:
    log = Log()
    for event in written:
        log.add(*event)
    stored = Log(bytes(log.buffer))
    log.add(1.0, Kind.PAID)
    stored.add(1.0, Kind.PAID)
    assert stored.buffer == log.buffer


def test_a_season_of_a_million_events_stays_small() -> None:
    assert RECORD.size * 1_000_000 < 50e6


def test_an_event_that_names_nobody_and_nothing_says_so_with_minus_one() -> None:
    log = Log()
    log.add(0.0, Kind.TRAFFIC, quantity=7)
    assert list(log) == [(0.0, Kind.TRAFFIC, -1, -1, -1, 7, 0, 0, 0)]


@pytest.mark.parametrize("enum", [Kind, Channel, Reason])
def test_codes_fit_in_a_byte_and_are_given_once(enum: type[Kind | Channel | Reason]) -> None:
    assert all(0 <= member < 256 for member in enum)
    assert len(enum.__members__) == len(enum)  # a second name for one code would be an alias


def test_equal_runs_give_equal_bytes() -> None:
    def run() -> bytes:
        shop = open_shop(3, 3, timeout=10.0)
        attempt = at_gateway(shop, 1, 0.0, (0, 2), (1, 1))
        shop.orders.add(2, 0, 1, 1.0)
        ring(shop, 10.0)
        shop.payments.capture(attempt, 11.0)
        return bytes(shop.log.buffer)

    assert run() == run()
