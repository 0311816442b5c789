"""The reference store as a target: what shoppers mean to do comes about in a real store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from browsers import Browser
from stores import SMALL, Served

from loadtests.targets.reference_store import ReferenceVisit
from loadtests.targets.registry import make_target
from loadtests.targets.target import Heard, Visitor
from model.events import Channel, Reason
from model.outcomes import Outcome
from scenarios.errors import UserError
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    CheckOut,
    ChooseDelivery,
    ContactSupport,
    Intent,
    Pay,
    PlaceOrder,
    TakeAgain,
)

SESSIONS = count(1)
BUY: tuple[Intent, ...] = (CheckOut(), ChooseDelivery(), PlaceOrder(), Pay(0))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("store") / "shop.db"
    with Served(f"sqlite:///{path}", *SMALL) as served:
        yield served


def visit(store: Served, *fates: str) -> ReferenceVisit:
    visitor = Visitor(next(SESSIONS), registered=True, fates=fates or ("PAID",))
    opened = make_target("reference-store").open(Browser(store.url), visitor)
    assert isinstance(opened, ReferenceVisit)
    return opened


def play(shopper: ReferenceVisit, *intents: Intent) -> list[str]:
    return [shopper.play(intent).name for intent in intents]


METHODS = ("--scenario", "cod-heavy")


@pytest.fixture(scope="module")
def store_with_methods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("methods") / "shop.db"
    with Served(f"sqlite:///{path}", *METHODS) as served:
        yield served


@pytest.mark.parametrize("method", [Channel.COD, Channel.IN_STORE])
def test_who_pays_at_the_door_or_in_the_store_has_bought_when_she_has_ordered(
    store_with_methods: Served, method: Channel
) -> None:
    visitor = Visitor(next(SESSIONS), registered=False, method=method)
    shopper = make_target("reference-store").open(Browser(store_with_methods.url), visitor)
    said = [shopper.play(intent).name for intent in (AddToCart(0, 2), CheckOut(), PlaceOrder())]
    assert said == ["ADDED", "READY", "ACCEPTED"]
    order = store_with_methods.get(f"/sessions/{visitor.session}").json()["order"]
    assert (order["state"], shopper.receipt.amount) == ("ACCEPTED", order["amount"])
    assert shopper.receipt.told is Outcome.ACCEPTED


@pytest.mark.parametrize("method", [Channel.CARD_TRANSFER, Channel.PERSONAL_LINK])
def test_money_from_card_to_card_or_by_a_link_pays_for_an_order(
    tmp_path: Path, method: Channel
) -> None:
    with Served(
        f"sqlite:///{tmp_path}/shop.db", "--scenario", "social-shop-payment-links"
    ) as store:
        visitor = Visitor(next(SESSIONS), registered=False, method=method)
        shopper = make_target("reference-store").open(Browser(store.url), visitor)
        said = [shopper.play(intent).name for intent in (AddToCart(1, 1), PlaceOrder(), Pay(0))]
    assert said == ["ADDED", "PLACED", "PAID"]


def test_a_way_to_pay_that_the_store_does_not_have_is_refused_and_breaks_nothing(
    store_with_methods: Served,
) -> None:
    session = next(SESSIONS)
    store_with_methods.post(f"/sessions/{session}/lines", product=1)
    store_with_methods.post(f"/sessions/{session}/order", method="CARD_TRANSFER")
    answer = store_with_methods.post(f"/sessions/{session}/payment")
    assert (answer.status_code, answer.json()["error"]) == (
        409, "the shop cannot be paid by CARD_TRANSFER",
    )  # fmt: skip
    assert store_with_methods.get("/health").json()["status"] == "ok"


def test_a_store_with_nothing_but_a_gateway_refuses_other_ways_to_pay(store: Served) -> None:
    session = next(SESSIONS)
    store.post(f"/sessions/{session}/lines", product=3)
    answer = store.post(f"/sessions/{session}/order", method="COD")
    assert answer.status_code == 409
    assert "no payments but through its gateway" in answer.json()["error"]
    assert store.post(f"/sessions/{session}/order").json()["outcome"] == "PLACED"


def test_the_store_counts_what_a_customer_it_knows_has_bought_before(sqlite_url: str) -> None:
    """Of its first product a customer may have two (ORD-10)."""
    with Served(sqlite_url, *METHODS, "--set", "reservation.limit_per=customer") as store:
        said = []
        for _ in range(2):
            visitor = Visitor(next(SESSIONS), registered=True, customer=7, method=Channel.COD)
            shopper = make_target("reference-store").open(Browser(store.url), visitor)
            said += [shopper.play(intent).name for intent in (AddToCart(0, 2), PlaceOrder())]
    assert said[:2] == ["ADDED", "ACCEPTED"]
    assert "ADDED" not in said[2:]


def test_a_shopper_buys(store: Served) -> None:
    shopper = visit(store)
    assert shopper.view(0) is Outcome.DONE
    assert play(shopper, AddToCart(0, 2), *BUY) == ["ADDED", "READY", "READY", "PLACED", "PAID"]
    receipt = shopper.receipt
    assert (receipt.cart, receipt.told, receipt.charged) == ({0: 2}, Outcome.PAID, [0])
    assert receipt.amount == store.get(f"/sessions/{receipt.session}").json()["amount"]
    assert (receipt.heard, receipt.errors) == ({0: Heard.AT_ONCE}, [])


def test_more_than_there_is_is_refused_and_stays_off_the_receipt(store: Served) -> None:
    shopper = visit(store)
    assert play(shopper, AddToCart(1, 6)) == ["OUT_OF_STOCK"]
    assert shopper.receipt.cart == {}


def test_a_page_of_no_product_is_no_page(store: Served) -> None:
    assert visit(store).view(99) is Outcome.NO_PAGE


def test_a_bank_that_declines_may_be_tried_again(store: Served) -> None:
    shopper = visit(store, "DECLINED", "GAVE_UP", "PAID")
    play(shopper, AddToCart(2, 1), PlaceOrder())
    assert play(shopper, Pay(0), Pay(1), Pay(2)) == ["PAYMENT_FAILED", "GAVE_UP", "PAID"]
    assert shopper.receipt.charged == [2]


def test_a_question_is_put(store: Served) -> None:
    assert play(visit(store), ContactSupport(Reason.GENERAL)) == ["DONE"]


def test_a_store_that_is_not_there_is_an_error() -> None:
    visitor = Visitor(1, registered=False)
    shopper = make_target("reference-store").open(Browser("http://127.0.0.1:9"), visitor)
    assert shopper.view(0) is Outcome.NO_PAGE
    assert shopper.play(AddToCart(0, 1)) is Outcome.ERROR
    assert shopper.receipt.errors == ["AddToCart"]


def test_a_callback_that_was_lost_is_sent_again(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "callback-lost:100%") as store:
        shopper = visit(store)
        play(shopper, AddToCart(0, 1), PlaceOrder())
        assert play(shopper, Pay(0)) == ["ERROR"]
        assert shopper.receipt.heard == {0: Heard.NEVER}
        assert play(shopper, AwaitMoney()) == ["PAID"]
        assert (shopper.receipt.charged, shopper.receipt.heard) == ([0], {0: Heard.LATER})


def test_who_tries_again_after_a_lost_callback_is_not_charged_twice(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "callback-lost:100%") as store:
        shopper = visit(store)
        play(shopper, AddToCart(0, 1), PlaceOrder(), Pay(0))
        assert play(shopper, Pay(1)) == ["PAID"]
        assert shopper.receipt.charged == [0]


def test_a_callback_that_arrives_twice_is_noticed(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL, "--fault", "callback-twice:100%") as store:
        shopper = visit(store)
        assert play(shopper, AddToCart(0, 1), PlaceOrder(), Pay(0))[-1] == "PAID"
        assert shopper.receipt.heard == {0: Heard.TWICE}


def test_a_reservation_that_died_is_taken_again(sqlite_url: str) -> None:
    brief = ("--set", "reservation.timeout=1s")
    with Served(sqlite_url, *SMALL, *brief) as store:
        shopper = visit(store)
        play(shopper, AddToCart(0, 1))
        time.sleep(1.2)
        assert play(shopper, CheckOut(), TakeAgain(), PlaceOrder()) == [
            "EXPIRED", "READY", "PLACED",
        ]  # fmt: skip


def test_a_target_that_there_is_not_is_explained() -> None:
    with pytest.raises(UserError, match="did you mean 'reference-store'"):
        make_target("reference-shop")
    with pytest.raises(UserError, match="no_such_module:Shop cannot be loaded"):
        make_target("no_such_module:Shop")
