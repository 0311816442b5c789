"""`did you mean` at the end of a sentence: one mark, whoever says it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.units import did_you_mean, ended

ROOT = Path(__file__).parents[2]
ROOMS = ("loadtests", "reports", "scenarios", "sim")
SPEAKERS = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "did_you_mean(" in path.read_text(encoding="utf-8")
)
WRAPPERS = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if re.search("except .*ValueError.* as ", path.read_text(encoding="utf-8"))
)


def asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "did_you_mean"


def what_follows(tree: ast.AST) -> Iterator[str]:
    """The text of every sentence after its question, which may stand in a variable of its own."""
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(map(asks, ast.walk(node.value)))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for sentence in ast.walk(tree):
        if isinstance(sentence, ast.JoinedStr):
            for part, after in zip(sentence.values, [*sentence.values[1:], None], strict=True):
                inside = list(ast.walk(part))
                named = any(isinstance(node, ast.Name) and node.id in names for node in inside)
                if isinstance(part, ast.FormattedValue) and (named or any(map(asks, inside))):
                    yield after.value if isinstance(after, ast.Constant) else ""


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_but_a_new_sentence_follows_the_question(path: Path) -> None:
    for text in what_follows(ast.parse(path.read_text(encoding="utf-8"))):
        assert text == "" or text[0].isspace(), text


@pytest.mark.parametrize("path", WRAPPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_full_stop_is_put_behind_an_error_that_may_have_asked(path: Path) -> None:
    for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(handler, ast.ExceptHandler) and handler.name:
            caught = ast.unparse(handler.type) if handler.type else ""
            assert "ValueError" not in caught or f"{{{handler.name}}}." not in ast.unparse(handler)


def test_a_double_mark_would_be_seen() -> None:
    told = 'near = did_you_mean(a, b)\nf"no {a}{near}. There are"\nf"no {a}{did_you_mean(a, b)}."'
    assert list(what_follows(ast.parse(told))) == [". There are", "."]


def test_the_end_of_a_sentence_is_a_question_or_what_stands_in_its_place() -> None:
    assert did_you_mean("mni", ["min", "h"], ".") == "; did you mean 'min'?"
    assert did_you_mean("fortnight", ["min", "h"], ".") == "."
    assert did_you_mean("fortnight", ["min", "h"]) == ""


def test_a_sentence_that_has_its_mark_gets_no_other() -> None:
    asked = ValueError(f"unknown unit 'mni'{did_you_mean('mni', ['min'])}")
    assert ended(asked) == "unknown unit 'mni'; did you mean 'min'?"
    assert ended("a duration needs a unit") == "a duration needs a unit."
    assert ended("Write it.") == "Write it."
