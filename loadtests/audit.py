"""The audit of a live run: what shoppers were told against the shop's own books.

Answers can all be fast and right in form while a shop sells what it does not have. So after each
run the receipts of all shoppers are laid beside the books, rule by rule. A finding that `breaks`
the books fails the run; the others are bad luck that the shop withstood. Each names its orders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from loadtests.audit_case import PROMISED, Case, Finding, counted, named
from loadtests.books import Books, Standing
from loadtests.targets.target import Heard, Receipt
from model.outcomes import Outcome

__all__ = ["Finding", "audit", "oversold_units"]

LATE: Final = 10.0
"""Seconds after which the gateway's word is late (assumption)."""
KNOWS: Final = (*PROMISED, Outcome.WAITING)
"""What a shopper hears to whom it is no surprise that the order is sold."""
Rule = Callable[[Case], Iterator[Finding]]


def audit(receipts: Iterable[Receipt], books: Books, late: float = LATE) -> list[Finding]:
    """What does not add up, in the order of `RULES`; empty if everything does.

    `late`: seconds within which the shop should have heard how a payment ended, besides those that
    the shopper herself was at the bank.
    """
    case = Case(list(receipts), books, late)
    return [finding for rule in RULES for finding in rule(case)]


def oversold_units(findings: Iterable[Finding]) -> int:
    """Units that were promised and are not there."""
    return sum(finding.units for finding in findings if finding.rule == "oversold")


# stock --------------------------------------------------------------------------------------------


def _oversold(case: Case) -> Iterator[Finding]:
    """No more is promised than there was."""
    for product, stock in sorted(case.books.stock.items()):
        left, beyond, promised = stock.before + stock.backordered, [], 0
        for pair in case.of_product(product):
            promised += pair.promised[product]
            if promised > left:
                beyond.append(pair.order)
        if promised > left:
            units = promised - left
            yield Finding(
                "oversold",
                f"Product {product}: {counted(promised)} promised, {left:,} there; {units:,} too "
                f"many, in {named(beyond)}.",
                tuple(beyond),
                units=units,
            )


def _negative(case: Case) -> Iterator[Finding]:
    """The shop never counts less than nothing."""
    for product, stock in sorted(case.books.stock.items()):
        if stock.after is not None and stock.after + stock.backordered < 0:
            orders = tuple(pair.order for pair in case.of_product(product))
            yield Finding(
                "negative stock",
                f"Product {product}: the shop counts {counted(stock.after)} for sale, with "
                f"{named(orders)}.",
                orders,
            )


def _moved(case: Case) -> Iterator[Finding]:
    """What is gone was sold, and what was sold is gone: no update of a level was lost."""
    if case.books.sales is None:
        return
    sold: Counter[int] = Counter()
    for pair in case.pairs:
        if pair.sale is not None:
            sold.update(pair.promised)
    for product, stock in sorted(case.books.stock.items()):
        if stock.after is None:
            continue
        gone = stock.before - stock.after - stock.set_aside
        if gone != sold[product]:
            orders = tuple(pair.order for pair in case.of_product(product))
            yield Finding(
                "stock moved otherwise",
                f"Product {product}: {counted(sold[product])} sold, but its stock went down by "
                f"{gone:,} (from {stock.before:,} to {stock.after:,}, {stock.set_aside:,} set "
                f"aside), with {named(orders)}.",
                orders,
            )


# what was said, and what is so --------------------------------------------------------------------


def _lost(case: Case) -> Iterator[Finding]:
    """Who was told that the goods are hers has them."""
    if case.books.sales is None:
        return
    for pair in case.pairs:
        receipt, sale = pair
        if receipt is None or receipt.told not in PROMISED:
            continue
        if sale is None:
            yield Finding(
                "lost order",
                f"{pair.name}: session {receipt.session} was told {receipt.told.name}, and the "
                "books do not have it.",
                (pair.order,),
            )
        elif sale.standing in (Standing.OPEN, Standing.UNDECIDED):
            yield Finding(
                "lost order",
                f"{pair.name}: session {receipt.session} was told {receipt.told.name}, and in the "
                f"books it is {sale.standing.name}.",
                (pair.order,),
            )


def _unsaid(case: Case) -> Iterator[Finding]:
    """What a shop has done it has said: an error means that nothing was done."""
    for receipt, sale, pair in case.met:
        if sale.standing is Standing.ENDED:
            continue
        if not receipt.order and "PlaceOrder" in receipt.errors:
            yield Finding(
                "done but not said",
                f"{pair.name}: session {receipt.session} was answered by an error when she placed "
                f"it, and it stands in the books ({sale.standing.name}).",
                (pair.order,),
            )
        elif sale.standing is Standing.SOLD and receipt.told not in KNOWS:
            heard = receipt.told.name if receipt.told else "nothing"
            yield Finding(
                "done but not said",
                f"{pair.name} is sold, and session {receipt.session} heard {heard} last.",
                (pair.order,),
            )


