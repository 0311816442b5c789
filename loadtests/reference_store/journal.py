"""The journal: what a store has decided, kept in a database before anybody hears of it.

One row holds the events of all commands of one commit, packed as `model.events` packs them; the
answers to requests with an idempotency key stand in the same transaction. A journal is told all it
needs of its database by a `Dialect`, and knows nothing of shops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from model.events import RECORD, Log
from scenarios.errors import UserError

FORMAT = "1"
"""Of the tables below; a journal of another format is refused."""


class Connection(Protocol):
    """What `sqlite3` and `psycopg` have in common; both commit each statement by itself."""

    def execute(self, query: Any, parameters: Sequence[Any] = ..., /) -> Any: ...
    def cursor(self) -> Any: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database says the few things that every database says in its own way."""

    name: str
    placeholder: str
    bytes_type: str


class SavedAnswer(NamedTuple):
    """What a request was answered, for whoever asks again with the same key."""

    key: str
    request: str
    """A digest of the request: a key goes with one request only."""
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """What becomes durable together."""

    events: bytes
    answers: Sequence[SavedAnswer] = ()
    sessions: int = 0
    """How many session numbers the store has given out so far."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is settled when a store first opens, and stays."""

    scenario: str
    """The resolved scenario as YAML."""
    started: float
    """The moment at which its seconds begin, as a Unix time."""


@dataclass(slots=True)
class Past:
    """Everything that a journal holds."""

    facts: Facts
    log: Log
    answers: dict[str, SavedAnswer] = field(default_factory=dict)
    sessions: int = 0
    commits: int = 0


class Journal:
    """A journal in a database. Its methods block; one thread at a time may call them."""

    def __init__(self, connection: Connection, dialect: Dialect, shown: str) -> None:
        self._connection = connection
        self.dialect = dialect
        self.shown = shown
        """The database as people may see it: without secrets."""
        self._commits = 0
        mark = dialect.placeholder
        self._add_commit = f"INSERT INTO esfand_commits VALUES ({mark}, {mark}, {mark})"
        self._add_answer = f"INSERT INTO esfand_answers VALUES ({', '.join([mark] * 4)})"
        self._add_fact = f"INSERT INTO esfand_facts VALUES ({mark}, {mark})"

    def read(self) -> Past | None:
        """All that was ever committed, or None in a database where no store has opened yet.

        Raises UserError for a journal that is damaged or of another format.
        """
        self._create_tables()
        facts = dict(self._connection.execute("SELECT name, value FROM esfand_facts").fetchall())
        if not facts:
            return None
        if facts.get("format") != FORMAT:
            raise UserError(
                f"{self.shown}: its journal has the format {facts.get('format')!r}, and this "
                f"version of Esfand writes {FORMAT!r}. Name another database."
            )
        past = Past(Facts(facts["scenario"], float(facts["started"])), Log())
        rows = self._connection.execute(
            "SELECT number, events, sessions FROM esfand_commits ORDER BY number"
        )
        for number, events, past.sessions in rows:
            past.commits += 1
            if number != past.commits or len(events) % RECORD.size:
                raise UserError(
                    f"{self.shown}: the journal is damaged at commit {past.commits}. "
                    "Restore it from a copy, or name another database."
                )
            past.log.buffer.extend(events)
        for row in self._connection.execute(
            "SELECT key, request, status, body FROM esfand_answers"
        ):
            past.answers[row[0]] = SavedAnswer(row[0], row[1], row[2], bytes(row[3]))
        self._commits = past.commits
        return past

    def begin(self, facts: Facts, first: Commit) -> None:
        """Settle the facts and write the first commit, together or not at all."""
        rows = [
            ("format", FORMAT),
            ("scenario", facts.scenario),
            ("started", repr(facts.started)),
        ]
        self._together([(self._add_fact, rows), *self._rows(first)])

    def append(self, commit: Commit) -> None:
        """Make a commit durable; when this returns it outlives the process and the machine."""
        self._together(self._rows(commit))

    def close(self) -> None:
        """Give the database back."""
        self._connection.close()

    def _rows(self, commit: Commit) -> list[tuple[str, list[tuple[Any, ...]]]]:
        number = self._commits + 1
        rows: list[tuple[str, list[tuple[Any, ...]]]]
        rows = [(self._add_commit, [(number, commit.events, commit.sessions)])]
        if commit.answers:
            rows.append((self._add_answer, [tuple(answer) for answer in commit.answers]))
        return rows

    def _together(self, statements: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
        cursor = self._connection.cursor()
        if len(statements) == 1 and len(statements[0][1]) == 1:
            cursor.execute(statements[0][0], statements[0][1][0])  # commits by itself
        else:
            cursor.execute("BEGIN")
            try:
                for statement, rows in statements:
                    cursor.executemany(statement, rows)
                cursor.execute("COMMIT")
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
        self._commits += 1

    def _create_tables(self) -> None:
        for table in (
            "esfand_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "esfand_commits (number BIGINT PRIMARY KEY, "
            f"events {self.dialect.bytes_type} NOT NULL, sessions BIGINT NOT NULL)",
            "esfand_answers (key TEXT PRIMARY KEY, request TEXT NOT NULL, "
            f"status INTEGER NOT NULL, body {self.dialect.bytes_type} NOT NULL)",
        ):
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")
