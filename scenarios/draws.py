"""What rooms ask for that draw attributes of shoppers: arrays, each from its own stream."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scenarios.laws import Law

Array = NDArray[Any]


class Draws(Protocol):
    """Draws attributes for `n` shoppers; every array has shape (n,)."""

    n: int

    def stream(self, name: str) -> np.random.Generator:
        """The generator of an attribute."""

    def flags(self, name: str, share: float) -> Array:
        """True with probability `share`."""

    def times(self, name: str, law: Law) -> Array:
        """Durations by a law, in seconds."""
