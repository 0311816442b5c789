"""`esfand calibrate`: fit a scenario to an order export, and let it show that it reproduces it."""

from __future__ import annotations

import math
import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reports.console import table
from scenarios.calibration.access.fit import AccessPieces, fit_access_log
from scenarios.calibration.fit import Fit, changed_by_hand, fit
from scenarios.calibration.orders import MAX_BROKEN, Currency, Export, read_orders
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.tables import JSON, check_ending
from scenarios.calibration.text import write_scenario
from scenarios.errors import UserError
from scenarios.loader import check
from scenarios.schema import NAME
from scenarios.units import parse_duration, parse_share
from sim.experiments.experiment import How
from sim.experiments.exports import EXPORTS, Parts, read_parts
from sim.experiments.progress import progress
from sim.experiments.record import faults
from sim.experiments.reproduction import compare, observed, simulated
from sim.experiments.traffic import simulated_traffic, traffic_of_log
from sim.replication import Task, at_once, run

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 100


class _Wanted(NamedTuple):
    """How an option is written, and which values make sense."""

    parse: Callable[[str], float]
    fits: Callable[[float], bool]
    words: str


_YEAR = 366 * 86400.0
_ENGAGED = _Wanted(parse_share, lambda share: 0.001 <= share <= 1, "0.1% to 100%")
_MARGIN = _Wanted(parse_share, lambda share: 0 <= share <= 10, "0% to 1000%")
_COVER = _Wanted(parse_duration, lambda time: 0 < time <= _YEAR, "more than 0 and at most 366 d")
_BROKEN = _Wanted(parse_share, lambda share: 0 <= share <= 1, "0% to 100%")


class Given(How):
    """The command's options, as written; None and empty where not given."""

    support: Path | None
    """A ticket export, besides the orders or without them; likewise `calls` and `payments`."""
    calls: Path | None
    payments: Path | None
    columns: Sequence[str]
    """`role=header` texts; of another export than the orders `calls.role=header`."""
    currency: Currency | None
    name: str | None
    """Of the scenario; None for one after `out` or else after the export."""
    force: bool
    """Whether a scenario that stands in the file's place already is replaced."""
    engaged: str | None
    stock_margin: str | None
    stock_cover: str | None
    max_broken: str | None
    access_logs: Sequence[Path]
    platform: str | None
    """Of the logs' addresses; None to guess it."""
    pages: Sequence[str]
    """`step=pattern` texts."""


@dataclass(frozen=True)
class Calibration:
    """A scenario file, and how well what it plays agrees with the export that it came from."""

    file: Path
    export: Export | None
    """None where the scenario was fitted to access logs alone."""
    traffic: AccessPieces | None
    """What access logs show; None without them."""
    fit: Fit
    parts: Parts
    """What other exports said."""
    account: pd.DataFrame
    """Columns figure, real, simulated, low, high, verdict: see `sim.experiments.reproduction`."""
    faults: tuple[str, ...]
    """What the audit found in the replications."""

    def text(self) -> str:
        """The account for people: what was taken for granted, then the export beside the runs."""
        return told(self.fit, self.account, self.file, "export" if self.export else "log")

    def warning(self) -> str:
        """How many rows and lines were left out, and the first of them; empty if there are none."""
        return "\n".join(filter(None, (self._broken_rows(), self._malformed_lines())))

    def _malformed_lines(self) -> str:
        if not self.traffic or not self.traffic.log.counts.malformed:
            return ""
        counts = self.traffic.log.counts
        return (
            f"{counts.malformed:,} of {counts.lines:,} lines of the access log are malformed and "
            "were left out. The first (masked: x is a letter, # a digit):\n"
            + "\n".join(f"  {example}" for example in counts.examples)
        )

    def _broken_rows(self) -> str:
        if not self.export:
            return ""
        left_out, rows = len(self.export.broken), self.export.rows
        if not left_out:
            return self.parts.warning()
        return (
            f"{left_out:,} of {rows:,} rows ({left_out / rows:.2%}) are no order lines and were "
            "left out. The first (masked: x is a letter, # a digit):\n"
            f"{self.export.broken_examples()}\n{self.parts.warning()}"
        ).rstrip()

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "name": self.fit.scenario.name,
            "account": list(self.fit.account),
            "broken_examples": self._broken_examples(),
            "figures": self.account.to_dict("records"),
            "books": {"balanced": not self.faults, "faults": list(self.faults)},
        }

    def _broken_examples(self) -> list[str]:
        if not self.export:
            return []
        return [row.strip() for row in self.export.broken_examples().splitlines()]


