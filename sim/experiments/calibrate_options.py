"""What `esfand calibrate` is told on the command line, read and checked before any export is."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from scenarios.calibration.order_formats import word_of
from scenarios.calibration.order_status import FATES, Fate
from scenarios.calibration.orders import MAX_BROKEN, Currency, check_zone
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.selection import Selection, select
from scenarios.calibration.tables import JSON, check_ending
from scenarios.errors import UserError
from scenarios.loader import check
from scenarios.schema import NAME
from scenarios.units import did_you_mean, ended, parse_duration, parse_share
from sim.experiments.experiment import How

TEHRAN = "Asia/Tehran"


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

    orders: Path | None
    """An export of orders; the others besides it, or without."""
    support: Path | None
    calls: Path | None
    payments: Path | None
    stock: Path | None
    daily: Path | None
    access_logs: Sequence[Path]
    columns: Sequence[str]
    """`role=header` texts; of another export than the orders `calls.role=header`."""
    orders_format: str | None
    order_statuses: Sequence[str]
    """`word=fate` texts."""
    currency: Currency | None
    timezone: str | None
    name: str | None
    """Of the scenario; None for one after `out` or else after the first export."""
    force: bool
    """Whether a scenario that stands in the file's place already is replaced."""
    engaged: str | None
    stock_margin: str | None
    stock_cover: str | None
    stock_at: Literal["start", "end"] | None
    max_broken: str | None
    platform: str | None
    """Of the logs' addresses; None to guess it."""
    pages: Sequence[str]
    """`step=pattern` texts."""
    fit_on: Sequence[str]
    """The parts of the export that are fitted (`scenarios.calibration.selection`)."""


_FILES = ("orders", "access_logs", "support", "calls", "payments", "stock", "daily")
_OF_ORDERS = (
    "currency", "stock_margin", "stock_cover", "stock_at", "orders_format", "order_statuses",
)  # fmt: skip
_OF_LOGS = ("platform", "pages")
_WRITTEN = {"access_logs": "--access-log", "pages": "--page", "order_statuses": "--order-status"}


def files(given: Given) -> list[Path]:
    """Every export and log, in the order in which a scenario is named after them."""
    found: list[Path] = []
    for option in _FILES:
        value = given[option]  # type: ignore[literal-required]
        found += [value] if isinstance(value, Path) else value or []
    return found


def check_options(given: Given) -> None:
    """Raise UserError for options that would do nothing, and where there is nothing to fit."""
    if not files(given):
        raise UserError(
            "Nothing to fit: give --orders, --access-log, --support, --calls, --payments or "
            "--daily."
        )
    _check_once(given)
    if given["orders"] is None:
        for option in _OF_ORDERS:
            if given[option]:  # type: ignore[literal-required]
                raise UserError(f"{_written(option)} is about an order export; give --orders too.")
        if given["stock"]:
            raise UserError(
                "--stock needs --orders too: what a product sells stands in no list of stock."
            )
        if given["engaged"] and not given["access_logs"]:
            raise UserError("--engaged is about an order export; give --orders too.")
    else:
        check_ending(given["orders"], also=JSON)
    if not given["access_logs"]:
        for option in _OF_LOGS:
            if given[option]:  # type: ignore[literal-required]
                raise UserError(
                    f"{_written(option)} is about an access log: give --access-log too."
                )
    if given["stock_at"] and not given["stock"]:
        raise UserError("--stock-at says when the list of stock was made: give --stock too.")
    if given["stock"] and given["stock_cover"]:
        raise UserError("--stock and --stock-cover exclude each other: give one of them.")
    if given["stock_margin"] and given["stock_cover"]:
        raise UserError("--stock-margin and --stock-cover exclude each other: give one of them.")
    if given["daily"] and (given["orders"] or given["access_logs"]):
        raise UserError(
            "--daily gives the season's shape where no export of orders and no access log has its "
            "days: give it without --orders and --access-log."
        )


def _check_once(given: Given) -> None:
    """Raise UserError for a file that is given as two things."""
    known: dict[Path, str] = {}
    for option in _FILES:
        value = given[option]  # type: ignore[literal-required]
        for path in {
            path.resolve() for path in ([value] if isinstance(value, Path) else value or [])
        }:
            if path in known:
                raise UserError(
                    f"{known[path]} and {_written(option)} are the same file, {path.name}: give "
                    f"each export once."
                )
            known[path] = _written(option)


def _written(option: str) -> str:
    return _WRITTEN.get(option, f"--{option.replace('_', '-')}")


def scenario_file(given: Given) -> tuple[str, Path]:
    """The scenario's name and the file it goes to, which may be written."""
    sources = files(given)
    name = given["name"] or name_after(sources[0], given["out"])
    file = given["out"] or Path(f"{name}.yaml")
    for path in sources:
        check_target(file, path, given["force"])
    return name, file


