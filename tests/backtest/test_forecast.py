"""From last season to the next: the calendar, growth, campaigns, and how wrong it may be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from commands import invoke, refused

from scenarios.carried import Carrier, lunar_holidays, ramadans
from scenarios.forecast import Growth, Wishes, forecast
from scenarios.loader import library, load
from scenarios.units import format_day, parse_day


def wishes(to: int, **more: object) -> Wishes:
    return Wishes("next", to, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "carried"),
    [
        ("1404-10-01", "1405-10-01"),  # Yalda's morning after
        ("1405-01-13", "1406-01-13"),
        ("1403-12-30", "1404-12-29"),  # the last day of the year stays the last
        ("1403-12-23", "1404-12-22"),  # eight days before Nowruz
        ("1402-12-29", "1403-12-30"),
    ],
)
def test_days_keep_their_date_and_in_esfand_their_distance_from_nowruz(
    day: str, carried: str
) -> None:
    assert format_day(Carrier(1).day(parse_day(day))) == carried


def test_ramadan_is_eleven_days_earlier_in_the_next_year() -> None:
    ((begins, ends),) = ramadans(dt.date(2027, 2, 20), dt.date(2027, 3, 31))
    assert (format_day(begins), format_day(ends)) == ("1405-11-19", "1405-12-18")
    names = [name for _, name in lunar_holidays(dt.date(2027, 3, 1), dt.date(2027, 4, 10))]
    assert any(name.startswith("Eid al-Fitr") for name in names)
    assert not any("Nowruz" in name or "Nature" in name for name in names)


def test_the_season_its_curve_and_its_level_go_a_year_on() -> None:
    last = load("nowruz")
    found = forecast(last, wishes(1406, growth=Growth(0.1, 0.3, stated=True))).fit.scenario
    assert format_day(found.season.start.date()) == "1406-12-01"
    assert found.demand.sessions_per_day == pytest.approx(last.demand.sessions_per_day * 1.2)
    assert [format_day(day) for day in found.demand.shape][:2] == ["1406-12-01", "1406-12-14"]
    assert found.catalogue[0].stock == 1200
    spread = 0.1 / 1.96 / 1.2
    assert found.demand.forecast_error == pytest.approx((0.12**2 + spread**2) ** 0.5, abs=0.001)


def test_a_season_in_which_clocks_go_forward_ends_on_the_same_day() -> None:
    ends = [
        forecast(load("nowruz", [f"season.timezone={zone}", "season.duration=45 d"]), wishes(1406))
        for zone in ("Asia/Tehran", "Europe/Berlin")
    ]
    in_tehran, in_berlin = (found.fit.account[0] for found in ends)
    assert in_tehran == in_berlin


def test_ramadan_moves_with_the_moon_and_other_periods_with_the_sun() -> None:
    last = load("ramadan")
    found = forecast(last, wishes(1406)).fit.scenario
    (period,) = found.demand.periods
    # Eid al-Fitr of 2028 is on 26 or 27 February: the fast begins eleven days earlier in the year.
    assert (last.demand.periods[0].first - period.first).days == -354
    assert period.hours == last.demand.periods[0].hours


def test_a_scenario_that_knows_no_ramadan_is_told_when_it_comes() -> None:
    told = forecast(load("nowruz"), wishes(1406)).check
    assert any("Ramadan is from 1406-11-" in text or "Ramadan" in text for text in told) == bool(
        ramadans(parse_day("1406-12-01"), parse_day("1407-01-16"))
    )


def test_campaigns_are_carried_moved_by_hand_or_named_as_left_behind() -> None:
    last = load("flash-sale")
    (burst, *_), begun = last.demand.bursts, last.demand.bursts[0].start
    carried = forecast(last, wishes(1407))
    assert carried.fit.scenario.demand.bursts[0].start.time() == begun.time()
    gone = forecast(last, wishes(1407, campaigns={"1": None}))
    assert len(gone.fit.scenario.demand.bursts) == len(last.demand.bursts) - 1
    assert "left behind, as asked for" in gone.left_behind[0]
    outside = forecast(last, wishes(1407, campaigns={"1": dt.datetime(2030, 1, 1)}))
    assert "is not in the season" in outside.left_behind[0]
    assert burst.product


def test_what_was_left_behind_is_a_warning_and_is_not_said_again(tmp_path: Path) -> None:
    result = invoke(
        "forecast", "flash-sale", "--to", "1407", "--campaign", "1=none",
        "--out", tmp_path / "next.yaml",
    )  # fmt: skip
    assert result.stderr.count("left behind") == 1
    assert "left behind" not in result.stdout
    assert "Growth: " in result.stdout


def test_every_scenario_of_the_library_can_be_carried_and_read_back(tmp_path: Path) -> None:
    for name, _ in library():
        if load(name).season.window is not None:
            continue
        file = tmp_path / f"{name}-next.yaml"
        result = invoke("forecast", name, "--to", "1407", "--out", file, "--quiet")
        assert result.exit_code == 0, (name, result.output)
        again = load(str(file))
        assert again.season.start > load(name).season.start
        assert again.demand.forecast_error > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--to", "1405"), "name a later year, such as --to 1406"),
        (("--to", "soon"), "--to soon: not a date"),
        (("--to", "1406", "--growth", "0.2"), "--growth 0.2: write a share with a percent sign"),
        (("--to", "1406", "--growth", "30%..10%"), "the smaller first"),
        (("--to", "1406", "--campaign", "7=none"), "nowruz has no such campaign"),
        (("--to", "1406", "--campaign", "7"), "write the campaign's number or product"),
        (("--to", "1406", "--name", "My Shop"), "cannot be a scenario's name"),
        (("--to", "1406", "--forecast-error", "900%"), "expected 0% to 300%"),
    ],
)
def test_a_mistake_is_one_message_and_nothing_is_written(
    options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    assert message in refused(tmp_path, "forecast", "nowruz", *options)


def test_a_file_that_is_there_is_replaced_by_force_only_and_last_season_never(
    tmp_path: Path,
) -> None:
    file = tmp_path / "next.yaml"
    assert invoke("forecast", "nowruz", "--to", "1406", "--out", file).exit_code == 0
    again = ("forecast", file, "--to", "1407", "--out", file)
    refused(tmp_path, *again)
    assert "last season's scenario itself" in refused(tmp_path, *again, "--force")
    text = file.read_text(encoding="utf-8")
    assert "# carried from 1405-12-01" in text
    assert "assumption: nobody said by how much the shop grew" in " ".join(
        text.replace("#", " ").split()
    )
