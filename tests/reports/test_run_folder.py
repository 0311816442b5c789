"""The run folder: whole or not at all, and clear about what is wrong with it."""

import json
import math
from pathlib import Path
from typing import get_args

import made_up_run
import pandas as pd
import pytest

from reports import run_folder
from reports.whole_files import write_text
from scenarios.errors import UserError


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    return made_up_run.write_tune(tmp_path / "run")


def test_what_was_written_is_read_back(tune: Path) -> None:
    run = run_folder.read(tune)
    assert run.manifest == made_up_run.manifest()
    assert run.result == made_up_run.result()
    assert run.scenario == made_up_run.SCENARIO
    assert run.values == made_up_run.VALUES
    assert run.logs == ("events/0.parquet",)
    assert len(run.measures) == 12 * len(made_up_run.VALUES)
    assert list(run.hours.columns) == list(run_folder.HOUR_COLUMNS)
    assert "refunds_rial" in run.measure_names
    assert math.isnan(run.measures["refunds_rial"].iloc[0])


def test_a_simulation_has_one_empty_value(tmp_path: Path) -> None:
    run = run_folder.read(made_up_run.write_simulation(tmp_path / "run"))
    assert run.values == ("",)
    assert run.result is None
    assert set(run.measures["value"]) == {""}


def test_spreadsheets_see_that_the_tables_are_utf_8(tune: Path) -> None:
    assert (tune / "measures.csv").read_bytes().startswith(b"\xef\xbb\xbfvalue,replication,")


def test_a_rerun_replaces_the_old_run_with_its_reports(tune: Path) -> None:
    (tune / "report.fa.html").write_text("old", encoding="utf-8")
    made_up_run.write_simulation(tune)
    assert run_folder.read(tune).manifest.command == "simulate"
    assert sorted(path.name for path in tune.iterdir()) == [
        "hours.csv", "manifest.json", "measures.csv", "scenario.yaml",
    ]  # fmt: skip
    assert [path.name for path in tune.parent.iterdir()] == ["run"]


def test_a_folder_that_is_no_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UserError, match="holds no run"):
        made_up_run.write_simulation(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_file_is_no_target(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="is a file"):
        made_up_run.write_simulation(tmp_path / "run")


def test_an_empty_folder_is_a_target(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert run_folder.read(made_up_run.write_simulation(tmp_path / "run"))


def test_an_interrupted_write_leaves_no_folder_that_it_made_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(KeyboardInterrupt), run_folder.replacing(tmp_path / "here/runs/a/b"):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["here"]


def test_a_failed_write_leaves_the_old_run_and_nothing_else(tune: Path) -> None:
    def fail(_: Path) -> None:
        raise RuntimeError("the disk is full")

    before = (tune / "measures.csv").read_bytes()
    with pytest.raises(RuntimeError, match="the disk is full"):
        run_folder.write(
            tune,
            manifest=made_up_run.manifest(),
            scenario="",
            measures=pd.DataFrame(),
            hours=pd.DataFrame(),
            logs={"0.parquet": fail},
        )
    assert (tune / "measures.csv").read_bytes() == before
    assert [path.name for path in tune.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["measures.csv", "hours.csv", "scenario.yaml", "result.json"])
def test_a_missing_file_is_named(tune: Path, name: str) -> None:
    (tune / name).unlink()
    with pytest.raises(UserError, match=f"not whole: {name} is missing"):
        run_folder.read(tune)


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no manifest\.json in it") as told:
        run_folder.read(tmp_path)
    assert all(f"`{command}`" in str(told.value) for command in get_args(run_folder.Command))
    with pytest.raises(UserError, match="there is no such folder"):
        run_folder.read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("manifest.json", "{", "Invalid JSON"),
        ("manifest.json", "{}", "seed: Field required"),
        ("result.json", '{"best": 3}', "objective: Field required"),
        ("measures.csv", "value,replication\n1,2\n1,2,3,4\n", "is no CSV table"),
        ("measures.csv", "a,b\n1,2\n", "lacks the column value, replication"),
        ("measures.csv", "value,replication,stockouts\n5 min,0,many\n", "else than numbers"),
        ("measures.csv", "value,replication\n5 min,0\n", "no rows for the value '10 min'"),
        ("measures.csv", "", "is no CSV table"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    tune: Path, name: str, content: str, told: str
) -> None:
    (tune / name).write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as refusal:
        run_folder.read(tune)
    assert told in str(refusal.value)
    assert name in str(refusal.value)


def test_a_file_that_is_no_text_is_named(tune: Path) -> None:
    (tune / "scenario.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"scenario\.yaml cannot be read"):
        run_folder.read(tune)


@pytest.mark.parametrize(
    "change", [{"best": "7 min"}, {"differences": []}, {"values": ["5 min", "20 min"]}]
)
def test_a_result_of_other_values_than_the_runs_is_refused(tune: Path, change: dict) -> None:
    result = json.loads((tune / "result.json").read_text(encoding="utf-8"))
    (tune / "result.json").write_text(json.dumps(result | change), encoding="utf-8")
    with pytest.raises(UserError, match=r"result\.json compares .* but manifest\.json names"):
        run_folder.read(tune)


def test_fields_of_a_later_version_are_passed_over_but_not_a_later_format(tune: Path) -> None:
    manifest = json.loads((tune / "manifest.json").read_text(encoding="utf-8"))
    path = tune / "manifest.json"
    path.write_text(json.dumps(manifest | {"weather": "rain"}), encoding="utf-8")
    assert run_folder.read(tune).manifest == made_up_run.manifest()
    path.write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")
    with pytest.raises(UserError, match="format"):
        run_folder.read(tune)


def test_an_unknown_interval_survives_json() -> None:
    result = made_up_run.result(
        differences=[{"value": "5 min", "mean": -1.0, "low": math.nan, "high": math.nan}]
    )
    text = result.model_dump_json()
    assert "NaN" not in text
    again = run_folder.TuneResult.model_validate_json(text)
    assert math.isnan(again.differences[0].low)


def test_a_text_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_text(tmp_path / "page.html", "سلام\n")
    assert (tmp_path / "page.html").read_bytes() == "سلام\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
