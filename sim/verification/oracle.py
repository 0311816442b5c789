"""The reservation store by the engine and by a textbook simulation: the same shoppers, the same
counts."""

from __future__ import annotations

from scenarios.loader import load
from scenarios.shoppers import Plan, draw
from sim.verification.check import Counted
from sim.verification.textbook import Counts, counts_of, play_textbook
from sim.world import play_shoppers

QUARTER = ("season.duration=3 h", "catalogue.goods.stock=20")
"""A quarter of the season and a third of the stock: as scarce as the whole, in a quarter."""
SETTINGS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    *((*QUARTER, f"reservation.timeout={timeout}") for timeout in ("30 s", "5 min", "2 h", "none")),
    *((*QUARTER, f"support.desks.chat.agents={agents}") for agents in (1, 40, 200)),
    *((*QUARTER, f"catalogue.goods.stock={stock}") for stock in (1, 1000)),
    (*QUARTER, "demand.sessions_per_day=1_200_000", "support.desks.chat.agents=225"),
    (
        *QUARTER,
        "support.desks.chat.handling={law: exponential, mean: 30 min}",
        "support.desks.chat.patience={law: exponential, mean: 1 min}",
    ),
)
"""Of one season after the other: the whole store twice, then what differs in quarters of it."""
FIGURES = (
    "sessions", "units reserved for carts", "stockouts", "orders paid", "paid late",
    "late payments lost", "reservations run out", "contacts", "contacts served",
    "contacts given up", "seconds waited",
)  # fmt: skip
"""The counts of `Counts`, in their order."""


def both(settings: tuple[str, ...], seed: int, replication: int) -> tuple[Counts, Counts]:
    """Counts of one season by the engine and by the textbook."""
    scenario = load("benchmark-w1", settings)
    plan = Plan.of(scenario)
    shoppers = draw(plan, seed, replication)
    counts = counts_of(play_shoppers(plan, shoppers).shop.log)
    return counts, play_textbook(scenario, shoppers)


def play_both(seed: int, number: int) -> Counted:
    """Every count by the engine and by the textbook."""
    counts, textbook = both(SETTINGS[number], seed, number)
    return list(zip(vars(counts).values(), vars(textbook).values(), strict=True))
