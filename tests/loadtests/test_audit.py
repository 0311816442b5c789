"""The audit finds each fault of a real store from what real shoppers were told, and no other."""

from __future__ import annotations

import pytest
from crowds import crowd
from stores import SMALL, Served

from loadtests.audit import Finding, audit, oversold_units
from loadtests.books import Books
from loadtests.reference_books import journal_books, live_books
from loadtests.targets.registry import make_target
from loadtests.targets.target import Receipt
from model.outcomes import Outcome
from scenarios.intents import AddToCart, Intent, PlaceOrder

BUYERS = 20
STOCK = 5
TOKEN = "a token of the operator's"
AT_ORDER = ("--set", "reservation.hold_point=order_placed")


def run(
    url: str, *options: str, buyers: int = BUYERS, together_at: type[Intent] = AddToCart
) -> tuple[list[Receipt], Books]:
    """A crowd at a store with these options; its receipts, and the books that the store shows."""
    target = make_target("reference-store")
    with Served(url, *SMALL, *options, ESFAND_OPERATOR_TOKEN=TOKEN) as store:
        receipts = crowd(target, store.url, range(1, buyers + 1), together_at=together_at)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        books = live_books(
            lambda path: store.client.get(path, headers=headers).content,
            lambda: store.get("/stock").json()["available"],
        )
    assert journal_books(url).sales == books.sales
    return receipts, books


def rules(findings: list[Finding], breaks: bool = True) -> set[str]:
    return {finding.rule for finding in findings if finding.breaks is breaks}


def said(findings: list[Finding], rule: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("hold_point", ["cart_add", "checkout", "order_placed"])
def test_a_crowd_at_a_clean_store_leaves_clean_books(database: str, hold_point: str) -> None:
    receipts, books = run(database, "--set", f"reservation.hold_point={hold_point}")
    assert audit(receipts, books) == []
    assert sum(receipt.told is Outcome.PAID for receipt in receipts) == STOCK


def test_without_the_recheck_the_oversold_orders_are_named(sqlite_url: str) -> None:
    receipts, books = run(sqlite_url, *AT_ORDER, "--fault", "skip-recheck", together_at=PlaceOrder)
    findings = audit(receipts, books)
    assert oversold_units(findings) == BUYERS - STOCK
    (oversold,) = said(findings, "oversold")
    assert oversold.sentence == (
        "Product 0: 20 units promised, 5 there; 15 too many, in orders "
        "5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 and 19."
    )
    assert oversold.orders == tuple(map(str, range(STOCK, BUYERS)))
    assert {"oversold", "negative stock", "journal"} <= rules(findings)


@pytest.mark.parametrize("hold_point", ["cart_add", "order_placed"])
def test_a_lost_update_shows_in_the_stock_that_the_shop_counts(
    sqlite_url: str, hold_point: str
) -> None:
    hold = ("--set", f"reservation.hold_point={hold_point}")
    step = AddToCart if hold_point == "cart_add" else PlaceOrder
    receipts, books = run(sqlite_url, *hold, "--fault", "lost-update", together_at=step)
    findings = audit(receipts, books)
    assert {"oversold", "stock moved otherwise", "journal"} <= rules(findings)
    (moved,) = said(findings, "stock moved otherwise")
    assert "Product 0" in moved.sentence
    assert len(moved.orders) > STOCK


def test_a_callback_that_was_lost_and_came_again_is_noted(sqlite_url: str) -> None:
    receipts, books = run(sqlite_url, "--fault", "callback-lost:100%", buyers=3)
    findings = audit(receipts, books)
    assert rules(findings) == set()
    assert len(said(findings, "callback lost")) == 3
    assert "was lost and heard when it came again" in findings[0].sentence


def test_money_that_the_shop_never_heard_of_breaks_the_books(sqlite_url: str) -> None:
    target = make_target("reference-store")
    with Served(sqlite_url, *SMALL, "--fault", "callback-lost:100%") as store:
        receipts = crowd(target, store.url, [1], hears_again=False)
    findings = audit(receipts, journal_books(sqlite_url))
    assert [finding.rule for finding in findings] == ["callback lost"]
    assert findings[0].orders == ("0",)
    assert "Order 0 is OPEN; the bank has the money of session 1" in findings[0].sentence


def test_a_callback_that_arrives_twice_is_noted_and_breaks_nothing(sqlite_url: str) -> None:
    receipts, books = run(sqlite_url, "--fault", "callback-twice:100%", buyers=3)
    findings = audit(receipts, books)
    assert (rules(findings), rules(findings, breaks=False)) == (set(), {"callback twice"})
    assert sorted(order for finding in findings for order in finding.orders) == ["0", "1", "2"]


def test_a_callback_that_arrives_late_is_noted_with_its_seconds(sqlite_url: str) -> None:
    receipts, books = run(sqlite_url, "--fault", "callback-late:100%:2s", buyers=3)
    findings = audit(receipts, books, late=1.5)
    assert (rules(findings), rules(findings, breaks=False)) == (set(), {"callback late"})
    assert len(findings) == 3
    assert audit(receipts, books, late=30.0) == []


def test_an_order_that_was_answered_by_an_error_and_exists_is_found(sqlite_url: str) -> None:
    plenty = ("--set", "catalogue.goods.stock=40")
    receipts, books = run(sqlite_url, *plenty, "--fault", "5xx-after-commit:30%", buyers=40)
    findings = audit(receipts, books)
    broken = [finding for finding in said(findings, "done but not said") if finding.breaks]
    assert broken, findings
    assert rules(findings) == {"done but not said"}
    assert all("answered by an error when she placed it" in each.sentence for each in broken)
    by_hand = {
        sale.order
        for sale in books.sales or ()
        if not next(each for each in receipts if each.session == sale.session).order
    }
    assert {order for finding in broken for order in finding.orders} == by_hand
