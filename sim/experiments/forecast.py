"""`esfand forecast`: last season's scenario carried to the next season, as a file."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from scenarios.calibration.text import scenario_text
from scenarios.carried import jalali_year
from scenarios.errors import UserError
from scenarios.forecast import Forecast, Growth, Wishes, forecast
from scenarios.loader import check, load
from scenarios.schema import NAME, Scenario
from scenarios.units import ended, latin, parse_day, parse_moment, parse_share
from scenarios.writer import write

_WIDTH = 100


class Asked(TypedDict):
    """The command's options, as written."""

    to: str
    growth: str | None
    forecast_error: str | None
    campaigns: Sequence[str]
    """`number=moment` or `product=none` texts."""
    keep_stock: bool
    name: str | None
    out: Path | None
    force: bool


@dataclass(frozen=True)
class Written:
    """A forecast and its file."""

    file: Path
    forecast: Forecast

    def text(self) -> str:
        """What was taken for granted, for people, besides what `warning` says."""
        warned = {*self.forecast.left_behind, *self.forecast.check}
        account = [each for each in self.forecast.fit.account if each not in warned]
        lines = [line for sentence in account for line in textwrap.wrap(sentence, _WIDTH)]
        return "\n".join([*lines, f"Scenario: {self.file}"])

    def warning(self) -> str:
        """What needs a person's eye; empty if nothing does."""
        return "\n".join((*self.forecast.left_behind, *self.forecast.check))

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "name": self.forecast.fit.scenario.name,
            "account": list(self.forecast.fit.account),
            "left_behind": list(self.forecast.left_behind),
            "check": list(self.forecast.check),
        }


def write_forecast(name: str, settings: Sequence[str], asked: Asked) -> Written:
    """Carry a scenario and write the file (`out`, or `<name>.yaml`).

    `settings` are laid over last season's scenario. Raises UserError for options that make no
    sense, and for a file that must not be written; then nothing is written.
    """
    last = load(name, settings)
    to = _to(asked["to"])
    new = asked["name"] or _name_after(last, to, asked["out"])
    if not re.fullmatch(NAME, new):
        raise UserError(
            f"{new!r} cannot be a scenario's name: use small Latin letters, digits and dashes."
        )
    file = asked["out"] or Path(f"{new}.yaml")
    _check_file(file, name, asked["force"])
    wishes = Wishes(
        name=new,
        to=to,
        growth=_growth(asked["growth"]),
        error=_error(asked["forecast_error"]),
        campaigns=dict(map(_campaign, asked["campaigns"])),
        keep_stock=asked["keep_stock"],
    )
    found = forecast(last, wishes)
    write(scenario_text(found.fit, "`esfand forecast`: last season carried to the next"), file)
    return Written(file, found)


def _to(text: str) -> int | dt.date:
    plain = latin(text)
    if re.fullmatch(r"1[34]\d\d", plain):
        return int(plain)
    try:
        return parse_day(plain)
    except ValueError as error:
        raise UserError(
            f"--to {text}: {ended(error)} Or the Jalali year in which the season begins: --to 1405."
        ) from None


def _growth(text: str | None) -> Growth:
    """`15%` or `10%..20%`."""
    if text is None:
        return Growth()
    low, _, high = text.partition("..")
    ends = [_share("--growth", each) for each in (low, high or low)]
    if not -0.95 <= ends[0] <= ends[1] <= 20:
        raise UserError(
            f"--growth {text}: expected a share from -95% to 2000%, or two of them, the smaller "
            "first: 10%..20%."
        )
    return Growth(ends[0], ends[1], stated=True)


def _error(text: str | None) -> float | None:
    if text is None:
        return None
    error = _share("--forecast-error", text)
    if not 0 <= error <= 3:
        raise UserError(f"--forecast-error {text}: expected 0% to 300%.")
    return error


def _share(option: str, text: str) -> float:
    try:
        return parse_share(text)
    except ValueError as error:
        raise UserError(f"{option} {text}: {ended(error)}") from None


def _campaign(text: str) -> tuple[str, dt.datetime | None]:
    key, equals, when = text.partition("=")
    if not (key and equals and when):
        raise UserError(
            f"--campaign {text}: write the campaign's number or product, and when it begins, such "
            "as 1='1405-12-10 20:00', or none."
        )
    if when.strip() == "none":
        return key.strip(), None
    try:
        return key.strip(), parse_moment(when)
    except ValueError as error:
        raise UserError(f"--campaign {text}: {ended(error)}") from None


def _name_after(last: Scenario, to: int | dt.date, out: Path | None) -> str:
    if out and re.fullmatch(NAME, out.stem):
        return out.stem
    year = to if isinstance(to, int) else jalali_year(to)
    return f"{re.sub(r'-1[34][0-9][0-9]$', '', last.name)}-{year}"


def _check_file(file: Path, source: str, force: bool) -> None:
    """Raise UserError where the file must not be written."""
    there = file.exists() or file.is_symlink()
    if there and Path(source).exists() and file.samefile(source):
        raise UserError(f"{file} is last season's scenario itself. Name another file: --out FILE.")
    if file.is_dir() or (there and check(str(file))):
        raise UserError(
            f"{file} is there already and is no scenario. Name another file: --out FILE."
        )
    if there and not force:
        raise UserError(
            f"{file} is there already.\n"
            "Name another file (--out FILE), or replace the scenario in it: --force."
        )
    if not file.absolute().parent.is_dir():
        raise UserError(f"{file}: there is no folder {file.absolute().parent}.")
