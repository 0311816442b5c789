"""Poorly known inputs: the table of docs/parameters.md as data, and scenarios at its ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scenarios.errors import UserError
from scenarios.loader import library, load
from scenarios.uncertain import TABLE, Input, inputs_of, with_values

ROOT = Path(__file__).parents[2]
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


def documented() -> dict[str, tuple[str, str]]:
    """Range and trust of each field of docs/parameters.md."""
    text = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    lines = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return {
        line[0].strip("| `"): (line[2], line[-1].strip("| ")) for line in lines if len(line) == 5
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["field"])
def test_every_range_is_that_of_the_page_on_parameters(row: dict[str, object]) -> None:
    field = str(row["field"]).removesuffix(".median").removesuffix(".mean")
    span, trust = documented()[field]
    assert span == f"{row['low']} to {row['high']}"
    assert trust == row["evidence"]


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_every_scenario_of_the_library_can_be_had_at_both_ends_of_every_input(name: str) -> None:
    scenario = load(name)
    for each in inputs_of(scenario):
        for end in (each.low, each.high):
            (found,) = (
                other for other in inputs_of(with_values(scenario, {each: end}))
                if other.field == each.field
            )  # fmt: skip
            assert found.own == pytest.approx(end)


def test_what_a_scenario_does_not_use_is_not_asked_for() -> None:
    fields = {each.field for each in inputs_of(load("nowruz"))}
    assert "support.contacts.after_order" in fields
    assert "shoppers.returns_for_voucher" not in fields  # no waiting list
    assert not any(field.startswith(("notices", "website", "fulfilment")) for field in fields)


def test_what_is_decided_is_not_unknown() -> None:
    fields = {each.field for each in inputs_of(load("nowruz"), without="costs.goods")}
    assert "costs.goods" not in fields


def test_a_range_is_widened_to_what_the_scenario_takes() -> None:
    (goods,) = (
        each for each in inputs_of(load("nowruz", ["costs.goods=95%"]))
        if each.field == "costs.goods"
    )  # fmt: skip
    assert (goods.low, goods.high, goods.own) == (0.6, 0.95, 0.95)


def test_a_scenario_as_it_is_stays_equal() -> None:
    scenario = load("nowruz")
    own = {each: each.own for each in inputs_of(scenario)}
    assert with_values(scenario, own) == scenario


def test_inputs_that_do_not_go_together_are_one_sentence() -> None:
    broken = Input("support.desks.0.share", 0.0, 1.0, 0.79, "share", "L")
    with pytest.raises(UserError, match=r"support\.desks\.0\.share=30%"):
        with_values(load("nowruz"), {broken: 0.3})
