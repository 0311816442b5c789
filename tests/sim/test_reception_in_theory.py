"""Behind the reception, with its features on, every channel is the queue of the closed form.

A phone that keeps office hours, a chat whose agents have two shoppers each, e-mail with tickets,
and agents who tire without consequence. Poisson callers choose a channel: each sees a thinned
Poisson process. While the phone is closed, its callers go to the others by their shares. So by day
the phone, and by night the chat with some of the phone's callers, are Erlang's queues. All measures
of both tests share a level of 0.1% (Bonferroni: half of it for each test, and of that an equal part
for each measure; sums of waits in a short window are too skewed for Hotelling's T-squared).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from desk_run import ENDLESS, against
from scipy import stats
from test_reception import House

from model.events import Channel, Kind, Log
from sim.verification.closed_forms import Queue
from sim.verification.cohort import HOUR, MINUTE, Cohort, Window, cohort

LEVEL = 0.001 / 2
RUNS = 30
ARRIVALS = 17.6 / (6 * MINUTE)
"""All contacts together, a second."""
SHARES = {"chat": 5 / 11, "phone": 5 / 11, "email": 1 / 11}
AT_NIGHT = SHARES["chat"] + SHARES["phone"] * SHARES["chat"] / (SHARES["chat"] + SHARES["email"])
"""Of all contacts, those that a chat has while the phone is closed."""
SERVICE = 1 / (6 * MINUTE)
DAY, NIGHT = Window(10.5 * HOUR, 16 * HOUR, 31 * HOUR), Window(20 * HOUR, 28 * HOUR, 31 * HOUR)
"""An hour and a half after the phone opens, to an hour before it closes; three hours after that."""


class Seen(NamedTuple):
    """What became of one run's contacts."""

    phone_by_day: Cohort
    chat_by_day: Cohort
    chat_by_night: Cohort


def play(phone: int, chat: int, giving_up: float, seed: int) -> Seen:
    """A reception over a day and a night, with so many agents on the phone and in the chat."""
    generator = np.random.default_rng(seed)
    at = np.cumsum(generator.exponential(1 / ARRIVALS, int(ARRIVALS * 36 * HOUR)))
    at = at[at < NIGHT.stops]
    n = len(at)
    office = [{"begins": "09:00", "ends": "17:00", "agents": phone}]
    people = generator.exponential(1 / giving_up, (3, n)) if giving_up else np.full((3, n), ENDLESS)
    house = House(
        n,
        {
            "desks": [
                {"channel": "chat", "share": SHARES["chat"], "agents": chat, "at_once": 2},
                {"channel": "phone", "share": SHARES["phone"], "shifts": office},
                {"channel": "email", "share": SHARES["email"], "shifts": office},
            ],
            "strain": {"slows": "0%", "loses": "0%"},
        },
        door=generator.choice(3, n, p=list(SHARES.values())).tolist(),
        elsewhere=generator.random(n).tolist(),
        patience=people.tolist(),
        handling=generator.exponential(1 / SERVICE, (3, n)).tolist(),
    )
    for row, when in enumerate(at.tolist()):
        house.asks(row, when)
    house.run(NIGHT.stops)
    log = house.shop.log
    by_email = [event for event in house.of(Kind.CONTACTED) if event.channel == Channel.EMAIL]
    assert len(house.of(Kind.TICKET_OPENED)) == len(by_email) > 0
    assert not house.of(Kind.UNREACHED)
    return Seen(
        cohort(only(log, Channel.PHONE), DAY),
        cohort(only(log, Channel.CHAT), DAY),
        cohort(only(log, Channel.CHAT), NIGHT),
    )


def only(log: Log, channel: Channel) -> Log:
    """The events of one channel."""
    part = Log()
    for event in log:
        if event.channel == channel:
            part.add(*event)
    return part


def excess(queues: tuple[Queue, Queue], seen: list[Seen]) -> np.ndarray:
    """What each run has beyond what theory expects: on the phone by day, in the chat by night, and
    how many came to the chat by day; every mean is zero."""
    phone, chat = queues
    columns = [
        against(phone, [each.phone_by_day for each in seen], DAY.length),
        against(chat, [each.chat_by_night for each in seen], NIGHT.length),
        [[each.chat_by_day.came - ARRIVALS * SHARES["chat"] * DAY.length] for each in seen],
    ]
    if phone.giving_up:
        for queue, name in ((phone, "phone_by_day"), (chat, "chat_by_night")):
            cohorts = [getattr(each, name) for each in seen]
            columns.append([[c.gave_up - queue.share_giving_up * c.came] for c in cohorts])
    return np.column_stack(columns)


def queues(phone: int, chat: int, giving_up: float) -> tuple[Queue, Queue]:
    """The phone by day, and the chat by night."""
    return (
        Queue(ARRIVALS * SHARES["phone"], SERVICE, phone, giving_up),
        Queue(ARRIVALS * AT_NIGHT, SERVICE, 2 * chat, giving_up),
    )


def smallest_p(sample: np.ndarray) -> float:
    """Student's t for every column of shape (runs, measures), whose mean is zero: the smallest
    p-value, times their number (Bonferroni)."""
    return float(stats.ttest_1samp(sample, 0).pvalue.min() * sample.shape[1])


def test_with_endless_patience_every_channel_is_erlang_c() -> None:
    seen = [play(10, 10, 0.0, seed) for seed in range(700, 700 + RUNS)]
    assert smallest_p(excess(queues(10, 10, 0.0), seen)) > LEVEL


def test_with_patience_every_channel_is_erlang_a() -> None:
    giving_up = 1 / (5 * MINUTE)
    seen = [play(7, 7, giving_up, seed) for seed in range(800, 800 + RUNS)]
    assert smallest_p(excess(queues(7, 7, giving_up), seen)) > LEVEL
