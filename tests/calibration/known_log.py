"""Access logs whose truth is known: shoppers of a known behaviour, and a site of known workers."""

from __future__ import annotations

import datetime as dt
import heapq
import math
import random
from pathlib import Path

CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"
TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))
START = dt.datetime(2025, 10, 10, tzinfo=TEHRAN)


def line(
    second: float,
    asked: str,
    *,
    who: str = "5.1.2.3",
    agent: str = CHROME,
    method: str = "GET",
    status: int = 200,
    user: str = "-",
    referrer: str = "-",
    took: float | None = None,
) -> str:
    """A line of the combined format, `second` seconds after START."""
    at = (START + dt.timedelta(seconds=int(second))).strftime("%d/%b/%Y:%H:%M:%S %z")
    behind = "" if took is None else f" {took:.3f}"
    return (
        f'{who} - {user} [{at}] "{method} {asked} HTTP/1.1" {status} 512 "{referrer}" '
        f'"{agent}"{behind}'
    )


def write(path: Path, *lines: str) -> Path:
    """A log of these lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def week_of_shoppers(days: int = 7, per_day: int = 600, seed: int = 1) -> list[tuple[float, str]]:
    """(second, line) by time: sessions of three pages, ADDED of them with a cart, and so on.

    Pauses are lognormal with median 28 s and sigma 1.2; twice as many come from noon on.
    """
    luck = random.Random(seed)
    found: list[tuple[float, str]] = []
    for number in range(days * per_day):
        day = number // per_day
        hour = luck.choice((*range(12), *range(12, 24), *range(12, 24)))
        at = day * 86400 + hour * 3600 + luck.random() * 3600
        pages = [("GET", f"/product/tea-{luck.randrange(40)}/") for _ in range(3)]
        if luck.random() < ADDED:
            pages += [("POST", "/?wc-ajax=add_to_cart"), ("GET", "/cart/")]
            if luck.random() < READY:
                pages.append(("GET", "/checkout/"))
                if luck.random() < FINISHED:
                    pages.append(("GET", f"/checkout/order-received/{number}/?key=wc_order_x"))
        for method, asked in pages:
            who = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            found.append((at, line(at, asked, who=who, method=method)))
            pause = luck.lognormvariate(math.log(28), 1.2)
            at += min(pause, 1700)
    return sorted(found)


ADDED, READY, FINISHED = 0.2, 0.5, 0.8


def busy_site(
    workers: int, page_time: float, busiest: float, *, seed: int = 1, room: int = 10**6
) -> list[tuple[float, float, int]]:
    """(second it was done, seconds it took, status) of a day at an M/M/c/K site.

    The load follows a cosine; at its height it is `busiest` of the capacity.
    """
    luck = random.Random(seed)
    free, now, done = [0.0] * workers, 0.0, []
    peak = busiest * workers / page_time
    while now < 86400:
        now += luck.expovariate(peak)
        if luck.random() > 0.5 - 0.45 * math.cos(2 * math.pi * now / 86400):
            continue
        begins = max(now, free[0])
        if (begins - now) * workers / page_time > room:
            done.append((now, 0.0, 503))
            continue
        ends = begins + luck.expovariate(1 / page_time)
        heapq.heapreplace(free, ends)
        done.append((ends, ends - now, 200))
    return sorted(done)
