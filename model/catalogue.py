"""What the shop sells: products by index, with their prices and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """One product; its index in the catalogue is its number in the event log."""

    name: str
    price: int
    """Rial."""
    opening_stock: int = 0
    limit: int | None = None
    """At most so many units in one cart."""
    customers_only: bool = False
    """Only customers with an earlier purchase may order it."""

    def __post_init__(self) -> None:
        if self.price < 0 or self.opening_stock < 0:
            raise ValueError(f"{self.name}: price and opening stock cannot be negative")


Catalogue = Sequence[Product]
