"""The table of defaults in docs/parameters.md says what the schema does, and how we know."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scenarios.schema import Scenario
from scenarios.units import parse_duration, parse_money, parse_share
from scenarios.writer import one_line

PAGE = Path(__file__).parents[1] / "docs" / "parameters.md"
SECTIONS = (
    "shoppers",
    "payment",
    "payment.fee",
    "support.contacts",
    "support.before_buying",
    "support.persistence",
    "support.tempers",
    "support.strain",
    "fulfilment.returns",
    "costs",
)
PARSERS: list[Callable[[str], float]] = [parse_share, parse_duration, parse_money, float]
EVERYWHERE = ("local", "near", "far")
BARE = Scenario.model_validate(
    {
        "name": "bare",
        "season": {"start": "1405-12-01", "duration": "1 d"},
        "demand": {"sessions_per_day": 1},
        "catalogue": [{"name": "it", "share": "100%", "price": "1 rial", "stock": 1}],
        "restocking": {},
        "support": {
            "desks": [{"channel": "phone", "tool": {}}],
            "self_service": [{"channel": "chatbot"}],
            "causes": {"late_parcel": {"share": "0%"}},
            "before_buying": {},
            "persistence": {},
            "tempers": {},
            "strain": {},
            "back_office": [{"task": "site_check", "desk": "phone"}],
        },
        "fulfilment": {
            "carriers": [
                {
                    "name": "post",
                    "share": "100%",
                    "days": {each: {1: "100%"} for each in EVERYWHERE},
                }
            ]
        },
        "notices": {},
        "website": {},
    }
)
"""Only what must be said is said; all else is a default."""


class Row(NamedTuple):
    """One line of the page's tables."""

    field: str
    default: str
    range: str
    source: str
    trust: str


def rows() -> list[Row]:
    """The rows of the tables that give defaults."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    return [
        Row(row[0].strip("`"), row[1].strip("`"), *row[2:])
        for row in cells
        if len(row) == 5 and row[0].startswith("`")
    ]


def schema_default(path: str) -> Any:
    """The default of a field, as a file writes it; KeyError where there is no such field."""
    value: Any = BARE.model_dump(mode="json")
    for name in path.replace("[]", ".0").split("."):
        value = value[int(name) if isinstance(value, list) else name]
    return value


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.field)
def test_the_default_on_the_page_is_the_schemas(row: Row) -> None:
    assert row.default == one_line(schema_default(row.field), 200)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_of_behaviour_payment_contacts_and_costs_has_a_row(section: str) -> None:
    named = [row.field for row in rows()]
    for name in schema_default(section):
        path = f"{section}.{name}"
        assert any(field == path or field.startswith(f"{path}.") for field in named), path


def test_every_entry_of_those_who_come_back_has_its_rows() -> None:
    named = {row.field for row in rows() if row.field.startswith("shoppers.come_back")}
    entries = enumerate(schema_default("shoppers.come_back"))
    assert named == {f"shoppers.come_back.{n}.{name}" for n, entry in entries for name in entry}


def test_the_shares_and_the_randomness_of_demand_have_rows() -> None:
    named = {row.field for row in rows()}
    assert {"demand.engaged", "demand.support_only", "demand.day_cv"} <= named


def test_no_field_stands_twice() -> None:
    named = [row.field for row in rows()]
    assert len(named) == len(set(named)) > 40


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.field)
def test_each_row_has_range_source_and_trust_and_an_assumption_is_never_trusted(row: Row) -> None:
    assert row.range
    assert row.source
    assert row.trust in ("H", "M", "L")
    assert row.trust == "L" or not row.source.startswith("Assumption")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.field)
def test_a_default_outside_its_range_says_why_it_differs(row: Row) -> None:
    bounds = re.fullmatch(r"(\S+(?: [a-z]+)?) to (\S+(?: [a-z]+)?)", row.range)
    if not bounds or row.default.startswith("{"):
        return
    low, default, high = (_value(text) for text in (bounds[1], row.default, bounds[2]))
    assert low <= default <= high or "Differs: " in row.source


def _value(text: str) -> float:
    for parse in PARSERS:
        try:
            return parse(text)
        except ValueError:
            continue
    raise AssertionError(f"{text!r} is no value of a scenario")
