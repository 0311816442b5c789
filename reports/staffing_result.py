"""What a staffing comes to: the result.json of `esfand staff`."""

from __future__ import annotations

from pydantic import Field

from model.events import Channel
from reports.decisions import Comparison
from reports.part import Number, Part
from scenarios.support import WRITTEN


class StaffTarget(Part):
    """What a desk had to keep, and whether it does; all numbers are shares of its contacts."""

    channel: str
    measure: str
    """`support_service_level` (at least `limit`) or `support_abandonment_rate` (at most)."""
    limit: float
    reachable: Number
    """In the mean, with as many agents as there may be."""
    present: Number
    present_bound: Number
    """The end of the one-sided interval that counts, for all targets together at `level`."""
    found: Number
    bound: Number
    """The same with the recommended staffing."""
    kept: bool
    present_kept: bool


class StaffDays(Part):
    """A class of days that are staffed alike: `every`, or `quiet`, `ordinary` and `busy`."""

    name: str
    days: tuple[str, ...]
    """Spans of days; none for all days."""
    count: int


class StaffCell(Part):
    """One desk in one hour of the days of one class."""

    channel: str
    days: str
    hour: int = Field(ge=0, le=23)
    season_hours: float
    """Hours of the season that it stands for."""
    present: float
    """Agents at work now, in the mean."""
    erlang: int
    """What Erlang-A says."""
    agents: int
    contacts: Number
    """That come in an hour, with the recommended staffing; so are all that follow."""
    service_level: Number
    service_low: Number
    service_high: Number
    given_up: Number
    """Share of the contacts."""
    occupancy: Number
    cost_rial: float
    """Of the recommended agents, over the season."""

    def closed_by(self, agents: float) -> bool:
        """Whether so many agents leave the desk closed; messages are taken at any hour."""
        return not agents and Channel[self.channel.upper()] not in WRITTEN


class Staffing(Comparison):
    """Agents by desk and hour: the present staffing (the first scenario) and the recommended one.

    `best` is the recommended one and `objective` what it costs; `confidence` is the level at which
    all its targets hold together, 0 where some do not.
    """

    targets: tuple[StaffTarget, ...]
    days: tuple[StaffDays, ...]
    cells: tuple[StaffCell, ...]
    cost_present_rial: float
    cost_rial: float
    """Of the agents' hours over the season."""
    checks: int
    """How often fresh shoppers were asked; the level counts them all."""

    @property
    def kept(self) -> bool:
        """Every target holds, at the level."""
        return all(target.kept for target in self.targets)

    @property
    def channels(self) -> tuple[str, ...]:
        """Of the desks."""
        return tuple(dict.fromkeys(cell.channel for cell in self.cells))
