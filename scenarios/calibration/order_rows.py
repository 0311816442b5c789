"""Reads the rows of an export of orders: each an order line, or broken, or about something else."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.calibration.broken import Broken, looks_personal, quoted
from scenarios.calibration.cells import moment, number, product_name
from scenarios.calibration.columns import Column
from scenarios.calibration.doors import key
from scenarios.calibration.order_formats import OrderFormat, word_of
from scenarios.calibration.order_prices import price_role, rial_in
from scenarios.calibration.order_status import BY_HAND, Fate
from scenarios.calibration.tables import Table, Unreadable

_MOST_UNITS, _MOST_MONEY = 100_000, 10**15
"""On one line; more is a cell that slipped, such as a telephone number."""
_NO_MOMENT = ("", "0000-00-00 00:00:00", "0000-00-00", "0", "null", "-")
"""What stands where an order has not been paid."""
_CUT_SHORT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
"""A long number as a spreadsheet shows it; what it was is lost, and others look like it."""
_OFTEN = 5
"""A word that stands in so many rows is a status, and no name that slipped."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as it stands in the export; its order and customer are not renumbered yet."""

    order: str
    customer: str
    product: str
    quantity: int
    amount: float
    placed: dt.datetime
    paid: dt.datetime | None
    fate: Fate
    by_hand: bool
    money: str


@dataclass
class Rows:
    """What reading came to."""

    good: list[OrderLine] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    aside: int = 0
    """Rows about something else than an order's lines: refunds and discounts."""
    repeated: int = 0
    """Rows that stand in the file before, as where exports overlap."""
    strange: Counter[str] = field(default_factory=Counter)
    """Words of the status column that nobody knows."""
    rows: int = 0


def read_rows(table: Table, told: OrderFormat, found: Mapping[str, Column], zone: str) -> Rows:
    """All rows of a table; none of them is fatal."""
    read, once = Rows(), _Once()
    width = len(table.header)
    for line, row in table.rows:
        read.rows += 1
        try:
            cells = _cells(row, width, found)
            each = [] if _is_refund(cells, found) else told.lines(cells)
            lines = [_line(cells, found, told, zone) for cells in each]
            read.aside += not each
            if lines and once.stood(lines[0].order, row):
                read.repeated += 1
            else:
                read.good += lines
        except _StrangeStatusError as error:
            read.strange[error.word] += 1
            read.broken.append(Broken(line, str(error)))
        except ValueError as error:
            read.broken.append(Broken(line, str(error)))
    return read


class _Once:
    """Tells a row that comes again from two lines of one order that are alike.

    The lines of an order stand together; what stands apart from them, cell for cell the same, is
    the same line in another export that was put below.
    """

    def __init__(self) -> None:
        self._spell, self._order = 0, ""
        self._first: dict[int, int] = {}
        """Hash of a row -> the spell of one order's rows in which it first stood."""

    def stood(self, order: str, row: Sequence[str]) -> bool:
        """Whether this row stood before an order other than its own."""
        if order != self._order:
            self._spell, self._order = self._spell + 1, order
        return self._first.setdefault(hash(tuple(row)), self._spell) != self._spell


def _is_refund(cells: Mapping[str, str], found: Mapping[str, Column]) -> bool:
    """Whether units or money go back: a refund, or a discount in a row of its own."""
    amounts = (number(cells.get("quantity", "")), number(cells[price_role(found)]))
    return any(amount is not None and amount < 0 for amount in amounts)


class _StrangeStatusError(ValueError):
    def __init__(self, word: str) -> None:
        super().__init__(f"status {word[:40]!r} is none that is known")
        self.word = word


def _cells(row: Sequence[str], width: int, found: Mapping[str, Column]) -> dict[str, str]:
    if isinstance(row, Unreadable):
        raise ValueError(row.reason)
    if len(row) != width:
        raise ValueError(f"{len(row)} cells where the header has {width}")
    return {role: row[column.index].strip() for role, column in found.items()}


def _line(
    cells: Mapping[str, str], found: Mapping[str, Column], told: OrderFormat, zone: str
) -> OrderLine:
    """Raises ValueError with a sentence for a row that is no order line."""
    for role in ("order", "product"):
        if not cells[role]:
            raise ValueError(f"no {role}")
        if _CUT_SHORT.fullmatch(cells[role]):
            raise ValueError(
                f"{role} {cells[role]!r} was cut short by a spreadsheet: format its column as text"
            )
    quantity = number(cells["quantity"])
    if quantity is None or quantity % 1 or not 1 <= quantity <= _MOST_UNITS:
        raise ValueError(f"quantity {cells['quantity'][:40]!r} is not a whole number above 0")
    amount_cell = cells[price_role(found)]
    amount = number(amount_cell)
    if amount is None or not 0 <= amount <= _MOST_MONEY:
        raise ValueError(f"amount {amount_cell[:40]!r} is not a number of 0 or more")
    placed = moment(cells["date"], zone)
    paid = _moment_or_none(cells.get("paid", ""), zone)
    if paid is not None and paid < placed:
        raise ValueError("it was paid before it was placed")
    product = product_name(cells["product"])
    # Products are named in the scenario; a row whose cells slipped must not name a person there.
    if looks_personal(product):
        raise ValueError("the product looks like a mobile number, a card's or an e-mail address")
    return OrderLine(
        cells["order"], cells.get("customer", ""), product, int(quantity), amount, placed, paid,
        _fate(cells, paid, told), key(cells.get("method", "")) in BY_HAND,
        _currency(cells),
    )  # fmt: skip


def _currency(cells: Mapping[str, str]) -> str:
    """The code of the order's currency; empty where the export has none."""
    code = cells.get("currency", "").upper()
    if code and rial_in(code) is None:
        told = code if re.fullmatch("[A-Z]{3}", code) else repr(code[:40])
        raise ValueError(f"the currency {told} is neither rial nor toman (--currency says which)")
    return code


def _moment_or_none(cell: str, zone: str) -> dt.datetime | None:
    return None if cell.lower() in _NO_MOMENT else moment(cell, zone)


def _fate(cells: Mapping[str, str], paid: dt.datetime | None, told: OrderFormat) -> Fate:
    """By its status; without one, an order in an export of payments was paid if it says when."""
    if "status" not in cells:
        return "stands" if paid is not None or "paid" not in cells else "open"
    fate = told.statuses.get(word_of(cells["status"]))
    if fate is None:
        raise _StrangeStatusError(cells["status"])
    # WooCommerce and PrestaShop cancel paid orders too; their money goes back.
    return "refunded" if fate == "cancelled" and paid is not None else fate


def strange_words(read: Rows) -> str:
    """The statuses that a person has to explain; empty if there are none."""
    often = [word for word, n in read.strange.most_common(5) if n >= _OFTEN and word.strip()]
    safe = [
        word for word in often if not any(letter.isnumeric() or letter == "@" for letter in word)
    ]
    if not safe:
        return ""
    return (
        f"Statuses that are not known: {', '.join(map(quoted, safe))}. Say what each "
        f"means: --order-status '{safe[0]}=stands' (or refunded, open, failed, cancelled, "
        f"deleted).\n"
    )
