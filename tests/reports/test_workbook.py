"""The workbook: a run's figures as numbers, in its language, and nothing that computes."""

import zipfile
from pathlib import Path

import pytest
from made_up_studies import staffing
from python_calamine import CalamineWorkbook
from report_pages import with_manifest

from reports.estimates import Estimates
from reports.formats import Unit, unit_of
from reports.notations import Language
from reports.run_folder import Run
from reports.words import LANGUAGES, Words, sentences
from reports.workbook import write_workbook

Rows = list[list[object]]


def sheets(run: Run, language: Language = "en") -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(write_workbook(run, Words(language)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist() if ".xml" in name}


def test_a_workbook_has_the_verdict_the_measures_and_the_hours(simulation: Run) -> None:
    found = sheets(simulation)
    assert list(found)[:3] == ["Summary", "Measures", "Hours"]
    assert any("paid orders and a revenue of" in str(row[0]) for row in found["Summary"])
    assert any(row[0] in ("kept", "missed", "in doubt") for row in found["Summary"])


def test_numbers_are_numbers_of_full_precision_in_the_unit_beside_them(tune: Run) -> None:
    head, *rows = sheets(tune)["Measures"]
    place = {str(name): column for column, name in enumerate(head)}
    at = Estimates(tune)
    for value in tune.values:
        said = Words("en")
        for name in ("stockouts", "phantom_stockout_rate", "profit_rial", "support_wait_p95_s"):
            row = next(
                row
                for row in rows
                if row[place["Name in files"]] == name
                and row[place["Value"]] == f"{value.split()[0]} minutes"
            )
            scale = 10 if unit_of(name) is Unit.RIAL else 1
            expected = at.at(value)[name]
            assert row[place["Estimate"]] == pytest.approx(expected.mean / scale)
            assert row[place["Upper end"]] == pytest.approx(expected.high / scale)
            assert row[place["Measure"]] == said.measure(name)
    assert {row[place["Unit"]] for row in rows} >= {"", "%", "toman", "seconds"}


def test_a_compare_says_which_differences_are_told_apart(compared: Run) -> None:
    found = sheets(compared)
    head, *rows = found["Differences"]
    assert head[0] == "Value"
    assert {row[-1] for row in rows} == {"told apart", "not told apart", "the same"}
    assert any(str(row[0]).startswith("A: ") for row in found["Summary"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_are_called_in_the_language_and_run_in_its_direction(
    tune: Run, language: Language
) -> None:
    names = list(sheets(tune, language))
    keys = ("summary", "measures", "differences", "hours")
    assert names[:4] == [sentences(language)[f"workbook.{key}"] for key in keys]
    said = parts(tune.folder / f"report.{language}.xlsx")["xl/worksheets/sheet1.xml"]
    assert ('rightToLeft="1"' in said) == Words(language).right_to_left


def test_the_head_of_a_table_stays_in_sight(tune: Run) -> None:
    said = parts(write_workbook(tune, Words("en")))
    assert 'state="frozen"' in said["xl/worksheets/sheet2.xml"]
    assert "<autoFilter" in said["xl/worksheets/sheet2.xml"]


def test_text_is_never_a_formula_or_a_link(simulation: Run) -> None:
    bad = '=HYPERLINK("http://example.com","x")'
    for title in (bad, "+1", "-1+1", "@SUM(A1)", "http://example.com"):
        run = with_manifest(simulation, title={"en": title})
        assert sheets(run)["Summary"][0][0] == title
        said = parts(run.folder / "report.en.xlsx")
        assert not [name for name, text in said.items() if "<f>" in text or "<hyperlink" in text]


def test_equal_runs_give_equal_workbooks(simulation: Run) -> None:
    one = write_workbook(simulation, Words("fa")).read_bytes()
    assert write_workbook(simulation, Words("fa")).read_bytes() == one


def test_a_staffing_has_a_workbook_too(compared: Run) -> None:
    assert "Summary" in sheets(staffing(compared))
