"""A shopper's browser for tests: the `Client` of an adapter over httpx, without measuring."""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping
from typing import Any

import httpx

from loadtests.targets.target import Answer


class Browser:
    """One connection with its cookies; it closes when nobody has it
    any more."""

    def __init__(self, url: str, seconds: float = 60.0) -> None:
        self._client = httpx.Client(base_url=url, timeout=seconds, trust_env=False, verify=False)
        weakref.finalize(self, self._client.close)

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
        try:
            response = self._client.request(
                method, path, json=json, data=dict(form) if form else None, headers=headers
            )
        except httpx.HTTPError:
            return Answer(0)
        said = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, response.content, said)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)
