"""A fitted scenario: what it recovers, what it reproduces, what its file says."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from known_shop import HOURS, STAR, known_scenario, write_export
from scipy.stats import binom, chi2

from scenarios.calibration.fit import Fit, fit
from scenarios.calibration.orders import Export, read_orders
from scenarios.calibration.pieces import Assumptions, Pieces, fit_pieces
from scenarios.calibration.text import scenario_text, write_scenario
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import CatalogueEntry, Reservation, Scenario
from sim.experiments.reproduction import compare, observed, simulated
from sim.replication import plan_of, replicate

REAL = Path(__file__).parents[3] / "shared/data/digikala_orders_2018-08-20.csv.gz"
SIGMAS = 4.0
"""Of about fifty comparisons none should pass this by chance."""


@pytest.fixture(scope="module")
def truth() -> Scenario:
    return known_scenario()


@pytest.fixture(scope="module")
def export(truth: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Export:
    path = tmp_path_factory.mktemp("export") / "orders.csv"
    return read_orders(write_export(truth, path), {})


@pytest.fixture(scope="module")
def pieces(export: Export) -> Pieces:
    return fit_pieces(export, Assumptions())


@pytest.fixture(scope="module")
def fitted(export: Export) -> Fit:
    return fit(export, "fitted")


def entry(scenario: Scenario, name: str) -> CatalogueEntry:
    return next(entry for entry in scenario.catalogue if entry.name == name)


# a fit of orders drawn from a known scenario recovers it ------------------------------------------


def test_the_number_of_sessions_is_recovered(truth: Scenario, fitted: Fit, export: Export) -> None:
    factors = known_days(truth)
    chance = math.hypot(0.10 / math.sqrt(len(factors)), 1 / math.sqrt(orders_of(export)))
    true = truth.demand.sessions_per_day * float(np.mean(factors))
    assert fitted.scenario.demand.sessions_per_day == pytest.approx(true, rel=SIGMAS * chance)


def test_the_hours_are_recovered_within_their_stated_errors(pieces: Pieces) -> None:
    true = np.array(HOURS) / np.mean(HOURS)
    squares = float(np.sum(((pieces.hours / true - 1) / pieces.hour_errors) ** 2))
    # Neither further off than stated, nor stated wider than it is (99.8 % together).
    assert chi2.ppf(0.001, 24) < squares < chi2.ppf(0.999, 24)


def test_the_weekdays_and_the_curve_are_recovered(fitted: Fit) -> None:
    demand = fitted.scenario.demand
    sigma = math.hypot(0.10, 1 / math.sqrt(160)) / math.sqrt(8)
    for day, factor in demand.weekdays.items():
        true = (0.5 if day == "friday" else 1.0) / (6.5 / 7)
        assert factor == pytest.approx(true, rel=SIGMAS * sigma), day
    days = sorted(demand.shape)
    late = np.mean([demand.shape[day] for day in days[-14:]])
    early = np.mean([demand.shape[day] for day in days[:14]])
    # A straight line from 80 % to 120 %: 1.15 in the middle of the last two weeks, 0.85 before.
    assert late / early == pytest.approx(1.15 / 0.85, rel=SIGMAS * sigma)


def test_the_day_to_day_randomness_is_recovered_within_its_interval(pieces: Pieces) -> None:
    assert pieces.rhythm.cv_interval is not None
    low, high = pieces.rhythm.cv_interval
    assert low <= 0.10 <= high < 0.20


def test_the_campaign_is_recovered(pieces: Pieces) -> None:
    (found,) = pieces.bursts
    burst, orders = found.burst, found.window.orders
    assert burst.product == STAR
    assert abs(burst.start - dt.datetime(2026, 1, 10, 20)) <= dt.timedelta(minutes=15)
    assert abs(burst.duration - 7200) <= 1800
    assert burst.share == pytest.approx(0.60, rel=SIGMAS * math.sqrt(0.4 / orders))
    assert burst.times == pytest.approx(4.0, rel=SIGMAS * math.sqrt(0.6 / orders))
    assert found.limit == 2
    assert burst.quantity[2] == pytest.approx(0.9, abs=SIGMAS * math.sqrt(0.09 / orders))


def test_the_everyday_popularity_is_recovered_without_the_campaign(
    fitted: Fit, export: Export
) -> None:
    scenario, lines = fitted.scenario, len(export.lines)
    for name, share in ((STAR, 0.01), ("p3", 0.04), ("p8", 0.04)):
        # Baskets hold different products: the popular ones come a little less than asked for.
        slack = SIGMAS * math.sqrt(share / lines) + 0.03 * share
        assert entry(scenario, name).share == pytest.approx(share, abs=slack), name
    known = {STAR, *(f"p{k}" for k in range(1, 9))}
    rest = [e for e in scenario.catalogue if e.name not in known]
    slack = SIGMAS * math.sqrt(0.67 * 0.33 / lines) + 0.01
    assert sum(e.share for e in rest) == pytest.approx(0.67, abs=slack)
    assert sum(e.products for e in rest) == pytest.approx(400, abs=4)


def test_baskets_and_quantities_are_recovered(truth: Scenario, fitted: Fit, export: Export) -> None:
    orders = orders_of(export)
    for name in ("lines", "quantity"):
        true: dict[int, float] = getattr(truth.shoppers, name)
        found: dict[int, float] = getattr(fitted.scenario.shoppers, name)
        assert found.keys() == true.keys()
        for number, share in true.items():
            sigma = math.sqrt(share * (1 - share) / orders)
            assert found[number] == pytest.approx(share, abs=SIGMAS * sigma), (name, number)


def test_what_an_export_cannot_show_is_said_to_be_assumed(fitted: Fit) -> None:
    for field in ("demand.engaged", "reservation", "payment", "support"):
        assert fitted.notes[field].startswith("assumed")
    assert "stock is assumed" in fitted.notes["catalogue"]


def test_the_fitted_scenario_reproduces_its_export(fitted: Fit, export: Export) -> None:
    assert_reproduces(fitted.scenario, export, replications=4)


# the real day ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_export() -> Export:
    if not REAL.exists():
        pytest.skip("the real order export is not at ../shared/data")
    return read_orders(REAL, {})


@pytest.fixture(scope="module")
def real_fit(real_export: Export) -> Fit:
    return fit(real_export, "real")


def test_a_real_day_with_a_midnight_sale_is_read(real_export: Export) -> None:
    assert real_export.rows == 22_301
    assert real_export.lines["order"].nunique() == 8_705
    assert len(real_export.broken) < 0.002 * real_export.rows
    assert "price of one unit" in real_export.assumptions[0]


def test_the_midnight_sale_of_a_real_day_is_found_with_its_cap(real_fit: Fit) -> None:
    scenario = real_fit.scenario
    sale = scenario.demand.bursts[-1]
    assert sale.start.hour == 0
    assert sale.share == pytest.approx(0.30, abs=0.03)
    assert max(sale.quantity, key=lambda units: sale.quantity[units]) == 3
    assert sale.product is not None
    assert entry(scenario, sale.product).limit == 3


def test_a_real_day_is_reproduced_hour_by_hour(real_fit: Fit, real_export: Export) -> None:
    table = assert_reproduces(real_fit.scenario, real_export, replications=4)
    sale = real_fit.scenario.demand.bursts[-1]
    (hot,) = [name for name in table.index if f"{sale.product} 00:00" in name]
    assert table.loc[hot, "simulated"] == pytest.approx(0.30, abs=0.02)
    assert table.loc[hot, "verdict"] == "inside"


def assert_reproduces(scenario: Scenario, export: Export, replications: int) -> pd.DataFrame:
    """At most so many figures outside as a 95 % interval leaves by chance (joint 99.9 %)."""
    played = [
        replicate(plan_of(scenario), scenario.seed, number, keep_log=True)
        for number in range(replications)
    ]
    figures = [simulated(each, scenario) for each in played]
    table = compare(observed(export, scenario), figures).set_index("figure")
    outside = table[table["verdict"] == "outside"]
    assert len(outside) <= binom.ppf(0.999, len(table), 0.05), outside
    return table


# the file ----------------------------------------------------------------------------------------


def test_the_file_loads_as_the_very_scenario(fitted: Fit, tmp_path: Path) -> None:
    path = tmp_path / "fitted.yaml"
    write_scenario(fitted, path)
    assert load(str(path)) == fitted.scenario
    assert [file.name for file in tmp_path.iterdir()] == ["fitted.yaml"]


def test_the_file_explains_what_was_fitted(fitted: Fit) -> None:
    text = scenario_text(fitted)
    for words in ("orders.csv", "'sku'", "(by its name)", "fitted:", "assumed:", "n = ", "95 %"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_file_that_cannot_be_written_leaves_nothing(fitted: Fit, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        write_scenario(fitted, tmp_path / "missing" / "fitted.yaml")
    assert not list(tmp_path.iterdir())


def test_no_personal_data_reach_the_file(tmp_path: Path) -> None:
    secrets = ("Sara Ahmadi", "09123456789", "sara@example.ir", "0012345678")
    rows = [f"{i},{'AB'[i % 2]},1,5000,2026-03-01 {i % 24:02}:10,{','.join(secrets)}"
            for i in range(200)]  # fmt: skip
    # Cells that slipped: a mobile number or an address where something else should be.
    rows += [
        f"201,A,{secrets[1]},5000,2026-03-01 10:00,x,y,z,w",
        f"202,{secrets[1]},1,5000,2026-03-01 10:00,x,y,z,w",
        f"203,{secrets[2]},1,5000,2026-03-01 10:00,x,y,z,w",
        f"204,A,1,{secrets[1]},2026-03-01 10:00,x,y,z,w",
        f"205,A,1,{secrets[2]},x,y,z",
    ]
    path = tmp_path / "orders.csv"
    header = "order_id,sku,quantity,unit_price,created_at,name,mobile,email,customer_id"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    text = scenario_text(fit(read_orders(path, {}), "private"))
    assert "201 orders of 2 customers" in text
    for secret in (*secrets, "9123456789", "9,123,456,789"):
        assert secret not in text


def test_odd_product_names_survive_the_file(tmp_path: Path) -> None:
    names = ['a: "b" #c', "چای  سیاه", "007", "no", "{x}", "۱۲", "- y", "null", "100%", "it's"]
    rows = [f'{i};"{names[i % 10].replace(chr(34), chr(34) * 2)}";1;5000;2026-03-01 {i % 24}:10'
            for i in range(400)]  # fmt: skip
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["order;sku;qty;price;date", *rows]), encoding="utf-8")
    odd = fit(read_orders(path, {}), "odd")
    write_scenario(odd, tmp_path / "odd.yaml")
    assert load(str(tmp_path / "odd.yaml")) == odd.scenario
    assert {e.name for e in odd.scenario.catalogue} == {*names} - {"۱۲"} | {"12"}


# options and mistakes ----------------------------------------------------------------------------


def test_cover_replaces_the_counted_stock(export: Export) -> None:
    scenario = fit(export, "covered", Assumptions(stock_cover=3 * 86400.0)).scenario
    assert {(e.stock, e.cover) for e in scenario.catalogue} == {(None, 3 * 86400.0)}


def test_a_larger_engaged_share_needs_fewer_sessions(export: Export, fitted: Fit) -> None:
    scenario = fit(export, "keen", Assumptions(engaged=0.14)).scenario
    assert scenario.demand.sessions_per_day == pytest.approx(
        fitted.scenario.demand.sessions_per_day / 2, rel=1e-4
    )


def test_a_longer_reservation_needs_fewer_sessions(export: Export, fitted: Fit) -> None:
    patient = Assumptions(reservation=Reservation(timeout=math.inf))
    sessions = fit(export, "patient", patient).scenario.demand.sessions_per_day
    assert sessions < 0.9 * fitted.scenario.demand.sessions_per_day


def test_a_handful_of_orders_is_too_little(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order,sku,qty,price,date\n1,A,1,5000,2026-03-01 10:00\n", encoding="utf-8")
    with pytest.raises(UserError, match="50 orders or more show a day's rhythm, and there is 1"):
        fit(read_orders(path, {}), "tiny")


def test_a_name_that_no_scenario_may_have_is_refused(export: Export) -> None:
    with pytest.raises(UserError, match="cannot be a scenario's name"):
        fit(export, "Yalda 1404")


def orders_of(export: Export) -> int:
    return int(export.lines["order"].nunique())


def known_days(truth: Scenario) -> list[float]:
    """The known factor of each day: the curve's straight line times the weekday."""
    days = [truth.season.start.date() + dt.timedelta(days=number) for number in range(56)]
    return [
        (0.8 + 0.4 * number / 56) * (0.5 if day.weekday() == 4 else 1.0)
        for number, day in enumerate(days)
    ]


