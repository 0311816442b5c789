"""Whatever actors do, under every mix of switches, the shop keeps its books."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from trade import ACTS, Trade

from model.events import Channel
from model.policy import (
    BackorderRule,
    ExtendOn,
    Fill,
    HoldPoint,
    LatePayment,
    OnExpiry,
    Price,
    ReleasedBy,
    UnreservedPayment,
)

SWITCHES: dict[str, list[Any]] = {
    "hold_point": list(HoldPoint),
    "late_payment": list(LatePayment),
    "released_by": list(ReleasedBy),
    "on_expiry": list(OnExpiry),
    "extend_on": list(ExtendOn),
}
CLOCKS: dict[str, list[Any]] = {
    "timeout": [10.0, 10.0, math.inf],
    "guest_timeout": [None, 4.0, math.inf],
    "suspended_timeout": [6.0, 0.0, math.inf],
    "extension_cap": [3.0, 1.5, 1.0],
    "price": list(Price),
    "fill": list(Fill),
    "unreserved_payment": list(UnreservedPayment),
    "backorders": list(BackorderRule),
    "waiting_list": [True, False],
    "voucher_timeout": [40.0, 3.0],
    "exempt_products": [frozenset(), frozenset(), frozenset({1})],
    "exempt_methods": [frozenset(), frozenset({Channel.IN_STORE})],
}
STOCKS, LIMITS = [1, 2, 4, 6], [None, None, 2]

OFTEN = [often for often, _ in ACTS.values()]


class AnyTrade(RuleBasedStateMachine):
    """Hypothesis looks for the shortest way to break the books; its rules are the acts."""

    @initialize(
        switches=st.fixed_dictionaries(
            {switch: st.sampled_from(ways) for switch, ways in (SWITCHES | CLOCKS).items()}
        ),
        stock=st.tuples(st.sampled_from(STOCKS), st.sampled_from(STOCKS)),
        limit=st.sampled_from(LIMITS),
    )
    def open(self, switches: dict[str, Any], stock: tuple[int, int], limit: int | None) -> None:
        self.trade = Trade(switches, stock, limit)

    def teardown(self) -> None:
        if hasattr(self, "trade"):
            self.trade.cut_the_power()


def _rule(name: str, choices: Mapping[str, Sequence[Any]]) -> Any:
    def act(self: AnyTrade, **arguments: Any) -> None:
        getattr(self.trade, name)(**arguments)

    act.__name__ = name
    return rule(**{argument: st.sampled_from(ways) for argument, ways in choices.items()})(act)


for act, (often, choices) in ACTS.items():
    for turn in range(1 + often // 6):
        setattr(AnyTrade, f"{act}_{turn}" if turn else act, _rule(act, choices))


class TestTheBooksBalanceWhateverActorsDo(AnyTrade.TestCase):
    """The machine as a test."""

    settings = settings(
        derandomize=True,
        deadline=None,
        max_examples=200,
        stateful_step_count=60,
        phases=[Phase.generate, Phase.shrink],  # to explain a failure would take minutes
    )


@pytest.mark.parametrize("late_payment", LatePayment)
@pytest.mark.parametrize("hold_point", HoldPoint)
def test_the_books_balance_after_a_long_day_under_every_mix_of_switches(
    hold_point: HoldPoint, late_payment: LatePayment
) -> None:
    mixes = itertools.product(*list(SWITCHES.values())[2:])
    for mix in mixes:
        chosen = (hold_point, late_payment, *mix)
        luck = random.Random(" ".join(str(way) for way in chosen))
        switches = dict(zip(SWITCHES, chosen, strict=True))
        switches |= {clock: luck.choice(times) for clock, times in CLOCKS.items()}
        trade = Trade(switches, (luck.choice(STOCKS), luck.choice(STOCKS)), luck.choice(LIMITS))
        for name in luck.choices(list(ACTS), OFTEN, k=150):
            arguments = {key: luck.choice(ones) for key, ones in ACTS[name][1].items()}
            getattr(trade, name)(**arguments)
        trade.cut_the_power()