def check_target(file: Path, source: Path, force: bool) -> None:
    """Raise UserError where the scenario file must not or cannot be written."""
    if file.exists() and source.exists() and file.samefile(source):
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


def name_after(source: Path, out: Path | None) -> str:
    """The stem of `out` where it can be a name; else `Orders 1405.csv.gz` gives `orders-1405`."""
    if out and re.fullmatch(NAME, out.stem):
        return out.stem
    stem = source.name.partition(".")[0].lower()
    return re.sub("[^a-z0-9]+", "-", stem).strip("-") or "fitted"


def assumptions_of(given: Given) -> Assumptions:
    """What is taken for granted, with what the options say instead."""
    said: dict[str, Any] = {
        "fit_on": part_to_fit(given),
        "engaged": _read("--engaged", given["engaged"], _ENGAGED),
        "stock_margin": _read("--stock-margin", given["stock_margin"], _MARGIN),
        "stock_cover": _read("--stock-cover", given["stock_cover"], _COVER),
    }
    return Assumptions(**{name: value for name, value in said.items() if value is not None})


def part_to_fit(given: Given) -> Selection:
    """Which part of the exports is fitted. Raises UserError beside exports that have no parts."""
    part = select(given["fit_on"])
    for option in ("access_logs", "payments", "daily"):
        if not part.whole and given[option]:
            raise UserError(
                f"--fit-on takes a part of orders, calls and tickets; leave {_written(option)} out."
            )
    return part


def broken_allowed(text: str | None) -> float:
    """Share of broken rows that each export may have (`--max-broken`)."""
    said = _read("--max-broken", text, _BROKEN)
    return MAX_BROKEN if said is None else said


def zone_of(given: Given) -> str:
    """The shop's time zone."""
    zone = given["timezone"] or TEHRAN
    try:
        check_zone(zone)
    except UserError as error:
        raise UserError(f"--timezone {zone}: {error}") from None
    return zone


def columns_given(texts: Sequence[str]) -> dict[str, str]:
    """Role -> header, of all exports together."""
    of: dict[str, str] = {}
    for text in texts:
        role, equals, header = text.partition("=")
        if not (role and equals and header):
            raise UserError(f"--column {text}: write role=header, for example order=OrderNumber.")
        of[role.strip()] = header
    return of


def columns_of(given: Given, export: str | None = None) -> dict[str, str]:
    """Role -> header, of the orders or of another export (`calls.at=...`).

    Raises UserError for columns of an export that is not given.
    """
    of = columns_given(given["columns"])
    _check_exports(of, given)
    prefix = f"{export}." if export else ""
    return {
        role.removeprefix(prefix): header
        for role, header in of.items()
        if (role.startswith(prefix) if export else "." not in role)
    }


def _check_exports(columns: dict[str, str], given: Given) -> None:
    known = ("support", "calls", "payments", "stock", "daily")
    check_columns(columns, {name: given[name] for name in (*known, "orders")})  # type: ignore[literal-required]


def check_columns(columns: Mapping[str, str], exports: Mapping[str, Path | None]) -> None:
    """Raise UserError for columns (role -> header) of an export that is not given."""
    known = [name for name in exports if name != "orders"]
    for role, header in columns.items():
        name, dot, _ = role.partition(".")
        if dot and not (name in known and exports[name]):
            raise UserError(
                f"--column {role}={header}: there is no --{name}"
                f"{'.' if name in known else did_you_mean(name, known, '.')}"
            )
        if not dot and exports["orders"] is None:
            raise UserError(
                f"--column {role}={header}: there is no --orders; for another export write "
                f"calls.{role}, support.{role} or payments.{role}."
            )


def statuses_given(texts: Sequence[str]) -> dict[str, Fate]:
    """What the shop's own words for the state of an order mean (`--order-status`)."""
    found: dict[str, Fate] = {}
    for text in texts:
        word, equals, fate = text.partition("=")
        if not (word and equals) or fate not in FATES:
            raise UserError(
                f"--order-status {text}: write WORD=MEANING, the meaning one of "
                f"{', '.join(FATES)}{did_you_mean(fate, FATES, '.')}"
            )
        found[word_of(word)] = fate
    return found


def pages_of(given: Given) -> dict[str, str]:
    """Step -> pattern, of an access log."""
    pairs = [(text, *text.partition("=")) for text in given["pages"]]
    for text, step, equals, pattern in pairs:
        if not (step and equals and pattern):
            raise UserError(f"--page {text}: write step=pattern, for example cart=/shop/cart.")
    return {step: pattern for _, step, _, pattern in pairs}


def _read(option: str, text: str | None, wanted: _Wanted) -> float | None:
    """The value of an option, in seconds or as a fraction; None where it is not given."""
    if text is None:
        return None
    try:
        value = wanted.parse(text)
    except ValueError as error:
        raise UserError(f"{option} {text}: {ended(error)}") from None
    if not wanted.fits(value):
        raise UserError(f"{option} {text}: expected {wanted.words}.")
    return value
