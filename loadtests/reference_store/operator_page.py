"""The operator's page: HTML made on the server, behind a token, without a line of script."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

import reports
from loadtests.reference_store import panel
from loadtests.reference_store.panel import Done, Filter
from loadtests.reference_store.store import Store
from reports.formats import Formats, Unit
from reports.notations import USUAL, Language
from reports.words import Words

COOKIE: Final = "operator"
SHIFT: Final = 12 * 3600
"""Seconds until the page asks for the token again."""
LISTED: Final = 100
"""Orders on one page."""
AFTER_A_WRONG_TOKEN: Final = 0.5
"""Seconds of waiting, so that nobody tries many."""
LONGEST_FORM: Final = 65_536

HERE: Final = Path(__file__).parent
FONT: Final = Path(reports.__file__).parent / "fonts" / "Vazirmatn-Regular.subset.woff2"
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def operator_routes(store: Store, token: str) -> list[Route]:
    """The page and what belongs to it."""
    page = OperatorPage(store, token)
    return [
        Route("/operator", page.show),
        Route("/operator", page.act, methods=["POST"]),
        Route("/operator/login", page.log_in, methods=["POST"]),
        Route("/operator/journal", page.journal),
        Route("/operator/style.css", _file(HERE / "templates" / "operator.css", "text/css")),
        Route("/operator/vazirmatn.woff2", _file(FONT, "font/woff2")),
    ]


class OperatorPage:
    """Shows the orders of a store, and does to them what the operator says."""

    def __init__(self, store: Store, token: str) -> None:
        self._store = store
        self._token = token.encode()
        self._pass = hmac.new(secrets.token_bytes(32), self._token, "sha256").hexdigest()
        """What the cookie holds: of no use after a restart, and it does not tell the token."""

    async def show(self, request: Request) -> Response:
        """The panel, or the door."""
        if not self._may(request):
            return _page("login.html.j2", request, wrong=False)
        return await self._panel(request, dict(request.query_params), None)

    async def act(self, request: Request) -> Response:
        """Do something to the orders that were chosen, then show the panel."""
        if not self._may(request) or _comes_from_elsewhere(request):
            return _page("login.html.j2", request, status=403, wrong=False)
        form = await _form(request)
        chosen = {name: values[0] for name, values in form.items()}
        deed = chosen.get("deed", "")
        if deed == "sweep":
            done = await self._store.act(panel.sweep)
        elif deed in panel.DEEDS:
            numbers = self._numbers(form, chosen)
            done = await self._store.act(lambda shop, now: panel.in_bulk(shop, now, deed, numbers))
        else:
            done = None
        return await self._panel(request, chosen, done)

    async def log_in(self, request: Request) -> Response:
        """Check the token; the right one opens the page for a shift."""
        given = (await _form(request)).get("token", [""])[0]
        if not hmac.compare_digest(given.encode(), self._token):
            await asyncio.sleep(AFTER_A_WRONG_TOKEN)
            return _page("login.html.j2", request, status=403, wrong=True)
        response = RedirectResponse(f"/operator?lang={_language(request)}", 303, HEADERS)
        response.set_cookie(
            COOKIE, self._pass, SHIFT, path="/operator", httponly=True, samesite="strict"
        )
        return response

    async def journal(self, request: Request) -> Response:
        """The whole event log as packed records, for an audit."""
        if not self._may(request):
            return Response("the operator's token is missing\n", 403, HEADERS)
        await self._store.writer.durable()
        log = bytes(self._store.shop.log.buffer)
        return Response(log, headers=HEADERS, media_type="application/octet-stream")

    def _may(self, request: Request) -> bool:
        cookie = request.cookies.get(COOKIE, "")
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        return hmac.compare_digest(cookie.encode(), self._pass.encode()) or (
            scheme.lower() == "bearer" and hmac.compare_digest(bearer.encode(), self._token)
        )

    def _numbers(self, form: dict[str, list[str]], chosen: dict[str, str]) -> list[int]:
        """The orders that were ticked, or all that the filter takes."""
        if chosen.get("scope") == "all":
            meant = _filter(chosen)
            every = panel.rows(self._store.shop, self._store.clock())
            return [row.number for row in every if meant.takes(row)]
        return [int(text) for text in form.get("order", []) if text.isdecimal()]

    async def _panel(self, request: Request, chosen: dict[str, str], done: Done | None) -> Response:
        await self._store.writer.durable()
        now = self._store.clock()
        every = panel.rows(self._store.shop, now)
        meant = _filter(chosen)
        found = [row for row in every if meant.takes(row)]
        chart = panel.bars(found, now)
        return _page(
            "operator.html.j2",
            request,
            now=now,
            filter=meant,
            tally=panel.tally(every),
            found=found[:LISTED],
            total=len(found),
            chart=chart,
            highest=max((bar.orders.total() for bar in chart), default=0),
            deeds=panel.DEEDS,
            ages=panel.AGES,
            done=done,
        )


def _filter(chosen: dict[str, str]) -> Filter:
    return Filter(chosen.get("state", ""), chosen.get("cause", ""), chosen.get("group", ""))


def _comes_from_elsewhere(request: Request) -> bool:
    """Another site's form; the cookie does not go with it, and neither shall a bearer."""
    origin = request.headers.get("origin")
    return origin is not None and origin != f"{request.url.scheme}://{request.url.netloc}"


def _language(request: Request) -> Language:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")[:2]
    return asked if asked in USUAL else "en"


async def _form(request: Request) -> dict[str, list[str]]:
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > LONGEST_FORM:
            return {}
    return parse_qs(text.decode("utf-8", "replace"))


def _page(template: str, request: Request, status: int = 200, **content: Any) -> Response:
    language = _language(request)

    def link(**fields: str) -> str:
        return f"/operator?{urlencode({'lang': language, **fields})}"

    text = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            words=_sentences(language),
            others={other: _sentences(other)["own_name"] for other in USUAL if other != language},
            formats=Formats(Words(language)),
            Unit=Unit,
            link=link,
            **content,
        )
    )
    return Response(text, status, HEADERS, "text/html")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _sentences(language: str) -> dict[str, Any]:
    text = (HERE / "locales" / f"{language}.yaml").read_text(encoding="utf-8")
    sentences: dict[str, Any] = yaml.safe_load(text)
    return sentences


def _file(path: Path, media_type: str) -> Endpoint:
    async def file(request: Request) -> Response:
        return FileResponse(
            path, headers={"x-content-type-options": "nosniff"}, media_type=media_type
        )

    return file
