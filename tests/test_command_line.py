"""The command line: what it prints where, and with which exit code it ends."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import esfand
from scenarios.loader import library, load

ROOT = Path(__file__).parents[1]
HEAVY = {
    "holidays", "jinja2", "joblib", "locust", "matplotlib", "numpy", "pandas", "pyarrow",
    "pydantic", "rich", "scipy", "simpy", "yaml",
}  # fmt: skip


class Result(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as end:
            esfand.main(arguments)
        assert isinstance(end.value.code, int)
        return Result(end.value.code, *capsys.readouterr())

    return run


@pytest.mark.parametrize("command", [[], *([name] for name in esfand.COMMANDS)])
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    program = (
        "import atexit, sys, esfand\n"
        "loaded = lambda: {name.split('.')[0] for name in sys.modules}\n"
        "atexit.register(lambda: print(*loaded(), file=sys.stderr))\n"
        "esfand.main([*sys.argv[1:], '--help'])\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stderr.split()  # fmt: skip
    assert "click" in loaded
    assert not HEAVY.intersection(loaded)


def test_help_and_version(run: Run) -> None:
    help_ = run("--help")
    assert help_.code == 0
    assert "scenarios" in help_.out
    assert "..." not in help_.out.partition("Commands:")[2], "a summary does not fit its line"
    assert run("--version") == Result(0, f"esfand {version('esfand')}\n", "")


@pytest.mark.parametrize("arguments", [["bogus"], ["scenarios", "show"], ["scenarios", "--bogus"]])
def test_a_usage_mistake_ends_with_2_and_says_where_help_is(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert "--help" in result.err


def test_the_library_is_listed_with_one_sentence_each(run: Run) -> None:
    result = run("scenarios", "list")
    assert result.code == 0
    assert result == run("scenarios")
    assert any(line.startswith("nowruz ") for line in result.out.splitlines())
    listed = json.loads(run("scenarios", "list", "--json").out)
    assert {"benchmark-w1", "flash-sale", "nowruz"} <= {entry["name"] for entry in listed}
    assert all(entry["summary"] for entry in listed)


def test_scenarios_alone_takes_the_options_of_its_list(run: Run) -> None:
    assert run("scenarios", "--json") == run("scenarios", "list", "--json")
    setting = ("--set", "demand.bursts.0.times=300%")
    with_burst = run("scenarios", *setting)
    assert with_burst == run("scenarios", "list", *setting)
    listed = {line.split()[0] for line in with_burst.out.splitlines()}
    assert listed == {name for name, _ in library() if load(name).demand.bursts}
    assert {"flash-sale"} <= listed < {name for name, _ in library()}
    misplaced = run("scenarios", "--json", "show", "nowruz")
    assert (misplaced.code, misplaced.out) == (2, "")
    assert "Write options behind the command: esfand scenarios show ..." in misplaced.err


def test_a_field_that_no_scenario_has_lists_none(run: Run) -> None:
    result = run("scenarios", "list", "--set", "reservation.timout=3 min")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "--set reservation.timout=3 min: reservation.timout: unknown field; "
        "did you mean 'timeout'?\n"
    )


def test_what_is_shown_goes_to_a_new_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    show = ("scenarios", "show", "nowruz", "--seed", "7")
    assert run(*show, "--out", str(path)) == Result(0, "", "")
    text = path.read_text(encoding="utf-8")
    assert text == run(*show).out
    assert "seed: 7\n" in text
    again = run("scenarios", "show", "flash-sale", "--out", str(path))
    assert (again.code, again.out) == (2, "")
    assert again.err.startswith(f"{path} is there already, and stays.")
    assert path.read_text(encoding="utf-8") == text
    nowhere = run(*show, "--out", str(tmp_path / "none" / "mine.yaml"))
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1)


def test_a_threshold_that_nothing_measures_is_a_mistake_of_its_file(run: Run) -> None:
    result = run("scenarios", "check", "nowruz", "--set", "thresholds=['orders_payed > 5']")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(
        "--set thresholds=['orders_payed > 5']: thresholds.0: The threshold"
    )
    assert " orders_paid " in result.err


def test_every_threshold_that_is_wrong_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    rules = "  - stockouts < 2%\n  - orders_paid > 5\n  - late_lost < 1 min\n"
    path.write_text(f"extends: nowruz\nname: mine\nthresholds:\n{rules}", encoding="utf-8")
    lines = run("scenarios", "check", str(path)).err.splitlines()
    assert [line.partition(": The")[0] for line in lines] == [
        f"{path}:4:5: thresholds.0", f"{path}:6:5: thresholds.2",
    ]  # fmt: skip


def test_a_scenario_is_checked_with_what_is_laid_over_it(run: Run) -> None:
    check = ("scenarios", "check", "nowruz", "--set")
    assert run(*check, "reservation.timeout=3min") == Result(0, "nowruz: no mistakes\n", "")
    wrong = run(*check, "reservation.timeout=3")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("--set reservation.timeout=3: reservation.timeout: a duration need")


def test_what_is_shown_can_be_saved_and_used(run: Run, tmp_path: Path) -> None:
    shown = run("scenarios", "show", "nowruz", "--set", "reservation.timeout=5min")
    assert shown.code == 0
    assert "  timeout: 5 min\n" in shown.out
    path = tmp_path / "mine.yaml"
    path.write_text(shown.out, encoding="utf-8")
    assert run("scenarios", "check", str(path)) == Result(0, f"{path}: no mistakes\n", "")
    assert run("scenarios", "show", str(path)).out == shown.out


def test_shown_as_json_the_words_stay_readable(run: Run) -> None:
    result = run("scenarios", "show", "nowruz", "--json")
    assert "نوروز" in result.out
    assert json.loads(result.out)["reservation"]["timeout"] == "20 min"


def test_mistakes_go_to_standard_error_and_end_with_2(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: nowruz\nreservation: {timeout: 5}\nsed: 1\n")
    result = run("scenarios", "check", str(path))
    assert (result.code, result.out) == (2, "")
    lines = result.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{path}:2:15: reservation.timeout: a duration needs a unit")
    assert lines[1] == f"{path}:3:1: sed: unknown field; did you mean 'seed'?"
    as_json = run("scenarios", "check", "--json", str(path))
    assert as_json.code == 2
    assert json.loads(as_json.out) == {"file": str(path), "mistakes": lines}


def test_an_unknown_scenario_is_one_sentence(run: Run) -> None:
    for command in ("show", "check"):
        result = run("scenarios", command, "nowroz")
        assert result.code == 2
        assert result.err.splitlines() == [
            "nowroz: no such file, and no scenario of the library; did you mean 'nowruz'?"
        ]


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(esfand.cli.commands, "wait", click.Command("wait", callback=interrupted))
    assert run("wait").code == 130


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} esfand.py scenarios show nowruz | head -n 1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "name: nowruz\n", "")
