"""Reads a line of an access log and lets past the door only what is not about a person.

The combined format of nginx and Apache, perhaps with the site before it (`vhost_combined`) and
nginx's `$request_time` behind. Address and agent become a number at once, with a salt that is drawn
for each run and forgotten; user names, referrers, query strings and cookies are not even taken out
of the line.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from scenarios.calibration.access.pages import Page, Pages

_QUOTED = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
LINE = re.compile(
    rb"(?:[^ :]++:\d++ )?+"  # Apache's vhost_combined begins with the site and its port
    rb"(\S+) [^\[]*"  # address; identity and user name are passed over
    rb"\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):(\d\d) ([+-]\d{4})\] "
    rb'"(?:([A-Z]+) ([^ "\\]*(?:\\.[^ "\\]*)*)[^"\\]*|[^"\\]*)(?:\\.[^"\\]*)*" '
    rb"(\d{3}) (?:\d+|-) " + _QUOTED + rb' "([^"\\]*(?:\\.[^"\\]*)*)"'
    rb'(?:(?: "[^"]*")*? "?(\d+\.\d+)"?(?=\s|$)| )?'
)
"""Groups: address, minute, second, offset, method, request target, status, agent, seconds taken."""

_ROBOT = re.compile(
    rb"(?<!cu)bot|crawl|spider|slurp|monitor|check|scan|fetch|preview|feed|index|archiv|lighthouse"
    rb"|headless|phantom|python|curl|wget|libwww|java/|go-http|okhttp|httpclient|guzzle|axios"
    rb"|node-fetch|scrapy|facebookexternalhit|whatsapp|^-?$",
    re.IGNORECASE,
)
"""Words by which robots call themselves; a visitor without an agent is one too. Cubot makes phones,
and the browser within Telegram is a person's (its robot is TelegramBot)."""
_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
         b"Dec"), start=1)
}  # fmt: skip
_MOST_AGENTS = 50_000
_SHOWN = 3
_SHOWN_LETTERS = 70
NOBODY = -1
"""The visitor of a request that no person made."""
UNTIMED = -1.0


class Hit(NamedTuple):
    """A request for work of the shop, images and the like left out."""

    at: int
    """Seconds since 1970."""
    visitor: int
    """A number without meaning beyond this run; NOBODY for a robot or a background request."""
    page: Page
    status: int
    took: float
    """Response time in seconds; UNTIMED where the log does not say it."""


@dataclass
class Counts:
    """What was read and what was left out, in lines."""

    lines: int = 0
    malformed: int = 0
    no_request: int = 0
    """Well formed, but what came was not HTTP (port scans, TLS on a plain port)."""
    assets: int = 0
    robots: int = 0
    """Requests for pages by agents that call themselves robots."""
    background: int = 0
    timed: int = 0
    """Requests with a response time."""
    examples: list[str] = field(default_factory=list)
    """The first malformed lines, every letter an x and every digit a #."""


class Door:
    """Reads lines one by one; nothing personal gets past it."""

    def __init__(self, pages: Pages, counts: Counts) -> None:
        self._pages, self.counts = pages, counts
        self._salt = secrets.token_bytes(16)
        self._robots: dict[bytes, bool] = {}
        self._minute: tuple[bytes, bytes, int] = (b"", b"", 0)

    def read(self, line: bytes, number: int, source: str) -> Hit | None:
        """The hit in a line; None for one that is counted only."""
        counts = self.counts
        counts.lines += 1
        found = LINE.match(line)
        if not found:
            self._malformed(line, number, source)
            return None
        address, minute, second, offset, method, target, status, agent, took = found.groups()
        if not method:
            counts.no_request += 1
            return None
        page = self._pages.of(method, target)
        if page is Page.ASSET:
            counts.assets += 1
            return None
        known = self._minute
        if minute != known[0] or offset != known[1]:
            try:
                known = self._minute = (minute, offset, _epoch(minute, offset))
            except (KeyError, ValueError):
                self._malformed(line, number, source)
                return None
        seconds = UNTIMED
        if took is not None:
            counts.timed += 1
            seconds = float(took)
        robot = self._robots.get(agent)
        if robot is None:
            robot = self._is_robot(agent)
        if robot:
            counts.robots += 1
            visitor = NOBODY
        elif page is Page.BACKGROUND:
            counts.background += 1
            visitor = NOBODY
        else:
            name = blake2b(address + b"\0" + agent, digest_size=7, key=self._salt).digest()
            visitor = int.from_bytes(name, "big")
        return Hit(known[2] + int(second), visitor, page, int(status), seconds)

    def _is_robot(self, agent: bytes) -> bool:
        if len(self._robots) >= _MOST_AGENTS:
            self._robots.clear()
        robot = self._robots[agent] = _ROBOT.search(agent) is not None
        return robot

    def _malformed(self, line: bytes, number: int, source: str) -> None:
        self.counts.malformed += 1
        if len(self.counts.examples) < _SHOWN:
            self.counts.examples.append(f"{source}, line {number}: {masked(line)}")


def masked(line: bytes) -> str:
    """The form of a line without its content: letters as x, digits as #."""
    text = line[: 4 * _SHOWN_LETTERS].decode("utf-8", "replace").strip()
    hidden = "".join(
        "x" if c.isalpha() else "#" if c.isnumeric() else c if c.isprintable() else "?"
        for c in text[:_SHOWN_LETTERS]
    )
    return hidden + ("..." if len(text) > _SHOWN_LETTERS else "")


def _epoch(minute: bytes, offset: bytes) -> int:
    """Seconds since 1970 of `10/Oct/2025:13:55` at `+0330`; KeyError or ValueError if none."""
    away = dt.timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    zone = dt.timezone(-away if offset[:1] == b"-" else away)
    day, month, year = int(minute[:2]), _MONTHS[minute[3:6]], int(minute[7:11])
    clock = dt.time(int(minute[12:14]), int(minute[15:17]), tzinfo=zone)
    return int(dt.datetime.combine(dt.date(year, month, day), clock).timestamp())
