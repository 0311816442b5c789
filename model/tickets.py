"""Tickets: every case that comes in writing has one, with its trail, until it is solved (SUP-2)."""

from __future__ import annotations

from enum import IntEnum

from model.events import Channel, Kind, Log, Reason, packed
from model.lifecycle import state_after

EMAIL = Channel.EMAIL


class TicketState(IntEnum):
    """The states of a ticket."""

    NEW = 0
    """Nobody has written back yet."""
    ANSWERED = 1
    """An agent has written back, and the case is not solved."""
    SOLVED = 2
    """Done."""
    REOPENED = 3
    """The shopper has written once more, and waits again."""


TICKET_LIFE: dict[int, dict[int, TicketState]] = {
    TicketState.NEW: {
        Kind.TICKET_ANSWERED: TicketState.ANSWERED,
        Kind.TICKET_REOPENED: TicketState.REOPENED,
    },
    TicketState.ANSWERED: {
        Kind.TICKET_SOLVED: TicketState.SOLVED,
        Kind.TICKET_REOPENED: TicketState.REOPENED,
    },
    TicketState.SOLVED: {Kind.TICKET_REOPENED: TicketState.REOPENED},
    TicketState.REOPENED: {
        Kind.TICKET_ANSWERED: TicketState.ANSWERED,
        Kind.TICKET_REOPENED: TicketState.REOPENED,
    },
}
"""The state machine: what may happen in each state, and the state after it."""


class Ticket:
    """One case in writing: whose, about what, and all that happened to it."""

    __slots__ = ("number", "session", "state", "topic", "trail")

    def __init__(self, number: int, session: int, topic: Reason, now: float) -> None:
        self.number = number
        self.session = session
        self.topic = topic
        self.state = TicketState.NEW
        self.trail: list[tuple[float, Kind]] = [(now, Kind.TICKET_OPENED)]
        """When, in seconds, and what; in order of time."""

    @property
    def first_answer_at(self) -> float | None:
        """When an agent first wrote back; None if nobody has."""
        return next((at for at, kind in self.trail if kind is Kind.TICKET_ANSWERED), None)

    def age(self, now: float) -> float:
        """Seconds from its opening to its solution, or until now."""
        last, kind = self.trail[-1]
        return (last if kind is Kind.TICKET_SOLVED else now) - self.trail[0][0]


class Tickets:
    """All tickets by number; a shopper's case about one topic is one ticket, however often she
    writes."""

    __slots__ = ("_of", "all", "journal")

    def __init__(self, log: Log) -> None:
        self.journal = log.journal
        self.all: list[Ticket] = []
        self._of: dict[tuple[int, Reason], Ticket] = {}

    def of(self, session: int, topic: Reason) -> Ticket | None:
        """The ticket of a shopper about a topic, if there is one."""
        return self._of.get((session, topic))

    def of_contact(self, session: int, topic: Reason) -> Ticket:
        """The same, where there must be one."""
        return self._of[session, topic]

    def write(self, session: int, topic: Reason, now: float) -> Ticket:
        """The shopper writes: a new ticket, or once more about the same case."""
        ticket = self.of(session, topic)
        if ticket is not None:
            self._step(ticket, Kind.TICKET_REOPENED, now)
            return ticket
        ticket = self._of[session, topic] = Ticket(len(self.all), session, topic, now)
        self.all.append(ticket)
        self._log(ticket, Kind.TICKET_OPENED, now)
        return ticket

    def answer(self, ticket: Ticket, now: float) -> None:
        """An agent writes back."""
        self._step(ticket, Kind.TICKET_ANSWERED, now)

    def solve(self, ticket: Ticket, now: float) -> None:
        """The case is done with."""
        self._step(ticket, Kind.TICKET_SOLVED, now)

    def _step(self, ticket: Ticket, kind: Kind, now: float) -> None:
        ticket.state = state_after(TICKET_LIFE, ticket.state, kind, f"ticket {ticket.number}")
        ticket.trail.append((now, kind))
        self._log(ticket, kind, now)

    def _log(self, ticket: Ticket, kind: Kind, now: float) -> None:
        self.journal += packed(
            now, kind, ticket.session, -1, -1, ticket.number, 0, EMAIL, ticket.topic
        )
