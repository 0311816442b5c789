"""A run as text for a terminal, and as an object for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
import made_up_run as made_up
import pytest
from report_pages import with_manifest

from reports import console, outcome, run_folder
from reports.run_folder import Books, Difference, Run
from reports.terminal_colours import coloured, show


def lines_of(folder: Path) -> list[str]:
    return console.summary(run_folder.read(folder)).splitlines()


def test_thresholds_stand_first_each_with_its_verdict_and_what_was_found(tmp_path: Path) -> None:
    lines = lines_of(made_up.write_simulation(tmp_path / "run"))
    assert lines[0] == "made-up, 8 replications, seed 1405"
    assert lines[2] == "Thresholds"
    rules = lines[3 : 3 + len(made_up.THRESHOLDS)]
    assert {line.split()[0] for line in rules} <= {"✓", "✗", "?"}
    assert [line for line in rules if "in doubt" in line] == [
        line for line in rules if line.split()[0] == "?"
    ]
    assert all(rule in line for rule, line in zip(made_up.THRESHOLDS, rules, strict=True))


def test_half_widths_stand_under_each_other(tmp_path: Path) -> None:
    lines = lines_of(made_up.write_simulation(tmp_path / "run"))
    measures = lines[lines.index("Measures") + 1 : -2]
    assert len({line.index("±") for line in measures}) == 1
    assert lines[-1].startswith("Reports: ")


def test_a_tune_shows_the_curve_from_small_to_large_with_the_best_value_marked(
    tmp_path: Path,
) -> None:
    folder = made_up.write_tune(tmp_path / "run", indistinguishable=("30 min",))
    lines = lines_of(folder)
    start = next(n for n, line in enumerate(lines) if "reservation.timeout" in line)
    assert "phantom_" in lines[start]
    assert "billion toman" in lines[start + 1]
    curve = lines[start + 2 : start + 2 + len(made_up.VALUES)]
    assert [value in line for value, line in zip(made_up.VALUES, curve, strict=True)] == [True] * 6
    assert [line[2] for line in curve] == [" ", " ", ">", "~", " ", " "]


@pytest.mark.parametrize(("best", "warned"), [("none", False), ("5 min", True), ("1 h", False)])
def test_nothing_lies_beyond_a_timeout_without_end(tmp_path: Path, best: str, warned: bool) -> None:
    run = run_folder.read(made_up.write_tune(tmp_path / "run"))
    renamed = dict(zip(made_up.VALUES[:3], ("5 min", "1 h", "none"), strict=True))
    values = tuple(renamed.values())
    differences = [Difference(value=each, mean=-1, low=-2, high=-0.5) for each in values]
    tried = replace(
        run,
        manifest=made_up.manifest(values=values),
        measures=run.measures.replace({"value": renamed}),
        result=made_up.result(values=values, best=best, differences=differences, current=None),
    )
    assert ("value tried" in console.summary(tried)) is warned


def test_a_limit_that_the_best_value_breaks_is_named_in_the_sentence(tmp_path: Path) -> None:
    said = " ".join(lines_of(made_up.write_tune(tmp_path / "run")))
    assert "it is the best of 6 values for profit; yet this breaks your limit on" in said


def test_broken_books_are_said_last_before_the_reports(tmp_path: Path) -> None:
    books = Books(balanced=False, faults=("replication 0: two units vanished",))
    lines = lines_of(made_up.write_simulation(tmp_path / "run", books=books))
    assert lines[-3] == "The books do not balance: decide nothing by these figures."


def test_the_object_for_machines_is_valid_json_without_nan(tmp_path: Path) -> None:
    one = run_folder.read(made_up.write_simulation(tmp_path / "one", replications=1))
    measures = json.loads(json.dumps(outcome.as_object(one), allow_nan=False))["measures"]
    assert measures["refunds_rial"]["mean"] is None
    assert measures["sessions"]["half_width"] is None
    assert measures["sessions"]["n"] == 1


def test_a_run_keeps_its_thresholds_only_if_it_keeps_all(tmp_path: Path) -> None:
    kept = made_up.write_simulation(tmp_path / "kept", thresholds=("sessions > 1",))
    missed = made_up.write_simulation(
        tmp_path / "missed", thresholds=("sessions > 1", "orders_paid < 1")
    )
    assert outcome.keeps_its_thresholds(run_folder.read(kept))
    assert not outcome.keeps_its_thresholds(run_folder.read(missed))


def test_colour_adds_nothing_but_itself_and_follows_the_marks(simulation: Run) -> None:
    rules = ("stockouts >= 1", "stockouts < 1")
    said = console.summary(with_manifest(simulation, thresholds=rules))
    shown = coloured(said)
    assert click.unstyle(shown) == said
    assert shown.count(click.style("  ✓", fg="green", bold=True)) == 1
    assert shown.count(click.style("  ✗", fg="red", bold=True)) == 1


def test_no_colour_is_shown_where_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show("  ✓  kept")
    assert capsys.readouterr().out == "  ✓  kept\n"  # no terminal
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    show("  ✓  kept")
    assert capsys.readouterr().out == "  ✓  kept\n"
