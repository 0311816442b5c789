"""A live run from the command to its folder, against the real store."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from commands import invoke
from live_runs import STORE, TOKEN, WINDOW, begin, children, load_test
from stores import Served

from loadtests.arrivals import Schedule
from model.events import Kind
from reports import requests, run_folder
from reports.log import read_parquet
from reports.run_folder import Load, Run
from scenarios.errors import UserError
from scenarios.loader import load_text

INTERRUPTED, INVALID, MISSED, BROKEN_BOOKS = 130, 4, 1, 3


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("store")
    with Served(f"sqlite:///{folder / 'shop.db'}", *STORE, ESFAND_OPERATOR_TOKEN=TOKEN) as served:
        yield served


@pytest.fixture(scope="module")
def run(store: Served, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """With two generators, two thresholds of requests and one that no live run can measure."""
    out = tmp_path_factory.mktemp("run") / "live"
    done = load_test(
        store.url, out, *WINDOW, "--drain", "3 s", "--processes", "2",
        "--junit", str(out.with_suffix(".xml")), "--language", "fa,en",
        "--set", "thresholds.0=http_errors < 0.1%",
        "--set", "thresholds.1=add to cart from_intended_p95 < 1 ms",
    )  # fmt: skip
    assert done.returncode == MISSED, done.stderr
    assert done.stdout.index("Thresholds") < done.stdout.index("Measures")
    return run_folder.read(out)


def facts(run: Run) -> Load:
    assert run.manifest.load is not None
    return run.manifest.load


def test_every_session_of_the_schedule_begins_and_none_before_its_time(run: Run) -> None:
    schedule = Schedule.of(load_text(run.scenario, "scenario.yaml"))
    starts = requests.read(run.folder, facts(run).planned).starts
    assert starts["session"].tolist() == schedule.row.tolist()
    assert starts["due"] == pytest.approx(schedule.due)
    assert (starts["begun"] >= starts["due"] - 0.01).all()


def test_carts_of_a_live_run_are_those_of_the_simulated_shoppers(run: Run) -> None:
    schedule = Schedule.of(load_text(run.scenario, "scenario.yaml"))
    shoppers = schedule.shoppers
    events = read_parquet(run.folder / run.logs[0])
    added = events[np.isin(events["kind"], (Kind.ADDED, Kind.REFUSED))]
    assert len(added) > 30
    for event in added:
        row = int(event["session"])
        lines = slice(shoppers.first_line[row], shoppers.first_line[row + 1])
        wanted = zip(shoppers.product[lines], shoppers.quantity[lines], strict=True)
        assert (event["product"], event["quantity"]) in set(wanted)


def test_the_log_counts_what_the_store_counts(run: Run, store: Served) -> None:
    carts = run.measures["carts"].iloc[0]
    assert carts == len(np.unique(_sessions(run, Kind.ADDED)))
    metrics = store.get("/metrics").text
    assert f'answer="ADDED",intent="add"}} {len(_sessions(run, Kind.ADDED)):.1f}' in metrics


def _sessions(run: Run, kind: Kind) -> np.ndarray:
    events = read_parquet(run.folder / run.logs[0])
    return events["session"][events["kind"] == kind]


def test_a_clean_store_is_audited_and_balances(run: Run) -> None:
    assert facts(run).audited == "journal"
    assert run.manifest.books.balanced
    assert run.manifest.source == "live"


def test_rules_are_judged_by_step_and_what_cannot_be_measured_is_said(run: Run) -> None:
    assert run.manifest.unmeasured == ()
    suite = ElementTree.parse(run.folder.with_suffix(".xml")).getroot()
    by_name = {case.get("name"): case for case in suite}
    assert by_name["http_errors < 0.1%"].find("failure") is None
    assert by_name["add to cart from_intended_p95 < 1 ms"].find("failure") is not None
    assert suite.get("failures") == "1"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_both_reports_tell_of_the_load(run: Run, language: str) -> None:
    page = (run.folder / f"report.{language}.html").read_text(encoding="utf-8")
    heading, step = {
        "en": ("The load and the answers", "add to cart"),
        "fa": ("بار و پاسخ‌ها", "افزودن به سبد"),
    }[language]
    assert heading in page
    assert step in page


def test_both_generators_played_their_shares(run: Run) -> None:
    assert facts(run).generators == 2
    assert not facts(run).lost
    assert not facts(run).invalid


def test_a_generator_that_is_killed_is_missed_and_the_others_are_kept(
    store: Served, tmp_path: Path
) -> None:
    out = tmp_path / "live"
    process = begin(store.url, out, *WINDOW, "--speed", "8x", "--processes", "2")
    worker = _when_loaded(process.pid, "--worker", tmp_path)
    os.kill(worker, signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == INVALID, said
    run = run_folder.read(out)
    assert len(facts(run).lost) == 1
    traffic = requests.read(out, facts(run).planned)
    assert len(traffic.begun) >= facts(run).planned // 2
    assert traffic.dropped > 0


def test_an_interrupt_ends_with_the_report_of_what_ran(store: Served, tmp_path: Path) -> None:
    out = tmp_path / "live"
    process = begin(store.url, out, *WINDOW, "--speed", "8x")
    _when_loaded(process.pid, "locust", tmp_path)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == INTERRUPTED, said
    run = run_folder.read(out)
    assert facts(run).interrupted
    assert 0 < len(requests.read(out, facts(run).planned).begun) < facts(run).planned


def _when_loaded(parent: int, word: str, spools: Path) -> int:
    """A process of the load, once the first sessions have begun."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(file.stat().st_size for file in spools.glob("esfand-load-*/*/starts.bin")):
            return next(each for each, words in children(parent).items() if word in words)
        time.sleep(0.05)
    raise AssertionError("no session began")


def test_a_load_that_came_too_late_or_not_at_all_is_invalid(store: Served, tmp_path: Path) -> None:
    limits = ("--max-lag", "0.001 ms", "--max-open", "3")
    done = load_test(store.url, tmp_path / "live", *WINDOW, *limits, "--json")
    assert done.returncode == INVALID
    said = json.loads(done.stdout)
    assert said["measures"]["dropped_sessions"]["mean"] > 10
    assert len(said["load"]["invalid"]) == 2
    page = (tmp_path / "live" / "report.en.html").read_text(encoding="utf-8")
    assert "The load was not the one that was planned" in page


def test_a_store_that_sells_what_it_does_not_have_fails_the_run(tmp_path: Path) -> None:
    with Served(
        f"sqlite:///{tmp_path / 'shop.db'}", *STORE, "--fault", "lost-update",
        ESFAND_OPERATOR_TOKEN=TOKEN,
    ) as served:  # fmt: skip
        done = load_test(served.url, tmp_path / "live", *WINDOW, "--speed", "60x")
    assert done.returncode == BROKEN_BOOKS, done.stdout + done.stderr
    assert "The books do not balance" in done.stderr


def test_a_run_is_audited_afterwards_by_tables_of_the_shops_database(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "live"
    shutil.copytree(run.folder, folder)
    books = tmp_path / "books"
    books.mkdir()
    (books / "stock.csv").write_text("product,before,after\n0,600,597\n", encoding="utf-8")
    (books / "orders.csv").write_text("order,email,product,units,amount\n", encoding="utf-8")
    done = invoke("audit", folder, "--books", books)
    assert done.exit_code == BROKEN_BOOKS
    again = run_folder.read(folder)
    assert facts(again).audited == "tables"
    assert "its stock went down by 3" in again.manifest.books.faults[0]
    assert again.measures.equals(run.measures)


def test_a_simulation_has_nothing_to_be_audited_afterwards(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run folder"):
        invoke("audit", tmp_path, "--books", tmp_path)


@pytest.mark.usefixtures("no_more_pages")
def test_a_live_run_stands_beside_its_simulation(run: Run, tmp_path: Path) -> None:
    simulated = tmp_path / "simulated"
    invoke(
        "simulate", run.folder / "scenario.yaml", "--replications", "6", "--out", simulated, "-q"
    )
    done = invoke("compare", simulated, run.folder, "--out", tmp_path / "beside", "--json")
    said = json.loads(done.stdout)
    assert said["departures"][0]["measure"] == "sessions"
    by_name = {row["measure"]: row for row in said["departures"]}
    for name in ("sessions", "carts", "engaged_sessions", "support_contacts"):
        assert by_name[name]["live"] == by_name[name]["twin"], name
    assert (tmp_path / "beside" / "departures.fa.html").exists()
    assert done.exit_code == 0


@pytest.mark.usefixtures("no_more_pages")
def test_a_live_run_of_other_shoppers_is_not_compared(run: Run, tmp_path: Path) -> None:
    simulated = tmp_path / "simulated"
    scenario = run.folder / "scenario.yaml"
    invoke("simulate", scenario, "--seed", "7", "--replications", "2", "--out", simulated, "-q")
    with pytest.raises(UserError, match="have not met the same shoppers"):
        invoke("compare", simulated, run.folder)
    with pytest.raises(UserError, match="is a run folder, and flash-sale is none"):
        invoke("compare", run.folder, "flash-sale")
