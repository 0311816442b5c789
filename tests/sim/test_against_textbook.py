"""The fast engine and a textbook simulation, fed the same shoppers, count exactly the same."""

from __future__ import annotations

import pytest

from sim.verification import oracle
from sim.verification.oracle import QUARTER
from sim.verification.textbook import Counts

SEED = 1405


def both(settings: tuple[str, ...], replication: int) -> tuple[Counts, Counts]:
    """Counts of one replication by the engine and by the textbook."""
    return oracle.both(settings, SEED, replication)


def assert_the_same(counts: Counts, textbook: Counts) -> None:
    assert counts.whole() == textbook.whole()
    assert counts.wait == pytest.approx(textbook.wait, rel=1e-6)


@pytest.mark.parametrize("replication", range(3))
def test_a_season_of_the_reservation_store_counts_as_in_the_textbook(replication: int) -> None:
    counts, textbook = both((), replication)
    assert_the_same(counts, textbook)
    assert min(counts.whole().values()) > 0  # every branch was played


@pytest.mark.parametrize("timeout", ["30 s", "5 min", "30 min", "2 h", "none"])
@pytest.mark.parametrize("replication", range(2))
def test_any_timeout_counts_as_in_the_textbook(timeout: str, replication: int) -> None:
    assert_the_same(*both((*QUARTER, f"reservation.timeout={timeout}"), replication))


@pytest.mark.parametrize("agents", [1, 40, 70, 200])
def test_any_number_of_agents_counts_as_in_the_textbook(agents: int) -> None:
    assert_the_same(*both((*QUARTER, f"support.desks.chat.agents={agents}"), 0))


@pytest.mark.parametrize("stock", [1, 3, 1000])
def test_any_stock_counts_as_in_the_textbook(stock: int) -> None:
    assert_the_same(*both((*QUARTER, f"catalogue.goods.stock={stock}"), 0))


def test_a_rush_three_times_as_large_counts_as_in_the_textbook() -> None:
    settings = ("demand.sessions_per_day=1_200_000", "support.desks.chat.agents=225")
    assert_the_same(*both((*QUARTER, *settings), 0))


def test_impatient_shoppers_at_a_slow_desk_count_as_in_the_textbook() -> None:
    settings = (
        "support.desks.chat.handling={law: exponential, mean: 30 min}",
        "support.desks.chat.patience={law: exponential, mean: 1 min}",
    )
    assert_the_same(*both((*QUARTER, *settings), 0))
