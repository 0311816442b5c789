"""Fatigue: what a desk's occupancy and its angry contacts do to the agents, as one body (SUP-6)."""

from __future__ import annotations

from math import exp

from scenarios.agents import Strain

LOOK_EVERY = 900.0
"""Seconds between two looks at how tired the agents are."""


class Fatigue:
    """How tired the agents of one desk are: 0 rested, 1 worn out.

    Above the ceiling of occupancy it rises in a straight line, steeper the busier they are; below
    it, and off work, it fades. Nothing here is luck: two policies tire equal agents equally.
    """

    def __init__(self, strain: Strain) -> None:
        self.strain = strain
        self.level = 0.0
        self.angry = 0
        """Angry contacts since the last look."""
        self._busy_seconds = 0.0
        self._place_seconds = 0.0
        self._counted_at = 0.0
        self._rest = exp(-LOOK_EVERY / strain.recovers_in)

    @property
    def slowdown(self) -> float:
        """By how much longer a contact takes."""
        return 1 + self.strain.slows * self.level

    @property
    def in_thousandths(self) -> int:
        """The level as the event log has it."""
        return round(1000 * self.level)

    def missing(self, agents: int) -> int:
        """Of so many agents whose shift begins, how many stay away."""
        return round(agents * self.strain.loses * self.level)

    def count(self, busy: int, places: int, now: float) -> None:
        """So many contacts were under way, of so many possible, since the last count."""
        self._busy_seconds += busy * (now - self._counted_at)
        self._place_seconds += places * (now - self._counted_at)
        self._counted_at = now

    def look(self, agents: int) -> None:
        """A quarter of an hour is over; `agents` are at work now."""
        strain = self.strain
        places = self._place_seconds
        occupancy = min(1.0, self._busy_seconds / places) if places else 0.0
        if occupancy > strain.ceiling:
            share = (occupancy - strain.ceiling) / (1 - strain.ceiling)
            self.level += share * LOOK_EVERY / strain.tires_in
        else:
            self.level *= self._rest
        if self.angry and agents:
            self.level += strain.angry_contact * self.angry / agents
        self.level = min(1.0, self.level)
        self.angry = 0
        self._busy_seconds = self._place_seconds = 0.0
