"""Shoppers are rows drawn once: the same whatever the shop does, each attribute by its law.

Statistical tests have fixed seeds and a joint level of 0.1%, shared out equally (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from model.events import Reason
from scenarios.columns import DECLINED, GAVE_UP, SUCCEEDS, Shoppers
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw

LEVEL = 0.001
RICH: dict[str, Any] = {
    "name": "draw",
    "season": {"start": "1405-12-05", "duration": "1 d", "holidays": "none"},
    "demand": {"sessions_per_day": 24_000, "engaged": "80%", "support_only": "20%"},
    "catalogue": [
        {"name": "many", "products": 50, "share": "90%", "price": "1000 rial", "stock": 1},
        {"name": "few", "products": 2, "share": "10%", "price": "9 rial", "stock": 1, "limit": 2},
    ],
    "shoppers": {
        "lines": {1: "50%", 2: "30%", 4: "20%"},
        "quantity": {1: "70%", 3: "30%"},
        "come_back": [{"share": "25%", "after": {"law": "uniform", "low": "1 h", "high": "5 h"}}],
    },
    "payment": {"succeeds": "60%", "gives_up": "30%", "retries": "70%", "attempts": 3},
    "support": {
        "desks": [
            {"channel": "chat", "share": "75%", "agents": 1},
            {
                "channel": "phone",
                "share": "25%",
                "handling": {"law": "lognormal", "median": "5 min", "sigma": 0.5},
                "patience": {"law": "uniform", "low": "1 min", "high": "9 min"},
            },
        ],
        "contacts": {"after_order": "20%", "after_stockout": "0%"},
    },
}


def drawn(
    changes: dict[str, dict[str, Any]] | None = None, seed: int = 3, replication: int = 0
) -> Shoppers:
    """Shoppers of the rich scenario, some of its sections changed."""
    content = dict(RICH)
    for section, changed in (changes or {}).items():
        content[section] = {**content.get(section, {}), **changed}
    return draw(Plan.of(Scenario.model_validate(content)), seed, replication)


def attributes(record: Any) -> dict[str, Any]:
    """The fields of a record by their names; a compiled class has no `vars`."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def columns(shoppers: Shoppers) -> dict[str, list[Any]]:
    """Every column by a name of its own: `decide`, `fate 1`, `GENERAL patience`."""
    flat: dict[str, list[Any]] = {}
    for name, value in attributes(shoppers).items():
        if name == "contacts":
            for topic, contact in value.items():
                flat |= {
                    f"{topic.name} {part}": column for part, column in attributes(contact).items()
                }
        elif value is None or (isinstance(value, list) and not value):
            continue  # nobody is asked
        elif name in ("identity", "paying", "delivery", "reach", "news", "visits", "waiting"):
            flat |= attributes(value)
        elif name == "support":
            flat |= {f"support {part}": column for part, column in attributes(value).items()}
        elif isinstance(value[0], list):
            flat |= {f"{name} {turn}": column for turn, column in enumerate(value)}
        else:
            flat[name] = value
    return flat


def moved(before: Shoppers, after: Shoppers) -> set[str]:
    """Names of the columns that differ; those that only one of the two has do not count."""
    old, new = columns(before), columns(after)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


# the draw does not look at the shop ---------------------------------------------------------


@pytest.mark.parametrize(
    "policy",
    [
        {"timeout": "2 min"},
        {"timeout": "none", "guest_timeout": "5 min"},
        {"hold_point": "paid"},
        {"extend_on": "activity", "extension_cap": 2},
        {"on_expiry": "suspend", "suspended_timeout": "1 h"},
        {"released_by": "sweeper", "sweep_every": "5 min", "sweep_batch": 100},
        {"released_by": "operator"},
        {"late_payment": "oversell"},
    ],
    ids=str,
)
def test_a_reservation_policy_changes_nothing_of_the_draw(policy: dict[str, Any]) -> None:
    assert columns(drawn({"reservation": policy})) == columns(drawn())


