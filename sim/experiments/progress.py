"""How far long work is, and the time that is left: on standard error, for people only."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_EVERY = 30.0
"""Seconds, at least, between two lines where there is no terminal."""


class Progress:
    """Counts what is expected and what is done; `show` hears of every change."""

    def __init__(self, show: Callable[[int, int], object]) -> None:
        self.total = 0
        self.done = 0
        self._show = show

    def expect(self, more: int) -> None:
        """So many more are to be done."""
        self.total += more
        self._show(self.done, self.total)

    def expect_in_all(self, total: int) -> None:
        """So many are to be done in all, unless more are expected already."""
        self.expect(max(0, total - self.total))

    def advance(self, more: int) -> None:
        """So many more are done."""
        self.done += more
        self._show(self.done, self.total)


@contextmanager
def progress(what: str, shown: bool = True) -> Iterator[Progress]:
    """Yield what is told of the work.

    A terminal gets a bar, which goes away when the block ends; elsewhere, as in the log of a
    server, a line is written now and then while the work goes on.
    """
    if not shown:
        yield Progress(lambda done, total: None)
    elif sys.stderr.isatty():
        with _bar(what) as show:
            yield Progress(show)
    else:
        yield Progress(Lines(what))


class Lines:
    """A line on standard error for what is done, at most one every `LINE_EVERY` seconds."""

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._clock = clock
        self._began = self._last = clock()

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._last < LINE_EVERY or not 0 < done < total:
            return
        self._last = now
        gone = now - self._began
        left = gone / done * (total - done)
        line = f"{self._what}: {done:,} of {total:,} done in {_span(gone)}, {_span(left)} left"
        print(line, file=sys.stderr, flush=True)


def _span(seconds: float) -> str:
    """Such as `45 s`, `12 min`, `3 h 20 min`: as fine as an estimate deserves."""
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    hours, minutes = divmod(math.ceil(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], object]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        work = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(work, completed=done, total=total)