def told(fitted: Fit, account: pd.DataFrame, file: Path, source: str = "export") -> str:
    """What was taken for granted, then what the source says beside the runs."""
    rows = [("", "figure", source, "simulated", "95% of replications", "")]
    for figure, real, played, low, high, verdict in account.itertuples(index=False):
        places = _places((high - low) / 2)
        export, mean, least, most = (f"{n:,.{places}f}" for n in (real, played, low, high))
        mark = "" if verdict == "inside" else verdict
        rows.append(("", figure, export, mean, f"{least} to {most}", mark))
    inside = (account["verdict"] == "inside").sum()
    sentences = [line for text in fitted.account for line in textwrap.wrap(text, _WIDTH)]
    agreement = f"{inside} of the {source}'s {len(account)} figures lie inside."
    return "\n".join((*sentences, "", *table(rows), "", agreement, f"Scenario: {file}"))


def calibrate(orders: Path | None, settings: Sequence[str], given: Given) -> Calibration:
    """Fit a scenario, play it a few times, compare, and write its file (`out`, or `<name>.yaml`).

    `settings` are `field=value` texts, laid over what was fitted before it is played. The file
    comes last: one that is there has been checked. It takes two replications or more. Raises
    UserError for options and settings that make no sense, for an export that cannot be read or
    fitted, and, before anything is read, for a file that cannot be written or must not be replaced.
    """
    source = _source(orders, given)
    if orders:
        check_ending(orders, also=JSON)
    name = given["name"] or name_after(source, given["out"])
    file = given["out"] or Path(f"{name}.yaml")
    assumptions = _assumptions(given)
    max_broken = broken_allowed(given)
    columns = columns_given(given["columns"])
    for path in (*([orders] if orders else []), *given["access_logs"]):
        check_target(file, path, given["force"])
    parts = read_parts(given, columns, max_broken)
    assumptions = replace(assumptions, payment=parts.payment_over(assumptions.payment))
    traffic = _traffic(given, assumptions, max_broken)
    if traffic:
        assumptions = traffic.assumptions(assumptions)
    export = _export(orders, given, columns, max_broken) if orders else None
    if export:
        found = fit(export, name, assumptions)
        found = parts.over(traffic.onto(found) if traffic else found, export)
    else:
        assert traffic  # one of the two is given
        found = traffic.alone(name, assumptions)
    fitted = changed_by_hand(found, settings)
    scenario = fitted.scenario
    tasks = [
        Task(scenario.seed, number, (("", scenario),), keep_log=True)
        for number in range(given["replications"])
    ]
    with progress("replications", shown=not given["quiet"]) as bar:
        bar.expect(len(tasks))
        played = run(tasks, at_once(given["jobs"]), bar.advance)
    if export:
        figures = [simulated(each, scenario) | parts.measured(each) for each in played]
        account = compare(observed(export, scenario) | parts.figures, figures)
    else:
        assert traffic
        figures = [simulated_traffic(each, scenario) for each in played]
        account = compare(traffic_of_log(traffic, scenario), figures)
    write_scenario(fitted, file)
    return Calibration(file, export, traffic, fitted, parts, account, faults(played))


def _export(orders: Path, given: Given, columns: dict[str, str], max_broken: float) -> Export:
    """The order lines."""
    return read_orders(
        orders,
        {role: header for role, header in columns.items() if "." not in role},
        currency=given["currency"],
        max_broken=max_broken,
    )


def _source(orders: Path | None, given: Given) -> Path:
    """The file that a scenario without a name is called after."""
    if not orders:
        _only_with_orders(given)
    if given["access_logs"]:
        return orders or given["access_logs"][0]
    for option, value in (("--platform", given["platform"]), ("--page", given["pages"])):
        if value:
            raise UserError(f"{option} is about an access log: give --access-log too.")
    assert orders  # one of the two is given
    return orders


