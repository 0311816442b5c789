"""Tills: fees by tariff and volume, cuts, and what is credited (PAY-5)."""

from __future__ import annotations

import pytest

from model.events import Channel, Kind, Log
from model.gateways import PRESETS
from model.outcomes import Refused
from model.settlement import Settlement, Tariff, Tier

GATEWAY = Channel.GATEWAY
PLAIN = (Tier(0, Tariff(0.01, 1_200, 40_000)),)


def settlement(*tiers: Tier) -> tuple[Settlement, Log]:
    log = Log()
    return Settlement({GATEWAY: tiers or PLAIN}, log), log


def entries(log: Log) -> list[tuple[float, str, int]]:
    return [(event.t, Kind(event.kind).name, event.amount) for event in log]


@pytest.mark.parametrize(
    ("gateway", "amount", "fee"),
    [
        ("zarinpal", 1_000_000, 11_200),  # 1 % and 120 toman
        ("zarinpal", 9_000_000, 40_000),  # capped at 4,000 toman
        ("zibal", 6_000_000, 60_000),
        ("rayanpay", 1_000_000, 16_200),
        ("rayanpay", 10_000_000, 80_000),
        ("sep", 1_000_000, 200),  # a direct bank: 0.02 %
        ("sep", 900_000_000, 40_000),
    ],
)
def test_the_fee_of_a_preset_is_its_tariffs(gateway: str, amount: int, fee: int) -> None:
    tariff = PRESETS[gateway].tariff
    assert tariff is not None
    assert tariff.fee(amount) == fee


def test_a_cut_settles_what_the_till_took_and_the_bank_credits_it_less_fees() -> None:
    till, log = settlement()
    assert [till.take(GATEWAY, amount) for amount in (1_000_000, 500_000)] == [11_200, 6_200]
    batch = till.cut(GATEWAY, 10.0)
    assert batch is not None
    assert batch.net == 1_482_600
    till.deposit(GATEWAY, 20.0)
    assert entries(log) == [
        (10.0, "SETTLED", 1_500_000), (10.0, "FEES_TAKEN", 17_400), (20.0, "DEPOSITED", 1_482_600),
    ]  # fmt: skip


def test_an_empty_till_settles_nothing() -> None:
    till, log = settlement()
    assert till.cut(GATEWAY, 1.0) is None
    assert entries(log) == []
    with pytest.raises(Refused):
        till.deposit(GATEWAY, 2.0)


def test_reversals_that_pass_the_takings_are_made_up_for_by_the_next() -> None:
    till, _ = settlement()
    fee = till.take(GATEWAY, 1_000_000)
    till.cut(GATEWAY, 1.0)
    till.give_back(GATEWAY, 1_000_000, fee)
    assert till.cut(GATEWAY, 2.0) is None
    till.take(GATEWAY, 3_000_000)
    batch = till.cut(GATEWAY, 3.0)
    assert batch is not None
    assert batch.gross == 2_000_000
    assert batch.fees == 31_200 - 11_200


def test_from_a_volume_on_the_negotiated_fee_counts_but_only_after_the_cut() -> None:
    till, _ = settlement(*PLAIN, Tier(1_000_000, Tariff(0.005, 0, None)))
    assert till.take(GATEWAY, 1_000_000) == 11_200
    assert till.take(GATEWAY, 1_000_000) == 11_200
    till.cut(GATEWAY, 1.0)
    assert till.take(GATEWAY, 1_000_000) == 5_000


def test_with_a_new_month_the_volume_is_to_be_reached_again() -> None:
    till, log = settlement(*PLAIN, Tier(1_000_000, Tariff(0.005, 0, None)))
    till.take(GATEWAY, 1_000_000)
    till.cut(GATEWAY, 1.0)
    assert till.take(GATEWAY, 1_000_000) == 5_000
    till.begin_month(GATEWAY, 2.0)
    assert till.take(GATEWAY, 1_000_000) == 11_200
    batch = till.cut(GATEWAY, 3.0)
    assert batch is not None
    assert batch.fees == 5_000 + 11_200
    assert till.take(GATEWAY, 1_000_000) == 5_000
    assert (2.0, "MONTH_BEGUN", 0) in entries(log)


def test_money_without_a_till_is_the_shops_at_once() -> None:
    till, _ = settlement()
    assert till.take(Channel.CARD_TRANSFER, 1_000_000) == 0
