"""Pages under docs/ that are written from the code say what the code says."""

import runpy
from pathlib import Path

from scenarios.loader import check

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_on_scenarios_knows_every_field() -> None:
    tables = runpy.run_path(str(DOCS / "fields.py"))["tables"]()
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    assert tables in page, "out of date: run `python docs/fields.py`"


def test_every_field_has_a_meaning() -> None:
    tables = runpy.run_path(str(DOCS / "fields.py"))["tables"]()
    assert [line for line in tables.splitlines() if line.endswith("|  |")] == []


def test_the_example_scenario_and_its_mistakes_are_real(tmp_path: Path) -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "my-shop.yaml"
    path.write_text(example, encoding="utf-8")
    assert check(str(path)) == []
    spoilt = example.replace("12_000", "12k").replace("15 min", "15")
    path.write_text(f"{spoilt}  hold_pont: paid\n", encoding="utf-8")
    shown = page.split("## Mistakes")[1].split("```")[1].split("\n")[1:-1]
    assert [line.removeprefix(f"{tmp_path}/") for line in check(str(path))] == shown
