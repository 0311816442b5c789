"""Opening a journal by its URL: SQLite by default, PostgreSQL where it is named.

A store is the only writer of its journal and keeps a lock on it while it runs. The lock goes with
the process, however that ends. A password is never shown.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import unquote

from loadtests.reference_store.journal import Connection, Dialect, Journal
from scenarios.errors import UserError

SQLITE = Dialect("sqlite", placeholder="?", bytes_type="BLOB")
POSTGRESQL = Dialect("postgresql", placeholder="%s", bytes_type="BYTEA")

EXPECTED = "Expected sqlite:///FILE, or postgresql://USER@HOST/DATABASE."
ADVISORY_LOCK = 0x6573_6661_6E64
"""The number of the lock in PostgreSQL: `esfand` in ASCII."""
LOCK_SECONDS = 3
"""PostgreSQL notices a moment later that a store was killed."""


def open_journal(url: str) -> Journal:
    """The journal behind a URL, locked for this process. Raises UserError where it cannot be had.

    `sqlite:///shop.db` is a file in the working directory, `sqlite:////var/shop.db` an absolute
    path. Everything that libpq knows may stand in a PostgreSQL URL, or in its environment
    variables, such as PGPASSWORD.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return _open_sqlite(url)
    if scheme in ("postgresql", "postgres"):
        return _open_postgresql(url)
    raise UserError(f"--database: {scheme!r} is no database that Esfand knows. {EXPECTED}")


def _open_sqlite(url: str) -> Journal:
    prefix = "sqlite:///"
    name = unquote(url.removeprefix(prefix))
    if not url.startswith(prefix) or not name or "?" in url:
        raise UserError(f"--database: {url} names no file. {EXPECTED}")
    path = Path(name)
    if not path.absolute().parent.is_dir():
        raise UserError(f"--database: there is no folder {path.parent} for {path.name}. Make it.")
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        _settle_sqlite(connection)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _in_use(path.name) from None
        raise UserError(f"--database: {path} cannot be opened ({error}).") from None
    except sqlite3.DatabaseError as error:
        raise UserError(f"--database: {path} is no SQLite database ({error}).") from None
    return Journal(connection, SQLITE, url)


def _settle_sqlite(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # in WAL: every commit reaches the disk
    connection.execute("BEGIN EXCLUSIVE")  # takes the lock, which then stays
    connection.execute("COMMIT")


def _open_postgresql(url: str) -> Journal:
    try:
        import psycopg
    except ImportError:
        raise UserError(
            "PostgreSQL needs the package psycopg: pip install '.[load]' in Esfand's folder"
        ) from None
    shown = _without_password(url)
    try:
        secret = str(psycopg.conninfo.conninfo_to_dict(url).get("password") or "")
    except psycopg.ProgrammingError:  # says what it stumbled over, which may be the secret
        raise UserError(
            f"--database: {shown} cannot be read as a URL. In a name or a password write other "
            f"characters than letters and digits like %40. {EXPECTED}"
        ) from None
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
        connection.execute("SET synchronous_commit = on")
        connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        connection.execute(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
    except psycopg.errors.LockNotAvailable:
        raise _in_use(shown) from None
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        said = said.replace(secret, "***") if secret else said
        raise UserError(f"--database: {shown} cannot be opened: {said}") from None
    bound: Connection = connection
    return Journal(bound, POSTGRESQL, shown)


def _in_use(shown: str) -> UserError:
    return UserError(
        f"--database: another store is using {shown}. Stop it, or name another database."
    )


def _without_password(url: str) -> str:
    """The URL as it may be shown: without password and parameters, and where it is not plain
    which part of it is which, without all of it."""
    head, _, address = url.partition("://")
    user, at, rest = address.rpartition("@")
    if "?" in user or "/" in user:
        return f"{head}://***"
    return f"{head}://{user.partition(':')[0]}{at}{rest.partition('?')[0]}"
