"""How fast `esfand calibrate` reads access logs, beside counting lines and one regular expression.

    python benchmarks/access_log.py write FILE.gz [LINES]   a synthetic log, ten million by default
    python benchmarks/access_log.py measure FILE.gz [ROUNDS]

`measure` takes CPU time: of `zcat FILE | wc -l` and of a Python loop that matches one regular
expression for each line, together the baseline; and of reading, sessions and fits in a process of
its own, with its peak memory. The two take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import gzip
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

LINES = 10_000_000
SEED = 1405
_PAGES = (
    *(f"/product/tea-{number}/" for number in range(5_000)),
    *(f"/shelf/{number}/?orderby=price&utm_source=x" for number in range(500)),
)
_STEPS = ("/?wc-ajax=add_to_cart", "/cart/", "/checkout/", "/checkout/order-received/7/?key=k")
_AGENTS = (
    tuple(
        f"Mozilla/5.0 (Linux; Android {number % 9 + 5}; SM-A{number}) AppleWebKit/537.36 (KHTML, "
        f"like Gecko) Chrome/{80 + number % 50}.0.0.0 Mobile Safari/537.36"
        for number in range(300)
    )
    + ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",) * 30
)
_CHUNK = 200_000


def write(path: Path, lines: int) -> None:
    """A shop of ten million lines a week: three images to a page, visitors that look at eight pages
    each."""
    generator = np.random.default_rng(SEED)
    start, span = 1_760_000_000, 7 * 86400 * lines // LINES
    done = 0
    with gzip.open(path, "wb", compresslevel=5) as file:
        while done < lines:
            n = min(_CHUNK, lines - done)
            at = start + (np.arange(done, done + n) * span // lines)
            # A visitor's pages lie near each other in time: a moving window of visitors.
            visitor = (np.arange(done, done + n) // 32 + generator.integers(0, 1_500, n)).tolist()
            kind = generator.random(n).tolist()
            which = generator.integers(0, len(_PAGES), n).tolist()
            took = generator.exponential(0.25, n).tolist()
            rows = []
            for row in range(n):
                stamp = _stamp(int(at[row]))
                who, share = visitor[row], kind[row]
                if share < 0.75:
                    asked = f"/wp-content/uploads/{which[row]}.jpg"
                elif share < 0.76:
                    asked = _STEPS[which[row] % 4]
                else:
                    asked = _PAGES[which[row]]
                rows.append(
                    f"5.{who >> 16 & 255}.{who >> 8 & 255}.{who & 255} - - [{stamp}] "
                    f'"GET {asked} HTTP/1.1" 200 {which[row] * 7} "https://shop.example/" '
                    f'"{_AGENTS[who % len(_AGENTS)]}" {took[row]:.3f}\n'
                )
            file.write("".join(rows).encode())
            done += n


_known: dict[int, str] = {}


def _stamp(at: int) -> str:
    if at not in _known:
        _known.clear()
        _known[at] = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(at))
    return _known[at]


def measure(path: Path, rounds: int) -> None:
    """Print CPU seconds of baseline and reader, their ratio, and the reader's peak memory."""
    for number in range(1, rounds + 1):
        baseline = _cpu(["sh", "-c", f"zcat '{path}' | wc -l"]) + _own("baseline", path)[0]
        reader, memory = _own("read", path)
        print(
            f"round {number}: baseline {baseline:.1f} s, reader {reader:.1f} s, "
            f"{reader / baseline:.2f} times, {memory:.0f} MB",
            flush=True,
        )


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _own(what: str, path: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a part, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(path)], check=True, capture_output=True, text=True
    )
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def baseline(path: Path) -> None:
    """Match one regular expression for each line."""
    line = re.compile(rb'(\S+) \S+ \S+ \[([^\]]+)\] "([A-Z]+) (\S+) [^"]*" (\d+) (\S+)')
    with gzip.open(path) as file:
        print(sum(line.match(row) is not None for row in file))


def read(path: Path) -> None:
    """Read a log, cut it into sessions and fit everything."""
    from scenarios.calibration.access.fit import fit_access_log

    print("\n".join(fit_access_log([path]).account))


def main() -> None:
    """See the module."""
    what, path, *number = sys.argv[1:]
    file = Path(path)
    if what == "write":
        write(file, int(number[0]) if number else LINES)
    elif what == "measure":
        measure(file, int(number[0]) if number else 3)
    else:
        {"baseline": baseline, "read": read}[what](file)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
