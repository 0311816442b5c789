"""What the rules of the audit look at: every order with both its sides; and what they find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from loadtests.books import Books, Sale, Standing
from loadtests.targets.target import Receipt
from model.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up."""

    rule: str
    sentence: str
    orders: tuple[str, ...] = ()
    """The shop's names of the orders concerned, all of them."""
    breaks: bool = True
    """Whether the books are wrong; or the shop got over it."""
    units: int = 0
    """Of a promise that cannot be kept."""


MOST_NAMED: Final = 20
PROMISED: Final = (Outcome.ACCEPTED, Outcome.PAID)
"""What a shopper hears who takes the goods for hers."""


class Pair(NamedTuple):
    """A shopper's side of an order and the shop's; one of them may be missing."""

    receipt: Receipt | None
    sale: Sale | None

    @property
    def name(self) -> str:
        """The order as a sentence begins with it."""
        return f"Order {self.order}"

    @property
    def order(self) -> str:
        """The shop's name for it; where shoppers are told none, whose it is."""
        if self.sale is not None:
            return self.sale.order
        assert self.receipt is not None  # one of the two is there
        return self.receipt.order or f"of session {self.receipt.session}"

    @property
    def promised(self) -> dict[int, int]:
        """Units that are the shopper's: by the books if they show the order, or as she heard."""
        if self.sale is not None:
            return self.sale.units if self.sale.standing is Standing.SOLD else {}
        receipt = self.receipt
        return receipt.cart if receipt is not None and receipt.told in PROMISED else {}


@dataclass(frozen=True)
class Case:
    """All that the rules look at."""

    receipts: Sequence[Receipt]
    books: Books
    late: float

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """Every order, with what both sides know of it."""
        return list(_pairs(self.receipts, self.books.sales or ()))

    @cached_property
    def _takers(self) -> Mapping[int, Sequence[Pair]]:
        takers: defaultdict[int, list[Pair]] = defaultdict(list)
        for pair in sorted(self.pairs, key=lambda pair: (len(pair.order), pair.order)):
            for product, units in pair.promised.items():
                if units:
                    takers[product].append(pair)
        return takers

    @property
    def met(self) -> Iterator[tuple[Receipt, Sale, Pair]]:
        """The orders of which both sides are known."""
        for pair in self.pairs:
            if pair.receipt is not None and pair.sale is not None:
                yield pair.receipt, pair.sale, pair

    def of_product(self, product: int) -> Sequence[Pair]:
        """The orders that a product was promised to, in the order of their names: most shops
        number them."""
        return self._takers.get(product, ())


def _pairs(receipts: Sequence[Receipt], sales: Sequence[Sale]) -> Iterator[Pair]:
    """Receipts and sales that are of the same order, by its name or else by the session."""
    by_order = {receipt.order: receipt for receipt in receipts if receipt.order}
    by_session = {receipt.session: receipt for receipt in receipts}
    met: set[int] = set()
    for sale in sales:
        receipt = by_order.get(sale.order) or by_session.get(sale.session)
        if receipt is not None and id(receipt) in met:
            receipt = None  # a second order of hers, which nobody told her of
        if receipt is not None:
            met.add(id(receipt))
        yield Pair(receipt, sale)
    for receipt in receipts:
        if id(receipt) not in met and receipt.told is not None:
            yield Pair(receipt, None)


def named(orders: Sequence[str]) -> str:
    """A list of orders for a sentence: `orders 7, 8 and 9`; at most 20 of them."""
    if len(orders) > MOST_NAMED:
        return f"orders {', '.join(orders[:MOST_NAMED])} and {len(orders) - MOST_NAMED:,} more"
    if len(orders) < 2:
        return f"order {orders[0]}" if orders else "no order"
    return f"orders {', '.join(orders[:-1])} and {orders[-1]}"


def counted(units: int) -> str:
    """Units in words: `1 unit`, `2 units`."""
    return f"{units:,} unit" if units == 1 else f"{units:,} units"
