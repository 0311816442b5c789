"""Mistakes in the section `fulfilment` are told in one sentence each."""

from __future__ import annotations

import pytest

from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario

CARRIERS = "fulfilment.carriers"


@pytest.mark.parametrize(
    ("setting", "mistake"),
    [
        (f"{CARRIERS}.post.days.local={{1: 90%}}", "days.local: the shares add up to 90.0%"),
        (f"{CARRIERS}.post.days.local={{0: 100%}}", "write numbers of working days from 1 to 30"),
        (f"{CARRIERS}.courier.promise.far=3", "promise: far is no distance under days"),
        (f"{CARRIERS}.post.promise.far=40", "promise.far: must be at most 30"),
        (f"{CARRIERS}.post.name=pots", "'pots' is not one of post, express, courier, freight"),
        (f"{CARRIERS}.post.name=express", "carriers: a carrier stands here twice"),
        (f"{CARRIERS}.post.delivers_from=21:00", "delivers_until comes before delivers_from"),
        (f"{CARRIERS}.courier.pauses.0.resumes=1405-12-26", "resumes must come after last_orders"),
        ("fulfilment.distances={local: 50%}", "distances: the shares add up to 50.0%, not 100%"),
        ("fulfilment.by=3pl", "'3pl' is not one of warehouse, third_party"),
        ("fulfilment.returns.refused_on_cash={}", "refused_on_cash"),
        ("season.wind_down=100 d", "season.wind_down: must be at most 90 d"),
        ("season.wind_down=none", "season.wind_down: must be"),
    ],
)
def test_a_mistake_says_where_it_is_and_what_was_expected(setting: str, mistake: str) -> None:
    with pytest.raises(UserError) as error:
        load("threepl", (setting,))
    assert mistake in str(error.value)
    assert "\n" not in str(error.value)


def test_a_place_where_no_carrier_goes_is_a_mistake() -> None:
    only_courier = [f"{CARRIERS}.{name}.share=0%" for name in ("post", "express")]
    with pytest.raises(UserError, match="carriers: none goes near, where 35% live"):
        load("threepl", only_courier)


def test_a_shop_that_nobody_lives_far_from_needs_no_carrier_that_goes_far() -> None:
    town = ["fulfilment.distances={local: 100%}"]
    town += [f"{CARRIERS}.{name}.share=0%" for name in ("post", "express")]
    assert load("threepl", town).fulfilment is not None


def test_a_written_scenario_with_parcels_is_read_back() -> None:
    scenario = load("threepl")
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario
