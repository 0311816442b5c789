"""What a store has acknowledged is there after `kill -9` under load; nothing is done twice."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx
import pytest
from stores import DidNotOpen, Served, past_of

from loadtests.reference_store.keeper import TICK
from reports.books import audit
from reports.log import as_array

AMPLE = ("--scenario", "benchmark-w1", "--set", "catalogue.goods.stock=100000")
SHOPPERS = 8
BUYS_BEFORE_THE_END = 60


@dataclass
class Shopper:
    """Somebody who buys again and again, and what she was told."""

    number: int
    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By session: the answers, step by step."""
    unanswered: tuple[str, str, dict[str, Any]] | None = None
    """The path, key and body of the request during which the store died."""

    def shop(self, store: Served, enough: Event) -> None:
        with httpx.Client(base_url=store.url, timeout=20, trust_env=False) as client:
            session = self.number
            try:
                while True:
                    self._buy(client, session)
                    session += SHOPPERS
                    if session > SHOPPERS * BUYS_BEFORE_THE_END:
                        enough.set()
            except httpx.TransportError:
                return

    def _buy(self, client: httpx.Client, session: int) -> None:
        told = self.told[session] = {}
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("added", f"/sessions/{session}/lines", {"product": session % 50}),
            ("placed", f"/sessions/{session}/order", {}),
            ("started", f"/sessions/{session}/payment", {}),
            ("paid", "", {"result": "PAID"}),
        ]
        for step, path, body in steps:
            path = path or told["started"]["callback"]
            key = f"{session} {step}"
            self.unanswered = path, key, body
            answer = client.post(path, json=body, headers={"Idempotency-Key": key})
            assert answer.status_code in (200, 201), answer.text
            told[step] = answer.json()
            self.unanswered = None


def test_kill_9_under_load_loses_nothing_that_was_acknowledged(database: str) -> None:
    shoppers = [Shopper(number) for number in range(SHOPPERS)]
    enough = Event()
    with Served(database, *AMPLE) as store, ThreadPoolExecutor(SHOPPERS) as crowd:
        shopping = [crowd.submit(shopper.shop, store, enough) for shopper in shoppers]
        assert enough.wait(60)
        store.end(signal.SIGKILL)
        for each in shopping:
            each.result()

    with Served(database) as store:
        for shopper in shoppers:
            for session, told in shopper.told.items():
                if told:
                    there = store.get(f"/sessions/{session}").json()
                    _holds(there, told)
            if shopper.unanswered is not None:
                _ask_once_more(store, *shopper.unanswered)
    events = as_array(past_of(database).log)
    assert audit(events) == []


def _holds(there: dict[str, Any], told: dict[str, Any]) -> None:
    """A session is at least as far as its shopper was told, and each step was done once."""
    assert len(there["lines"]) == 1
    if "placed" in told:
        assert there["order"]["order"] == told["placed"]["order"]
        assert there["order"]["amount"] == told["placed"]["amount"]
    if "paid" in told:
        assert there["order"]["state"] == "PAID"


def _ask_once_more(store: Served, path: str, key: str, body: dict[str, Any]) -> None:
    """Whether or not it was executed before the end, it is executed once, and succeeds."""
    first = store.post(path, key, **body)
    assert first.status_code in (200, 201), first.text
    assert store.post(path, key, **body).content == first.content
    if path.endswith("/lines"):
        assert len(store.get(path.removesuffix("/lines")).json()["lines"]) == 1


def test_time_goes_on_after_a_restart(database: str) -> None:
    with Served(database, *AMPLE) as store:
        store.buy(1)
        before = store.get("/health").json()
    with Served(database) as store:
        after = store.get("/health").json()
    assert after["events"] == before["events"]
    assert after["seconds"] > before["seconds"]


def test_a_reservation_that_ran_out_while_the_store_was_away_is_ended(database: str) -> None:
    brief = ("--set", "reservation.timeout=1s")
    with Served(database, *AMPLE, *brief) as store:
        store.post("/sessions/1/lines", product=0)
        store.end(signal.SIGKILL)
    time.sleep(1)
    with Served(database) as store:
        time.sleep(2 * TICK)
        assert store.get("/sessions/1").json()["lines"][0]["reservation"] == "ENDED"


def test_session_numbers_are_never_given_out_twice(database: str) -> None:
    with Served(database, *AMPLE) as store:
        first = [store.post("/sessions").json()["session"] for _ in range(3)]
        store.end(signal.SIGKILL)
    with Served(database) as store:
        assert store.post("/sessions").json()["session"] not in first


def test_two_stores_cannot_have_one_journal(database: str) -> None:
    with Served(database, *AMPLE) as first:
        with pytest.raises(DidNotOpen, match="another store is using"):
            Served(database)
        assert first.get("/health").status_code == 200
