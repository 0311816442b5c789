"""Which books the audit of a live run can look into, and when: before the load and after it.

The reference store shows its journal to its operator, whose token stands in the environment. Of a
shop that shows nothing, the receipts of its shoppers are laid beside the stock that it opened with,
where `--opening-stock` says that it is the scenario's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from loadtests.audit import Finding, audit
from loadtests.books import Books
from loadtests.reference_store.serve import TOKEN_VARIABLE
from loadtests.rehearsal import Rehearsal
from loadtests.targets.target import Receipt
from scenarios.errors import UserError

REFERENCE_STORE: Final = "reference-store"
_DIRECT: Final = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Auditor:
    """Knows what the shop's books were when the run began."""

    rehearsal: Rehearsal
    token: str
    since: int | None = None
    """How many events the reference store's journal had."""

    @classmethod
    def before(cls, rehearsal: Rehearsal) -> Auditor:
        """Look at the shop before the load. Raises UserError where it does not answer."""
        token = os.environ.get(TOKEN_VARIABLE, "")
        auditor = cls(rehearsal, token)
        if rehearsal.target == REFERENCE_STORE:
            health = json.loads(auditor.fetch("/health"))
            return cls(rehearsal, token, int(health["events"]))
        return auditor

    @classmethod
    def again(cls, rehearsal: Rehearsal, since: int | None) -> Auditor:
        """The same in another process."""
        return cls(rehearsal, os.environ.get(TOKEN_VARIABLE, ""), since)

    def after(self, receipts: Sequence[Receipt]) -> tuple[list[Finding], str]:
        """What the audit finds, and what it looked at; nothing where no books are open to it."""
        if self.rehearsal.target == REFERENCE_STORE and self.token:
            return audit(receipts, self._journal()), "journal"
        return [], ""

    def fetch(self, path: str) -> bytes:
        """A page of the reference store's. Raises UserError."""
        url = self.rehearsal.host + path
        request = Request(url, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with _DIRECT.open(request, timeout=self.rehearsal.timeout) as answer:
                content: bytes = answer.read()
                return content
        except (URLError, OSError) as error:
            raise UserError(f"{url} does not answer as a reference store ({error}).") from None

    def _journal(self) -> Books:
        from loadtests.reference_books import live_books

        return live_books(self.fetch, self._available, self.since)

    def _available(self) -> list[int]:
        stock: list[int] = json.loads(self.fetch("/stock"))["available"]
        return stock