def _more_than_asked(case: Case) -> Iterator[Finding]:
    """Nobody is sold more than she was told is in her cart."""
    for receipt, _, pair in case.met:
        for product, units in pair.promised.items():
            asked = receipt.cart.get(product, 0)
            if units > asked:
                yield Finding(
                    "more than asked",
                    f"{pair.name}: session {receipt.session} was sold {counted(units)} of product "
                    f"{product}, and told of {asked:,}.",
                    (pair.order,),
                )


def _phantom_lines(case: Case) -> Iterator[Finding]:
    """A line that a shopper could not add is not in her cart. She only wonders, unless it is
    sold to her (`_more_than_asked`)."""
    carts = case.books.carts or {}
    for receipt in case.receipts:
        for product, units in carts.get(receipt.session, {}).items():
            told = receipt.cart.get(product, 0)
            if "AddToCart" in receipt.errors and units > told:
                yield Finding(
                    "done but not said",
                    f"Session {receipt.session} was answered by an error, and yet she got "
                    f"{counted(units - told)} of product {product} into her cart.",
                    (receipt.order,) if receipt.order else (),
                    breaks=False,
                )


# money --------------------------------------------------------------------------------------------


def _charged_twice(case: Case) -> Iterator[Finding]:
    """An order is paid once."""
    for receipt, sale, pair in case.met:
        times = max(len(sale.captured or ()), len(receipt.charged))
        if times > 1 and not sale.refunded:
            yield Finding(
                "charged twice",
                f"{pair.name}: the bank of session {receipt.session} took the money {times} times, "
                f"and the shop has it {len(sale.captured or ())} times.",
                (pair.order,),
            )


def _money_without_goods(case: Case) -> Iterator[Finding]:
    """Who has paid has the goods, or her money back."""
    for receipt, sale, pair in case.met:
        if sale.standing in (Standing.SOLD, Standing.UNDECIDED):
            continue
        if sum(sale.captured or ()) > sale.refunded:
            yield Finding(
                "paid without goods",
                f"{pair.name} is {sale.standing.name}, and the shop has kept the money of session "
                f"{receipt.session}.",
                (pair.order,),
            )
        elif Heard.NEVER in receipt.heard.values():
            yield Finding(
                "callback lost",
                f"{pair.name} is {sale.standing.name}; the bank has the money of session "
                f"{receipt.session}, and the shop never confirmed the gateway's word.",
                (pair.order,),
            )


def _goods_without_money(case: Case) -> Iterator[Finding]:
    """What is sold for payment is paid, and in full."""
    for receipt, sale, pair in case.met:
        if sale.standing is not Standing.SOLD or not sale.prepaid or sale.captured is None:
            continue
        kept = sum(sale.captured) - sale.refunded
        if not sale.captured or (receipt.heard and not receipt.charged):
            yield Finding(
                "goods without payment",
                f"{pair.name} is sold as paid, and nobody took money from session "
                f"{receipt.session}.",
                (pair.order,),
            )
        elif kept != sale.amount and len(sale.captured) == 1:
            yield Finding(
                "wrong amount",
                f"{pair.name} costs {sale.amount:,}, and {kept:,} came in for it.",
                (pair.order,),
            )


def _price_told(case: Case) -> Iterator[Finding]:
    """An order costs what its shopper was told."""
    for receipt, sale, pair in case.met:
        if receipt.amount is not None and receipt.amount != sale.amount == sum(sale.captured or ()):
            yield Finding(
                "wrong amount",
                f"{pair.name}: session {receipt.session} was told {receipt.amount:,} and paid "
                f"{sale.amount:,}.",
                (pair.order,),
            )


# the gateway's bad days ---------------------------------------------------------------------------

WITHSTOOD: Final = {
    Heard.TWICE: ("callback twice", "the gateway's word arrived twice and was taken once"),
    Heard.LATER: ("callback lost", "the gateway's word was lost and heard when it came again"),
    Heard.UNSAID: (
        "done but not said",
        "the gateway's word was answered by an error, and it turned out later that it was heard",
    ),
}


def _callbacks(case: Case) -> Iterator[Finding]:
    """The gateway's word is heard once, and soon."""
    for receipt, sale, pair in case.met:
        for turn, heard in receipt.heard.items():
            if heard in WITHSTOOD:
                rule, what = WITHSTOOD[heard]
                yield Finding(
                    rule,
                    f"{pair.name}: {what} (session {receipt.session}, attempt {turn}).",
                    (pair.order,),
                    breaks=False,
                )
        own = max(receipt.at_bank, default=0.0)
        for turn, seconds in sale.waits.items():
            if seconds - own > case.late:
                yield Finding(
                    "callback late",
                    f"{pair.name}: the shop heard after {seconds:,.1f} s how attempt {turn} of "
                    f"session {receipt.session} had ended, who was at the bank for {own:,.1f} s.",
                    (pair.order,),
                    breaks=False,
                )


def _journal(case: Case) -> Iterator[Finding]:
    """The shop's journal does not contradict itself."""
    for sentence in case.books.faults:
        yield Finding("journal", sentence)


RULES: Final[tuple[Rule, ...]] = (
    _oversold, _negative, _moved, _lost, _unsaid, _more_than_asked, _charged_twice,
    _money_without_goods, _goods_without_money, _price_told, _journal, _phantom_lines, _callbacks,
)  # fmt: skip
