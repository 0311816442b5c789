"""Adapters of real shops against recorded answers: what they ask, and what they make of it.

A recording has the shape of what a real installation answered, cut down to what an adapter reads.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from browsers import Browser
from players import Player, player

from loadtests.targets.registry import TARGETS, make_target
from loadtests.targets.target import Receipt, Visit, Visitor
from model.outcomes import Outcome
from scenarios.errors import UserError
from scenarios.intents import AddToCart, CheckOut, Intent, Pay, PlaceOrder

RECORDINGS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((Path(__file__).parent / "recordings").glob("*.yaml"))
}
VISITS = [(name, title) for name, tape in RECORDINGS.items() for title in tape["visits"]]
SESSION = 7


@pytest.fixture(scope="module")
def shop() -> Iterator[Player]:
    with player() as plays:
        yield plays


def do(visit: Visit, what: str) -> Outcome:
    word, *numbers = what.split() if what[-1].isdigit() else [what]
    given = list(map(int, numbers))
    if word == "view":
        return visit.view(given[0])
    intents: dict[str, type[Intent]] = {
        "add": AddToCart, "check out": CheckOut, "place": PlaceOrder, "pay": Pay,
    }  # fmt: skip
    return visit.play(intents[word](*given))


@pytest.mark.parametrize(("name", "title"), VISITS)
def test_an_adapter_asks_and_understands_as_it_was_recorded(
    shop: Player, name: str, title: str
) -> None:
    tape = RECORDINGS[name]
    recorded = tape["visits"][title]
    target = make_target(tape["target"], tape["products"], tape.get("options"))
    fates = tuple(recorded.get("fates", ["PAID"]))
    visit = target.open(Browser(shop.url), Visitor(SESSION, registered=False, fates=fates))
    shop.wrong.clear()
    for step in recorded["steps"]:
        shop.put_on(step["asks"])
        outcome = do(visit, step["do"])
        assert (shop.wrong, shop.left) == ([], []), step["do"]
        assert outcome.name == step["outcome"], step["do"]
    held = {each.name: getattr(visit.receipt, each.name) for each in fields(Receipt)}
    held["told"] = held["told"] and held["told"].name
    expected: dict[str, Any] = recorded.get("receipt", {})
    assert {key: held[key] for key in expected} == expected


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_shop_that_is_away_is_an_error_and_no_traceback(name: str) -> None:
    tape = RECORDINGS[name]
    target = make_target(tape["target"], tape["products"], tape.get("options"))
    visit = target.open(Browser("http://127.0.0.1:9"), Visitor(SESSION, registered=False))
    assert visit.view(0) is Outcome.NO_PAGE
    assert visit.play(AddToCart(0, 1)) in (Outcome.ERROR, Outcome.NO_PAGE)
    assert visit.play(CheckOut()) in (Outcome.ERROR, Outcome.READY)
    assert visit.play(PlaceOrder()) is Outcome.ERROR
    assert visit.play(Pay(0)) in (Outcome.ERROR, Outcome.PAID, Outcome.PAYMENT_FAILED)


def test_every_target_but_the_reference_store_has_a_recording() -> None:
    assert set(TARGETS) - {"reference-store"} == set(RECORDINGS)


def test_every_target_has_the_name_by_which_it_is_found() -> None:
    assert [make_target(name).name for name in TARGETS] == list(TARGETS)


def test_an_option_that_a_target_does_not_take_is_explained() -> None:
    with pytest.raises(UserError, match="unexpected keyword argument 'contry'"):
        make_target("woocommerce", ["1"], {"contry": "IR"})
    with pytest.raises(UserError, match="there is an address in IR, US only"):
        make_target("woocommerce", ["1"], {"country": "XX"})


def test_a_shop_whose_products_are_not_all_named_is_not_begun_with() -> None:
    with pytest.raises(UserError, match="names 2 products, and the scenario has 3"):
        make_target("woocommerce", ["1", "2", ""], needed=3)
    assert make_target("reference-store", needed=3).name == "reference-store"


@pytest.mark.parametrize("name", TARGETS)
def test_an_adapter_is_shorter_than_a_hundred_lines_of_code(name: str) -> None:
    tree = ast.parse(Path(inspect.getfile(type(make_target(name)))).read_text())
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    code = {line for node in ast.walk(tree) for line in _lines(node)} - docstrings
    assert len(code) < 100


def _lines(node: ast.AST) -> range:
    """The lines of a statement that holds no others, or of the head of one that does."""
    if not isinstance(node, ast.stmt):
        return range(0)
    body = getattr(node, "body", None)
    end = body[0].lineno - 1 if body else node.end_lineno or 0
    return range(node.lineno, max(end, node.lineno) + 1)


def test_the_adapter_that_the_documentation_shows_works(
    shop: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "thing_shop.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    visit = make_target("thing_shop:ThingShop", ["hat"]).open(
        Browser(shop.url), Visitor(SESSION, registered=False)
    )
    shop.wrong.clear()
    shop.put_on(
        [
            {"request": "GET /api/things/hat"},
            {"request": "POST /api/cart", "sends": {"thing": "hat", "units": 2}, "status": 201},
            {"request": "POST /api/orders", "json": {"number": "A1"}},
            {"request": "POST /api/cart", "status": 409},
        ]
    )
    words = [do(visit, what).name for what in ("view 0", "add 0 2", "place", "add 0 1")]
    assert words == ["DONE", "ADDED", "ACCEPTED", "OUT_OF_STOCK"]
    assert (visit.receipt.order, visit.receipt.cart) == ("A1", {0: 2})
    assert (shop.wrong, shop.left) == ([], [])
