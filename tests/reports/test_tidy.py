"""A run as tidy frames, and as files: every column is the one that is documented."""

from pathlib import Path

import pandas as pd
import pytest
from made_up_load import write_load

from reports import tidy
from reports.export import COLUMNS, export, write_csv
from reports.run_folder import Run
from reports.tidy_columns import TABLES, document
from scenarios.errors import UserError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["simulation", "compared"])
def test_every_table_has_the_documented_columns(
    kind: str, table: str, request: pytest.FixtureRequest
) -> None:
    run: Run = request.getfixturevalue(kind)
    frame = getattr(tidy.open(run.folder), table)
    assert list(frame.columns) == list(TABLES[table].columns)


def test_the_page_on_frames_is_that_of_the_columns() -> None:
    page = (ROOT / "docs" / "frames.md").read_text(encoding="utf-8")
    assert page == document(), "python -m reports.tidy_columns > docs/frames.md"


def test_measures_have_a_row_for_each_number_with_unit_and_definition(tune: Run) -> None:
    measures = tidy.open(tune.folder).measures
    assert len(measures) == len(tune.measures) * len(tune.measure_names)
    row = measures.query("measure == 'phantom_stockout_rate'").iloc[0]
    wide = tune.measures.set_index(["value", "replication"])
    assert row["number"] == wide.loc[(row["value"], row["replication"]), "phantom_stockout_rate"]
    assert (row["unit"], row["better"]) == ("share", "down")
    assert row["definition"]
    chat = measures.query("measure == 'support_contacts_chat'").iloc[0]
    assert (chat["channel"], chat["unit"]) == ("chat", "count")


def test_requests_by_step_say_their_step(tmp_path: Path) -> None:
    run = write_load(tmp_path / "run", {"carts": 100})
    steps = set(tidy.open(run.folder).measures["step"])
    assert steps == {tidy._known_of(name)["step"] for name in run.measure_names}


def test_estimates_are_those_of_the_report(tune: Run) -> None:
    found = tidy.open(tune.folder)
    numbers = found.measures.query("measure == 'stockouts' and value == @tune.values[0]")["number"]
    row = found.estimates.query("measure == 'stockouts' and value == @tune.values[0]").iloc[0]
    assert row["mean"] == pytest.approx(numbers.mean())
    assert row["low"] < row["mean"] < row["high"]
    assert row["n"] == len(numbers)


def test_a_run_is_exported_whole_with_what_its_columns_are(compared: Run, tmp_path: Path) -> None:
    names = export(tidy.open(compared.folder), tmp_path / "tables")
    for name in ("measures", "estimates", "differences", "hours"):
        table = getattr(tidy.open(compared.folder), name)
        again = pd.read_parquet(tmp_path / "tables" / f"{name}.parquet")
        pd.testing.assert_frame_equal(again, table.reset_index(drop=True), check_dtype=False)
        assert f"{name}.csv" in names
    columns = pd.read_csv(tmp_path / "tables" / f"{COLUMNS}.csv")
    assert not columns["meaning"].isna().any()
    assert set(columns["table"]) == {
        name.removesuffix(".parquet") for name in names if name.endswith(".parquet")
    }


def test_an_export_writes_over_nothing(simulation: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="nothing in it is written over"):
        export(tidy.open(simulation.folder), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_csv_file_holds_no_formula_but_numbers_below_zero(tmp_path: Path) -> None:
    words = ["=1+1", "+1", "-1", "@SUM(A1)", "plain", None]
    table = pd.DataFrame({"value": words, "number": [-1.5] * len(words)})
    write_csv(table, tmp_path / "table.csv")
    again = pd.read_csv(tmp_path / "table.csv")
    assert again["value"].fillna("").tolist() == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "plain", ""]
    assert again["number"].tolist() == [-1.5] * len(words)
