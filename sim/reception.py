"""The reception: brings shoppers to an open channel, and cases back that are not over.

It stands before the desks wherever support is more than plain. Departments whose events make
shoppers ask (a late parcel, a missing message) call `because`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from model.events import Channel, Reason
from model.outcomes import Outcome
from model.shop import Shop
from scenarios.calendar import Calendar
from scenarios.columns import Shoppers
from scenarios.schema import Support
from scenarios.support import PRE_SALE
from scenarios.support_draw import ANGRY, HURRIED
from sim.case import Case
from sim.environment import Environment
from sim.self_service import SelfServiceDesk
from sim.staffed_desk import StaffedDesk

HURRIED_PATIENCE, ANGRY_HANDLING = 0.5, 4 / 3
"""What `scenarios.support.Tempers` says of the hurried and of the angry."""


class Reception:
    """Knows all channels, the people's desks first."""

    def __init__(
        self,
        environment: Environment,
        shop: Shop,
        support: Support,
        calendar: Calendar,
        shoppers: Shoppers,
    ) -> None:
        assert shoppers.support is not None
        self.environment = environment
        self.support = shop.support
        self.contacts, self.draw = shoppers.contacts, shoppers.support
        self.waits_if_closed = support.if_closed == "waits"
        self.desks = [
            StaffedDesk(environment, shop, desk, support, calendar) for desk in support.desks
        ]
        self.self_service = [
            SelfServiceDesk(environment, shop, door, self.draw.bot_luck)
            for door in support.self_service
        ]
        self.doors: Sequence[StaffedDesk | SelfServiceDesk] = (*self.desks, *self.self_service)
        self.shares = [door.share for door in support.doors]
        self.live = [desk for desk in self.desks if not desk.takes_messages]
        self.tell: Callable[[Any, float, Outcome], None] = _nobody
        """Hears of a shopper whose journey goes on: who, when, `ANSWERED` or `NO_ANSWER`."""
        for desk in self.desks:
            desk.tell = self.hear
        for door in self.self_service:
            door.tell, door.hand_on = self.hear, self._hand_on

    # who asks -----------------------------------------------------------------------------

    def ask(self, session: int, topic: Reason, player: Any, now: float) -> Outcome | None:
        """A shopper asks; `player` is her journey, if one waits for the answer.

        None while it does; `DONE` if she goes on at once, since she wrote a message; `NO_ANSWER` if
        she reached nobody.
        """
        if session in self.support.open:
            self.support.write_again(session, topic, now)
            return Outcome.DONE
        row = self.draw.row_of(session)
        case = Case(session, row, topic, self.draw.temper[row], player)
        case.waits = topic in PRE_SALE
        door = self._begin(case, now)
        if case.waits:
            return Outcome.NO_ANSWER if case.is_over else None
        if door is None or door.takes_messages:
            case.player = None
            return Outcome.NO_ANSWER if door is None else Outcome.DONE
        return None

    def because(self, topic: Reason, session: int, now: float) -> None:
        """An event of the shop happened to a shopper; she may ask about it, some time later.

        Without effect for a topic that the scenario does not name under `support.causes`.
        """
        cause = self.draw.causes.get(topic)
        row = self.draw.row_of(session)
        if cause is not None and cause.wants[row]:
            case = Case(session, row, topic, self.draw.temper[row])
            self.environment.at(now + cause.delay[row], self._again, case)

    def _again(self, case: Case, now: float) -> None:
        """A case comes, or comes back, without a journey at its door."""
        if case.session in self.support.open:
            self.support.write_again(case.session, case.topic, now)
            case.is_over = True
            self._let_go(case, now, Outcome.DONE)
        elif self._begin(case, now) is None:
            self._let_go(case, now, Outcome.NO_ANSWER)

    # where to -----------------------------------------------------------------------------

    def _begin(self, case: Case, now: float) -> StaffedDesk | SelfServiceDesk | None:
        """Bring a case to a channel; None if all are closed."""
        row, draw = case.row, self.draw
        known = self.contacts.get(case.topic)
        first = known is not None and not (case.in_vain or case.answers)
        wanted = known.desk[row] if known is not None else draw.door[row]
        number = self._open_door(wanted, draw.elsewhere[row], self.doors)
        if number is None:
            self.support.turn_away(case.session, self.doors[wanted].channel, case.topic, now)
            self._in_vain(case, now)
            return None
        if first and known is not None and number == wanted:
            self._bring(case, number, known.patience[row], known.handling[row], now)
        else:
            self._bring(case, number, draw.patience[number][row], draw.handling[number][row], now)
        return self.doors[number]

    def _bring(self, case: Case, number: int, patience: float, handling: float, now: float) -> None:
        case.asked_at = now
        door = self.doors[number]
        if isinstance(door, SelfServiceDesk):
            door.ask(case, handling, now)
            return
        unsolved = self.draw.unsolved
        case.is_solved = case.answers >= len(unsolved) or not unsolved[case.answers][case.row]
        if case.temper == HURRIED:
            patience *= HURRIED_PATIENCE
        elif case.temper >= ANGRY:
            handling *= ANGRY_HANDLING
        door.ask(case.session, case.topic, patience, handling, case, now)

    def _open_door(
        self, wanted: int, luck: float, doors: Sequence[StaffedDesk | SelfServiceDesk]
    ) -> int | None:
        """The channel she wants if it is open; else another, by their shares."""
        if self.waits_if_closed and wanted < len(self.desks):
            return wanted
        if wanted < len(doors) and self._is_open(doors[wanted]):
            return wanted
        there = [number for number, door in enumerate(doors) if self._is_open(door)]
        if not there:
            return None
        total = sum(self.shares[number] for number in there)
        if not total:  # nobody prefers what is left
            return there[int(luck * len(there))]
        reached = 0.0
        for number in there:
            reached += self.shares[number]
            if luck * total < reached:
                return number
        return there[-1]

    def _is_open(self, door: StaffedDesk | SelfServiceDesk) -> bool:
        if isinstance(door, StaffedDesk):
            return door.is_open
        return not (door.after_hours and any(desk.is_open for desk in self.live))

    def _hand_on(self, case: Case, channel: Channel, now: float) -> None:
        """A channel without people did not help; she needs one with people."""
        draw, row = self.draw, case.row
        number = self._open_door(len(self.desks), draw.elsewhere[row], self.desks)
        if number is None:
            self.support.turn_away(case.session, channel, case.topic, now)
            self._in_vain(case, now)
            self._let_go(case, now, Outcome.NO_ANSWER)
            return
        self._bring(case, number, draw.patience[number][row], draw.handling[number][row], now)
        if self.desks[number].takes_messages and not case.waits:
            self._let_go(case, now, Outcome.DONE)

    # what came of it ----------------------------------------------------------------------

    def hear(self, case: Case, now: float, outcome: Outcome) -> None:
        """A contact is over: perhaps the case is not."""
        if outcome is Outcome.ANSWERED:
            if not case.is_solved:
                later = now + self.draw.before_return[case.row]
                again = Case(case.session, case.row, case.topic, case.temper)
                again.answers = case.answers + 1
                self.environment.at(later, self._again, again)
            case.is_over = True
        elif not case.is_over:
            self._in_vain(case, now)
        self._let_go(case, now, outcome)

    def _in_vain(self, case: Case, now: float) -> None:
        """She gave up or reached nobody; she may try again later."""
        tries = self.draw.tries_again
        if case.in_vain < len(tries) and tries[case.in_vain][case.row]:
            case.in_vain += 1
            self.environment.at(now + self.draw.before_trying[case.row], self._again, case)
        else:
            case.is_over = True

    def _let_go(self, case: Case, now: float, outcome: Outcome) -> None:
        """Her journey goes on, unless her purchase hangs on the answer and she will try again."""
        if case.player is None or (case.waits and not case.is_over):
            return
        player, case.player = case.player, None
        self.tell(player, now, outcome)


def _nobody(who: Any, now: float, outcome: Outcome) -> None:
    """Nobody listens until a driver does."""
