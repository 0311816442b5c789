"""Each rule of the audit by itself, on receipts and books that are written down by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadtests.audit import Finding, audit
from loadtests.audit_case import named
from loadtests.books import Books, Sale, Standing, Stock
from loadtests.targets.target import Heard, Receipt
from model.outcomes import Outcome

OPEN, SOLD, ENDED = Standing.OPEN, Standing.SOLD, Standing.ENDED
STOCK = {0: Stock(10, 9)}


def told(**changes: object) -> Receipt:
    """A shopper who bought one unit for 500 and paid once."""
    receipt = Receipt(7, {0: 1}, "3", 500, Outcome.PAID, [0], {0: Heard.AT_ONCE})
    return replace(receipt, **changes)  # type: ignore[arg-type]


def sold(**changes: object) -> Sale:
    """The same in the books."""
    sale = Sale("3", 7, {0: 1}, 500, SOLD, prepaid=True, captured=[500])
    return replace(sale, **changes)  # type: ignore[arg-type]


def found(receipt: Receipt, *sales: Sale, **books: object) -> list[Finding]:
    given = {"stock": STOCK, "sales": sales} | books
    return audit([receipt], Books(**given))  # type: ignore[arg-type]


def sentences(*arguments: object, **books: object) -> list[str]:
    return [finding.sentence for finding in found(*arguments, **books)]  # type: ignore[arg-type]


def test_what_agrees_is_not_mentioned() -> None:
    assert found(told(), sold()) == []


@pytest.mark.parametrize(
    ("receipt", "sale", "rule", "sentence"),
    [
        (
            told(), sold(standing=OPEN, captured=[], units={}), "lost order",
            "Order 3: session 7 was told PAID, and in the books it is OPEN.",
        ),
        (
            told(told=Outcome.PAYMENT_FAILED), sold(), "done but not said",
            "Order 3 is sold, and session 7 heard PAYMENT_FAILED last.",
        ),
        (
            told(order="", told=Outcome.ERROR, errors=["PlaceOrder"], charged=[], heard={}),
            sold(standing=OPEN, captured=[], units={}), "done but not said",
            "Order 3: session 7 was answered by an error when she placed it, and it stands in the "
            "books (OPEN).",
        ),
        (
            told(cart={}), sold(), "more than asked",
            "Order 3: session 7 was sold 1 unit of product 0, and told of 0.",
        ),
        (
            told(charged=[0, 1]), sold(captured=[500, 500]), "charged twice",
            "Order 3: the bank of session 7 took the money 2 times, and the shop has it 2 times.",
        ),
        (
            told(told=Outcome.EXPIRED), sold(standing=ENDED, units={}), "paid without goods",
            "Order 3 is ENDED, and the shop has kept the money of session 7.",
        ),
        (
            told(told=Outcome.ERROR, heard={0: Heard.NEVER}),
            sold(standing=OPEN, captured=[], units={}), "callback lost",
            "Order 3 is OPEN; the bank has the money of session 7, and the shop never confirmed "
            "the gateway's word.",
        ),
        (
            told(charged=[], heard={}), sold(captured=[]), "goods without payment",
            "Order 3 is sold as paid, and nobody took money from session 7.",
        ),
        (
            told(), sold(captured=[400]), "wrong amount",
            "Order 3 costs 500, and 400 came in for it.",
        ),
        (
            told(amount=450), sold(), "wrong amount",
            "Order 3: session 7 was told 450 and paid 500.",
        ),
    ],
)  # fmt: skip
def test_a_rule_says_what_is_wrong(receipt: Receipt, sale: Sale, rule: str, sentence: str) -> None:
    stock = {0: Stock(10, 10 - sum(sale.units.values()))}
    (finding,) = [each for each in found(receipt, sale, stock=stock) if each.rule == rule]
    assert (finding.sentence, finding.orders, finding.breaks) == (sentence, ("3",), True)


def test_an_order_that_the_books_do_not_have_is_lost() -> None:
    assert sentences(told(), stock={0: Stock(10, 10)}) == [
        "Order 3: session 7 was told PAID, and the books do not have it."
    ]


def test_a_second_order_of_a_shopper_who_placed_one_counts_as_sold() -> None:
    twice = sold(order="4")
    assert sentences(told(), sold(), twice, stock={0: Stock(1, -1)}) == [
        "Product 0: 2 units promised, 1 there; 1 too many, in order 4.",
        "Product 0: the shop counts -1 units for sale, with orders 3 and 4.",
    ]


def test_an_order_that_ended_with_its_money_given_back_is_in_order() -> None:
    refunded = sold(standing=ENDED, units={}, refunded=500)
    assert found(told(), refunded, stock={0: Stock(10, 10)}) == []


def test_what_the_policy_sells_beyond_the_stock_is_not_oversold() -> None:
    two = told(cart={0: 2})
    by_policy = {0: Stock(1, -1, backordered=1)}
    assert found(two, sold(units={0: 2}), stock=by_policy) == []


def test_who_waits_for_a_persons_decision_is_not_surprised_by_it() -> None:
    assert found(told(told=Outcome.WAITING), sold()) == []


def test_units_in_carts_have_not_disappeared() -> None:
    assert found(told(), sold(), stock={0: Stock(10, 6, set_aside=3)}) == []
    assert sentences(told(), sold(), stock={0: Stock(10, 6)}) == [
        "Product 0: 1 unit sold, but its stock went down by 4 (from 10 to 6, 0 set aside), "
        "with order 3."
    ]


def test_a_line_that_came_into_the_cart_after_an_error_is_noted() -> None:
    receipt = told(errors=["AddToCart"])
    (finding,) = found(receipt, sold(), carts={7: {0: 2}})
    assert not finding.breaks
    assert finding.sentence == (
        "Session 7 was answered by an error, and yet she got 1 unit of product 0 into her cart."
    )


def test_the_time_that_she_was_at_the_bank_is_not_late() -> None:
    slow = sold(waits={0: 40.0})
    assert found(told(at_bank=[35.0]), slow) == []
    (finding,) = found(told(at_bank=[5.0]), slow)
    assert not finding.breaks
    assert finding.sentence == (
        "Order 3: the shop heard after 40.0 s how attempt 0 of session 7 had ended, who was at the "
        "bank for 5.0 s."
    )


def test_without_books_only_what_shoppers_were_told_is_weighed() -> None:
    receipts = [replace(told(), session=number, order=str(number)) for number in range(12)]
    (finding,) = audit(receipts, Books({0: Stock(10)}))
    assert (finding.units, finding.orders) == (2, ("10", "11"))


def test_many_orders_are_named_up_to_twenty() -> None:
    assert named(["7"]) == "order 7"
    assert named(["7", "8", "9"]) == "orders 7, 8 and 9"
    assert named([str(number) for number in range(30)]).endswith("18, 19 and 10 more")
