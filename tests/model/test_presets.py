"""The presets are data: each is a policy, says its rule and where that rule stands (ORD-14)."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from model.events import Channel
from model.platforms import PLATFORMS
from model.policy import ReservationPolicy
from scenarios.errors import UserError
from scenarios.loader import check, load
from scenarios.reservation import PlatformName, Reservation, preset

SMALL = """\
name: small
season: {start: 1405-12-01, duration: 1 d}
demand: {sessions_per_day: 1_000}
catalogue: [{name: tea, share: 100%, price: 1_000_000 rial, stock: 60}]
"""


def file(tmp_path: Path, text: str, name: str = "s.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_scenario_can_name_every_platform_and_no_other() -> None:
    assert sorted(get_args(PlatformName)) == sorted(PLATFORMS)


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_preset_cites_its_rule_and_is_a_policy(name: str) -> None:
    platform = PLATFORMS[name]
    assert all((platform.rule, platform.source, platform.version))
    assert Reservation.model_validate(preset(name)["reservation"]).policy() == platform.reservation


@pytest.mark.parametrize("name", PLATFORMS)
def test_one_word_in_a_scenario_is_the_whole_policy(name: str, tmp_path: Path) -> None:
    scenario = load(file(tmp_path, f"{SMALL}platform: {name}\n"))
    assert scenario.policy().reservation == PLATFORMS[name].reservation


def test_fields_that_the_scenario_writes_win_over_its_platform(tmp_path: Path) -> None:
    own = f"{SMALL}platform: pretix\nreservation: {{timeout: 5 min}}\n"
    reservation = load(file(tmp_path, own)).reservation
    assert reservation.timeout == 300
    assert reservation.waiting_list


def test_a_platform_takes_the_place_of_the_rules_that_a_scenario_extends(tmp_path: Path) -> None:
    base = file(tmp_path, f"{SMALL}reservation: {{timeout: 5 min, hold_point: paid}}\n", "b.yaml")
    over = file(tmp_path, f"extends: {base}\nplatform: saleor\nreservation: {{sweep_batch: 7}}\n")
    policy = load(over).policy().reservation
    assert policy.sweep_batch == 7
    assert policy.timeout == PLATFORMS["saleor"].reservation.timeout
    assert load(base, ("platform=spree",)).policy().reservation == PLATFORMS["spree"].reservation


def test_a_rule_set_beside_the_platform_wins_in_whatever_order(tmp_path: Path) -> None:
    path = file(tmp_path, SMALL)
    settings = ("reservation.timeout=1min", "platform=magento")
    for order in (settings, settings[::-1]):
        assert load(path, order).policy().reservation.timeout == 60


def test_foroush_gostar_reminds_by_sms_unless_the_scenario_says_otherwise(tmp_path: Path) -> None:
    text = f"{SMALL}platform: foroush-gostar\n"
    notices = load(file(tmp_path, text)).notices
    assert notices is not None
    assert notices.reminder.channels == (Channel.SMS,)
    own = load(file(tmp_path, f"{text}notices: {{reminder: {{by: email, before: 1 h}}}}\n")).notices
    assert own is not None
    assert (own.reminder.channels, own.reminder.before) == ((Channel.MAIL,), 3600.0)
    assert load(file(tmp_path, f"{text}notices: null\n")).notices is None
    assert load(file(tmp_path, f"{SMALL}platform: pretix\n")).notices is None


def test_without_a_platform_nothing_is_preset(tmp_path: Path) -> None:
    assert load(file(tmp_path, SMALL)).policy().reservation == ReservationPolicy()


def test_an_unknown_platform_is_explained(tmp_path: Path) -> None:
    (line,) = check(file(tmp_path, f"{SMALL}platform: wocommerce-classic\n"))
    assert line.endswith("did you mean 'woocommerce-classic'?")
    assert ":5:" in line


def test_a_mistake_in_a_rule_beside_a_platform_is_shown_where_it_stands(tmp_path: Path) -> None:
    path = file(tmp_path, f"{SMALL}platform: saleor\nreservation:\n  timeout: 5\n")
    (line,) = check(path)
    assert ":7:" in line
    assert "reservation.timeout" in line


def test_an_exemption_of_an_unknown_entry_is_explained(tmp_path: Path) -> None:
    path = file(tmp_path, f"{SMALL}reservation: {{exempt: [tee]}}\n")
    with pytest.raises(UserError, match="'tee' is no catalogue entry; did you mean 'tea'"):
        load(path)