def test_an_export_of_nothing_but_hot_items_is_fitted(tmp_path: Path) -> None:
    lines = ["order_id,product_id,quantity,unit_price,ordered_at"]
    for order in range(400):
        product, hour = ("a", 0) if order < 200 else ("b", 10)
        at = dt.datetime(2026, 3, 1, hour) + dt.timedelta(seconds=18 * (order % 200))
        lines.append(f"{order},{product},2,1000,{at}")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(lines))
    assert fit(read_orders(path, {}), "hot").scenario.shoppers.quantity == {2: 1.0}


def test_those_who_come_for_a_campaign_have_the_baskets_that_they_were_seen_with(
    tmp_path: Path,
) -> None:
    """In the truth four of five who come for the star fill carts of two."""
    own = {1: 0.2, 2: 0.8}
    truth = known_scenario(season={"start": "1404-10-15", "duration": "10 d", "holidays": "none"})
    (burst,) = truth.demand.bursts
    bursts = (burst.model_copy(update={"lines": own}),)
    truth = truth.model_copy(
        update={"demand": truth.demand.model_copy(update={"bursts": bursts, "shape": {}})}
    )
    found = fit(read_orders(write_export(truth, tmp_path / "orders.csv"), {}), "own")
    (fitted,) = found.scenario.demand.bursts
    assert fitted.lines == pytest.approx(own, abs=0.06)
    assert found.scenario.shoppers.lines == pytest.approx({1: 0.6, 2: 0.3, 5: 0.1}, abs=0.03)
    note = found.notes["demand.bursts.0"]
    assert "lines are those of its" in note
    assert "have 2 products" in note


def test_baskets_that_chance_explains_are_everyones(fitted: Fit) -> None:
    assert [burst.lines for burst in fitted.scenario.demand.bursts] == [None]
