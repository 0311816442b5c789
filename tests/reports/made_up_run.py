"""A made-up run folder: invented curves with noise, to test how a report shows a run."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reports import run_folder
from reports.differences import Differences
from reports.run_folder import (
    Books,
    Compared,
    Comparison,
    Difference,
    Manifest,
    RunSeason,
    TuneResult,
)

VALUES = ("5 min", "10 min", "20 min", "30 min", "60 min", "120 min")
COMPARED = {"A": "5 min", "B": "20 min", "C": "60 min"}
CHANNELS = {"chat": 0.6, "phone": 0.25, "email": 0.15}
THRESHOLDS = (
    "phantom_stockout_rate < 2%",
    "support_wait_p95_s <= 5 min",
    "carts_abandoned_reservation_expired < 500",
    "lost_sales_rial < 500_000_000 toman",
    "oversold_units = 0",
    "orders_paid >= 34_300",
    "support_occupancy > 10%",
)
SCENARIO = 'name: made-up\ntitle: {en: "Made up <b>&</b>"}\nreservation:\n  timeout: 20 min\n'


def manifest(**changes: Any) -> Manifest:
    """The manifest of the made-up tune, with changes."""
    fields: dict[str, Any] = {
        "command": "tune",
        "command_line": "esfand tune made-up --vary reservation.timeout=5min,10min,20min",
        "scenario": "made-up",
        "title": {"fa": "نوروز ساختگی ۱۴۰۶", "en": "A made-up Nowruz 1406"},
        "summary": "Invented figures.",
        "seed": 1405,
        "replications": 12,
        "season": RunSeason(
            start=dt.datetime(2027, 2, 20), seconds=30 * 86400.0, timezone="Asia/Tehran"
        ),
        "versions": {"esfand": "0.1.0", "python": "3.11.2", "numpy": "2.4.6", "simpy": "4.1.1"},
        "created": dt.date(2026, 11, 21),
        "seconds": 41.3,
        "books": Books(balanced=True),
        "thresholds": THRESHOLDS,
        "scenario_hash": "5f0c7d1a9be2",
        "parameter": "reservation.timeout",
        "values": VALUES,
    }
    return Manifest(**(fields | changes))


def result(**changes: Any) -> TuneResult:
    """The result of the made-up tune, with changes."""
    fields: dict[str, Any] = {
        "parameter": "reservation.timeout",
        "values": VALUES,
        "current": "60 min",
        "objective": "profit_rial",
        "goal": "max",
        "level": 0.95,
        "best": "20 min",
        "confidence": 0.97,
        "indistinguishable": (),
    }
    if "differences" not in changes:
        fields["differences"] = _differences(changes.get("best", "20 min"))
    return TuneResult(**(fields | changes))


def write_tune(folder: Path, **changes: Any) -> Path:
    """Write the made-up tune; `changes` go to its result."""
    run_folder.write(
        folder,
        manifest=manifest(),
        scenario=SCENARIO,
        measures=_measures(VALUES, 12),
        hours=_hours(VALUES, 12),
        result=result(**changes),
        logs={"0.parquet": lambda path: path.write_bytes(b"a log")},
    )
    return folder


def write_simulation(folder: Path, replications: int = 8, **changes: Any) -> Path:
    """Write a made-up simulation; `changes` go to its manifest."""
    fields = {"command": "simulate", "parameter": None, "values": (), "replications": replications}
    run_folder.write(
        folder,
        manifest=manifest(**(fields | changes)),
        scenario=SCENARIO,
        measures=_measures(("",), replications),
        hours=_hours(("",), replications),
    )
    return folder


def comparison(**changes: Any) -> Comparison:
    """The result of the made-up comparison of two timeouts and a busier season, with changes."""
    fields: dict[str, Any] = {
        "values": ("A", "B", "C"),
        "objective": "profit_rial",
        "best": "B",
        "confidence": 0.98,
        "differences": tuple(
            Difference(value=value, mean=-1e9, low=-2e9, high=-5e8) for value in ("A", "C")
        ),
        "scenarios": tuple(
            Compared(
                name=name,
                label=f"made-up, reservation.timeout={timeout}",
                file="scenario.yaml" if name == "A" else f"scenario-{number}.yaml",
                scenario_hash=name * 12,
                season_s=30 * 86400.0,
            )
            for number, (name, timeout) in enumerate(COMPARED.items(), start=1)
        ),
    }
    return Comparison(**(fields | changes))


def write_comparison(folder: Path, **changes: Any) -> Path:
    """Write the made-up comparison; `changes` go to its result."""
    compared = comparison(**changes)
    values = compared.values
    names = {timeout: name for name, timeout in COMPARED.items() if name in values}
    measures, hours = (
        table(tuple(names), 12).assign(value=lambda rows: rows["value"].map(names))
        for table in (_measures, _hours)
    )
    run_folder.write(
        folder,
        manifest=manifest(command="compare", parameter=None, values=values, thresholds=()),
        scenario=SCENARIO,
        measures=measures,
        hours=hours,
        result=compared,
        more_scenarios={each.file: SCENARIO for each in compared.scenarios[1:]},
        differences=Differences(measures, values, 0.95).table(),
    )
    return folder


def _differences(best: str) -> list[Difference]:
    profits = _measures(VALUES, 12).pivot(
        index="replication", columns="value", values="profit_rial"
    )
    differences = []
    for value in VALUES:
        if value != best:
            of_pairs = profits[value] - profits[best]
            mean, half_width = of_pairs.mean(), 3.1 * of_pairs.std() / math.sqrt(12)
            differences.append(
                Difference(value=value, mean=mean, low=mean - half_width, high=mean + half_width)
            )
    return differences


def _minutes(value: str) -> float:
    return float(value.split()[0]) if value else 20.0


def _measures(values: tuple[str, ...], replications: int) -> pd.DataFrame:
    rows = []
    for value in values:
        for replication in range(replications):
            draw = np.random.default_rng([7, replication])
            row = _replication(_minutes(value), draw)
            rows.append({"value": value, "replication": replication} | row)
    return pd.DataFrame(rows)


def _replication(minutes: float, draw: np.random.Generator) -> dict[str, float]:
    crowd = 1 + 0.02 * draw.normal()

    def count(mean: float) -> int:
        return int(draw.poisson(max(mean, 0) * crowd))

    carts = count(93_000)
    reasons = {
        "not_ready": count(48_000),
        "checkout_steps": count(3_900),
        "forced_registration": 0,
        "slow_site": 0,
        "price_changed": 0,
        "delivery_promise": 0,
        "out_of_stock": count(900 + 12 * minutes),
        "payment_failed": count(1_500),
        "gave_up_paying": count(2_800),
        "reservation_expired": count(5_200 * math.exp(-minutes / 12)),
        "no_answer": count(420),
    }
    whys = {
        "gone": count(2_100),
        "unpaid": count(14 * minutes),
        "in_carts": count(41 * minutes),
        "suspended": 0,
    }
    stockouts, abandoned = sum(whys.values()), sum(reasons.values())
    phantom = count(0.8 * (whys["unpaid"] + whys["in_carts"]))
    paid = carts - abandoned
    revenue = paid * 9_400_000
    contacts = count(5_400 + 2_000 * math.exp(-minutes / 10))
    wait = 95 + 700 * math.exp(-minutes / 9) + 6 * draw.normal()
    measures: dict[str, float] = {
        "sessions": count(1_330_000),
        "engaged_sessions": carts + stockouts // 3,
        "conversion_rate": paid / 1_330_000,
        "carts": carts,
        "carts_abandoned": abandoned,
        "cart_abandonment_rate": abandoned / carts,
        **{f"carts_abandoned_{name}": number for name, number in reasons.items()},
        "reservations_made": carts * 2,
        "reservations_converted": paid * 2,
        "reservations_expired": count(9_000 + 40_000 * math.exp(-minutes / 30)),
        "reservations_released": count(4_000),
        "reservations_suspended": 0,
        "reserved_unit_hours_unsold": 900.0 * minutes * crowd,
        "stockouts": stockouts,
        **{f"stockouts_{name}": number for name, number in whys.items()},
        "phantom_stockouts": phantom,
        "phantom_stockout_rate": phantom / (2 * carts),
        "lost_units": stockouts * 1.2,
        "lost_sales_rial": stockouts * 1_000_000,
        "phantom_lost_sales_rial": phantom * 1_000_000,
        "fill_rate": 1 - stockouts / (2 * carts),
        "oversold_units": 0,
        "out_of_stock_hours": 1_250.0 * crowd,
        "orders_placed": paid + reasons["gave_up_paying"],
        "orders_paid": paid,
        "late_paid": count(31),
        "late_lost": count(9),
        "orders_cancelled": count(12),
        "orders_not_fetched": count(3),
        "revenue_rial": revenue,
        "refunds_rial": math.nan,
        "profit_rial": 0.22 * revenue - 2_500_000 * phantom,
        "payment_attempts": paid * 1.1,
        "payment_success_rate": 0.92 + 0.001 * draw.normal(),
        "payments_reversed": count(9),
        "fees_rial": paid * 80_000,
        "support_cost_rial": 1_500_000_000 * crowd,
        "operator_hours": 14.2 * crowd,
        "support_unreached": count(14),
        "self_service_solved": count(40),
        "self_service_deflection_rate": 0.25 + 0.002 * draw.normal(),
        "tickets": count(230),
        "tickets_unsolved": count(11),
        "ticket_first_answer_p95_s": 9_000 * crowd,
        "ticket_age_p95_s": 150_000 * crowd,
        "canned_endings": count(6),
        "agent_fatigue_peak": 0.31 + 0.01 * draw.normal(),
        "agents_missing": count(2),
        "back_office_hours": 66.0,
        "shopper_satisfaction": 0.86 + 0.002 * draw.normal(),
        "agent_wellbeing": 0.90 + 0.002 * draw.normal(),
        "balanced_wellbeing": 0.88 + 0.002 * draw.normal(),
        "parcels_shipped": 33_100.0 * crowd,
        "parcels_unshipped": 820.0,
        "parcels_under_way": 1_240.0,
        "paid_to_shipped_p95_h": 41.5,
        "delivered_late_share": 0.07,
        "returns": 2_510.0,
        "refused_on_delivery": 640.0,
        "fulfilment_cost_rial": 31e9 * crowd,
        "notices_sent": 2_400 * crowd,
        "overloaded_minutes": 7 * crowd,
    }
    for channel, share in ({"": 1.0} | CHANNELS).items():
        suffix = f"_{channel}" if channel else ""
        measures |= {
            f"support_contacts{suffix}": contacts * share,
            f"support_served{suffix}": contacts * share * 0.95,
            f"support_abandoned{suffix}": contacts * share * 0.05,
            f"support_unanswered{suffix}": 0,
            f"support_wait_mean_s{suffix}": wait / 3,
            f"support_wait_p95_s{suffix}": wait,
            f"support_service_level{suffix}": 0.81 + 0.004 * draw.normal(),
            f"support_backlog_peak{suffix}": count(12),
            f"support_backlog_age_p95_s{suffix}": wait * 1.4,
            f"support_occupancy{suffix}": 0.62 + 0.003 * draw.normal(),
        }
    return measures


def _hours(values: tuple[str, ...], replications: int) -> pd.DataFrame:
    rows = []
    for value in values:
        push = 1 + 2 * math.exp(-_minutes(value) / 10)
        for replication in range(replications):
            draw = np.random.default_rng([8, replication])
            for hour in range(24):
                crowd = 1.1 + math.sin((hour - 8) / 24 * 2 * math.pi) + 0.05 * draw.normal()
                rows.append(
                    {
                        "value": value,
                        "replication": replication,
                        "hour": hour,
                        "days": 30,
                        "sessions": 55_000 * crowd,
                        "carts": 3_900 * crowd,
                        "orders_paid": 1_500 * crowd,
                        "stockouts": (90 + 2 * _minutes(value)) * crowd,
                        "support_contacts": 230 * push * crowd,
                        "support_backlog_mean": 1.4 * push * crowd**2,
                    }
                )
    return pd.DataFrame(rows)
