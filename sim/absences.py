"""Shoppers who are away, and whom a message may call back before their time.

Whoever is called back leaves her old appointment where it stands; when its time comes, it finds
nobody and is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from model.outcomes import Outcome
from scenarios.intents import Away, Journey
from sim.agenda import Agenda

Player = tuple[int, Journey]
"""A shopper under way: her row, and her journey."""


class Appointment:
    """When a shopper comes by herself, unless she has been called back (`player` is None)."""

    __slots__ = ("heeds", "player")

    def __init__(self, player: Player, heeds: Outcome) -> None:
        self.player: Player | None = player
        self.heeds = heeds


class Absences:
    """The shoppers who are away at present, by their row."""

    def __init__(self, agenda: Agenda, tell: Callable[[Player, float, Outcome], None]) -> None:
        self.agenda = agenda
        self.tell = tell
        """Hears of a shopper who is back: who, when, `DONE` or what called her."""
        self._away: dict[int, Appointment] = {}

    def begin(self, player: Player, intent: Away, now: float) -> None:
        """A shopper goes, and comes back by herself after so many seconds."""
        appointment = self._away[player[0]] = Appointment(player, intent.heeds)
        self.agenda.at(now + intent.seconds, self._return, appointment)

    def would_heed(self, row: int, outcome: Outcome) -> bool:
        """Whether a shopper is away and listens to such a call."""
        appointment = self._away.get(row)
        return appointment is not None and appointment.heeds is outcome

    def call_back(self, row: int, now: float) -> None:
        """A shopper who is away hears what she listens to, and comes."""
        appointment = self._away.pop(row)
        player, appointment.player = appointment.player, None
        assert player is not None  # who is away has not been called back
        self.tell(player, now, appointment.heeds)

    def _return(self, appointment: Appointment, now: float) -> None:
        player = appointment.player
        if player is not None:
            del self._away[player[0]]
            self.tell(player, now, Outcome.DONE)
