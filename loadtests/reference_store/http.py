"""The store behind HTTP: requests become commands, answers become JSON."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import Any, Final

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from loadtests.reference_store import answers, openapi
from loadtests.reference_store.answers import Answer, Unknown
from loadtests.reference_store.metrics import CONTENT_TYPE, Metrics
from loadtests.reference_store.operations import BIGGEST, COMMANDS, VIEWS, Body, Command, View
from loadtests.reference_store.store import Store
from loadtests.reference_store.writer import Broken

COOKIE: Final = "session"
ITS_OWN: Final = "me"
NUMBER: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
LONGEST_BODY: Final = 65_536
"""Bytes."""
LONGEST_KEY: Final = 200
REPLAYED: Final = "idempotent-replayed"
"""The header of an answer that was given before to the same request."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Malformed(Exception):  # noqa: N818 -- an answer
    """A request that cannot be read."""

    def __init__(self, sentence: str, status: int = answers.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


def make_app(store: Store, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application: every operation of the table, what watches over it, and `more` routes."""
    metrics = Metrics(store)
    routes: list[BaseRoute] = [
        *(
            Route(command.path, _command(store, metrics, command), methods=["POST"])
            for command in COMMANDS
        ),
        *(Route(view.path, _view(store, metrics, view)) for view in VIEWS),
        Route("/sessions", _opening(store, metrics), methods=["POST"]),
        Route("/health", _health(store)),
        Route("/metrics", _metrics(metrics)),
        Route("/openapi.json", _description()),
        *more,
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await store.start()
        yield
        await store.stop()

    return Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _http_error}
    )


# operations ---------------------------------------------------------------------------------------


def _command(store: Store, metrics: Metrics, command: Command) -> Endpoint:
    async def answer(request: Request) -> Answer:
        arguments = _path_arguments(request)
        key = _key_of(request, command, arguments)
        text = await _body(request)
        if command.body is not None:
            arguments |= _read(command.body, text)
        digest = _digest(command, arguments) if key else ""
        return await store.execute(command, arguments, key, digest)

    return _endpoint(metrics, command.name, answer)


def _view(store: Store, metrics: Metrics, view: View) -> Endpoint:
    async def answer(request: Request) -> Answer:
        return await store.look(view, _path_arguments(request))

    return _endpoint(metrics, view.name, answer)


def _opening(store: Store, metrics: Metrics) -> Endpoint:
    async def answer(request: Request) -> Answer:
        number = request.state.number = await store.open_session()
        return Answer(201, answers.as_json({"session": number}), "OPENED")

    async def with_cookie(request: Request) -> Response:
        response = await endpoint(request)
        if response.status_code == 201:
            number = str(request.state.number)
            response.set_cookie(COOKIE, number, httponly=True, samesite="lax")
        return response

    endpoint = _endpoint(metrics, "open-session", answer)
    return with_cookie


def _endpoint(
    metrics: Metrics, intent: str, answer: Callable[[Request], Awaitable[Answer]]
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        began = time.perf_counter()
        try:
            said = await answer(request)
        except Malformed as malformed:
            said = answers.with_sentence(malformed.status, str(malformed))
        except Unknown as unknown:
            said = answers.with_sentence(answers.NOT_FOUND, str(unknown))
        except Broken as broken:
            said = answers.broken(str(broken), answers.UNAVAILABLE)
        metrics.request(intent, said.word, time.perf_counter() - began)
        headers = {REPLAYED: "true"} if said.word == answers.REPEATED else None
        return Response(said.body, said.status, headers, media_type=openapi.JSON)

    return endpoint


# what watches over the store ----------------------------------------------------------------------


def _health(store: Store) -> Endpoint:
    async def health(request: Request) -> Response:
        broken = store.writer.broken
        state = {
            "status": "broken" if broken else "ok",
            "seconds": round(store.clock(), 3),
            "events": len(store.shop.log),
            "database": store.journal.dialect.name,
        }
        if broken:
            state["error"] = str(broken)
        status = answers.UNAVAILABLE if broken else 200
        return Response(answers.as_json(state), status, media_type=openapi.JSON)

    return health


def _metrics(metrics: Metrics) -> Endpoint:
    async def text(request: Request) -> Response:
        return Response(metrics.text(), headers={"content-type": CONTENT_TYPE})

    return text


def _description() -> Endpoint:
    described = answers.as_json(openapi.describe())

    async def description(request: Request) -> Response:
        return Response(described, media_type=openapi.JSON)

    return description


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = answers.as_json({"error": f"{request.method} {request.url.path}: {error.detail}"})
    return Response(body, error.status_code, error.headers, media_type=openapi.JSON)


# reading a request --------------------------------------------------------------------------------


def _path_arguments(request: Request) -> dict[str, Any]:
    return {
        name: _number(name, request.cookies.get(COOKIE, "") if text == ITS_OWN else text)
        for name, text in request.path_params.items()
    }


def _number(name: str, text: str) -> int:
    if not text:
        raise Unknown(f"there is no cookie {COOKIE!r}; POST /sessions gives one")
    number = int(text) if NUMBER.fullmatch(text) else BIGGEST + 1
    if number > BIGGEST:
        raise Unknown(f"there is no {name} {text!r}; they have numbers up to {BIGGEST}")
    return number


async def _body(request: Request) -> bytes:
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > LONGEST_BODY:
            raise Malformed(f"a request has at most {LONGEST_BODY} bytes", answers.TOO_LARGE)
    return text


def _read(body: type[Body], text: bytes) -> dict[str, Any]:
    try:
        return body.model_validate_json(text or b"{}").model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Malformed(f"{where}: {first['msg']}" if where else first["msg"]) from None


def _key_of(request: Request, command: Command, named: dict[str, Any]) -> str:
    """Under what an answer is remembered; empty for not at all."""
    if command.once:
        return f"{command.name} {' '.join(map(str, named.values()))}"
    key = request.headers.get("idempotency-key", "")
    if len(key) > LONGEST_KEY:
        raise Malformed(f"an idempotency key has at most {LONGEST_KEY} characters")
    return f"key {key}" if key else ""


def _digest(command: Command, arguments: dict[str, Any]) -> str:
    """Tells one request from another that came with the same key."""
    said = f"{command.name} {sorted(arguments.items())}"
    return blake2b(said.encode(), digest_size=16).hexdigest()
