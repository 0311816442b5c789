"""How a rehearsal is asked for, alike by `esfand load` and by plain Locust.

Both read it before they do anything, so it imports nothing that takes time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Option:
    """An option of `esfand load`, and of plain Locust with the same name."""

    name: str
    help: str
    default: str | None = None
    metavar: str | None = None


OPTIONS: Final = (
    Option("--target", "The shop's software, or MODULE:CLASS.", metavar="NAME"),
    Option(
        "--products",
        "The shop's own name of each product, one a line, in the scenario's order.",
        metavar="FILE",
    ),
    Option(
        "--target-options",
        "What the target takes besides, such as 'country=IR,payment=cod'.",
        metavar="NAME=VALUE,...",
    ),
    Option(
        "--window",
        "The part of the season to play, such as '1405-12-24 21:00-21:10'.",
        metavar="WINDOW",
    ),
    Option("--speed", "How much faster shoppers come, such as 2x.", "1x", "FACTOR"),
    Option(
        "--drain", "How long those who came go on after the window's end.", "0 s", "DURATION"
    ),
    Option("--confirm-host", "The host's name once more, if it is not this machine.", None, "HOST"),
    Option("--timeout", "So long without an answer, and a request has failed.", "60 s", "DURATION"),
    Option("--max-open", "Sessions at the same time, in each process; more are dropped.", "5000"),
    Option("--max-sessions", "A plan with more sessions is refused.", "200000"),
    Option("--max-duration", "A plan that takes longer is refused.", "1 h", "DURATION"),
    Option(
        "--max-lag", "The run is invalid if sessions begin later (99th percentile).", "100 ms"
    ),
    Option("--max-dropped", "The run is invalid if more sessions were dropped.", "0.1%"),
)  # fmt: skip
