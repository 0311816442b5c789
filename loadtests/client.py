"""A shopper's browser: a connection of her own, and a row for every request that it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import gevent
import gevent.ssl
from locust.contrib.fasthttp import FastHttpSession

from loadtests.recorder import Recorder
from loadtests.targets.target import Answer

BROKEN = 500
"""From this HTTP status on it is the shop that failed."""


class Browser:
    """The `Client` of one session. Keeps cookies; a connection, and none that another had."""

    def __init__(
        self,
        host: str,
        session: int,
        recorder: Recorder,
        clock: Callable[[], float],
        timeout: float,
        pause: Callable[[float], None],
        observer: Any = None,
    ) -> None:
        """`pause` waits so many seconds; `observer`: Locust's request event, for its statistics."""
        self.session = session
        self.intended: float | None = None
        """When the next request is meant to be sent; None: when it is."""
        self.spent = 0.0
        """Seconds of service so far, of all requests."""
        self._recorder = recorder
        self._clock = clock
        self._pause = pause
        self._http = FastHttpSession(
            host,
            Sent(observer),
            user=None,
            ssl_context_factory=_tls,
            insecure=False,
            connection_timeout=timeout,
            network_timeout=timeout,
            max_retries=0,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        step: str,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """See `targets.target.Client`."""
        headers = dict(headers or {})
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        sent = self._clock()
        intended = sent if self.intended is None else self.intended
        self.intended = None
        began = perf_counter()
        status = 0
        try:
            response = self._http.request(
                method,
                path,
                name=step,
                data=body,
                json=json,
                headers=headers,
                allow_redirects=False,
            )
            status = response.status_code or 0
        finally:  # also where the run ends before the answer comes
            service = perf_counter() - began
            self.spent += service
            self._recorder.request(self.session, intended, sent, service, status, step)
        if not status:
            self.close()
            return Answer(0)
        said = {name.lower(): value for name, value in (response.headers or {}).items()}
        return Answer(status, response.content or b"", said)

    def wait(self, seconds: float) -> None:
        """See `targets.target.Client`. The next request is meant for when the wait is over."""
        self.intended = self._clock() + seconds
        if seconds > 0:
            self._pause(seconds)

    def close(self) -> None:
        """Close the connection."""
        self._http.client.clientpool.close()


class Sent:
    """Locust's statistics hear of each request; a refusal of the shop's is no failure of theirs."""

    def __init__(self, observer: Any) -> None:
        self._observer = observer

    def fire(self, *, response: Any, exception: Any, **said: Any) -> None:
        """As Locust's request event."""
        if self._observer is not None:
            if 0 < (response.status_code or 0) < BROKEN:
                exception = None
            self._observer.fire(response=response, exception=exception, **said)


@cache
def _tls() -> Any:
    """One for all sessions: to make it takes longer than most requests."""
    return gevent.ssl.create_default_context()


class Remembering:
    """A resolver that asks for an address once: with a connection for each session, asking for it
    every time would take a quarter of the generator's time."""

    def __init__(self, resolver: Any) -> None:
        self._resolver = resolver
        self.getaddrinfo = lru_cache(maxsize=64)(resolver.getaddrinfo)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._resolver, name)


def remember_addresses() -> None:
    """From now on this process does so."""
    hub = gevent.get_hub()
    if not isinstance(hub.resolver, Remembering):
        hub.resolver = Remembering(hub.resolver)
