"""The support department: contacts, from the first word to the answer or to giving up (SUP-3)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from model.events import Channel, Kind, Log, Reason, packed
from model.outcomes import Refused
from model.tickets import Tickets

ANSWERED: Final = Kind.ANSWERED
CLOSED: Final = Kind.CLOSED
CONTACTED: Final = Kind.CONTACTED
GAVE_UP: Final = Kind.GAVE_UP


class ContactState(IntEnum):
    """The states of a contact."""

    WAITING = 0
    """Nobody has answered yet."""
    SERVED = 1
    """An agent is on it."""
    CLOSED = 2
    """Done."""
    ABANDONED = 3
    """The shopper lost patience."""


CONTACT_LIFE: Final[dict[int, dict[int, ContactState]]] = {
    ContactState.WAITING: {
        ANSWERED: ContactState.SERVED,
        GAVE_UP: ContactState.ABANDONED,
    },
    ContactState.SERVED: {
        CLOSED: ContactState.CLOSED,
        Kind.CANNED_ENDING: ContactState.CLOSED,
    },
    ContactState.CLOSED: {},
    ContactState.ABANDONED: {},
}


WAITING: Final = ContactState.WAITING
EMAIL: Final = Channel.EMAIL


class Contact:
    """One shopper's request for help on one channel."""

    __slots__ = ("channel", "session", "state", "topic")

    def __init__(self, session: int, channel: Channel, topic: Reason) -> None:
        self.session = session
        self.channel = channel
        self.topic = topic
        self.state = WAITING


class Support:
    """The books of all contacts; who serves them, and when, is the desk's business."""

    __slots__ = ("journal", "open", "tickets")

    def __init__(self, log: Log) -> None:
        self.journal = log.journal
        self.open: dict[int, Contact] = {}
        """Contacts that wait or are being served, by session: one at a time each."""
        self.tickets = Tickets(log)
        """Every case that comes by e-mail has one (SUP-2)."""

    def contact(self, session: int, channel: Channel, topic: Reason, now: float) -> Contact:
        """A shopper asks for help."""
        if session in self.open:
            raise Refused(f"session {session} is in touch with support already")
        contact = self.open[session] = Contact(session, channel, topic)
        self.journal += packed(now, CONTACTED, session, -1, -1, 0, 0, channel, topic)
        if channel is EMAIL:
            self.tickets.write(session, topic, now)
        return contact

    def answer(self, contact: Contact, now: float) -> None:
        """An agent takes the contact."""
        self._step(contact, ANSWERED, now)
        if contact.channel is EMAIL:
            self.tickets.answer(self.tickets.of_contact(contact.session, contact.topic), now)

    def close(self, contact: Contact, now: float, solved: bool = True) -> None:
        """The agent is done with it; a case that is not solved keeps its ticket open."""
        self._step(contact, CLOSED, now)
        del self.open[contact.session]
        if solved and contact.channel is EMAIL:
            self.tickets.solve(self.tickets.of_contact(contact.session, contact.topic), now)

    def end_canned(self, contact: Contact, now: float) -> None:
        """The agent ends the contact of an angry shopper with a canned reply (SUP-6)."""
        self._step(contact, Kind.CANNED_ENDING, now)
        del self.open[contact.session]
        if contact.channel is EMAIL:
            self.tickets.solve(self.tickets.of_contact(contact.session, contact.topic), now)

    def give_up(self, contact: Contact, now: float) -> None:
        """The shopper leaves without an answer."""
        self._step(contact, GAVE_UP, now)
        del self.open[contact.session]

    def turn_away(self, session: int, channel: Channel, topic: Reason, now: float) -> None:
        """A shopper wanted help and found every channel closed."""
        self.journal += packed(now, Kind.UNREACHED, session, -1, -1, 0, 0, channel, topic)

    def hand_on(self, session: int, channel: Channel, topic: Reason, now: float) -> None:
        """A chatbot or a page of questions could not help; the shopper needs a person."""
        self.journal += packed(now, Kind.HANDED_ON, session, -1, -1, 0, 0, channel, topic)

    def write_again(self, session: int, topic: Reason, now: float) -> None:
        """A shopper in touch with support adds another topic to the same contact."""
        if session not in self.open:
            raise Refused(f"session {session} is not in touch with support")
        channel = self.open[session].channel
        self.journal += packed(now, Kind.WROTE_AGAIN, session, -1, -1, 0, 0, channel, topic)

    def _step(self, contact: Contact, kind: Kind, now: float) -> None:
        after = CONTACT_LIFE[contact.state].get(kind)
        if after is None:
            state = contact.state.name.lower()
            raise Refused(f"a contact that is {state} cannot be {kind.name.lower()}")
        contact.state = after
        self.journal += packed(
            now, kind, contact.session, -1, -1, 0, 0, contact.channel, contact.topic
        )
