"""A staffing on the terminal: for each desk, its hours down and the classes of days across."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.staffing_result import StaffCell, Staffing

Row = Sequence[str]


def days_rows(staffing: Staffing) -> Iterator[Row]:
    """Every class of days, how many they are, and which."""
    for each in staffing.days:
        yield each.name, f"{each.count} days", ", ".join(each.days)


def desk_rows(staffing: Staffing, channel: str) -> Iterator[Row]:
    """Two rows of heads, then one an hour: agents now and recommended, in time, occupancy."""
    cells = {(c.days, c.hour): c for c in staffing.cells if c.channel == channel}
    yield ("", channel, *(word for each in staffing.days for word in (each.name, "", "", "")))
    yield ("", "hour", *("now", "agents", "in time", "busy") * len(staffing.days))
    for hour in range(24):
        parts = (part for each in staffing.days for part in _parts(cells[each.name, hour]))
        yield ("", f"{hour:02d}:00", *parts)


def _parts(cell: StaffCell) -> tuple[str, str, str, str]:
    now = "closed" if cell.closed_by(cell.present) else f"{cell.present:.3g}"
    agents = "closed" if cell.closed_by(cell.agents) else str(cell.agents)
    return now, agents, _level(cell), _percent(cell.occupancy)


def _level(cell: StaffCell) -> str:
    """With its half width, which a cell with few contacts may not have."""
    half_width = (cell.service_high - cell.service_low) / 2
    level = _percent(cell.service_level)
    return level if math.isnan(half_width) or not level else f"{level} ± {half_width:.0%}"


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{share:.0%}"
