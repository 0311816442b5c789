"""Call logs and ticket exports: formats are recognised, people are dropped at the door."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from scenarios.calibration.assemble import alone
from scenarios.calibration.call_logs import read_call_log
from scenarios.calibration.calls_part import fit_calls
from scenarios.calibration.text import scenario_text
from scenarios.calibration.tickets import read_tickets
from scenarios.calibration.tickets_part import fit_tickets
from scenarios.errors import UserError
from scenarios.laws import Exponential, Lognormal
from scenarios.loader import load
from scenarios.support import Desk

EXPORTS = Path(__file__).parent / "exports"
PLANTED = ("planted", "0912", "912000", "example.com", "کاشته", "۰۹۱۲")


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# formats --------------------------------------------------------------------------------------


def test_a_zendesk_export_is_read_by_its_documented_columns() -> None:
    tickets = read_tickets(EXPORTS / "zendesk.csv")
    assert "Zendesk" in tickets.reading.format.name
    assert tickets.at.tolist() == [9.25 * 3600, 10 * 3600, 23 * 3600 + 2400]
    assert tickets.reply[:2].tolist() == [45 * 60, 30 * 60]
    assert math.isnan(tickets.reply[2])
    assert tickets.solved.tolist() == [True, True, False]
    assert tickets.reopened is not None
    assert tickets.reopened.tolist() == [False, True, False]
    assert tickets.requester.tolist() == [0, 0, 1]
    assert tickets.agent.tolist() == [0, 0, -1]


def test_a_freshdesk_export_is_read_by_its_documented_columns() -> None:
    tickets = read_tickets(EXPORTS / "freshdesk.csv")
    assert "Freshdesk" in tickets.reading.format.name
    assert tickets.reply[0] == 40 * 60
    assert tickets.worked.tolist() == [390, 0]
    assert tickets.reopened is None


def test_a_persian_ticket_list_is_read() -> None:
    tickets = read_tickets(EXPORTS / "tickets.csv")
    assert tickets.reading.format.name == "a ticket list"
    assert tickets.reply[0] == 90 * 60
    assert math.isnan(tickets.reply[1])


def test_a_call_record_of_the_technion_is_read_without_those_who_asked_nobody() -> None:
    log = read_call_log(EXPORTS / "technion.csv")
    assert len(log.calls) == 3
    assert log.calls.waited.tolist() == [153, 17, 0]
    assert log.calls.gave_up.tolist() == [True, False, False]
    assert log.caller.tolist() == [0, 1, 0]
    assert log.agent.tolist() == [-1, 0, 0]


def test_a_persian_call_log_is_read() -> None:
    log = read_call_log(EXPORTS / "calls.csv")
    assert log.calls.waited.tolist() == [40, 0, 25]
    assert log.calls.handling.tolist() == [0, 200, 120]
    assert log.caller.tolist() == [0, 0, 1]


def test_a_column_can_be_named_where_its_header_says_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path / "log.csv", ["x,wait,status,talk_time", "2026-03-01 10:00,5,answered,60"]
    )
    with pytest.raises(
        UserError, match=r"column of at.\nFound: x, wait, .*\nSay it with --column calls\.at="
    ):
        read_call_log(path)
    assert read_call_log(path, {"at": "x"}).calls.at.tolist() == [36_000]
    with pytest.raises(UserError, match="there is no such role; did you mean"):
        read_call_log(path, {"wated": "x"})


def test_broken_rows_are_counted_and_masked_and_fatal_above_the_share_only(tmp_path: Path) -> None:
    good = ["2026-03-01 10:00,5,answered,60"] * 30
    bad = "2026-03-01 10:00,Planted Name 09120000001,answered,60"
    path = write(tmp_path / "log.csv", ["called_at,wait,status,talk_time", *good, bad])
    reading = read_call_log(path).reading
    assert (len(reading.broken), reading.rows) == (1, 31)
    assert "line 32: waited 'xxxxxxx xxxx ###########'" in reading.warning()
    with pytest.raises(UserError, match=r"1 of 31 rows \(3\.2%\)") as error:
        read_call_log(path, max_broken=0.01)
    assert "Planted" not in str(error.value)


def test_an_empty_log_and_one_of_nobody_are_refused(tmp_path: Path) -> None:
    header = "called_at,wait,status,talk_time"
    with pytest.raises(UserError, match="nothing below it"):
        read_call_log(write(tmp_path / "empty.csv", [header]))
    only = write(tmp_path / "only.csv", [header, "2026-03-01 10:00,0,abandoned,0"])
    with pytest.raises(UserError, match="nobody asked for an agent"):
        read_call_log(only)


@pytest.mark.parametrize("name", ["zendesk.csv", "freshdesk.csv", "tickets.csv"])
def test_nobody_of_a_ticket_export_appears_downstream(name: str) -> None:
    tickets = read_tickets(EXPORTS / name)
    part = fit_tickets(tickets)
    everything = scenario_text(alone("desk", [part])) + repr(part)
    assert not [planted for planted in PLANTED if planted in everything.lower()]


@pytest.mark.parametrize("name", ["technion.csv", "calls.csv"])
def test_nobody_of_a_call_log_appears_downstream(name: str) -> None:
    part = fit_calls(read_call_log(EXPORTS / name))
    everything = scenario_text(alone("desk", [part])) + repr(part)
    assert not [planted for planted in PLANTED if planted in everything.lower()]


# fits -----------------------------------------------------------------------------------------


def made_up_log(path: Path, days: int = 20, tries_again: float = 0.0) -> Path:
    """Calls with an exponential patience of 4 min, cut off by waits; talks lognormal."""
    generator = np.random.default_rng(11)
    lines = ["called_at,wait_seconds,outcome,talk_seconds,caller,agent"]
    for day in range(days):
        for caller in range(200):
            at = 9 * 3600 + int(generator.integers(0, 8 * 3600))
            patience, offered = generator.exponential(240), generator.exponential(120)
            left, wait = patience < offered, min(patience, offered)
            lines.append(_row(day, at, wait, left, generator, f"{day}-{caller}"))
            if left and generator.random() < tries_again:
                later = at + wait + generator.exponential(600)
                lines.append(_row(day, later, 0, False, generator, f"{day}-{caller}"))
    return write(path, lines)


def _row(
    day: int, at: float, wait: float, left: bool, generator: np.random.Generator, who: str
) -> str:
    clock = f"{int(at) // 3600:02}:{int(at) // 60 % 60:02}:{int(at) % 60:02}"
    talk = 0 if left else generator.lognormal(math.log(150), 0.8)
    outcome = "abandoned" if left else "answered"
    return f"2026-03-{1 + day:02} {clock},{wait:.1f},{outcome},{talk:.1f},{who},a{day % 3}"


def fitted_desk(part_sections: object) -> Desk:
    assert isinstance(part_sections, dict)
    desk = part_sections["support"]["desks"][0]
    assert isinstance(desk, Desk)
    return desk


def test_patience_is_that_of_all_who_queued_and_not_of_those_who_left(tmp_path: Path) -> None:
    part = fit_calls(read_call_log(made_up_log(tmp_path / "log.csv")))
    desk = fitted_desk(part.sections)
    assert isinstance(desk.patience, Exponential)
    assert desk.patience.mean == pytest.approx(240, rel=0.08)
    note = part.notes["support.desks.0.patience"]
    assert "had waited 7" in note or "had waited 8" in note  # 80 s, were it the mean of those
    assert "Kaplan-Meier" in note
    assert "cut off" in note


def test_handling_has_the_likelier_law_and_the_mean_of_the_talks(tmp_path: Path) -> None:
    log = read_call_log(made_up_log(tmp_path / "log.csv"))
    handling = fitted_desk(fit_calls(log).sections).handling
    assert isinstance(handling, Lognormal)
    assert handling.sigma == pytest.approx(0.8, abs=0.03)
    assert handling.mean_seconds == pytest.approx(
        log.calls.handling[~log.calls.gave_up].mean(), rel=0.001
    )


def test_callers_who_come_again_are_found_and_are_no_first_calls(tmp_path: Path) -> None:
    part = fit_calls(read_call_log(made_up_log(tmp_path / "log.csv", tries_again=0.4)))
    persistence = part.sections["support"]["persistence"]
    assert persistence.tries_again == pytest.approx(0.4, abs=0.05)
    assert persistence.after.mean_seconds == pytest.approx(600, rel=0.15)
    assert part.arrivals is not None
    assert part.arrivals.per_day == pytest.approx(200, rel=0.01)


def test_work_tracked_on_tickets_and_reopened_ones_are_fitted(tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    lines = ["created_at,first_reply_at,solved_at,worked_minutes,agent,reopens"]
    for number in range(400):
        day = f"2026-03-{1 + number % 20:02}"
        lines.append(
            f"{day} 09:{number % 60:02}:00,{day} 1{number % 6}:{number % 60:02}:00,{day} 18:00:00,"
            f"{generator.exponential(6):.2f},a{number % 4},{int(number % 5 == 0)}"
        )
    part = fit_tickets(read_tickets(write(tmp_path / "tickets.csv", lines)))
    desk = fitted_desk(part.sections)
    assert desk.channel == "email"
    assert desk.handling.mean_seconds == pytest.approx(360, rel=0.15)
    assert [shift.agents for shift in desk.shifts] == [1]
    assert part.sections["support"]["persistence"].solved == pytest.approx(0.8)


def test_the_file_of_a_desk_alone_can_be_read_back(tmp_path: Path) -> None:
    part = fit_calls(read_call_log(made_up_log(tmp_path / "log.csv")))
    fitted = alone("desk", [part])
    path = write(tmp_path / "desk.yaml", [scenario_text(fitted)])
    assert load(str(path)) == fitted.scenario
    assert fitted.scenario.demand.support_only == 1
    assert "# fitted to Kaplan-Meier" in path.read_text(encoding="utf-8")
