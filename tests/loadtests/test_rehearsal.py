"""What may be loaded, and what is said before the first request where it may not."""

import io
import sys
from pathlib import Path

import pytest
from commands import invoke

from loadtests import load_command
from loadtests.options import OPTIONS
from loadtests.receipts import read_receipts, write_receipts
from loadtests.rehearsal import Rehearsal, check_host, read_products
from loadtests.targets.target import Heard, Receipt
from model.outcomes import Outcome
from scenarios.errors import UserError

HERE = "http://127.0.0.1:8000"


def options(**given: str) -> dict[str, str | None]:
    names = {option.name.removeprefix("--").replace("-", "_"): option for option in OPTIONS}
    usual = {name: option.default for name, option in names.items()}
    return {**usual, "target": "reference-store", "window": "00:00-00:10", **given}


def rehearse(*settings: str, host: str = HERE, **given: str) -> Rehearsal:
    return Rehearsal.of("flash-sale", settings, host, options(**given))


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80", "https://127.8.8.8"]
)
def test_this_machine_may_be_loaded(host: str) -> None:
    check_host(host, None)


@pytest.mark.parametrize(
    "host", ["http://shop.example", "http://10.0.0.1", "http://127.0.0.1.shop.example"]
)
def test_another_machine_must_be_confirmed_by_its_name(host: str) -> None:
    with pytest.raises(UserError, match="is not this machine"):
        check_host(host, None)
    with pytest.raises(UserError, match="is not this machine"):
        check_host(host, "example")


def test_a_host_that_was_confirmed_may_be_loaded() -> None:
    check_host("https://staging.shop.example", "staging.shop.example")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://me:secret@127.0.0.1/"]
)
def test_what_is_no_host_is_refused_and_no_password_is_repeated(host: str) -> None:
    with pytest.raises(UserError) as error:
        check_host(host, None)
    assert "secret" not in str(error.value)


def test_a_plan_beyond_its_caps_is_refused() -> None:
    with pytest.raises(UserError, match="more than --max-duration 5 min allows"):
        rehearse(max_duration="5 min")
    with pytest.raises(UserError, match="6,512 sessions, more than --max-sessions 6,000"):
        rehearse(max_sessions="6_000").check_size(6512)


def test_a_rehearsal_travels_to_other_processes_as_it_is() -> None:
    rehearsal = rehearse(target_options="country=IR,payment=cod", speed="2x", drain="1 min")
    assert Rehearsal.from_json(rehearsal.as_json()) == rehearsal
    assert rehearsal.seconds == 300 + 60
    assert rehearsal.most_lag == 0.1


def test_two_runs_number_their_sessions_apart() -> None:
    assert rehearse().numbers_from != rehearse().numbers_from


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"max_lag": "soon"}, "--max-lag soon"),
        ({"speed": "0x"}, "--speed 0x: must be more than 0"),
        ({"drain": "5"}, "--drain 5: a duration needs a unit"),
        ({"max_open": "none"}, "--max-open none"),
        ({"max_dropped": "0.1"}, "--max-dropped 0.1"),
        ({"target_options": "country"}, "write NAME=VALUE"),
        ({"products": "/nowhere"}, "--products /nowhere: cannot be read"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(given: dict[str, str], says: str) -> None:
    with pytest.raises(UserError, match=says):
        rehearse(**given)


def test_a_scenario_without_a_window_needs_one() -> None:
    with pytest.raises(UserError, match="Name the part of the season"):
        Rehearsal.of("flash-sale", (), HERE, {**options(), "window": None})


def test_nothing_is_sent_to_a_shop_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not answer as a reference store"):
        invoke(
            "load", "flash-sale", "--target", "reference-store", "--window", "00:00-00:01",
            "--host", "http://127.0.0.1:9", "--out", tmp_path / "live",
        )  # fmt: skip
    assert not (tmp_path / "live").exists()


def test_receipts_come_back_from_paper_as_they_were(tmp_path: Path) -> None:
    receipt = Receipt(7, {3: 2}, "A-1", 500, Outcome.PAID, [0], {0: Heard.LATER}, ["Pay"])
    write_receipts([receipt], tmp_path)
    assert list(read_receipts(tmp_path / "receipts.jsonl")) == [receipt]


def test_the_names_of_products_are_one_a_line_and_none_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "products.txt"
    file.write_text("17\n 4/5 \r\n\n", encoding="utf-8")
    assert read_products(str(file)) == ("17", "4/5")
    file.write_text("17\n\n5\n", encoding="utf-8")
    with pytest.raises(UserError, match="line 2: is empty"):
        read_products(str(file))


class Screen(io.StringIO):
    """Standard error that says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_keeps_no_line_of_how_far_the_load_was(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with load_command.how_far() as say:
        say("1 of 9 sessions begun")
        say("9 of 9 sessions begun")
    *_, last = screen.getvalue().split("\r")
    assert last == "\x1b[K"


def test_a_log_has_a_line_now_and_then_of_how_far_the_load_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with load_command.how_far() as say:
        say("too soon")
        monkeypatch.setattr(load_command, "LINE_EVERY", 0.0)
        say("1 of 9 sessions begun")
    with load_command.how_far(shown=False) as say:
        say("nobody looks")
    assert capsys.readouterr().err == "1 of 9 sessions begun\n"
