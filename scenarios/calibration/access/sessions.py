"""Cuts the hits of a log into sessions and counts what they show; memory holds only open sessions.

A session is what one visitor (address and agent) asks for without a pause above half an hour, the
usual rule of web analytics. Robots that do not say so are told by their sessions: they ask for
robots.txt, or for more pages, or faster, than people do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.lines import NOBODY, Hit
from scenarios.calibration.access.pages import Page

GAP = 30 * 60
"""Seconds without a page that end a session."""
QUARTER = 900
"""Seconds; offsets from UTC are multiples of it, so that quarters have a local hour."""
_MOST_PAGES = 300
"""Of a session; more is a robot."""
_FAST = 2.0
"""Seconds between pages, on average; a robot if it keeps it up for `_FAST_PAGES` pages."""
_FAST_PAGES = 15
_FORGET = 7 * 86400
"""Seconds after which a visitor who filled a cart is no longer waited for."""
_SWEEP = 300
_STEPS = (Page.CART, Page.ADD, Page.CHECKOUT, Page.RECEIVED)


@dataclass
class Traffic:
    """What the sessions of a log come to. Counts only: no visitor can be found in it."""

    first: int = 0
    last: int = 0
    """Seconds since 1970 of the first and the last hit."""
    sessions: Counter[int] = field(default_factory=Counter)
    """By the quarter of an hour since 1970 in which they began."""
    reached: Counter[Page] = field(default_factory=Counter)
    """Sessions that saw a step or one beyond it, which they cannot have reached without it."""
    pages: int = 0
    seconds: int = 0
    """Pages, and time from first to last page, of all sessions."""
    single: int = 0
    """Sessions of one page."""
    gaps: NDArray[np.int64] = field(default_factory=lambda: np.zeros(GAP + 1, np.int64))
    """Pauses between two pages of a session by whole seconds, shape (1801,)."""
    decided: Counter[int] = field(default_factory=Counter)
    """Seconds from the last addition (without one: look at the cart) to checkout, in a session."""
    to_purchase: Counter[int] = field(default_factory=Counter)
    """Seconds from the first step into the cart to the order, over sessions, seven days at most."""
    later: int = 0
    """Of these orders, those of a later session."""
    returned: int = 0
    """Sessions that go on with the cart of an earlier one."""
    added: int = 0
    """Additions that the log shows."""
    robots: Counter[str] = field(default_factory=Counter)
    """Sessions that were left out, by what gave them away."""

    @property
    def total(self) -> int:
        """All sessions of people."""
        return sum(self.sessions.values())


class Sessions:
    """Takes hits in the order of time, and counts each session when it is over."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self._open: dict[int, list[int]] = {}
        """Visitor -> her pages so far, each as seconds * 16 + page."""
        self._robots: set[int] = set()
        self._carts: dict[int, int] = {}
        """Visitor -> when she first stepped into the cart that she has not paid for yet."""
        self._swept = 0

    def add(self, hit: Hit) -> None:
        """Count a hit. Errors, redirects and requests of nobody are no pages of a session."""
        at, visitor, page, status, _ = hit
        traffic = self.traffic
        if not traffic.first:
            traffic.first = self._swept = at
        if at > traffic.last:
            traffic.last = at
            if at - self._swept >= _SWEEP:
                self._sweep(at)
        if visitor == NOBODY or (status != 200 and status != 304 and page is not Page.ADD):
            return
        if page is Page.ROBOTS:
            self._robots.add(visitor)
            return
        if page is Page.ADD and status >= 400:
            return
        pages = self._open.get(visitor)
        if pages is None:
            self._open[visitor] = [at << 4 | page]
        elif at - (pages[-1] >> 4) > GAP:
            self._close(visitor, pages)
            self._open[visitor] = [at << 4 | page]
        elif len(pages) > _MOST_PAGES:
            pages[-1] = at << 4 | page  # a robot: that it goes on is all that matters
        else:
            pages.append(at << 4 | page)

    def end(self) -> Traffic:
        """What all sessions come to, those included that the end of the log cuts off."""
        for visitor, pages in self._open.items():
            self._close(visitor, pages)
        self._open.clear()
        return self.traffic

    def _sweep(self, now: int) -> None:
        """Close the sessions that are over, forget carts that nobody comes back to."""
        over = [v for v, pages in self._open.items() if now - (pages[-1] >> 4) > GAP]
        for visitor in over:
            self._close(visitor, self._open.pop(visitor))
        for visitor in [v for v, at in self._carts.items() if now - at > _FORGET]:
            del self._carts[visitor]
        self._swept = now

    def _close(self, visitor: int, packed: list[int]) -> None:
        traffic = self.traffic
        # Servers log a request when it ends, so that two may stand in the wrong order.
        packed.sort()
        first, last = packed[0] >> 4, packed[-1] >> 4
        if why := self._robot(visitor, len(packed), last - first):
            traffic.robots[why] += 1
            return
        traffic.sessions[first // QUARTER] += 1
        traffic.pages += len(packed)
        traffic.seconds += last - first
        if len(packed) == 1:
            traffic.single += 1
        before = first
        for page in packed[1:]:
            at = page >> 4
            traffic.gaps[min(at - before, GAP)] += 1
            before = at
        if any(page & 15 in _STEPS for page in packed):
            self._walk(visitor, packed)
        if any(page & 15 == Page.PRODUCT for page in packed):
            traffic.reached[Page.PRODUCT] += 1

    def _robot(self, visitor: int, pages: int, seconds: int) -> str:
        """What gives a robot away; empty for people."""
        if visitor in self._robots:
            return "asked for robots.txt"
        if pages > _MOST_PAGES:
            return f"more than {_MOST_PAGES} pages"
        if pages >= _FAST_PAGES and seconds < _FAST * (pages - 1):
            return f"{_FAST_PAGES} pages or more, less than {_FAST:g} s between them"
        return ""

    def _walk(self, visitor: int, packed: list[int]) -> None:
        """Follow a session through cart, checkout and order."""
        traffic = self.traffic
        furthest, filled, checkout, added = Page.OTHER, 0, 0, False
        waiting = visitor in self._carts
        for at, page in ((each >> 4, each & 15) for each in packed):
            if page not in _STEPS:
                continue
            if page == Page.ADD:
                traffic.added += 1
            if page == Page.RECEIVED:
                if visitor in self._carts:
                    began = self._carts.pop(visitor)
                    traffic.to_purchase[at - began] += 1
                    traffic.later += began < packed[0] >> 4
            elif page != Page.CART:
                self._carts.setdefault(visitor, at)
            if not checkout and (page == Page.ADD or (page == Page.CART and not added)):
                filled, added = at, page == Page.ADD
            if page == Page.CHECKOUT and filled and not checkout:
                checkout = at
                traffic.decided[at - filled] += 1
            furthest = max(furthest, Page(page))
        traffic.returned += waiting and furthest >= Page.ADD
        for step in _STEPS:
            traffic.reached[step] += furthest >= step


def count(hits: Iterable[Hit]) -> Traffic:
    """The traffic of hits that come in the order of time."""
    sessions = Sessions()
    for hit in hits:
        sessions.add(hit)
    return sessions.end()