def _only_with_orders(given: Given) -> None:
    """Raise UserError for an option that would do nothing, for there is no export."""
    of_orders = {
        "--column": given["columns"],
        "--currency": given["currency"],
        "--stock-margin": given["stock_margin"],
        "--stock-cover": given["stock_cover"],
    }
    for option, value in of_orders.items():
        if value:
            raise UserError(f"{option} is about an order export: give --orders too.")
    for name in EXPORTS:
        if given[name]:  # type: ignore[literal-required]
            raise UserError(f"--{name} beside --access-log needs --orders too, for now.")


def _traffic(given: Given, assumptions: Assumptions, max_broken: float) -> AccessPieces | None:
    """What the access logs show; None without any."""
    if not given["access_logs"]:
        return None
    pairs = [(text, *text.partition("=")) for text in given["pages"]]
    for text, step, equals, pattern in pairs:
        if not (step and equals and pattern):
            raise UserError(f"--page {text}: write step=pattern, for example cart=/shop/cart.")
    found = fit_access_log(
        given["access_logs"],
        platform=given["platform"],
        pages={step: pattern for _, step, _, pattern in pairs},
        max_malformed=max_broken,
        assumptions=assumptions,
    )
    return found.with_engaged(assumptions.engaged) if given["engaged"] else found


def check_target(file: Path, orders: Path, force: bool) -> None:
    """Raise UserError where the scenario file must not or cannot be written."""
    if file.exists() and orders.exists() and file.samefile(orders):
        raise UserError(f"--out {file} is the export itself. Name another file.")
    if file.is_dir():
        raise UserError(f"--out {file} is a folder. Name a file in it, such as {file}/shop.yaml.")
    if file.exists() or file.is_symlink():
        if check(str(file)):
            raise UserError(
                f"{file} is there already and is no scenario, or one with mistakes, so that it is "
                f"never replaced.\nName another file: --out FILE."
            )
        if not force:
            raise UserError(
                f"{file} is there already.\n"
                f"Name another file (--out FILE), or replace the scenario in it: --force."
            )
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise UserError(f"{file}: cannot be written ({error.strerror}).") from None


def broken_allowed(given: Given) -> float:
    """Share of broken rows that each export may have."""
    said = _read("--max-broken", given["max_broken"], _BROKEN)
    return MAX_BROKEN if said is None else said


def _assumptions(given: Given) -> Assumptions:
    """What is taken for granted, with what the options say instead."""
    if given["stock_margin"] and given["stock_cover"]:
        raise UserError("--stock-margin and --stock-cover exclude each other: give one of them.")
    said: dict[str, Any] = {
        "engaged": _read("--engaged", given["engaged"], _ENGAGED),
        "stock_margin": _read("--stock-margin", given["stock_margin"], _MARGIN),
        "stock_cover": _read("--stock-cover", given["stock_cover"], _COVER),
    }
    return Assumptions(**{name: value for name, value in said.items() if value is not None})


def _read(option: str, text: str | None, wanted: _Wanted) -> float | None:
    """The value of an option, in seconds or as a fraction; None where it is not given."""
    if text is None:
        return None
    try:
        value = wanted.parse(text)
    except ValueError as error:
        raise UserError(f"{option} {text}: {error}.") from None
    if not wanted.fits(value):
        raise UserError(f"{option} {text}: expected {wanted.words}.")
    return value


def columns_given(given: Sequence[str]) -> dict[str, str]:
    """Role -> header."""
    pairs = [(text, *text.partition("=")) for text in given]
    for text, role, equals, header in pairs:
        if not (role and equals and header):
            raise UserError(f"--column {text}: write role=header, for example order=OrderNumber.")
    return {role.strip(): header for _, role, _, header in pairs}


def name_after(orders: Path, out: Path | None) -> str:
    """The stem of `out` where it can be a name; else `Orders 1405.csv.gz` gives `orders-1405`."""
    if out and re.fullmatch(NAME, out.stem):
        return out.stem
    stem = orders.name.partition(".")[0].lower()
    return re.sub("[^a-z0-9]+", "-", stem).strip("-") or "fitted"


def _places(half_width: float) -> int:
    """Decimal places that give half the width of an interval two digits."""
    return max(0, 1 - math.floor(math.log10(half_width))) if half_width else 0
