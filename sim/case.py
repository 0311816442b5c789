"""A case: one matter that a shopper brings to support, over all the contacts it takes."""

from __future__ import annotations

from typing import Any

from model.events import Reason
from scenarios.support_draw import ABUSIVE, ANGRY, CALM, HURRIED

TEMPER_ANGER = {CALM: 0.0, HURRIED: 0.2, ANGRY: 0.6, ABUSIVE: 1.0}
ANGER_STEP = 0.2
"""What `scenarios.support.Tempers` says: anger to begin with, and what each disappointment adds."""


class Case:
    """Who asks, about what, and what has come of it so far."""

    __slots__ = (
        "answers", "asked_at", "in_vain", "is_over", "is_solved", "player", "row", "session",
        "temper", "topic", "waits",
    )  # fmt: skip

    def __init__(
        self, session: int, row: int, topic: Reason, temper: int, player: Any = None
    ) -> None:
        self.session = session
        self.row = row
        """Where her luck stands; the shop knows her by her session."""
        self.topic = topic
        self.temper = temper
        self.player = player
        """Whose journey waits for the outcome; None if no journey does."""
        self.waits = False
        """Her purchase hangs on the answer: only the last try ends the waiting."""
        self.in_vain = 0
        """Contacts without an answer since the last answer."""
        self.answers = 0
        self.asked_at = 0.0
        """When the present contact began."""
        self.is_solved = True
        """Whether the present contact's answer will solve it."""
        self.is_over = False
        """Nothing more will come of it."""

    @property
    def is_angry(self) -> bool:
        """Whether it tires the agent."""
        return self.temper >= ANGRY

    def anger(self, late: bool) -> float:
        """From 0; `late`: the present contact was answered after the target."""
        return TEMPER_ANGER[self.temper] + ANGER_STEP * (self.in_vain + late)
