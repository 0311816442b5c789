"""State machines as data: how anything takes a step of its life; and the life of a reservation, its
states, each ending exactly once, and its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, TypeVar

from model.events import Kind
from model.outcomes import Refused

if TYPE_CHECKING:
    from model.carts import Line

State = TypeVar("State", bound=IntEnum)


def state_after(
    life: Mapping[int, Mapping[int, State]], state: State, kind: Kind, what: str
) -> State:
    """The state after a step by the state machine `life`; Refused, in words about `what` it was to
    happen to, where there is none."""
    found = life[state].get(kind)
    if found is None:
        now = state.name.lower().replace("_", " ")
        raise Refused(f"{what} is {now}; it cannot take the step {kind.name}")
    return found


class Life(IntEnum):
    """The states of the reservation behind a line."""

    NONE = 0
    """Nothing was set aside yet."""
    LIVE = 1
    """The units are set aside and the clock runs."""
    SUSPENDED = 2
    """The clock ran out; the units are kept apart as suspended goods."""
    CONVERTED = 3
    """Paid: the units are allocated to the order."""
    ENDED = 4
    """The units went back on the shelf."""
    SHIPPED = 5
    """The units have left the house."""


RESERVATION_LIFE: Final[dict[int, dict[int, Life]]] = {
    Life.NONE: {Kind.RESERVED: Life.LIVE, Kind.OVERSOLD: Life.CONVERTED},
    Life.LIVE: {
        Kind.ALLOCATED: Life.CONVERTED,
        Kind.RELEASED: Life.ENDED,
        Kind.SUSPENDED: Life.SUSPENDED,
    },
    Life.SUSPENDED: {Kind.RESUMED: Life.LIVE, Kind.RESTORED: Life.ENDED},
    Life.CONVERTED: {Kind.SHIPPED: Life.SHIPPED, Kind.DEALLOCATED: Life.ENDED},
    Life.ENDED: {Kind.RESERVED: Life.LIVE, Kind.OVERSOLD: Life.CONVERTED},
    Life.SHIPPED: {Kind.RETURNED: Life.ENDED},
}
"""The state machine: what may happen in each state, and the state after it. A line whose
reservation ended may be reserved anew: that is another reservation."""


class Deadlines:
    """Lines by the time at which their reservation runs out, the earliest first.

    For shops where nobody acts at the very instant: a sweeper, an operator, or the next shopper
    who asks for the product. What ended or was extended meanwhile is seen when it comes up. Those
    that run out together come by session and line, so that a replayed shop ends them in the same
    order.
    """

    __slots__ = ("_count", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, int, int, Line]] = []
        self._count = 0

    def push(self, line: Line) -> None:
        """Remember a line under its present `expires_at`."""
        self._count += 1
        session = line.cart.session
        heappush(self._heap, (line.expires_at, session, line.number, self._count, line))

    def pop_due(self, now: float) -> Line | None:
        """Take out the line whose reservation ran out first, or None if none has at `now`."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            deadline, *_, line = heappop(heap)
            if line.life not in (Life.LIVE, Life.SUSPENDED) or line.expires_at < deadline:
                continue
            if line.expires_at > deadline:  # extended, or reserved anew, since it was pushed
                self.push(line)
                continue
            return line
        return None