@pytest.mark.parametrize(
    ("section", "fields", "may_move"),
    [
        ("shoppers", {"ready": "10%"}, {"ready"}),
        ("shoppers", {"decide": {"law": "constant", "value": "1 s"}}, {"decide"}),
        ("shoppers", {"come_back": []}, {"decide"}),
        ("shoppers", {"quantity": {2: "100%"}}, {"quantity"}),
        ("shoppers", {"tries_again": "100%"}, {"tries_again"}),
        ("shoppers", {"substitutes": "10%"}, {"substitutes"}),
        ("payment", {"succeeds": "95%"}, {"fate 0", "fate 1", "fate 2"}),
        ("payment", {"attempts": 2}, set()),
        ("payment", {"retries": "0%"}, {"retries 0", "retries 1", "retries 2"}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_a_changed_attribute_moves_no_other(
    section: str, fields: dict[str, Any], may_move: set[str]
) -> None:
    assert moved(drawn(), drawn({section: fields})) == may_move


def test_an_added_attribute_moves_no_other() -> None:
    contacts = {"contacts": {"after_order": "20%", "after_stockout": "30%"}}
    before, after = drawn(), drawn({"support": contacts})
    assert moved(before, after) == set()
    assert after.contacts.keys() - before.contacts.keys() == {Reason.STOCK_QUESTION}


def test_who_is_ready_at_a_lower_share_is_ready_at_a_higher_one() -> None:
    """Common random numbers: a share moves only the shoppers between the two shares."""
    few, many = (drawn({"shoppers": {"ready": share}}).ready for share in ("30%", "60%"))
    assert all(more for less, more in zip(few, many, strict=True) if less)
    assert sum(many) > sum(few)


def test_equal_seeds_and_replications_have_equal_rows_and_others_have_others() -> None:
    assert columns(drawn()) == columns(drawn())
    for other in (drawn(seed=4), drawn(replication=1)):
        assert {"arrival", "decide", "product", "at_gateway 0"} <= moved(drawn(), other)


# every attribute has its law ----------------------------------------------------------------

SECONDS = {
    "browse": stats.lognorm(1.34, scale=30),
    "dawdle": stats.lognorm(2.04, scale=200),
    "fill_in": stats.lognorm(0.6, scale=90),
    "before_paying": stats.lognorm(1.2, scale=40),
    "at_gateway 0": stats.lognorm(0.6, scale=75),
    "at_gateway 1": stats.lognorm(0.6, scale=75),
    "at_gateway 2": stats.lognorm(0.6, scale=75),
    "before_retry 0": stats.lognorm(0.8, scale=45),
    "before_retry 1": stats.lognorm(0.8, scale=45),
    "WHERE_IS_MY_ORDER delay": stats.uniform(3600, 3 * 86400 - 3600),
}
SHARES = {
    "asks_only": 0.2,
    "registered": 0.4,
    "substitutes": 0.3,
    "ready": 0.45,
    "stays in checkout": 0.9,
    "goes_to_pay": 0.92,
    "tries_again": 0.6,
    "retries 0": 0.7,
    "retries 1": 0.7,
    "WHERE_IS_MY_ORDER wants": 0.2,
    "PAYMENT_TROUBLE wants": 0.1,
}


@pytest.fixture(scope="module")
def shoppers() -> Shoppers:
    return drawn()


@pytest.fixture(scope="module")
def every(shoppers: Shoppers) -> dict[str, list[Any]]:
    stays = {"stays in checkout": [not reason for reason in shoppers.leaves_checkout]}
    return columns(shoppers) | stays


def test_every_duration_has_its_law(every: dict[str, list[float]]) -> None:
    p = {name: stats.kstest(every[name], law.cdf).pvalue for name, law in SECONDS.items()}
    assert min(p.values()) > LEVEL / len(p), p


def test_every_flag_has_its_share(every: dict[str, list[bool]]) -> None:
    p = {
        name: stats.binomtest(sum(every[name]), len(every[name]), share).pvalue
        for name, share in SHARES.items()
    }
    assert min(p.values()) > LEVEL / len(p), p


def test_shoppers_decide_in_the_session_or_when_they_come_back(shoppers: Shoppers) -> None:
    now, later = stats.lognorm(1.0, scale=360), stats.uniform(3600, 4 * 3600)
    p = stats.kstest(shoppers.decide, lambda t: 0.75 * now.cdf(t) + 0.25 * later.cdf(t)).pvalue
    assert p > LEVEL


def chi_square_p(values: Sequence[int], shares: dict[int, float]) -> float:
    seen = dict(zip(*np.unique(values, return_counts=True), strict=True))
    assert seen.keys() <= shares.keys()
    expected = np.array(list(shares.values())) * len(values)
    return float(stats.chisquare([seen.get(value, 0) for value in shares], expected).pvalue)


def test_every_choice_has_its_shares(shoppers: Shoppers) -> None:
    succeeds, gives_up = 0.6, 0.4 * 0.3
    fates = {SUCCEEDS: succeeds, GAVE_UP: gives_up, DECLINED: 1 - succeeds - gives_up}
    sizes = [end - first for first, end in pairwise(shoppers.first_line)]
    asks = shoppers.asks_only
    p = [
        chi_square_p([n for n, ask in zip(sizes, asks, strict=True) if not ask],
                     {1: 0.5, 2: 0.3, 4: 0.2}),
        chi_square_p([quantity for quantity, product in
                      zip(shoppers.quantity, shoppers.product, strict=True) if product < 50],
                     {1: 0.7, 3: 0.3}),
        chi_square_p(shoppers.contacts[Reason.GENERAL].desk, {0: 0.75, 1: 0.25}),
        chi_square_p(shoppers.contacts[Reason.WHERE_IS_MY_ORDER].desk, {0: 0.75, 1: 0.25}),
        *(chi_square_p(fate, fates) for fate in shoppers.fate),
    ]  # fmt: skip
    assert min(p) > LEVEL / len(p), p
    assert all(n == 0 for n, ask in zip(sizes, asks, strict=True) if ask)


def test_products_are_asked_for_by_their_popularity() -> None:
    shoppers = drawn({"shoppers": {"lines": {1: "100%"}}})
    weights = 1 / np.arange(1, 51)
    shares = [*(0.9 * weights / weights.sum()), 0.1 * 2 / 3, 0.1 / 3]
    law = dict(enumerate(shares))
    assert chi_square_p(shoppers.product, law) > LEVEL / 2
    assert all(
        own != other for own, other in zip(shoppers.product, shoppers.substitute, strict=True)
    )
    others = {  # a product as the substitute of any other
        product: share
        * sum(other / (1 - other) for rival, other in law.items() if rival != product)
        for product, share in law.items()
    }
    assert chi_square_p(shoppers.substitute, others) > LEVEL / 2


def test_patience_and_handling_follow_the_desk_that_is_asked(shoppers: Shoppers) -> None:
    laws = {
        0: (stats.expon(scale=180), stats.expon(scale=360)),
        1: (stats.uniform(60, 480), stats.lognorm(0.5, scale=300)),
    }
    p = []
    for contact in shoppers.contacts.values():
        desk, patience, handling = map(np.array, (contact.desk, contact.patience, contact.handling))
        for number, (patient, busy) in laws.items():
            p.append(stats.kstest(patience[desk == number], patient.cdf).pvalue)
            p.append(stats.kstest(handling[desk == number], busy.cdf).pvalue)
    assert min(p) > LEVEL / len(p), p


def test_attributes_are_independent_of_each_other() -> None:
    """Two attributes on one stream would go hand in hand: no rank correlation may stand out.

    With one desk, for patience and handling do depend on the desk.
    """
    every = columns(drawn({"support": {"desks": [{"channel": "chat", "agents": 1}]}}))
    n = len(every["arrival"])
    names = [name for name, column in every.items() if len(column) == n]
    names = [name for name in names if name != "GENERAL wants" and len(set(every[name])) > 1]
    assert len(names) > 25
    table = np.array([stats.rankdata(every[name]) for name in names])
    correlation = np.corrcoef(table)[np.triu_indices(len(names), 1)]
    z = np.abs(correlation) * np.sqrt(n - 1)
    assert z.max() < stats.norm.isf(LEVEL / 2 / len(z))


# baskets ------------------------------------------------------------------------------------


def test_no_product_stands_twice_in_a_basket(shoppers: Shoppers) -> None:
    for first, end in pairwise(shoppers.first_line):
        assert len(set(shoppers.product[first:end])) == end - first


def test_nobody_asks_for_more_than_the_limit(shoppers: Shoppers) -> None:
    limited = [
        quantity
        for quantity, product in zip(shoppers.quantity, shoppers.product, strict=True)
        if product >= 50
    ]
    assert set(limited) == {1, 2}


def test_a_burst_steers_its_share_of_the_carts_to_its_product() -> None:
    content = {
        **RICH,
        "catalogue": [
            *({**entry, "share": "45%"} for entry in RICH["catalogue"][:1]),
            {"name": "hot", "share": "55%", "price": "1 rial", "stock": 1},
        ],
        "shoppers": {"lines": {1: "100%"}},
    }
    burst = {"start": "1405-12-05 21:00", "duration": "1 h", "times": "400%", "product": "hot",
             "share": "40%", "quantity": {2: "100%"}}  # fmt: skip
    content["demand"] = {**content["demand"], "bursts": [burst]}
    shoppers = draw(Plan.of(Scenario.model_validate(content)), 3, 0)
    carts = [row for row, asks in enumerate(shoppers.asks_only) if not asks]
    inside = [row for row in carts if 21 * 3600 <= shoppers.arrival[row] < 22 * 3600]
    hot = [shoppers.product[shoppers.first_line[row]] == 50 for row in inside]
    pairs = [shoppers.quantity[shoppers.first_line[row]] == 2 for row in inside]
    assert stats.binomtest(sum(hot), len(hot), 0.4 + 0.6 * 0.55).pvalue > LEVEL / 2
    # all whom the burst brought take two; of the others nobody does, for they take 1
    assert stats.binomtest(sum(pairs), len(pairs), 0.4).pvalue > LEVEL / 2
    outside = {shoppers.quantity[shoppers.first_line[row]] for row in set(carts) - set(inside)}
    assert outside == {1}


def with_bursts(*bursts: dict[str, Any]) -> Shoppers:
    hot = {"name": "hot", "share": "5%", "price": "1 rial", "stock": 1}
    many = {**RICH["catalogue"][0], "share": "95%"}
    demand = {**RICH["demand"], "bursts": list(bursts)}
    content = {**RICH, "catalogue": [many, hot], "demand": demand}
    return draw(Plan.of(Scenario.model_validate(content)), 3, 0)


EVENING: dict[str, Any] = {
    "start": "1405-12-05 21:00", "duration": "1 h", "product": "hot", "share": "100%",
}  # fmt: skip


def sizes(shoppers: Shoppers, first_hour: int, end_hour: int) -> list[int]:
    """Products of the carts that are begun between two hours."""
    return [
        shoppers.first_line[row + 1] - shoppers.first_line[row]
        for row, arrival in enumerate(shoppers.arrival)
        if first_hour * 3600 <= arrival < end_hour * 3600 and not shoppers.asks_only[row]
    ]


def test_a_burst_may_have_baskets_of_its_own() -> None:
    shoppers = with_bursts({**EVENING, "lines": {3: "100%"}})
    assert set(sizes(shoppers, 21, 22)) == {3}
    assert set(sizes(shoppers, 0, 21)) == {1, 2, 4}
    theirs = with_bursts({**EVENING, "lines": {1: "30%", 5: "70%"}})
    found = sizes(theirs, 21, 22)
    assert stats.binomtest(found.count(5), len(found), 0.7).pvalue > LEVEL / 2


def test_of_two_bursts_the_later_says_what_is_in_the_basket_too() -> None:
    own = {**EVENING, "lines": {3: "100%"}}
    plain = with_bursts(own, EVENING)
    assert sizes(plain, 0, 24) == sizes(with_bursts(EVENING, EVENING), 0, 24)
    assert set(sizes(with_bursts(EVENING, own), 21, 22)) == {3}


def test_baskets_of_a_burst_change_no_other_luck() -> None:
    """All columns but those of the lines are the same, and without them nothing at all is drawn."""
    plain, own = with_bursts(EVENING), with_bursts({**EVENING, "lines": {3: "100%"}})
    of_lines = {"first_line", "product", "quantity", "browse", "substitute"}
    for column in fields(Shoppers):
        if column.name not in of_lines:
            assert getattr(plain, column.name) == getattr(own, column.name), column.name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product": None}, "lines: these are the baskets around a product, and there is none"),
        ({"lines": {1: "40%", 2: "40%"}}, "lines: the shares add up to 80.0%"),
        ({"lines": {0: "100%"}}, "lines: 0 is not a number of items"),
    ],
)
def test_baskets_of_a_burst_that_make_no_sense_are_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        with_bursts({**EVENING, "lines": {3: "100%"}, **changes})
