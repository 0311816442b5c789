"""The load generator against plain servers: does it keep its schedule, and does it agree with k6?

    python benchmarks/open_load.py            # both
    python benchmarks/open_load.py rate 1000  # sessions a second against a fast server
    python benchmarks/open_load.py stall      # 200 a second against one that stalls 2 s in every 8

Each session sends one GET on a connection of its own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 24
STALLS, EVERY = 2.0, 8.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
K6_SCRIPT = """
import http from 'k6/http';
export const options = {
  scenarios: { open: { executor: 'constant-arrival-rate', rate: RATE, timeUnit: '1s',
    duration: 'SECONDSs', preAllocatedVUs: 1000, maxVUs: 1000 } },
  noConnectionReuse: true,
  summaryTrendStats: ['p(50)', 'p(90)', 'p(95)', 'p(99)'],
};
export default function () { http.get('URL/products/0'); }
"""


def serve(ready: object, stalls: bool) -> None:
    """Answer every request; a stalling server answers nobody for a while, again and again."""
    began = time.monotonic()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                phase = (time.monotonic() - began) % EVERY
                if stalls and phase < STALLS:
                    await asyncio.sleep(STALLS - phase)
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=4096)
        ready.send(server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def server(stalls: bool = False) -> Iterator[str]:
    """A server in a process of its own; its URL."""
    mine, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(its, stalls))
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()


def esfand(url: str, rate: float, seconds: int = SECONDS) -> dict[str, float]:
    """The measures of a run with so many sessions a second, nearly all of which only browse."""
    with tempfile.TemporaryDirectory() as name:
        settings = (
            "season.duration=1 h", f"demand.sessions_per_day={rate * 86400:.0f}",
            "demand.engaged=0.001%", "demand.support_only=0%",
            "season.window.begins=1405-12-20 00:10", f"season.window.duration={seconds} s",
            "season.window.drain=5 s",
        )  # fmt: skip
        command = [
            sys.executable, str(ROOT / "esfand.py"), "load", "benchmark-w1", "--host", url,
            "--target", "benchmarks.open_load:OnePage", "--out", f"{name}/run", "--json",
            "--max-lag", "1 h", *(word for each in settings for word in ("--set", each)),
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        from reports import requests

        measures = json.loads(done.stdout)["measures"]
        found = {key: each["mean"] for key, each in measures.items() if each["mean"] is not None}
        traffic = requests.read(Path(name) / "run", int(found["sessions"]))
        import numpy as np

        found["sent"] = len(traffic.requests)
        found["from_intended_p90_s"] = float(np.percentile(traffic.from_intended, 90))
        return found


def k6(url: str, rate: float, seconds: int = SECONDS) -> dict[str, float]:
    """What k6's constant arrival rate finds: percentiles in seconds, sent and dropped."""
    binary = shutil.which("k6") or str(Path(sysconfig.get_path("scripts")) / "k6")
    script = K6_SCRIPT.replace("RATE", f"{rate:.0f}").replace("SECONDS", str(seconds))
    with tempfile.TemporaryDirectory() as name:
        file, summary = Path(name) / "open.js", Path(name) / "summary.json"
        file.write_text(script.replace("URL", url), encoding="utf-8")
        command = [binary, "run", "--quiet", "--summary-export", str(summary), str(file)]
        subprocess.run(command, capture_output=True, check=True)
        metrics = json.loads(summary.read_text(encoding="utf-8"))["metrics"]
    took = metrics["http_req_duration"]
    return {
        "sent": metrics["http_reqs"]["count"],
        "dropped_sessions": metrics.get("dropped_iterations", {}).get("count", 0),
        **{f"from_intended_p{q}_s": took[f"p({q})"] / 1000 for q in (50, 90, 95, 99)},
    }


class OnePage:
    """A target without a shop: whoever comes looks at a page."""

    name = "one-page"

    def __init__(self, products: object = ()) -> None:
        self.products = products

    def open(self, client: object, visitor: object) -> object:
        from loadtests.targets.conversation import Conversation, seen

        class Look(Conversation):
            def view(self, product: int):  # type: ignore[no-untyped-def]
                return seen(self.client.request("GET", "/products/0", step="look"))

        return Look(client, visitor, self)  # type: ignore[arg-type]


def main(words: list[str]) -> None:
    """Print what was asked for."""
    if not words or words[0] == "rate":
        rate = float(words[1]) if len(words) > 1 else 1000.0
        with server() as url:
            found = esfand(url, rate)
        print(f"{rate:,.0f} sessions/s: sent {found['sent']:,.0f}", end=", ")
        print(f"lag p99 {found['scheduler_lag_p99_s'] * 1000:.1f} ms")
    if not words or words[0] == "stall":
        for name, play in (("esfand", esfand), ("k6", k6)):
            with server(stalls=True) as url:
                found = play(url, 200.0)
            shares = ", ".join(
                f"{re.sub('from_intended_|_s', '', key)} {found[key]:.2f} s"
                for key in sorted(found)
                if key.startswith("from_intended_p") and key.count("_") == 3
            )
            print(f"{name}: sent {found['sent']:,.0f}, {shares}")


if __name__ == "__main__":
    main(sys.argv[1:])
