"""Precision: how tight a measure's interval was asked to be, and whether a run is there."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.formats import Unit, unit_of
from reports.intervals import Interval, mean_interval
from reports.measures import find
from scenarios.errors import UserError
from scenarios.units import latin, latin_number, parse_duration, parse_money, parse_share

if TYPE_CHECKING:
    from reports.run_folder import Run

State = Literal["reached", "open", "constant", "rare", "undefined"]

EXCEPTION = 0.10
"""A measure without spread is settled when at most so large a share of seasons can be otherwise."""
_STEP = re.compile(r"\s*[,،;؛]\s*(?=\w+\s*:)")
_HOW_TO = "Write `measure: half width`, for example `phantom_stockout_rate: 5%`; "
_EXAMPLE = {
    Unit.SHARE: "percent of its mean, such as `5%`, or percentage points, such as `0.2 points`",
    Unit.RIAL: "percent of its mean, such as `5%`, or money, such as `100_000 toman`",
    Unit.SECONDS: "percent of its mean, such as `5%`, or a duration, such as `10 s`",
    Unit.HOURS: "percent of its mean, such as `5%`, or a duration, such as `2 h`",
    Unit.DAYS: "percent of its mean, such as `5%`, or a duration, such as `12 h`",
    Unit.COUNT: "percent of its mean, such as `5%`, or a plain number, such as `50`",
}


@dataclass(frozen=True)
class Target:
    """The half width that a measure's interval may have at most."""

    text: str
    """As it was written."""
    measure: str
    size: float
    """In the measure's unit, or as a share of its mean."""
    relative: bool

    def wanted(self, mean: float) -> float:
        """The half width in the measure's unit."""
        return self.size * abs(mean) if self.relative else self.size


@dataclass(frozen=True)
class Reach:
    """How far a run is from a target."""

    target: Target
    found: Interval
    state: State
    """`reached` and `open` where there is an interval to hold against the target. Without spread
    there is none: `undefined` has no value in any replication, `constant` the same in each; such a
    measure is `rare` while too few replications were played to rely on that."""
    replications: int
    exceptions: float
    """The upper bound, at the run's level, on the share of seasons that are otherwise than all
    those played: 1 - (1 - level)^(1/n), about 3/n at 95% (the rule of three)."""

    @property
    def done(self) -> bool:
        """No more replications are needed for this target."""
        return self.state not in ("open", "rare")

    @property
    def needed(self) -> int:
        """About how many replications will do, by what is known now."""
        if self.done:
            return self.replications
        if self.state == "rare":
            miss = (1 - self.exceptions) ** self.replications
            return math.ceil(math.log(miss) / math.log(1 - EXCEPTION))
        wanted = self.target.wanted(self.found.mean)
        if not wanted or math.isnan(self.found.half_width):
            return 2 * self.replications
        return math.ceil(self.replications * (self.found.half_width / wanted) ** 2)


def parse(text: str) -> tuple[Target, ...]:
    """Read `phantom_stockout_rate: 5%, support_wait_p95_s: 10 s`.

    A percentage is of the measure's mean; anything else is in the measure's own unit. Raises
    UserError for the first that cannot be read, is no measure or stands twice.
    """
    targets = [_target(part.strip()) for part in _STEP.split(text.strip())]
    names = [target.measure for target in targets]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UserError(f"--precision: {twice[0]} stands twice; write every measure once.")
    return tuple(targets)


def judge(target: Target, numbers: ArrayLike, level: float = 0.95) -> Reach:
    """Hold a target against a measure's numbers, one per replication; NaN have no value."""
    values = np.asarray(numbers, float)
    known = values[~np.isnan(values)]
    found = mean_interval(known, level)
    exceptions = 1 - (1 - level) ** (1 / max(len(values), 1))
    state = _state(target, found, known, len(values), exceptions)
    return Reach(target, found, state, len(values), exceptions)


def reaches(run: Run) -> list[Reach]:
    """Every target of a simulation, held against its replications."""
    targets = [_target(text) for text in run.manifest.precision]
    return [judge(each, run.measures[each.measure], run.manifest.level) for each in targets]


def next_look(played: int, held: Iterable[Reach], most: int) -> int:
    """After how many replications to look again: where the present spread says it will do.

    At least a quarter more, so that looks are few (each one is a chance to stop by luck); at most
    twice as many, since a spread from few replications is a poor guide; never more than `most`.
    """
    needed = max(reach.needed for reach in held if not reach.done)
    return min(max(math.ceil(1.25 * played), min(2 * played, needed)), most)


def _state(
    target: Target, found: Interval, known: NDArray[np.float64], played: int, exceptions: float
) -> State:
    if len(known) and np.ptp(known):
        return "reached" if found.half_width <= target.wanted(found.mean) else "open"
    if 0 < len(known) < played:
        return "open"  # with and without a value, and too few values to see a spread
    if exceptions > EXCEPTION:
        return "rare"
    return "constant" if len(known) else "undefined"


def _target(text: str) -> Target:
    measure, colon, width = (part.strip() for part in text.partition(":"))
    if not (measure and colon and width):
        raise UserError(f"--precision {text!r} cannot be read.\n{_HOW_TO}separate several by `,`.")
    try:
        find(measure)
    except UserError as error:
        raise UserError(f"--precision {text!r}: {error}") from None
    size, relative = _size(text, measure, latin(width))
    return Target(text, measure, size, relative)


def _size(text: str, measure: str, width: str) -> tuple[float, bool]:
    try:
        return parse_width(width, measure)
    except ValueError as error:
        raise UserError(f"--precision {text!r}: the half width of {measure} is {error}") from None


def parse_width(text: str, measure: str) -> tuple[float, bool]:
    """A distance in a measure's own unit, or True and a share of its mean (`5%`).

    Raises ValueError that says what is expected, to stand behind what it is for.
    """
    unit, width = unit_of(measure), latin(text)
    relative = width.endswith("%")
    try:
        size = parse_share(width) if relative else _PARSERS[unit](width)
    except ValueError:
        size = 0.0
    if not 0 < size < math.inf:
        raise ValueError(f"{_EXAMPLE[unit]}, not `{text}`.")
    return size, relative


def _points(text: str) -> float:
    number = re.fullmatch(r"(.*?)\s*(points?|pp)", text)
    if not number:
        raise ValueError("percentage points need the word `points`")
    return float(latin_number(number[1])) / 100


_PARSERS: dict[Unit, Callable[[str], float]] = {
    Unit.SHARE: _points,
    Unit.RIAL: parse_money,
    Unit.SECONDS: parse_duration,
    Unit.HOURS: lambda text: parse_duration(text) / 3600,
    Unit.DAYS: lambda text: parse_duration(text) / 86400,
    Unit.COUNT: lambda text: float(latin_number(text)),
}
