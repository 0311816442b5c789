"""`esfand report`: a finished run written anew, elsewhere, or told under other rules and costs."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from commands import SIMULATE, TUNE, invoke, refused

from reports import run_folder, tidy
from reports.breakdowns.file import NAME as BREAKDOWNS
from scenarios.errors import UserError
from sim.experiments.restate import MEASURED

pytestmark = pytest.mark.usefixtures("no_more_pages")
ENGLISH = ("--language", "en")
PAGE = "report.en.html"
MEASURED_ANEW = (
    "--set", "costs.goods=80%",
    "--set", "costs.agent_hour=100_000 toman",
    "--set", "payment.fee.rate=3%",
    "--set", "support.desks.chat.target=1 s",
    "--set", "thresholds=['profit_rial > 10 toman']",
    "--set", "title.en=After the talk with the bank",
)  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulation with all its logs, and with one page."""
    folder = tmp_path_factory.mktemp("played") / "run"
    invoke(*SIMULATE, "--out", folder, "--keep-logs", "all", "--quiet", *ENGLISH)
    return folder


@pytest.fixture
def run(played: Path, tmp_path: Path) -> Path:
    """The same in a folder that a test may change."""
    return shutil.copytree(played, tmp_path / "run")


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuned") / "run"
    invoke(*TUNE, "--out", folder, "--quiet", *ENGLISH)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_report_writes_equal_pages_anew(run: Path) -> None:
    before = content(run)
    (run / PAGE).unlink()
    result = invoke("report", run)
    assert result.exit_code == 0
    assert result.stdout == f"Reports: {run / PAGE}\n"
    assert content(run) == before


def test_breakdowns_are_made_from_the_logs_where_an_older_folder_has_none(run: Path) -> None:
    before = content(run)
    (run / BREAKDOWNS).unlink()
    assert invoke("report", run).exit_code == 0
    assert content(run) == before


def test_a_folder_without_breakdowns_or_logs_is_told_by_its_measures(run: Path) -> None:
    (run / BREAKDOWNS).unlink()
    shutil.rmtree(run / "events")
    assert invoke("report", run).exit_code == 0
    assert not (run / BREAKDOWNS).exists()
    assert 'id="carts"' in (run / "report.en.html").read_text(encoding="utf-8")


def test_report_prints_what_a_run_came_to_for_machines(tuned: Path) -> None:
    result = invoke("report", tuned, "--json")
    assert result.exit_code == 0
    (outcome,) = json.loads(result.stdout)
    assert outcome["tune"]["objective"]


def test_several_runs_are_laid_side_by_side_and_stay_as_they_are(
    run: Path, tuned: Path, tmp_path: Path
) -> None:
    before = content(run), content(tuned)
    there = tmp_path / "both"
    result = invoke("report", run, tuned, "--out", there)
    assert result.exit_code == 0
    assert {path.name for path in there.iterdir()} == {"side-by-side.en.html", "side-by-side.csv"}
    assert "B and A met the same shoppers in 3 replications" in " ".join(result.stdout.split())
    assert str(there / "side-by-side.en.html") in result.stdout
    assert (content(run), content(tuned)) == before


