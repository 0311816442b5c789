"""`esfand verify` passes a right engine, and notices a spoilt one.

Seeds are fixed. A check that stands here with fewer replications is judged at its usual level.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from commands import invoke
from sabotage import (
    Spoil,
    an_agent_too_few,
    drawn_longer,
    handling_takes_longer,
    last_come_first_served,
    one_in,
    pages_are_refused_too_often,
    pages_take_longer,
    reservations_live_longer,
)

from sim import website
from sim.support_desk import SupportDesk
from sim.verification import checks, oracle, run
from sim.verification.check import Check
from sim.verification.closed_forms import Newsvendor, zero_mean_p
from sim.verification.run import Verification, verify

CHECKS = {check.name: check for check in checks.CHECKS}


def short(name: str, replications: int) -> Check:
    """A check with fewer replications."""
    return replace(CHECKS[name], replications=replications)


def spoilt(check: Check, spoil: Spoil, seed: int = 1405) -> Verification:
    """What a check finds of an engine with a fault."""
    website.page_queue.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        spoil(patch)
        found = verify(seed, jobs=1, checks=[check])
    website.page_queue.cache_clear()
    return found


# a right engine -----------------------------------------------------------------------------


def test_a_right_engine_passes_on_any_number_of_cores() -> None:
    few = [short("erlang-b", 8), short("website", 8), short("textbook", 1)]
    on_one = verify(7, jobs=1, checks=few)
    assert on_one.passed
    assert verify(7, jobs=2, checks=few) == on_one
    assert verify(8, jobs=1, checks=few).findings != on_one.findings


@pytest.mark.statistical
def test_the_whole_verification_passes() -> None:
    assert verify(1405, jobs=2).passed


def test_the_checks_share_the_level_of_one_in_a_thousand() -> None:
    by_chance = [check for check in checks.CHECKS if check.theory is not None]
    level = verify(1, jobs=1, checks=[]).level
    assert level * len(by_chance) == pytest.approx(run.LEVEL) == pytest.approx(0.001)


# theory -------------------------------------------------------------------------------------


def test_a_newsvendor_sells_what_a_sum_over_all_demands_says() -> None:
    means = np.array([2.0, 5.0])
    newsvendor = Newsvendor(means, stock=4)
    weights = [np.exp(-mean) for mean in means]
    sold = sold_out = 0.0
    for demand in range(60):
        if demand:
            weights = [each * mean / demand for each, mean in zip(weights, means, strict=True)]
        sold += sum(each * min(demand, 4) for each in weights)
        sold_out += sum(weights) / 2 * (demand >= 4)
    assert newsvendor.sold == pytest.approx(sold)
    assert newsvendor.sold_out == pytest.approx(sold_out)
    assert newsvendor.lost == pytest.approx(7 - sold)


def test_figures_that_follow_from_others_add_nothing_to_them() -> None:
    sample = np.random.default_rng(3).normal(0.2, 1, (40, 2))
    alone = zero_mean_p(sample)
    followed = np.column_stack([sample, sample @ [1, -2], np.zeros(40)])
    assert zero_mean_p(followed) == pytest.approx(alone)
    assert zero_mean_p(np.column_stack([followed, np.ones(40)])) == 0.0


# a spoilt engine ----------------------------------------------------------------------------

FAULTS: list[tuple[str, str, int, Spoil]] = [
    ("handling takes 2% longer", "erlang-a", 40, handling_takes_longer(1.02)),
    ("handling is drawn 2% longer", "erlang-c", 80, drawn_longer("handling", 1.02)),
    ("patience is drawn 5% longer", "erlang-a", 60, drawn_longer("patience", 1.05)),
    ("an agent is missing", "erlang-c", 15, an_agent_too_few),
    ("the last come is served first", "erlang-a", 15, last_come_first_served),
    ("one release of a thousand is lost", "erlang-b", 15, one_in(1000)),
    ("reservations live 3% longer", "erlang-b", 15, reservations_live_longer(1.03)),
    ("shoppers decide 5% later", "payment-times", 15, drawn_longer("decide", 1.05)),
    ("pages take 2% longer", "website", 15, pages_take_longer(1.02)),
    ("8% too many pages are refused", "website", 25, pages_are_refused_too_often(1.08)),
]


@pytest.mark.parametrize(
    ("name", "replications", "spoil"), [case[1:] for case in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_theory_notices_a_spoilt_engine(name: str, replications: int, spoil: Spoil) -> None:
    assert not spoilt(short(name, replications), spoil).passed


@pytest.mark.parametrize(
    "spoil",
    [
        handling_takes_longer(1.0001),
        last_come_first_served,
        one_in(1000),
        reservations_live_longer(1.001),
    ],
    ids=["handling 0.01% longer", "last come first", "a lost release", "0.1% longer reservations"],
)
def test_the_textbook_notices_far_smaller_faults(spoil: Spoil) -> None:
    assert not spoilt(short("textbook", 1), spoil).passed


def test_what_both_are_fed_the_textbook_cannot_notice() -> None:
    """Shoppers drawn wrongly are the same for both: this is what theory is there for."""
    assert spoilt(short("textbook", 1), drawn_longer("handling", 1.5)).passed


def test_an_engine_that_breaks_down_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(desk: SupportDesk, *contact: object) -> None:
        raise ZeroDivisionError("an agent fell off her chair")

    monkeypatch.setattr(SupportDesk, "_serve", trip)
    (finding,) = verify(1, jobs=1, checks=[short("erlang-a", 2)]).findings
    assert not finding.passed
    assert finding.broken == "replication 0: ZeroDivisionError: an agent fell off her chair"


# the command --------------------------------------------------------------------------------


@pytest.fixture
def few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    few = (short("erlang-b", 8), short("textbook", 1))
    monkeypatch.setattr("sim.verification.run.CHECKS", few)


@pytest.mark.usefixtures("few_checks")
def test_the_command_tells_every_figure_and_ends_well() -> None:
    result = invoke("verify", "--jobs", "1")
    assert result.exit_code == 0
    assert "carts refused" in result.stdout
    assert result.stdout.endswith("All 2 checks passed.\n")
    told = json.loads(invoke("verify", "--jobs", "1", "--json").stdout)
    assert told["passed"] is True
    assert [check["check"] for check in told["checks"]] == ["erlang-b", "textbook"]
    refused = told["checks"][0]["rows"][1]
    assert refused["theory"] == pytest.approx(0.1912, abs=1e-4)
    assert [row["figure"] for row in told["checks"][1]["rows"]] == list(oracle.FIGURES)


@pytest.mark.usefixtures("few_checks")
def test_a_failed_verification_ends_with_5_and_names_the_checks() -> None:
    with pytest.MonkeyPatch.context() as patch:
        one_in(50)(patch)
        result = invoke("verify", "--jobs", "1")
    assert result.exit_code == 5
    assert "✗ Units that nobody pays for" in result.stdout
    assert "not equal" in result.stdout
    assert result.stdout.endswith("Failed: erlang-b, textbook.\n")
    assert invoke("verify", "--jobs", "1", "--quiet", "--seed", "3").stdout == ""
