"""Which values a tune tries: lists, ranges and grids, as people write them."""

from __future__ import annotations

import math

import pytest

from reports.designs import axes_of, name_of, settings_of, values_of
from scenarios.errors import UserError
from sim.experiments import ranges
from sim.experiments.vary import Variants, variants


def read(vary: str, *settings: str) -> Variants:
    return variants("nowruz", settings, vary)


def test_values_are_read_by_the_rules_of_the_field() -> None:
    timeouts = read("reservation.timeout=5min, 20 min،۱ ساعت,none")
    assert [each.reservation.timeout for each in timeouts.at.values()] == [
        300, 1200, 3600, math.inf
    ]  # fmt: skip
    assert list(timeouts.at) == ["5min", "20 min", "۱ ساعت", "none"]
    assert timeouts.current == "20 min"
    agents = read("support.desks.phone.agents=0,2,4", "support.desks.phone.shifts=[]")
    assert [each.support.desks[1].agents for each in agents.at.values()] == [0, 2, 4]


def test_a_distribution_is_one_value() -> None:
    lines = read("shoppers.lines={1: 50%, 2: 50%},{1: 100%}")
    assert [each.shoppers.lines for each in lines.at.values()] == [{1: 0.5, 2: 0.5}, {1: 1.0}]


@pytest.mark.parametrize(
    ("vary", "mistake"),
    [
        (
            "reservation.timeout=0",
            "--vary reservation.timeout=0: reservation.timeout: must be more",
        ),
        ("reservation.timeout=0s,5min", "must be more than 0"),
        ("nonsense=1", "--vary nonsense=1: nonsense: unknown field"),
        ("nonsense=1,2", "--vary nonsense=1: nonsense: unknown field"),
        ("reservation.timeout=5min", "one value is nothing to choose from"),
        ("reservation.timeout=5min,9min,5min", "5min stands twice"),
        ("reservation.timeout=60min,1h", "60min and 1h are the same"),
        ("reservation.timeout=5min,", "write field=value,value,..."),
        ("reservation.timeout", "write field=value,value,..."),
        ("=5min,6min", "write field=value,value,..."),
        ("reservation.timeout=2h..5min", "a range is LOW..HIGH"),
        ("reservation.timeout=5min..none", "a range is LOW..HIGH"),
        ("reservation.timeout=5min..2h:1", "a range has from 2 to 50 values"),
        ("seed=1,2", "makes no difference to the shop or its shoppers"),
        ("name=a,b", "makes no difference to the shop or its shoppers"),
    ],
)
def test_a_mistake_in_vary_is_one_clear_message(vary: str, mistake: str) -> None:
    with pytest.raises(UserError) as error:
        read(vary)
    assert mistake in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert "--set" not in str(error.value)


def test_every_wrong_value_is_told() -> None:
    with pytest.raises(UserError) as error:
        read("reservation.timeout=5,10min,soon")
    first, second = str(error.value).splitlines()
    assert first.startswith("--vary reservation.timeout=5: ")
    assert second.startswith("--vary reservation.timeout=soon: ")


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("5min..2h", ("5min", "9min", "18min", "34min", "64min", "120min")),
        ("30s..2h:4", ("30s", "3.1min", "19min", "2h")),
        ("0s..10min:3", ("0min", "5min", "10min")),
        ("۵ دقیقه..۲ ساعت:3", ("5min", "24min", "120min")),
        ("4..8", ("4", "5", "6", "7", "8")),
        ("1..100:3", ("1", "50", "100")),
        ("1%..5%:3", ("1%", "3%", "5%")),
        ("0.5..2.5:3", ("0.5", "1.5", "2.5")),
        ("1_000 toman..3_000 toman:3", ("10000 rial", "20000 rial", "30000 rial")),
    ],
)
def test_a_range_has_even_steps_and_durations_even_ratios(
    written: str, values: tuple[str, ...]
) -> None:
    found = ranges.parse(written)
    assert found is not None
    assert found.values == values


def test_a_range_stands_among_values() -> None:
    timeouts = read("reservation.timeout=5min..20min:3,none")
    assert list(timeouts.at) == ["5min", "10min", "20min", "none"]
    assert timeouts.current == "20min"


def test_of_several_fields_every_combination_is_tried_and_named_by_its_settings() -> None:
    grid = variants(
        "nowruz", (), "reservation.timeout=5min,20min", "support.desks.chat.agents=2..4"
    )
    assert len(grid.at) == 6
    first, *_, last = grid.at
    assert first == "reservation.timeout=5min, support.desks.chat.agents=2"
    assert grid.at[last].reservation.timeout == 1200
    assert grid.at[last].support.desks[0].agents == 4
    assert settings_of(last) == (
        ("reservation.timeout", "20min"), ("support.desks.chat.agents", "4")
    )  # fmt: skip
    assert axes_of(list(grid.at)) == (("5min", "20min"), ("2", "3", "4"))


def test_a_distribution_in_the_name_of_a_design_stays_one_value() -> None:
    law = "{law: exponential, mean: 6 min}"
    name = name_of([("shoppers.decide", law), ("reservation.timeout", "5min")])
    assert values_of(name) == (law, "5min")
    assert values_of("5min") == ("5min",)
    assert settings_of("none") == ()


@pytest.mark.parametrize(
    ("varied", "mistake"),
    [
        (("reservation.timeout=5min,9min", "reservation.timeout=2h,3h"), "it stands twice"),
        (("reservation.timeout=5min,9min", "nonsense=1,2"), "nonsense: unknown field"),
        (("reservation.timeout=5min,9min", "seed=1,2"), "makes no difference"),
        (
            ("reservation.timeout=1min..2h:50", "support.desks.chat.agents=2..6"),
            "combinations are too many to play",
        ),
    ],
)
def test_a_mistake_in_a_grid_is_one_clear_message(varied: tuple[str, ...], mistake: str) -> None:
    with pytest.raises(UserError) as error:
        variants("nowruz", (), *varied)
    assert mistake in str(error.value)
    assert len(str(error.value).splitlines()) == 1
