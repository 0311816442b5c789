"""`esfand serve`: the reference store as a process of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from scenarios.errors import UserError

TOKEN_VARIABLE = "ESFAND_OPERATOR_TOKEN"
SHORTEST_TOKEN = 16
NEEDS = "esfand serve needs more packages: pip install '.[load]' in Esfand's folder"


def serve(
    url: str,
    host: str,
    port: int,
    scenario: str | None,
    overrides: Sequence[str],
    faults: Sequence[str],
    say: Callable[[str], None],
) -> None:
    """Serve until a signal says stop, or until the journal fails. Raises UserError.

    `port` 0 takes one that is free. `say` hears where the store is when it is ready, and what about
    it might surprise.
    """
    try:
        import uvicorn

        from loadtests.reference_store.http import make_app
        from loadtests.reference_store.opening import open_store
        from loadtests.reference_store.operator_page import operator_routes
    except ImportError as error:
        raise UserError(f"{NEEDS} ({error.name} is missing)") from None
    from loadtests.reference_store.faults import parse_faults

    chosen = parse_faults(faults)
    token = _operator_token()
    listener = _listen(host, port)
    with listener:
        store = open_store(url, scenario, overrides, chosen)
        app = make_app(store, operator_routes(store, token) if token else ())
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        store.writer.on_break = lambda: setattr(server, "should_exit", True)
        address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        say(f"Serving {store.name} at {address}, journal in {store.journal.shown}.")
        for note in notes(listener.getsockname()[0], faults):
            say(note)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if store.writer.broken:
            raise UserError(
                f"The store stopped: {store.writer.broken}.\n"
                "What it had acknowledged is in the journal. Mend the cause and start it again."
            )


def notes(address: str, faults: Sequence[str]) -> list[str]:
    """What whoever starts a store should know of it; `address` is the one it listens at."""
    said = []
    if not ip_address(address).is_loopback:
        said.append("Whoever can reach this machine can shop here: the store has no accounts.")
    if faults:
        said.append(f"Faults that are switched on: {', '.join(faults)}.")
    return said


def _operator_token() -> str:
    """The token that opens the operator's page; empty for no such page."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    if token and len(token) < SHORTEST_TOKEN:
        raise UserError(
            f"{TOKEN_VARIABLE}: a token has at least {SHORTEST_TOKEN} characters. "
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe())"'
        )
    return token


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        raise UserError(
            f"--host {host} --port {port}: cannot listen there ({error.strerror}). "
            "Name another port; 0 takes one that is free."
        ) from None
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
