"""A shop with everything that the chapters of service tell of, played for some days."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from model.shop import Shop
from reports import run_folder
from reports.breakdowns import break_down, file
from reports.hours import by_hour
from reports.log import as_array
from reports.measures import measure
from reports.run_folder import Manifest, Run, RunSeason
from reports.sorted_log import SortedLog
from reports.words import Words, sentences
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from scenarios.writer import dump
from sim.world import play

SHOP: dict[str, Any] = {
    "name": "full-shop",
    "season": {"start": "1405-12-20", "duration": "3 d", "wind_down": "6 d"},
    "demand": {
        "sessions_per_day": 1_500,
        "engaged": "20%",
        "support_only": "4%",
        "forecast_error": "10%",
        "day_cv": "20%",
    },
    "catalogue": [
        {"name": "hot", "share": "30%", "price": "500_000 rial", "stock": 60},
        {"name": "many", "share": "70%", "price": "900_000 rial", "stock": 5_000},
    ],
    "reservation": {"timeout": "20 min", "hold_point": "cart_add"},
    "shoppers": {"ready": "90%"},
    "payment": {
        "gateways": [{"preset": "zarinpal"}, {"preset": "sep"}],
        "methods": [{"method": "online", "share": "70%"}, {"method": "cod", "share": "30%"}],
        "faults": [
            {"fault": "down", "gateway": "zarinpal", "begins": "1405-12-21 10:00",
             "duration": "3 h"},
            {"fault": "callback_twice", "share": "5%"},
            {"fault": "callback_lost", "share": "5%"},
        ],
    },
    "fulfilment": {
        "warehouse": {
            "shifts": [{"begins": "13:00", "ends": "18:00", "pickers": 1, "packers": 1}],
        },
        "carriers": [
            {
                "name": "courier",
                "share": "60%",
                "days": {"local": {"1": "50%", "3": "50%"}, "near": {"1": "100%"}},
                "promise": {"local": 2, "near": 6},
                "price": "600_000 rial",
                "price_back": "500_000 rial",
            },
            {
                "name": "post",
                "share": "40%",
                "days": {"local": {"2": "100%"}, "near": {"3": "100%"}, "far": {"4": "100%"}},
                "price": "400_000 rial",
            },
        ],
        "leaves_without_promise": "0%",
        "returns": {"refused": "10%", "withdrawn": "20%"},
    },
    "support": {
        "if_closed": "another",
        "desks": [
            {"channel": "chat", "share": "40%", "shifts": [
                {"begins": "09:00", "ends": "21:00", "agents": 1}], "target": "40 s"},
            {"channel": "phone", "share": "15%", "shifts": [
                {"begins": "09:00", "ends": "13:00", "agents": 1}], "target": "20 s"},
            {"channel": "email", "share": "15%", "shifts": [
                {"begins": "09:00", "ends": "12:00", "agents": 1}],
             "patience": {"law": "constant", "value": "12 h"}},
        ],
        "self_service": [{"channel": "chatbot", "share": "30%", "after_hours": False}],
        "before_buying": {},
        "persistence": {},
        "tempers": {},
        "strain": {},
        "contacts": {"after_order": "30%", "after_failed_payment": "40%", "after_expiry": "40%"},
    },
    "notices": {
        "reminder": {"mode": "automatic", "by": "sms", "before": "15 min"},
        "confirmation": {"mode": "manual"},
        "clerk": {"opens": "09:00", "closes": "10:00"},
        "sms": {"comes_back": "80%"},
    },
    "website": {"workers": 2, "page_time": "2 s", "room": 4, "lost_per_second": "3%",
                "strained_above": "20%", "faults": "2%"},
}  # fmt: skip


@cache
def played(replication: int = 0) -> tuple[Plan, Shop]:
    """The shop after its days."""
    plan = Plan.of(Scenario.model_validate(SHOP))
    return plan, play(plan, 1405, replication).shop


@cache
def log(replication: int = 0) -> SortedLog:
    """What happened in it."""
    return SortedLog(as_array(played(replication)[1].log))


def write_run(folder: Path, replications: int = 3, **changes: Any) -> Run:
    """Its run folder, as `simulate` writes it, with changes to the manifest."""
    plan, _ = played()
    measures, hours, parts = [], [], []
    for number in range(replications):
        key = {"value": "", "replication": number}
        measures.append(key | measure(log(number), plan.scenario))
        hours.append(pd.DataFrame(key | by_hour(log(number), plan)))
        parts.append(file.Part("", number, break_down(log(number), plan, number)))
    season = plan.scenario.season
    fields: dict[str, Any] = {
        "command": "simulate",
        "command_line": "esfand simulate full-shop.yaml",
        "scenario": "full-shop",
        "seed": 1405,
        "replications": replications,
        "season": RunSeason(start=season.start, seconds=season.duration, timezone=season.timezone),
        "created": dt.date(2026, 11, 22),
    }
    run_folder.write(
        folder,
        manifest=Manifest(**(fields | changes)),
        scenario=dump(plan.scenario),
        measures=pd.DataFrame(measures),
        hours=pd.concat(hours, ignore_index=True)[list(run_folder.HOUR_COLUMNS)],
        breakdowns=file.writer(parts),
    )
    return run_folder.read(folder)


NAMES = ("topic", "payment_outcome", "payment_reason", "method", "carrier", "way", "message")
"""The kinds of names that the log has and the locales translate."""
RARE = (
    "support.unreached", "payments.flows_caption", "payments.flows_plain", "payments.late_lost",
    "fulfilment.days_span", "fulfilment.days_and_more", "fulfilment.refused_before",
    "fulfilment.refused_at_door", "messages.waiting", "messages.queue_caption",
)  # fmt: skip
"""Sentences that a few days of the shop may not come to."""


def use_names(words: Words) -> None:
    """Say every name there is, and what a shop rarely comes to."""
    values = dict.fromkeys(
        ("found", "count", "day", "credited", "first", "last", "days", "share", "when", "waiting"),
        "",
    )
    for key in sentences(words.language):
        if key.partition(".")[0] in NAMES:
            words(key)
    for key in RARE:
        words(f"chapter.{key}", **values)
