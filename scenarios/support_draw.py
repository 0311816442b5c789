"""What support needs to know of each shopper beyond her first question: drawn once, as all luck.

Patience at a channel, the temper, whether she tries again: all hers, whatever she asks about. Only
scenarios whose support is not plain draw any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.events import Reason
from scenarios.support import Desk, Support

if TYPE_CHECKING:
    from scenarios.customers_draw import Segments
    from scenarios.schema import Scenario
    from scenarios.shoppers import _Draw

CALM, HURRIED, ANGRY, ABUSIVE = range(4)


@dataclass(frozen=True)
class CauseDraw:
    """Whether and when each shopper would ask after an event of the shop; shape (n,)."""

    wants: list[bool]
    delay: list[float]


@dataclass(frozen=True)
class SupportDraw:
    """Each shopper before support; lists of length n, times in seconds."""

    door: list[int]
    """The channel she likes best, by its number among `Support.doors`."""
    elsewhere: list[float]
    """Luck in [0, 1): which other channel she takes where that one is closed."""
    patience: list[list[float]]
    """One list per channel; for contacts beyond those of `Shoppers.contacts`, here and below."""
    handling: list[list[float]]
    temper: list[int]
    """`CALM`, `HURRIED`, `ANGRY` or `ABUSIVE`."""
    bot_luck: list[float]
    """Luck in [0, 1): a channel without people solves her case if it lies below its share."""
    tries_again: list[list[bool]]
    """After each contact in vain; one list per try."""
    before_trying: list[float]
    unsolved: list[list[bool]]
    """After each answer; one list per answer."""
    before_return: list[float]
    asks_first: list[int]
    """The topic (`Reason`) that she asks about before buying; 0: she does not ask."""
    leaves_unanswered: list[bool]
    persuaded: list[bool]
    """An answer makes her ready to buy where she was not."""
    causes: dict[Reason, CauseDraw]

    def row_of(self, session: int) -> int:
        """The shopper of a session, as `Shoppers.row_of` has it."""
        return session % len(self.temper)


def draw_support(scenario: Scenario, of: _Draw, segments: Segments) -> SupportDraw | None:
    """The columns of one replication, or None where support is plain."""
    support = scenario.support
    if support.is_plain:
        return None
    doors = support.doors
    weights = {number: door.share for number, door in enumerate(doors)}
    luck = of.stream("support elsewhere").random(of.n)
    temper = _tempers(support, of)
    patience = [
        segments.factor("patience", of.times(f"support patience {number}", door.patience))
        if isinstance(door, Desk)
        else np.broadcast_to(0.0, of.n)
        for number, door in enumerate(doors)
    ]
    handling = [of.times(f"support handling {k}", door.handling) for k, door in enumerate(doors)]
    persistence, before = support.persistence, support.before_buying
    tries = range(persistence.tries - 1 if persistence else 0)
    again = persistence.tries_again if persistence else 0.0
    returns = 1 - persistence.solved if persistence else 0.0
    delays = [
        of.times(f"support {name}", law, bool(share))
        for name, law, share in (
            ("before trying", persistence.after, again),
            ("before return", persistence.comes_back_after, returns),
        )
    ] if persistence else [np.broadcast_to(0.0, of.n)] * 2  # fmt: skip
    ready = scenario.shoppers.ready
    lift = before.lifts * ready / (1 - ready) if before and ready < 1 else 0.0
    return SupportDraw(
        door=of.choices("support door", weights).tolist(),
        elsewhere=luck.tolist(),
        patience=[column.tolist() for column in patience],
        handling=[column.tolist() for column in handling],
        temper=temper.tolist(),
        bot_luck=of.stream("support bot").random(of.n).tolist() if support.self_service else [],
        tries_again=[of.flags(f"support tries again {k}", again).tolist() for k in tries],
        before_trying=delays[0].tolist(),
        unsolved=[of.flags(f"support unsolved {k}", returns).tolist() for k in tries],
        before_return=delays[1].tolist(),
        asks_first=_asks_first(support, of),
        leaves_unanswered=of.flags(
            "support leaves unanswered", before.unanswered_leaves if before else 0.0
        ).tolist(),
        persuaded=of.flags("support persuaded", min(lift, 1.0)).tolist(),
        causes={
            Reason[topic.upper()]: CauseDraw(
                of.flags(f"{topic} cause", cause.share).tolist(),
                of.times(f"{topic} cause delay", cause.delay).tolist(),
            )
            for topic, cause in support.causes.items()
        },
    )


def _tempers(support: Support, of: _Draw) -> NDArray[Any]:
    tempers = support.tempers
    if tempers is None:
        return np.broadcast_to(CALM, of.n)
    calm = 1 - tempers.hurried - tempers.angry - tempers.abusive
    shares = dict(enumerate((calm, tempers.hurried, tempers.angry, tempers.abusive)))
    return of.choices("support temper", shares)


def _asks_first(support: Support, of: _Draw) -> list[int]:
    before = support.before_buying
    if before is None:
        return [0] * of.n
    topics = {int(Reason[name.upper()]): share for name, share in before.topics.items()}
    about = of.choices("support first topic", topics)
    asks = of.flags("support asks first", before.asks)
    column: list[int] = np.where(asks, about, 0).tolist()
    return column
