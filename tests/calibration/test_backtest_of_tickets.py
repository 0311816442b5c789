"""Tickets beside a simulated desk: what came, and how long it waited for its first reply."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from commands import invoke

from model.events import Kind
from reports import run_folder
from reports.backtest_result import Backtest
from reports.log import as_array
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT
from scenarios.calendar import Calendar
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from scenarios.writer import dump
from sim.world import play


def desk(**changes: object) -> Scenario:
    """Two weeks of a desk that writes, from nine to five."""
    office = {"begins": "09:00", "ends": "17:00", "agents": 3}
    fields: dict[str, object] = {
        "name": "mail",
        "season": {"start": "1404-10-06", "duration": "14 d", "holidays": "none"},
        "demand": {"sessions_per_day": 80, "engaged": "0%", "support_only": "100%"},
        "catalogue": [{"name": "goods", "share": "100%", "price": "1_000 toman", "stock": 1}],
        "support": {
            "desks": [
                {
                    "channel": "email",
                    "handling": {"law": "exponential", "mean": "10 min"},
                    "shifts": [office],
                }
            ]
        },
    }
    return Scenario.model_validate(fields | changes)


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export that such a desk would hand out."""
    scenario = desk(seed=5)
    log = SortedLog(as_array(play(Plan.of(scenario), scenario.seed, 0).shop.log))
    calendar = Calendar(scenario.season)
    every = log.spells((Kind.CONTACTED,), (Kind.ANSWERED,), OF_CONTACT)
    path = tmp_path_factory.mktemp("real") / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["created_at", "first_reply_at", "requester"])
        for asked, replied, how in zip(every.begins["t"], every.end_t, every.end_kind, strict=True):
            answer = _clock(calendar, replied) if how == Kind.ANSWERED else ""
            writer.writerow([_clock(calendar, asked), answer, "sara@example.ir"])
    return path


def _clock(calendar: Calendar, t: float) -> str:
    moment: dt.datetime = calendar.moment(float(t))
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def backtest(folder: Path, tickets: Path, *options: str) -> tuple[int, Backtest]:
    file = folder / "mail.yaml"
    file.write_text(dump(desk()), encoding="utf-8")
    result = invoke(
        "backtest", file, "--support", tickets, "--replications", "39", "--jobs", "1",
        "--out", folder / "run", *options,
    )  # fmt: skip
    found = run_folder.read(folder / "run").backtest
    assert found is not None
    return result.exit_code, found


def test_tickets_of_the_desk_itself_agree_with_it(tickets: Path, tmp_path: Path) -> None:
    code, found = backtest(tmp_path, tickets)
    assert code == 0
    figures = {each.figure: each for each in found.figures}
    waited = figures["ticket_wait_mean_s"]
    assert waited.inside
    assert waited.real > 3600  # most come when nobody is there
    assert {"tickets_per_day", "tickets_in_time_share", "tickets_09h"} <= figures.keys()
    assert {each.name for each in found.groups} == {"tickets"}
    pages = [(tmp_path / "run" / f"report.{each}.html").read_text("utf-8") for each in ("fa", "en")]
    assert all("backtest-tickets" in page for page in pages)
    assert not any("sara" in page for page in pages)


def test_a_desk_with_too_few_agents_is_called_wrong_by_its_replies(
    tickets: Path, tmp_path: Path
) -> None:
    code, found = backtest(tmp_path, tickets, "--set", "support.desks.0.shifts.0.agents=1")
    assert code == 1
    assert not next(f for f in found.figures if f.figure == "ticket_wait_mean_s").inside


def test_tickets_are_fitted_on_one_part_and_tested_on_another(
    tickets: Path, tmp_path: Path
) -> None:
    fitted = invoke(
        "calibrate", "--support", tickets, "--fit-on", "before 2026-01-03", "--replications", "2",
        "--jobs", "1", "--out", tmp_path / "first.yaml", "--quiet",
    )  # fmt: skip
    assert fitted.exit_code == 0
    text = (tmp_path / "first.yaml").read_text(encoding="utf-8")
    assert "start: 1404-10-13" in text  # the week after the first


def test_tickets_need_a_desk_that_writes(tickets: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    phone = {"desks": [{"channel": "phone", "agents": 1}]}
    file.write_text(dump(desk(support=phone)), encoding="utf-8")
    with pytest.raises(UserError, match="has no desk of the channel email"):
        invoke("backtest", file, "--support", tickets, "--out", tmp_path / "run")
