"""The audit finds money that is missing, or too much, wherever it is planted."""

from __future__ import annotations

import pytest
from small_shop import log

from model.events import Channel, Kind
from reports.books import audit

CARD, COD = Channel.GATEWAY, Channel.COD
ACCEPTED = [
    (1, Kind.RECEIVED, -1, -1, 0, 5),
    (1, Kind.ADDED, 1, -1, 0, 1, 900),
    (1, Kind.RESERVED, 1, -1, 0, 1, 0),
    (1, Kind.PLACED, 1, 0, -1, 0, 900),
    (1, Kind.ALLOCATED, 1, 0, 0, 1, 0),
    (1, Kind.ACCEPTED, 1, 0, -1, 0, 900),
    (2, Kind.COD_COLLECTED, 1, 0, -1, 0, 900, COD),
]
SETTLED = [
    *ACCEPTED,
    (3, Kind.SETTLED, -1, -1, -1, 0, 900, COD),
    (3, Kind.FEES_TAKEN, -1, -1, -1, 0, 100, COD),
    (4, Kind.DEPOSITED, -1, -1, -1, 0, 800, COD),
]


def test_books_of_an_order_paid_at_the_door_and_settled_balance() -> None:
    assert audit(log(*SETTLED)) == []


@pytest.mark.parametrize(
    ("place", "amount", "said"),
    [
        (6, 950, "order 0 brought 50 rial more than it came to"),
        (7, 950, "the till of cod was settled with 50 rial more than it had taken"),
        (9, 850, "the till of cod was credited 50 rial more than was settled, less fees"),
        (8, 150, "the till of cod was credited 50 rial more than was settled, less fees"),
    ],
)
def test_money_that_does_not_add_up_is_found(place: int, amount: int, said: str) -> None:
    events = [list(event) for event in SETTLED]
    events[place][6] = amount
    assert any(said in fault for fault in audit(log(*map(tuple, events))))


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([(2, Kind.COD_COLLECTED, 1, 7, -1, 0, 9, COD)], "order 7, which was not accepted"),
        (
            [(1, Kind.PAYMENT_LAPSED, 1, 0, -1, 0, 9, CARD)],
            "payment lapsed for attempt 0 of order 0, which was not taken",
        ),
        (
            [
                (1, Kind.PAYMENT_TAKEN, 1, 0, -1, 0, 9, CARD),
                (1, Kind.MONEY_BACK, 1, 0, -1, 0, 9, CARD),
            ],
            "money back for attempt 0 of order 0, which was not lapsed",
        ),
        (
            [(2, Kind.REFUNDED, 1, 0, -1, 0, 9, CARD)],
            "order 0 was refunded 9 rial more than the shop had of it",
        ),
        (
            [(4, Kind.DEPOSITED, -1, -1, -1, 0, 5, COD), (3, Kind.SETTLED, -1, -1, -1, 0, 0, COD)],
            "the till of cod was credited 5 rial more",
        ),
    ],
)
def test_money_that_nobody_had_is_found(events: list[tuple], said: str) -> None:
    assert any(said in fault for fault in audit(log(*events)))