def test_runs_of_other_seeds_are_compared_as_independent_samples(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    invoke(*SIMULATE, "--seed", 4711, "--out", other, "--quiet")
    result = invoke("report", run, other, "--out", tmp_path / "both", "--json")
    comparison = json.loads(result.stdout)["comparisons"]["B"]
    assert comparison["method"] == "unpaired"
    assert comparison["drawn_apart"] == ["seed"]


def test_a_setting_that_shoppers_do_not_hang_on_leaves_the_pairs_and_is_named(
    run: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    invoke(*SIMULATE, "--set", "reservation.timeout=2min", "--out", other, "--quiet")
    found = json.loads(invoke("report", run, other, "--out", tmp_path / "both", "--json").stdout)
    assert found["comparisons"]["B"]["method"] == "paired"
    assert found["settings_differ"] == {"reservation.timeout": ["30 min", "2 min"]}
    assert len(found["runs"]) == 2


def test_several_runs_may_be_judged_by_one_rule(run: Path, tuned: Path, tmp_path: Path) -> None:
    rule = ("--set", "thresholds=['profit_rial > 10 toman']")
    result = invoke("report", run, tuned, "--out", tmp_path / "both", "--json", *rule)
    runs = json.loads(result.stdout)["runs"]
    assert [each["thresholds"][0]["rule"] for each in runs] == ["profit_rial > 10 toman"] * 2


@pytest.mark.parametrize(
    ("runs", "mistake"),
    [
        (("run", "run"), "is named twice"),
        (("run", "none"), "is not a run folder"),
        (("run", "tuned", "run", "run", "run", "run", "run"), "at most 6"),
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(
    run: Path, tuned: Path, tmp_path: Path, runs: tuple[str, ...], mistake: str
) -> None:
    (tmp_path / "none").mkdir()
    named = {"run": run, "tuned": tuned, "none": tmp_path / "none"}
    words = ("report", *(named[name] for name in runs), "--out", "both")
    assert mistake in refused(tmp_path, *words)


def test_a_page_is_not_written_where_a_file_is(run: Path, tuned: Path, tmp_path: Path) -> None:
    (tmp_path / "both").write_text("mine", encoding="utf-8")
    assert "both is a file" in refused(tmp_path, "report", run, tuned, "--out", "both")
    assert (tmp_path / "both").read_text(encoding="utf-8") == "mine"


def test_report_touches_nothing_if_one_folder_is_no_run(run: Path, tmp_path: Path) -> None:
    before = (run / PAGE).stat().st_mtime_ns
    (tmp_path / "none").mkdir()
    none = tmp_path / "none"
    assert f"{none} is not a run folder" in refused(tmp_path, "report", run, none)
    assert (run / PAGE).stat().st_mtime_ns == before


@pytest.mark.parametrize("command", ["simulate", "tune"])
def test_a_run_written_elsewhere_is_whole_and_names_its_new_place(
    run: Path, tuned: Path, tmp_path: Path, command: str
) -> None:
    source = run if command == "simulate" else tuned
    before = content(source)
    there = tmp_path / "elsewhere" / "copy"
    assert invoke("report", source, "--out", there).stdout.startswith(f"Reports: {there}/report.")
    assert content(source) == before
    after = content(there)
    assert after.keys() == before.keys()
    told = {"manifest.json", PAGE}
    assert {name: after[name] for name in after.keys() - told} == {
        name: before[name] for name in before.keys() - told
    }
    assert run_folder.read(there).manifest.command_line.endswith(f" --out {there}")


def test_the_payments_of_a_run_written_elsewhere_go_with_it(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    short = ("--set", "season.duration=2 d", "--replications", 2, "--quiet", *ENGLISH)
    assert invoke("simulate", "social-shop-payment-links", *short, "--out", there).exit_code == 0
    assert invoke("report", there, "--out", here).exit_code == 0
    for name in ("transactions.csv", "transactions_by_day.csv"):
        assert (here / name).read_bytes() == (there / name).read_bytes()


def test_a_run_told_under_other_costs_is_the_run_that_would_have_been_simulated(
    run: Path, tmp_path: Path
) -> None:
    """The same shoppers did the same things: only what the measures make of them differs."""
    again = tmp_path / "again"
    invoke(*SIMULATE, "--out", again, "--keep-logs", "all", "--quiet", *ENGLISH, *MEASURED_ANEW)
    result = invoke("report", run, *MEASURED_ANEW, "--json")
    assert result.exit_code == 0
    told, simulated = content(run), content(again)
    assert told.keys() == simulated.keys() | {PAGE}
    for name in told.keys() - {"manifest.json", PAGE}:
        assert told[name] == simulated[name], name
    manifest, other = run_folder.read(run).manifest, run_folder.read(again).manifest
    assert manifest.model_copy(update={"command_line": "", "seconds": 0}) == other.model_copy(
        update={"command_line": "", "seconds": 0}
    )
    assert manifest.title["en"] == "After the talk with the bank"
    assert "costs.goods=80%" in manifest.command_line
    (outcome,) = json.loads(result.stdout)
    assert [rule["rule"] for rule in outcome["thresholds"]] == ["profit_rial > 10 toman"]


def test_every_field_that_measures_alone_read_is_tried_above() -> None:
    tried = " ".join(MEASURED_ANEW)
    assert all(pattern.replace("*", "chat") in tried for pattern in MEASURED)


def test_a_tune_is_judged_by_other_thresholds_but_keeps_its_decision(
    tuned: Path, tmp_path: Path
) -> None:
    there = tmp_path / "strict"
    result = invoke("report", tuned, "--set", "thresholds=['stockouts < 1']", "--out", there)
    assert result.exit_code == 0
    assert run_folder.read(there).manifest.thresholds == ("stockouts < 1",)
    for name in ("result.json", "measures.csv", "hours.csv"):
        assert (there / name).read_bytes() == (tuned / name).read_bytes()
    page = (there / "report.en.html").read_text(encoding="utf-8")
    assert '<span class="missed"' in page
    assert '<span class="kept"' not in page


def test_a_field_that_changes_what_is_played_is_refused_with_the_command_that_plays_it(
    run: Path, tmp_path: Path
) -> None:
    before = content(run)
    settings = ("--set", "reservation.timeout=3min", "--set", "costs.goods=80%", "--set", "seed=3")
    said = refused(tmp_path, "report", run, *settings).splitlines()
    assert len(said) == 2
    assert said[0] == (
        f"{run}: seed, reservation.timeout would change what was played, not only how it is "
        "measured."
    )
    assert said[1].startswith("Play it again: esfand simulate benchmark-w1 ")
    assert said[1].endswith(" --set reservation.timeout=3min --set costs.goods=80% --set seed=3")
    assert content(run) == before


def test_a_value_that_the_field_has_already_changes_nothing_that_was_played(run: Path) -> None:
    measured = (run / "measures.csv").read_bytes()
    assert invoke("report", run, "--set", "seed=1405").exit_code == 0
    assert (run / "measures.csv").read_bytes() == measured


def test_costs_need_every_log_and_it_is_said_how_to_keep_them(run: Path, tmp_path: Path) -> None:
    (run / "events" / "1.parquet").unlink()
    said = refused(tmp_path, "report", run, "--set", "costs.goods=80%")
    assert "costs.goods: to measure again takes the log of every replication; 2 of 3 were" in said
    assert said.endswith(" --set costs.goods=80% --keep-logs all\n")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("costs.goods=80%", "takes the log of every replication, and a tune keeps none"),
        ("thresholds=['bogus < 3']", "there is no measure 'bogus'"),
        ("thresholds=['support_wait_p95_s_phone < 3']", "the scenario has no phone desk"),
        ("costs.goods=80", "--set costs.goods=80: costs.goods: "),
        ("costs.good=80%", "did you mean 'goods'?"),
    ],
)
def test_what_cannot_be_told_anew_is_refused(
    tuned: Path, tmp_path: Path, setting: str, message: str
) -> None:
    assert message in refused(tmp_path, "report", tuned, "--set", setting)


def test_a_language_that_is_asked_for_joins_those_that_a_run_has(run: Path) -> None:
    english, arabic = run / PAGE, run / "report.ar.html"
    result = invoke("report", run, "--language", "ar")
    assert result.stdout == f"Reports: {english}, {arabic}\n"
    assert '<html lang="ar" dir="rtl">' in arabic.read_text(encoding="utf-8")
    assert 'href="report.ar.html"' in english.read_text(encoding="utf-8")
    arabic.unlink()
    assert str(arabic) in invoke("report", run).stdout  # the run knows its own
    assert arabic.exists()


def test_a_language_that_there_is_not_is_refused(run: Path) -> None:
    result = invoke("report", run, "--language", "fa,de")
    assert result.exit_code == 2
    assert "'de' is none of fa, en, ar, tr." in result.stderr


def test_a_workbook_and_the_tables_are_written_on_request(run: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    result = invoke("report", run, "--excel", "--export", tables)
    written = [run / "report.en.xlsx", tables]
    assert result.stdout.splitlines()[1] == f"Written too: {', '.join(map(str, written))}"
    assert all(path.exists() for path in written)
    assert {"measures.csv", "measures.parquet", "events.parquet"} <= set(content(tables))
    found = tidy.open(run)
    for name in ("events", "transactions", "transactions_by_day"):
        assert list(getattr(found, name).columns) == list(tidy.TABLES[name].columns)
    assert len(found.transactions) == (found.events["kind"] == "payment_started").sum() > 0


def test_what_cannot_be_written_is_said_before_anything_is(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(run)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    for option in (("--pdf",), ("--export", tmp_path / "there")):
        with pytest.raises(UserError, match=r"pip install '\.\[pdf\]'|Name a new folder"):
            invoke("report", run, "--excel", *option)
    assert invoke("report", run, run, "--export", tmp_path / "new").exit_code == 2
    assert content(run) == before
