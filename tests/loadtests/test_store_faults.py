"""Faults that can be switched on: the mistakes break the books of stock, the bad days do not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from stores import SMALL, DidNotOpen, Served, past_of

from loadtests.reference_store.faults import Faults, chance, parse_faults
from reports.books import audit
from reports.log import as_array
from scenarios.errors import UserError

BUYERS = 20
AT_ONCE = 10
ASK: dict[str, Any] = {"timeout": 20, "trust_env": False}


def crowd(store: Served, product: int = 0) -> list[httpx.Response]:
    """Twenty buyers want one unit each of a product of which there are five: all fill their carts
    at once, and then all order at once."""

    def add(session: int) -> httpx.Response:
        return httpx.post(f"{store.url}/sessions/{session}/lines", json={"product": product}, **ASK)

    def order(session: int) -> httpx.Response:
        return httpx.post(f"{store.url}/sessions/{session}/order", **ASK)

    with ThreadPoolExecutor(AT_ONCE) as buyers:
        list(buyers.map(add, range(BUYERS)))
        return list(buyers.map(order, range(BUYERS)))


def placed(answers: list[httpx.Response]) -> int:
    return sum(answer.status_code == 201 for answer in answers)


@pytest.mark.parametrize("hold_point", ["cart_add", "order_placed"])
def test_without_a_fault_no_more_orders_are_accepted_than_there_are_units(
    sqlite_url: str, hold_point: str
) -> None:
    with Served(sqlite_url, *SMALL, "--set", f"reservation.hold_point={hold_point}") as store:
        assert placed(crowd(store)) == 5
    assert audit(as_array(past_of(sqlite_url).log)) == []


@pytest.mark.parametrize(
    ("fault", "hold_point"),
    [
        ("skip-recheck", "order_placed"),
        ("lost-update", "order_placed"),
        ("lost-update", "cart_add"),
    ],
)
def test_a_mistake_of_the_shop_oversells_and_the_audit_finds_it(
    sqlite_url: str, fault: str, hold_point: str
) -> None:
    hold = ("--set", f"reservation.hold_point={hold_point}")
    with Served(sqlite_url, *SMALL, *hold, "--fault", fault) as store:
        assert placed(crowd(store)) > 5
    faults = audit(as_array(past_of(sqlite_url).log))
    assert any("available" in fault for fault in faults), faults


def test_a_cart_whose_reservation_died_is_sold_without_the_recheck(sqlite_url: str) -> None:
    brief = ("--set", "reservation.timeout=1s", "--fault", "skip-recheck")
    with Served(sqlite_url, *SMALL, *brief) as store:
        store.post("/sessions/1/lines", product=0, quantity=5)
        time.sleep(1.1)
        store.post("/sessions/2/lines", product=0, quantity=5)
        assert store.post("/sessions/1/checkout").json() == {"outcome": "READY"}
        assert store.get("/products/0").json()["available"] == -5


def test_a_lost_callback_is_not_heard_and_may_be_sent_again(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "callback-lost:100%") as store:
        store.buy(1)
        callback = store.post("/sessions/1/payment").json()["callback"]
        lost = store.post(callback, result="PAID")
        assert (lost.status_code, lost.json()["outcome"]) == (504, "ERROR")
        assert store.get("/sessions/1").json()["order"]["state"] == "UNPAID"
        assert store.post(callback, result="PAID").json() == {"outcome": "PAID"}


def test_a_callback_that_arrives_twice_and_late_pays_once(sqlite_url: str) -> None:
    late = ("--fault", "callback-twice:100%", "--fault", "callback-late:100%:300ms")
    with Served(sqlite_url, *SMALL, *late) as store:
        store.buy(1)
        callback = store.post("/sessions/1/payment").json()["callback"]
        began = time.monotonic()
        assert store.post(callback, result="PAID").json() == {"outcome": "PAID"}
        assert time.monotonic() - began >= 0.3
    assert audit(as_array(past_of(sqlite_url).log)) == []


def test_a_command_that_failed_after_its_commit_is_not_executed_twice(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "5xx-after-commit:100%") as store:
        first = store.post("/sessions/1/lines", "key", product=0)
        assert (first.status_code, first.json()["outcome"]) == (500, "ERROR")
        assert store.post("/sessions/1/lines", "key", product=0).json() == {"outcome": "ADDED"}
        assert len(store.get("/sessions/1").json()["lines"]) == 1


def test_a_slow_store_keeps_everybody_waiting(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "slow-store:250ms") as store:
        began = time.monotonic()
        store.post("/sessions/1/lines", product=0)
        assert time.monotonic() - began >= 0.25


def test_faults_are_read_as_they_are_written() -> None:
    assert parse_faults([]) is None
    assert parse_faults(["skip-recheck", "callback-late:2%:30s", "slow-store:200ms"]) == Faults(
        skip_recheck=True, callback_late=0.02, callback_delay=30.0, slow_store=0.2
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("skip-rechek", "did you mean 'skip-recheck'"),
        ("callback-lost", "write it like callback-lost:2%"),
        ("callback-lost:2", "write it like callback-lost:2%"),
        ("callback-lost:200%", "write it like callback-lost:2%"),
        ("slow-store:none", "write it like slow-store:200ms"),
        ("lost-update:1", "write it like lost-update"),
    ],
)
def test_a_fault_that_cannot_be_read_is_explained(text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        parse_faults([text])


def test_luck_hangs_on_the_attempt_and_not_on_the_moment() -> None:
    lost = [chance("callback-lost", order, 0) < 0.02 for order in range(20_000)]
    assert lost == [chance("callback-lost", order, 0) < 0.02 for order in range(20_000)]
    assert 320 < sum(lost) < 480  # four standard deviations around 400


def test_a_mistake_on_the_command_line_opens_no_store(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with pytest.raises(DidNotOpen, match="there is no fault 'slow'"):
        Served(f"sqlite:///{path}", *SMALL, "--fault", "slow")
    assert not path.exists()
