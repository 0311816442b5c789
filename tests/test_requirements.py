"""docs/requirements.md names every rule, and only fields, code and tests that exist."""

import importlib
import re
import types
import typing
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from scenarios.schema import Scenario

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "requirements.md"
COUNTS = {"ORD": 17, "INV": 4, "PAY": 8, "CUS": 6, "SUP": 7, "FUL": 3, "NOT": 1, "SEA": 4}
RULES = [f"{room}-{number}" for room, count in COUNTS.items() for number in range(1, count + 1)]
ROW = re.compile(r"^\| ((?:[A-Z]{3})-\d+) \|(.*)\|$", re.MULTILINE)


class Row(typing.NamedTuple):
    """One line of the page."""

    rule: str
    set_by: list[str]
    lives_in: list[str]
    shown_by: list[str]


def rows() -> list[Row]:
    """Every row, with what stands between backticks in each of its columns."""
    found = []
    for rule, rest in ROW.findall(PAGE.read_text(encoding="utf-8")):
        _, *columns = rest.split("|")
        found.append(Row(rule, *(re.findall(r"`([^`]+)`", column) for column in columns)))
    return found


def holds_field(path: str) -> bool:
    """Whether the scenario has a field of this dotted path; list entries are passed through."""
    hint: typing.Any = Scenario
    for name in path.split("."):
        sections = [section for section in _sections(hint) if name in section.model_fields]
        if not sections:
            return False
        hint = typing.get_type_hints(sections[0], include_extras=True)[name]
    return True


def _sections(hint: typing.Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [each for inner in typing.get_args(hint) for each in _sections(inner)]


def exists(symbol: str) -> bool:
    """Whether `package.module.name` or `package.module` can be imported."""
    parts = symbol.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: typing.Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if not hasattr(found, name) and name not in _annotations(found):
                return False
            found = getattr(found, name, None)
        return True
    return False


def _annotations(owner: typing.Any) -> dict[str, typing.Any]:
    return getattr(owner, "__annotations__", {}) if not isinstance(owner, types.ModuleType) else {}


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def is_test(name: str) -> bool:
    """Whether `tests/file.py::test_name` stands there."""
    path, _, test = name.partition("::")
    return bool(re.search(rf"^def {re.escape(test)}\b", _source(ROOT / path), re.MULTILINE))


def test_every_rule_has_one_row() -> None:
    assert [row.rule for row in rows()] == RULES


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.rule)
def test_a_row_names_what_exists(row: Row) -> None:
    assert row.lives_in, "where does it live?"
    assert row.shown_by, "which test shows it?"
    assert [field for field in row.set_by if not holds_field(field)] == []
    assert [symbol for symbol in row.lives_in if not exists(symbol)] == []
    assert [test for test in row.shown_by if not is_test(test)] == []


def test_what_does_not_exist_would_be_found() -> None:
    assert holds_field("reservation.timeout")
    assert holds_field("demand.bursts.product")
    assert not holds_field("reservation.timeuot")
    assert exists("model.orders.Orders.place")
    assert not exists("model.orders.Orders.plaice")
    assert not exists("model.nowhere")
    assert is_test("tests/test_requirements.py::test_every_rule_has_one_row")
    assert not is_test("tests/test_requirements.py::test_nothing")
