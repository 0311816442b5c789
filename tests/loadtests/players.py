"""A real HTTP server that plays the recorded answers of a shop, and notes what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl


class Player:
    """Plays exchanges one after the other; `wrong` says where it was asked something else."""

    def __init__(self) -> None:
        self.left: list[Mapping[str, Any]] = []
        self.wrong: list[str] = []
        self.url = ""

    def put_on(self, exchanges: Sequence[Mapping[str, Any]]) -> None:
        """What it plays next."""
        self.left = list(exchanges)

    def hear(
        self, request: str, headers: Mapping[str, str], sent: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """The recorded answer to a request: status, headers, body."""
        if not self.left:
            self.wrong.append(f"{request}: nothing more was expected")
            return 599, {}, b""
        exchange = self.left.pop(0)
        if exchange["request"] != request:
            self.wrong.append(f"{request}: expected {exchange['request']}")
        if not _holds(sent, exchange.get("sends", {})):
            self.wrong.append(f"{request}: {sent} does not hold {exchange['sends']}")
        for name, value in exchange.get("with", {}).items():
            if headers.get(name) != value:
                self.wrong.append(f"{request}: the header {name} is {headers.get(name)!r}")
        body = json.dumps(exchange["json"]) if "json" in exchange else exchange.get("text", "")
        return exchange.get("status", 200), exchange.get("headers", {}), body.encode()


def _holds(whole: Any, part: Any) -> bool:
    """Whether everything in `part` is in `whole`, at the same place."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and _holds(whole[name], value) for name, value in part.items()
        )
    return bool(whole == part)


@contextmanager
def player() -> Iterator[Player]:
    """A player that listens on the loopback."""
    plays = Player()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            is_json = "json" in (self.headers.get("content-type") or "")
            sent = json.loads(text) if is_json and text else dict(parse_qsl(text, True))
            heard = {name.lower(): value for name, value in self.headers.items()}
            status, headers, body = plays.hear(f"{self.command} {self.path}", heard, sent)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 -- as the library has it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        plays.url = f"http://127.0.0.1:{server.server_port}"
        yield plays
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
