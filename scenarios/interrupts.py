"""Ctrl-C and SIGTERM: whatever becomes of them on the way out, they stay what they are."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether somebody asked for the end."""

    asked = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if so; to be called where work may be left."""
        if self.asked:
            raise KeyboardInterrupt

    def hear(self, signum: int, frame: FrameType | None) -> None:
        """What a signal calls."""
        self.asked = True
        raise KeyboardInterrupt


@contextmanager
def stoppable(*signals: signal.Signals) -> Iterator[Stop]:
    """Each of the signals ends the block by a KeyboardInterrupt, and by nothing else.

    A signal raises wherever the program happens to be. Inside of a library in C or Rust that calls
    back to Python the exception may come out as another one, as pydantic's of a value that cannot
    be written, or vanish, as in a finalizer. So it is noted that a signal came: any exception
    after that is a KeyboardInterrupt, and what goes on all the same asks `Stop.check`. A signal
    that was ignored before the block stays so.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # only that one may
        yield stop
        return
    heard = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, stop.hear) for each in heard}
    try:
        yield stop
    except Exception:
        stop.check()
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
