"""The payment section: presets as documented, and mistakes that are named."""

from __future__ import annotations

import math
import runpy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from model.events import Channel
from model.gateways import GENERAL, PRESETS
from model.policy import StockCheck
from scenarios.calendar import Calendar
from scenarios.gateways import GatewayName, Onboarding
from scenarios.loader import check
from scenarios.office_hours import live_at, next_opening, onboarding_days
from scenarios.payment import Payment
from scenarios.schema import Season
from scenarios.units import parse_clock, parse_moment

DOCS = Path(__file__).parents[2] / "docs"
MINUTE = 60.0


@pytest.mark.parametrize(
    ("preset", "verify", "reverse"),
    [
        ("behpardakht", 20, 180),
        ("sep", 30, 50),
        ("sadad", 15, 0),
        ("pasargad", 10, 25),
        ("idpay", 10, 0),
        ("payping", 10, 30),
        ("nextpay", 10, 20),
        ("zibal", math.inf, 30),
        ("zarinpal", 20, 30),
        ("paypal", 20, 30),
    ],
)
def test_a_preset_has_its_gateways_windows(preset: str, verify: float, reverse: float) -> None:
    payment = Payment.model_validate({"gateways": [{"preset": preset}]})
    policy = payment.policy()
    assert policy is not None
    (terms,) = policy.terms
    assert (terms.verify_within / MINUTE, terms.reverse_within / MINUTE) == (verify, reverse)


def test_every_preset_can_be_named_and_cites_its_source_or_has_no_figure() -> None:
    assert set(GatewayName.__args__) == set(PRESETS)  # type: ignore[attr-defined]
    for preset in PRESETS.values():
        figures = (preset.verify_within, preset.reverse_within, preset.tariff)
        assert bool(preset.source) == any(figure is not None for figure in figures)
    assert GENERAL.source.startswith("Assumption")


def test_the_page_on_payments_has_the_presets_of_the_code() -> None:
    table = runpy.run_path(str(DOCS / "gateways.py"))["table"]()
    page = (DOCS / "payments.md").read_text(encoding="utf-8")
    assert table in page, "out of date: run `python docs/gateways.py`"


def test_ones_own_figures_go_before_the_presets() -> None:
    gateway = {"preset": "sep", "verify_within": "5 min", "fee": {"rate": "1%", "cap": None}}
    payment = Payment.model_validate({"gateways": [gateway]})
    assert payment.gateways[0].terms(Channel.GATEWAY).verify_within == 300
    assert payment.tiers()[Channel.GATEWAY][0].tariff.rate == 0.01


def test_the_general_fee_is_that_of_gateways_without_one_of_their_own() -> None:
    def rates(payment: dict[str, object]) -> list[float]:
        tiers = Payment.model_validate({"fee": {"rate": "0.5%"}} | payment).tiers()
        return [each[0].tariff.rate for each in tiers.values()]

    assert rates({}) == [0.005]
    assert rates({"gateways": [{"name": "ours"}, {"preset": "zarinpal"}]}) == [0.005, 0.01]


def test_without_a_word_on_gateways_methods_or_faults_the_gateway_is_plain() -> None:
    assert Payment().policy() is None
    assert Payment.model_validate({"succeeds": "80%", "fee": {"rate": "1%"}}).policy() is None
    fault = Payment.model_validate({"faults": [{"fault": "declined"}]}).policy()
    assert fault is not None
    assert fault.before_verify is StockCheck.RETAKE


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"gateways": [{"preset": "zarinpall"}]}, "Input should be"),
        ({"gateways": [{"preset": "sep"}, {"preset": "sep"}]}, "two have the same name"),
        ({"gateways": [{}] * 6}, "at most 5"),
        ({"faults": [{"fault": "down", "gateway": "sep"}]}, "no gateway 'sep'; there are: gateway"),
        ({"faults": [{"fault": "slow"}]}, "slow needs a delay"),
        (
            {"faults": [{"fault": "down", "delay": {"law": "constant", "value": "1 s"}}]},
            "down takes no delay",
        ),
        ({"methods": [{"method": "cod", "share": "90%"}]}, "add up to 90.0%, not 100%"),
        ({"methods": [{"method": "cod", "share": "50%"}] * 2}, "stands here twice"),
        ({"methods": [{"method": "cod", "work": "1 min"}]}, "work: only for link"),
        ({"methods": [{"method": "online", "missing": "1%"}]}, "missing: only for cod"),
        ({"gateways": [{}], "methods": [{"method": "cod"}]}, "none waits for a gateway"),
        ({"staff": {"opens": "17:00", "closes": "09:00"}}, "opens must lie before closes"),
        ({"settlement": {"instructed_at": "17:00"}}, "must not lie after credited_at"),
        (
            {"gateways": [{"tiers": [{"above": "0 rial", "fee": {}}]}]},
            "each must begin above the one before it",
        ),
    ],
)
def test_a_mistake_is_named(section: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Payment.model_validate(section)


# business days ------------------------------------------------------------------------------

NOWRUZ = Calendar(Season.model_validate({"start": "1404-12-20", "duration": "30 d"}))


def test_onboarding_takes_business_days_and_nowruz_is_none() -> None:
    asked = Onboarding(requested=parse_moment("1404-12-25 10:00"))  # Mon
    days = onboarding_days(asked, NOWRUZ)
    assert {step: NOWRUZ.jalali(day) for step, day in days.items()} == {
        "requested": "1404-12-25",
        "documents": "1404-12-26",  # Tue
        "identity_check": "1404-12-28",  # Thu
        "granting": "1405-01-08",  # Wed 5, Thu 6, Sat 8 Farvardin
        "installation": "1405-01-09",
    }
    assert live_at(asked, NOWRUZ) == NOWRUZ.seconds(parse_moment("1405-01-10"))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("1404-12-25 08:00", "1404-12-25 09:00"),
        ("1404-12-25 09:00", "1404-12-25 09:00"),
        ("1404-12-25 17:00", "1404-12-26 09:00"),
        ("1404-12-28 18:00", "1405-01-05 09:00"),  # Thu: Friday and Nowruz
    ],
)
def test_an_office_opens_in_its_hours_on_business_days(now: str, opens: str) -> None:
    t = NOWRUZ.seconds(parse_moment(now))
    found = next_opening(NOWRUZ, t, parse_clock("09:00"), parse_clock("17:00"))
    assert found == NOWRUZ.seconds(parse_moment(opens))


def test_a_misspelt_gateway_is_shown_where_it_stands_beside_those_that_there_are(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "extends: nowruz\npayment:\n  gateways: [{preset: zarinpal}, {preset: sep}]\n"
        "  faults:\n    - {fault: declined, share: 5%}\n    - {fault: down, gateway: zarinpall}\n"
        "    - {fault: down, gateway: mellat}\n",
        encoding="utf-8",
    )
    (line,) = check(str(path))
    assert line == (
        f"{path}:6:21: payment.faults.1.gateway: no gateway 'zarinpall'; did you mean 'zarinpal'?"
    )
    path.write_text(path.read_text(encoding="utf-8").replace("zarinpall", "sep"), encoding="utf-8")
    (line,) = check(str(path))
    assert line.endswith(":7:21: payment.faults.2.gateway: no gateway 'mellat'; there are: "
                         "zarinpal, sep")  # fmt: skip
