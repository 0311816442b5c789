"""Who comes: segments, returning customers, forced accounts, and what people tell each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from model.events import Channel, Kind, Log, Reason
from reports.log import as_array
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Registration, Scenario
from scenarios.shoppers import Plan, Shoppers, draw
from sim.replication import replicate

LEVEL = 0.001
SMALL = (
    "season.start=1405-12-05 10:00",
    "season.duration=6 h",
    "demand.sessions_per_day=20_000",
    "support.contacts.after_stockout=0%",
)


def a_scenario(*changes: str) -> Scenario:
    return load("nowruz", (*SMALL, *changes))


def drawn(*changes: str) -> Shoppers:
    return draw(Plan.of(a_scenario(*changes)), 1, 0)


def measured(*changes: str, replication: int = 0) -> dict[str, float]:
    played = replicate(Plan.of(a_scenario(*changes)), 1, replication)
    assert played.faults == ()
    return played.measures


def is_share(flags: list[bool], share: float) -> bool:
    return bool(stats.binomtest(sum(flags), len(flags), share).pvalue > LEVEL)


# segments -----------------------------------------------------------------------------------

BOTS = (
    "customers.segments=[{name: bot, share: 20%, ready: 0%, product: haft-sin-set, "
    "lines: {1: 100%}, quantity: {2: 100%}, dawdle: {law: constant, value: 1 h}, patience: 10%}]"
)


def test_a_segment_has_its_share_and_its_habits_and_the_rest_keep_theirs() -> None:
    usual, mixed = drawn(), drawn(BOTS)
    assert usual.identity is None
    assert mixed.identity is not None
    bots = np.array(mixed.identity.segment) == 0
    assert is_share(bots.tolist(), 0.20)
    assert not np.array(mixed.ready)[bots].any()
    assert set(np.array(mixed.dawdle)[bots]) == {3600.0}
    for column in ("ready", "dawdle", "decide", "substitutes"):
        before, after = (np.array(getattr(each, column)) for each in (usual, mixed))
        assert (before[~bots] == after[~bots]).all()
    first = np.array(mixed.first_line)
    with_lines = bots & (np.diff(first) > 0)
    assert set(np.diff(first)[with_lines]) == {1}
    assert set(np.array(mixed.product)[first[:-1][with_lines]]) == {0}
    assert set(np.array(mixed.quantity)[first[:-1][with_lines]]) == {2}


def test_bots_hold_the_hot_item_and_never_pay() -> None:
    changes = ("catalogue.haft-sin-set.stock=20", "reservation.timeout=2 h")
    usual, mixed = measured(*changes), measured(*changes, BOTS)
    assert mixed["phantom_stockouts"] > usual["phantom_stockouts"] + 10
    assert mixed["orders_paid"] < usual["orders_paid"]


def test_patience_of_a_segment_is_a_multiple_of_the_usual() -> None:
    topic = Reason.WHERE_IS_MY_ORDER
    usual, mixed = drawn(), drawn(BOTS)
    assert mixed.identity is not None
    bots = np.array(mixed.identity.segment) == 0
    before, after = (np.array(each.contacts[topic].patience) for each in (usual, mixed))
    assert after[bots] == pytest.approx(before[bots] * 0.1)
    assert (after[~bots] == before[~bots]).all()


# accounts -----------------------------------------------------------------------------------


def test_a_forced_account_loses_its_share_of_those_without_one() -> None:
    optional, forced = drawn(), drawn("checkout.registration.mode=forced")
    guests = ~np.array(optional.registered)
    why = np.array(forced.leaves_checkout)
    assert is_share((why[guests] == Reason.FORCED_REGISTRATION).tolist(), 0.24)
    assert not (why[~guests] == Reason.FORCED_REGISTRATION).any()
    steps = np.array(optional.leaves_checkout) == Reason.CHECKOUT_STEPS
    stays = why != Reason.FORCED_REGISTRATION
    assert (steps[stays] == (why[stays] == Reason.CHECKOUT_STEPS)).all()


def test_fields_and_verification_lose_more_one_after_the_other() -> None:
    plain = Registration(mode="forced")
    assert plain.forced_loss == pytest.approx(0.24)
    long = Registration(mode="forced", extra_fields=2, verification="email_link")
    assert long.forced_loss == pytest.approx(1 - 0.76 * 0.98**2 * 0.95)


def test_forced_registration_shows_as_a_reason_for_leaving() -> None:
    optional, forced = measured(), measured("checkout.registration.mode=forced")
    assert optional["carts_abandoned_forced_registration"] == 0
    assert forced["carts_abandoned_forced_registration"] > 0
    assert forced["orders_paid"] < optional["orders_paid"]


def test_every_step_of_the_checkout_is_an_obstacle() -> None:
    one, three = drawn(), drawn("checkout.steps=3")
    stays = [not reason for reason in three.leaves_checkout]
    assert is_share(stays, 0.9**3)
    assert three.fill_in == pytest.approx([3 * seconds for seconds in one.fill_in])


def test_a_classic_segment_pays_at_the_door_and_the_rest_by_the_shares() -> None:
    methods = "payment.methods=[{method: online, share: 70%}, {method: cod, share: 30%}]"
    classic = "customers.segments=[{name: classic, share: 40%, pays_by: cod}]"
    plan = Plan.of(a_scenario(methods, classic))
    shoppers = draw(plan, 1, 0)
    played = replicate(plan, 1, 0, keep_log=True)
    assert played.faults == ()
    assert played.log is not None
    assert shoppers.identity is not None
    events = as_array(Log(played.log))
    placed = events[events["kind"] == Kind.PLACED]
    at_the_door = placed["channel"] == Channel.COD
    is_classic = np.array(shoppers.identity.segment)[placed["session"]] == 0
    assert is_classic.sum() > 30
    assert at_the_door[is_classic].all()
    assert is_share(at_the_door[~is_classic].tolist(), 0.3)


def test_a_segment_pays_by_what_the_shop_offers() -> None:
    with pytest.raises(UserError, match="'classic' pays by 'cod', which is not under"):
        a_scenario("customers.segments=[{name: classic, share: 40%, pays_by: cod}]")


# customers ----------------------------------------------------------------------------------


def test_returning_customers_are_recognised_and_have_an_account() -> None:
    changes = ("customers.returning=30%", "customers.known=500")
    shoppers = drawn(*changes)
    assert shoppers.identity is not None
    customer = np.array(shoppers.identity.customer)
    assert is_share((customer >= 0).tolist(), 0.3)
    assert customer.max() < 500
    assert np.array(shoppers.registered)[customer >= 0].all()
    figures = measured(*changes)
    assert figures["returning_sessions"] == (customer >= 0).sum()
    assert 0 < figures["returning_orders"] < figures["orders_paid"]


def test_recommendations_put_one_more_product_in_the_cart_of_some() -> None:
    usual = drawn("customers.returning=50%")
    uplifted = drawn("customers.returning=50%", "customers.recommendations=20%")
    more = np.diff(uplifted.first_line) - np.diff(usual.first_line)
    shops = np.diff(usual.first_line) > 0
    assert set(more) == {0, 1}
    assert is_share((more[shops] == 1).tolist(), 0.5 * 0.2)


def test_an_offer_for_customers_only_is_sold_to_customers_only() -> None:
    offer = ("customers.returning=40%", "catalogue.pistachio-gift-box.customers_only=true")
    plan = Plan.of(a_scenario(*offer))
    played = replicate(plan, 1, 0, keep_log=True)
    assert played.faults == ()
    assert played.log is not None
    events = as_array(Log(played.log))
    known = set(events["session"][events["kind"] == Kind.RECOGNISED])
    number = plan.assortment.index("pistachio-gift-box")
    of_offer = events[events["product"] == number]
    buyers = of_offer["session"][of_offer["kind"] == Kind.ADDED]
    strangers = of_offer["session"][of_offer["kind"] == Kind.TURNED_AWAY]
    assert len(buyers) > 0
    assert set(buyers) <= known
    assert not set(strangers) & known
    assert played.measures["turned_away"] == len(strangers) > 0


# word of mouth ------------------------------------------------------------------------------

SOLD_OUT = ("catalogue.haft-sin-set.stock=0", "catalogue.pistachio-gift-box.cover=1 min")
TELLS = "customers.word_of_mouth={tells: 5, stays_away: 20%, lasts: 6 h}"


def test_bad_news_keeps_as_many_away_as_were_told_and_would_have_come() -> None:
    figures = measured(*SOLD_OUT, TELLS)
    assert figures["stayed_away"] > 0
    again = measured(*SOLD_OUT)
    assert again["stayed_away"] == 0
    assert figures["sessions"] == again["sessions"] - figures["stayed_away"]


def test_who_hears_nothing_comes_as_before() -> None:
    silent = "customers.word_of_mouth={tells: 0}"
    unspoken, spoken = measured(*SOLD_OUT), measured(*SOLD_OUT, silent)
    assert unspoken == pytest.approx(spoken, nan_ok=True)


def test_who_finds_support_closed_tells_her_friends_as_one_who_gave_up_does() -> None:
    desk = (
        "support.desks=[{channel: chat, share: 100%%, agents: %d, patience: "
        "{law: constant, value: %s}}]"
    )
    asking = ("demand.support_only=5%", TELLS)
    answered, gave_up, closed = (
        measured(*asking, desk % each) for each in ((300, "1 h"), (1, "1 s"), (0, "1 h"))
    )
    assert gave_up["support_abandoned"] > 200
    assert closed["support_unreached"] > 200
    assert gave_up["stayed_away"] > 10 * answered["stayed_away"]
    assert closed["stayed_away"] > 10 * answered["stayed_away"]


@pytest.mark.parametrize(
    "hard", ["shoppers.finishes_checkout=10%", "checkout.registration={mode: forced, loss: 90%}"]
)
def test_a_hard_checkout_is_told_to_friends(hard: str) -> None:
    easy = measured("shoppers.finishes_checkout=100%", TELLS)
    assert measured(hard, TELLS)["stayed_away"] > 2 * easy["stayed_away"]
