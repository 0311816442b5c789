"""What is to be played against which shop, and whether it may be.

A rehearsal is checked before the first request goes out: the host is this machine or was confirmed
by name, the number of sessions and the seconds stay below hard caps.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from scenarios.errors import UserError
from scenarios.loader import load, load_text
from scenarios.schema import Scenario
from scenarios.units import format_duration, format_moment, parse_response_time, parse_share
from scenarios.window import as_played, parse_window
from scenarios.writer import dump

NUMBERS: Final = 10**9
"""Sessions have numbers below this one before the shop."""


@dataclass(frozen=True)
class Rehearsal:
    """A window of a scenario, the shop it is played against, and the limits of the run."""

    scenario: str
    """The resolved scenario as YAML; its season has a window."""
    host: str
    """`http://127.0.0.1:8000`, without a path."""
    target: str
    products: tuple[str, ...]
    target_options: tuple[tuple[str, str], ...]
    timeout: float
    """Seconds."""
    most_open: int
    """Sessions at the same time in each process."""
    most_sessions: int
    most_lag: float
    """Seconds."""
    most_dropped: float
    """Share of the planned sessions."""
    numbers_from: int
    """The shop's number of the first session; chosen anew for each run."""

    @classmethod
    def of(
        cls, name: str, settings: Sequence[str], host: str, options: Mapping[str, str | None]
    ) -> Self:
        """`options` by the names of `OPTIONS` without dashes (`max_open`). Raises UserError."""
        check_host(host, options["confirm_host"])
        scenario = _windowed(name, settings, options)
        seconds = as_played(scenario).season.end
        longest = _number("--max-duration", options["max_duration"], _duration)
        if seconds > longest:
            raise UserError(
                f"The window takes {format_duration(seconds)}, more than --max-duration "
                f"{format_duration(longest)} allows."
            )
        return cls(
            scenario=dump(scenario),
            host=host.rstrip("/"),
            target=options["target"] or "",
            products=read_products(options["products"]),
            target_options=_pairs(options["target_options"]),
            timeout=_number("--timeout", options["timeout"], _duration),
            most_open=int(_number("--max-open", options["max_open"], _count)),
            most_sessions=int(_number("--max-sessions", options["max_sessions"], _count)),
            most_lag=_number("--max-lag", options["max_lag"], _duration),
            most_dropped=_number("--max-dropped", options["max_dropped"], parse_share),
            numbers_from=secrets.randbelow(NUMBERS // 2),
        )

    def check_size(self, sessions: int) -> None:
        """Raise UserError where the plan has too many sessions."""
        if sessions > self.most_sessions:
            raise UserError(
                f"The window has {sessions:,} sessions, more than --max-sessions "
                f"{self.most_sessions:,} allows. Take a shorter one, or allow more if the shop is "
                "yours to load."
            )

    @cached_property
    def resolved(self) -> Scenario:
        """The scenario, read again."""
        return load_text(self.scenario, "the rehearsal's scenario")

    @property
    def seconds(self) -> float:
        """How long the run takes at most."""
        return as_played(self.resolved).season.end

    def as_json(self) -> str:
        """To travel to other processes."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `as_json` wrote."""
        made = cls(**json.loads(text))
        pairs = tuple((name, value) for name, value in made.target_options)
        return replace(made, products=tuple(made.products), target_options=pairs)


def check_host(host: str, confirmed: str | None) -> None:
    """Raise UserError for a host that may not be loaded: one that is elsewhere, unconfirmed."""
    parts = urlsplit(host)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"--host {host!r} is no address; write for example http://127.0.0.1:8000.")
    if parts.path.strip("/") or parts.query or parts.username:
        raise UserError(
            f"--host {parts.scheme}://{parts.hostname}: name the host alone, without a path or a "
            "password."
        )
    if is_here(parts.hostname):
        if confirmed not in (None, parts.hostname):
            raise UserError(f"--confirm-host {confirmed}: --host names {parts.hostname}.")
    elif confirmed != parts.hostname:
        raise UserError(
            f"{parts.hostname} is not this machine. If it is yours to load, and no shopper is "
            f"served there, say so: --confirm-host {parts.hostname}"
        )


def is_here(hostname: str) -> bool:
    """Whether a name stands for this machine alone."""
    if hostname == "localhost":
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False


def _windowed(name: str, settings: Sequence[str], options: Mapping[str, str | None]) -> Scenario:
    """The scenario with the window that the options name, or with its own."""
    text = options["window"]
    scenario = load(name, tuple(settings))
    if text is None:
        if scenario.season.window is None:
            raise UserError(
                "Name the part of the season to play, such as --window 21:00-21:10, or give the "
                "scenario a season.window."
            )
        return scenario
    return load(name, (*settings, *window_settings(text, scenario, options)))


def window_settings(
    text: str, scenario: Scenario, options: Mapping[str, str | None]
) -> tuple[str, ...]:
    """`--window`, `--speed` and `--drain` as settings of the scenario."""
    begins, length = parse_window(text, scenario.season)
    speed = _number("--speed", options["speed"], _speed)
    drain = _number("--drain", options["drain"], parse_response_time)
    return (
        f"season.window.begins={format_moment(begins)}",
        f"season.window.duration={format_duration(length)}",
        f"season.window.speed={speed * 100:.10g}%",
        f"season.window.drain={format_duration(drain)}",
    )


def read_products(file: str | None) -> tuple[str, ...]:
    """The shop's own names of products, from a file with one a line; none without a file."""
    if file is None:
        return ()
    try:
        lines = Path(file).read_text(encoding="utf-8").rstrip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--products {file}: cannot be read ({error}).") from None
    names = tuple(line.strip() for line in lines)
    if "" in names:
        raise UserError(
            f"--products {file}, line {names.index('') + 1}: is empty; write the shop's own name "
            "of the scenario's product there."
        )
    return names


def _pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    """`country=IR,payment=cod` as pairs. Raises UserError."""
    pairs = [part.partition("=") for part in text.split(",")] if text else []
    if any(not name or not sign for name, sign, _ in pairs):
        raise UserError(f"--target-options {text}: write NAME=VALUE,NAME=VALUE.")
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _number(option: str, text: str | None, parse: Any) -> float:
    try:
        return float(parse(text or ""))
    except ValueError as error:
        raise UserError(f"{option} {text}: {error}") from None


def _duration(text: str) -> float:
    seconds = parse_response_time(text)
    if not seconds:
        raise ValueError("must be more than 0 s")
    return seconds


def _speed(text: str) -> float:
    factor = float(text.strip().lower().removesuffix("x"))
    if not factor > 0:
        raise ValueError("must be more than 0, such as 2x")
    return factor


def _count(text: str) -> int:
    count = int(text.replace("_", "").replace(",", ""))
    if count < 1:
        raise ValueError("must be 1 or more")
    return count
