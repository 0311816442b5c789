"""The journal's database: how it is named, what it refuses, and what happens when it fails."""

from __future__ import annotations

import resource
import sqlite3
import time
from pathlib import Path

import pytest
from stores import SMALL, DidNotOpen, Served, past_of

from loadtests.reference_store.databases import open_journal
from loadtests.reference_store.journal import Commit, Facts, SavedAnswer
from model.events import RECORD, Kind
from scenarios.errors import UserError

SECRET = "s3cr3t-word"
EVENT = RECORD.pack(1.5, Kind.LEFT, 1, -1, -1, 0, 0, 0, 0)


def test_what_was_committed_is_read_back(database: str) -> None:
    facts = Facts("name: shop\n", 1_700_000_000.123456)
    answer = SavedAnswer("key ‌کلید", "digest", 201, b'{"outcome":"ADDED"}')
    journal = open_journal(database)
    assert journal.read() is None
    journal.begin(facts, Commit(EVENT))
    journal.append(Commit(EVENT * 2, [answer], sessions=3))
    journal.append(Commit(b"", sessions=4))
    journal.close()
    past = past_of(database)
    assert past.facts == facts
    assert bytes(past.log.buffer) == EVENT * 3
    assert past.answers == {answer.key: answer}
    assert (past.sessions, past.commits) == (4, 3)


def test_a_commit_is_whole_or_not_at_all(database: str) -> None:
    answer = SavedAnswer("key", "digest", 201, b"{}")
    journal = open_journal(database)
    journal.read()
    journal.begin(Facts("name: shop\n", 0.0), Commit(EVENT, [answer]))
    with pytest.raises(Exception, match=r"(?i)unique"):
        journal.append(Commit(EVENT, [answer]))
    journal.close()
    assert len(past_of(database).log) == 1


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://localhost/shop", "'mysql' is no database that Esfand knows"),
        ("shop.db", "'shop.db' is no database that Esfand knows"),
        ("sqlite://shop.db", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///no/such/folder/shop.db", "there is no folder no/such/folder"),
        ("postgresql://nobody@127.0.0.1:1/shop", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_had_is_explained(url: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        open_journal(url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://nobody:{SECRET}@127.0.0.1:1/shop",
        f"postgresql://127.0.0.1:1/shop?user=nobody&password={SECRET}",
        f"postgresql://nobody:{SECRET}@[broken/shop",
        f"postgresql://nobody:{SECRET}%zz@127.0.0.1:1/shop",
        f"postgresql://127.0.0.1:1/shop?pasword={SECRET}",
        f"postgresql:///shop?{SECRET}",
        f"postgresql://nobody:{SECRET}/{SECRET}@127.0.0.1:1/shop",
        f"postgresql://nobody:{SECRET}?{SECRET}@127.0.0.1:1/shop",
        f"postgresql://127.0.0.1:1/shop?password=x@{SECRET}",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    with pytest.raises(UserError) as error:
        open_journal(url)
    assert SECRET not in str(error.value)


def test_a_running_store_does_not_tell_its_password(postgresql_url: str) -> None:
    url = f"{postgresql_url}&password={SECRET}"
    with Served(url, *SMALL) as store:
        assert SECRET not in store.greeting
        assert "postgresql://" in store.greeting


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100)
    with pytest.raises(UserError, match="is no SQLite database"):
        open_journal(f"sqlite:///{path}")
    assert path.read_text() == "dear diary " * 100


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("DELETE FROM esfand_commits WHERE number = 1", "damaged at commit 1"),
        ("UPDATE esfand_commits SET events = x'00' WHERE number = 2", "damaged at commit 2"),
        ("UPDATE esfand_facts SET value = '0' WHERE name = 'format'", "has the format '0'"),
    ],
)
def test_a_damaged_journal_is_refused(tmp_path: Path, harm: str, sentence: str) -> None:
    path = tmp_path / "shop.db"
    journal = open_journal(f"sqlite:///{path}")
    journal.read()
    journal.begin(Facts("name: shop\n", 0.0), Commit(EVENT))
    journal.append(Commit(EVENT))
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute(harm)
    connection.close()
    with pytest.raises(UserError, match=sentence):
        past_of(f"sqlite:///{path}")


def test_a_store_keeps_the_scenario_that_it_opened_with(sqlite_url: str) -> None:
    with Served(sqlite_url, *SMALL):
        pass
    with Served(sqlite_url, *SMALL) as store:  # the same once more is no mistake
        assert "Serving benchmark-w1" in store.greeting
    with pytest.raises(DidNotOpen, match="holds a store of the scenario benchmark-w1"):
        Served(sqlite_url, "--scenario", "flash-sale")


def test_a_store_whose_disk_is_full_stops_and_loses_nothing(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    ample = ("--scenario", "benchmark-w1")
    with Served(sqlite_url, *ample) as store:
        written = path.with_name(f"{path.name}-wal").stat().st_size
        resource.prlimit(store.process.pid, resource.RLIMIT_FSIZE, (written + 30_000,) * 2)
        statuses = []
        for session in range(1000):
            statuses.append(store.post(f"/sessions/{session}/lines", product=0).status_code)
            if statuses[-1] == 503:
                break
        assert statuses[-1] == 503
        assert store.process.wait(20) == 2
        assert store.process.stderr is not None
        assert "The store stopped: the journal failed" in store.process.stderr.read()
    acknowledged = [session for session, status in enumerate(statuses) if status == 201]
    with Served(sqlite_url) as store:
        for session in acknowledged:
            assert len(store.get(f"/sessions/{session}").json()["lines"]) == 1


def test_a_store_whose_database_went_away_stops(postgresql_url: str) -> None:
    import psycopg

    with Served(postgresql_url, *SMALL) as store:
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert store.post("/sessions/1/lines", product=0).status_code == 503
        assert store.process.wait(20) == 2
    with Served(postgresql_url) as store:
        assert store.get("/sessions/1").status_code == 404


@pytest.mark.parametrize(
    ("released_by", "more", "state"),
    [
        ("timer", (), "ENDED"),
        ("sweeper", ("--set", "reservation.sweep_every=1s"), "ENDED"),
        ("operator", (), "LIVE"),
    ],
)
def test_reservations_end_by_the_clock_on_the_wall(
    sqlite_url: str, released_by: str, more: tuple[str, ...], state: str
) -> None:
    policy = ("--set", f"reservation.released_by={released_by}", *more)
    with Served(sqlite_url, *SMALL, "--set", "reservation.timeout=1s", *policy) as store:
        store.post("/sessions/1/lines", product=0)
        events = store.get("/health").json()["events"]
        time.sleep(2.5)  # nobody asks for anything meanwhile
        ended = store.get("/health").json()["events"] - events
        assert ended == (state == "ENDED")
        assert store.get("/sessions/1").json()["lines"][0]["reservation"] == state
