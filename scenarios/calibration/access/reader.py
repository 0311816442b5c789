"""Streams access logs, plain or gzipped, several at once, in the order of time."""

from __future__ import annotations

import gzip
import heapq
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO

from scenarios.calibration.access.lines import LINE, Counts, Door, Hit
from scenarios.calibration.access.pages import PRESETS, Page, Pages
from scenarios.errors import UserError
from scenarios.units import format_share

MAX_MALFORMED = 0.05
"""Share of malformed lines above which a log is not to be trusted."""
_SAMPLE = 20_000
"""Lines that the platform is guessed from."""
_EARLY = 1_000
"""Lines after which a file that is no log at all is given up."""
_BUFFER = 1 << 20
_GZIP = b"\x1f\x8b"


def hits(
    paths: Sequence[Path], pages: Pages, counts: Counts, max_malformed: float
) -> Iterator[Hit]:
    """The requests of all logs by time, as far as each log is; memory does not grow with them.

    Logs of several servers are merged line by line; rotated ones may come in any order. Raises
    UserError for a file that is missing or no access log, and, at the end, for a share of malformed
    lines above `max_malformed`.
    """
    if len({path.resolve() for path in paths}) < len(paths):
        raise UserError("--access-log: a file is given twice; its sessions would count twice.")
    door = Door(pages, counts)
    with ExitStack() as opened:
        logs = [_hits_of(path, opened.enter_context(_open(path)), door) for path in paths]
        yield from logs[0] if len(logs) == 1 else heapq.merge(*logs, key=itemgetter(0))
    _check_share(", ".join(path.name for path in paths), counts, max_malformed)


def guess_platform(paths: Sequence[Path]) -> tuple[str, Mapping[str, int]]:
    """The preset that finds most of the way to an order, and how many such pages each one finds.

    From the first lines of the first file; `generic` where none finds any.
    """
    path = paths[0]
    found = dict.fromkeys(PRESETS, 0)
    platforms = {name: Pages(patterns) for name, patterns in PRESETS.items()}
    # A step that only this platform writes so weighs more than /cart, which they share.
    weights = {Page.PRODUCT: 1, Page.CART: 1, Page.ADD: 3, Page.CHECKOUT: 2, Page.RECEIVED: 5}
    with _open(path) as file:
        for line in islice(_lines(path, file), _SAMPLE):
            match = LINE.match(line)
            if match and match[5]:
                for name, pages in platforms.items():
                    found[name] += weights.get(pages.of(match[5], match[6]), 0)
    best = max(found, key=lambda name: found[name])
    return (best if found[best] else "generic"), found


def _hits_of(path: Path, file: IO[bytes], door: Door) -> Iterator[Hit]:
    read, source, malformed = door.read, path.name, door.counts.malformed
    for number, line in enumerate(_lines(path, file), start=1):
        hit = read(line, number, source)
        if hit is not None:
            yield hit
        elif number == _EARLY and door.counts.malformed - malformed > _EARLY * 0.9:
            raise _no_log(source, door.counts)


def _lines(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from file
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UserError(f"{path}: not a whole gzip file; compress it again.") from None


def _open(path: Path) -> IO[bytes]:
    """The log's lines as bytes; gzip is told by its first bytes, not by its name."""
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == _GZIP
        if compressed:
            return io.BufferedReader(gzip.open(path), _BUFFER)
        return path.open("rb", _BUFFER)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).") from None


def _check_share(source: str, counts: Counts, most: float) -> None:
    if not counts.lines:
        raise UserError(f"{source}: empty; expected the lines of an access log.")
    if counts.malformed > most * counts.lines:
        raise _no_log(source, counts)


def _no_log(source: str, counts: Counts) -> UserError:
    share = format_share(counts.malformed / counts.lines)
    examples = "\n".join(counts.examples)
    return UserError(
        f"{source}: {counts.malformed:,} of {counts.lines:,} lines ({share}) are no lines of the "
        f"combined log format (x is a letter, # a digit):\n{examples}\n"
        'Expected: ADDRESS - USER [10/Oct/2025:13:55:36 +0330] "GET /cart HTTP/1.1" 200 512 '
        '"REFERRER" "AGENT", perhaps with the request time in seconds behind it.'
    )
