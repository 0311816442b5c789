"""Settlement over the real calendar, against Nowruz calendars worked out by hand (PAY-5).

Each row was worked out on paper from the public holidays: what is sold on a day is credited at
16:00 of the next business day; Friday is the weekend. `Sat` to `Fri` are there to check by eye.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from model.events import Channel, Kind, Log
from model.settlement import Settlement, Tariff, Tier
from reports.log import as_array
from reports.settling import receipts
from reports.sorted_log import SortedLog
from scenarios.calendar import Calendar
from scenarios.schema import Scenario
from scenarios.units import parse_moment
from sim.environment import Environment
from sim.settlement import SettlementClock

# sold on, credited on
NOWRUZ_1404 = [
    ("1403-12-26", "1403-12-27"),  # Sun, Mon
    ("1403-12-27", "1403-12-28"),  # Mon, Tue
    ("1403-12-28", "1404-01-05"),  # Tue, Tue: 29 Esfand to 4 Farvardin are closed
    ("1403-12-29", "1404-01-05"),  # Wed, Oil Nationalisation
    ("1403-12-30", "1404-01-05"),  # Thu, the last day of a leap year
    ("1404-01-01", "1404-01-05"),  # Fri, Nowruz
    ("1404-01-02", "1404-01-05"),  # Sat, and 21 Ramadan
    ("1404-01-04", "1404-01-05"),  # Mon, the fourth day of Nowruz
    ("1404-01-05", "1404-01-06"),  # Tue, Wed
    ("1404-01-07", "1404-01-09"),  # Thu, Sat
    ("1404-01-08", "1404-01-09"),  # Fri, Sat
    ("1404-01-10", "1404-01-14"),  # Sun, Thu: Fitr on 11 and 12, Nature Day on 13
    ("1404-01-13", "1404-01-14"),  # Wed, Thu
    ("1404-01-14", "1404-01-16"),  # Thu, Sat
]
NOWRUZ_1405 = [
    ("1404-12-26", "1404-12-27"),  # Tue, Wed
    ("1404-12-27", "1404-12-28"),  # Wed, Thu
    ("1404-12-28", "1405-01-05"),  # Thu, Wed: 29 Esfand is a Friday, 1 to 4 Farvardin are closed
    ("1404-12-29", "1405-01-05"),  # Fri
    ("1405-01-01", "1405-01-05"),  # Sat, Nowruz and Fitr
    ("1405-01-04", "1405-01-05"),  # Tue
    ("1405-01-05", "1405-01-06"),  # Wed, Thu
    ("1405-01-06", "1405-01-08"),  # Thu, Sat
    ("1405-01-10", "1405-01-11"),  # Mon, Tue
    ("1405-01-11", "1405-01-15"),  # Tue, Sat: 12, 13 and a Friday
    ("1405-01-13", "1405-01-15"),  # Thu, Nature Day
    ("1405-01-14", "1405-01-15"),  # Fri, Sat
]
NOWRUZ_1406 = [
    ("1405-12-26", "1405-12-27"),  # Wed, Thu
    ("1405-12-27", "1406-01-05"),  # Thu, Thu: a Friday, 29 Esfand, 1 to 4 Farvardin
    ("1405-12-28", "1406-01-05"),  # Fri
    ("1405-12-29", "1406-01-05"),  # Sat, Oil Nationalisation
    ("1406-01-01", "1406-01-05"),  # Sun, Nowruz
    ("1406-01-04", "1406-01-05"),  # Wed
    ("1406-01-05", "1406-01-07"),  # Thu, Sat
    ("1406-01-10", "1406-01-11"),  # Tue, Wed
    ("1406-01-11", "1406-01-15"),  # Wed, Sun: 12, a Friday, 25 Shawwal on Sat (by estimate)
    ("1406-01-14", "1406-01-15"),  # Sat, Sun
]
YEARS = {1404: NOWRUZ_1404, 1405: NOWRUZ_1405, 1406: NOWRUZ_1406}


def season_of(year: int, payment: dict[str, object] | None = None) -> Scenario:
    """The last week of a year and three weeks of the next."""
    return Scenario.model_validate(
        {
            "name": "nowruz",
            "season": {"start": f"{year - 1}-12-22", "duration": "30 d"},
            "demand": {"sessions_per_day": 1},
            "catalogue": [{"name": "it", "share": "100%", "price": "1 rial", "stock": 1}],
            "payment": payment or {"gateways": [{"preset": "zarinpal"}]},
        }
    )


def seconds(calendar: Calendar, day: str, clock: str = "12:00") -> float:
    return calendar.seconds(parse_moment(f"{day} {clock}"))


@pytest.mark.parametrize("year", YEARS)
def test_the_clock_credits_each_days_sales_when_the_calendar_says(year: int) -> None:
    scenario = season_of(year)
    calendar, environment, log = Calendar(scenario.season), Environment(), Log()
    free = (Tier(0, Tariff(0.0, 0)),)
    settlement = Settlement({Channel.GATEWAY: free}, log)
    SettlementClock(environment, settlement, scenario.payment, calendar)
    due: dict[float, int] = {}
    for number, (sold, credited) in enumerate(YEARS[year]):
        amount = 10**number
        at = seconds(calendar, credited, "16:00")
        due[at] = due.get(at, 0) + amount
        environment.at(
            seconds(calendar, sold),
            lambda amount, now: settlement.take(Channel.GATEWAY, amount),
            amount,
        )
    environment.run_until(scenario.season.duration)
    paid = {event.t: event.amount for event in log if event.kind == Kind.DEPOSITED}
    assert paid == due
    ordered = {event.t + 5 * 3600 for event in log if event.kind == Kind.INSTRUCTED}
    assert ordered == due.keys()


@pytest.mark.parametrize("year", YEARS)
def test_the_report_finds_the_same_days_from_the_payments_alone(year: int) -> None:
    scenario = season_of(year)
    calendar, log = Calendar(scenario.season), Log()
    for number, (sold, _) in enumerate(YEARS[year]):
        log.add(seconds(calendar, sold), Kind.PAYMENT_CAPTURED, 1, number, amount=1)
    found = receipts(SortedLog(as_array(log)), scenario).credited
    assert found.tolist() == [seconds(calendar, day, "16:00") for _, day in YEARS[year]]


# sold on; whether at the fee of the tier, which sales of a day reach: by Jalali month, by Gregorian
# month, by season. Nothing is settled between 28 Esfand (Thu) and 5 Farvardin (Wed, 25 March).
TIERED = [
    ("1404-12-24", False, False, False),
    ("1404-12-26", True, True, True),
    ("1405-01-02", False, True, True),  # a new Jalali month
    ("1405-01-06", True, True, True),  # settled on 5 Farvardin, so in that month
    ("1405-01-11", True, True, True),  # 31 March
    ("1405-01-14", True, False, True),  # 3 April
    ("1405-01-17", True, True, True),
]


@pytest.mark.parametrize(
    ("place", "months"), list(enumerate(("jalali_month", "gregorian_month", "season")))
)
def test_fees_by_volume_go_by_the_months_that_the_field_names(place: int, months: str) -> None:
    tiers = [{"above": "1_000_000 rial", "fee": {"rate": "1%", "fixed": "0 rial"}}]
    own = {"fee": {"rate": "2%", "fixed": "0 rial"}, "tiers": tiers, "tiers_by": months}
    scenario = season_of(1405, {"gateways": [own]})
    calendar, environment, log = Calendar(scenario.season), Environment(), Log()
    settlement = Settlement(scenario.payment.tiers(), log)
    SettlementClock(environment, settlement, scenario.payment, calendar)
    taken: list[int] = []

    def pay(number: int, now: float) -> None:
        log.add(now, Kind.PAYMENT_CAPTURED, 1, number, amount=1_000_000, channel=Channel.GATEWAY)
        taken.append(settlement.take(Channel.GATEWAY, 1_000_000))

    for number, (sold, *_) in enumerate(TIERED):
        environment.at(seconds(calendar, sold), pay, number)
    environment.run_until(scenario.season.duration)
    assert taken == [10_000 if row[1:][place] else 20_000 for row in TIERED]
    assert receipts(SortedLog(as_array(log)), scenario).fee.tolist() == taken


def test_what_is_sold_just_before_midnight_is_settled_a_day_before_what_is_sold_after() -> None:
    scenario = season_of(1405)
    calendar, log = Calendar(scenario.season), Log()
    midnight = seconds(calendar, "1404-12-26", "00:00")
    for number, t in enumerate((midnight - 1, midnight)):
        log.add(t, Kind.PAYMENT_CAPTURED, 1, number, amount=1)
    found = receipts(SortedLog(as_array(log)), scenario).credited
    assert np.diff(found).tolist() == [86400.0]


def test_a_courier_takes_as_many_business_days_as_he_says() -> None:
    methods = [{"method": "online", "share": "50%"}]
    methods.append({"method": "cod", "share": "50%", "remitted_after": "3"})
    scenario = season_of(1405, {"methods": methods})
    calendar, log = Calendar(scenario.season), Log()
    for number, day in enumerate(("1404-12-24", "1404-12-27")):  # Sun, Wed
        t = seconds(calendar, day)
        log.add(t, Kind.COD_COLLECTED, 1, number, amount=1, channel=Channel.COD)
    found = receipts(SortedLog(as_array(log)), scenario).credited
    # Mon, Tue, Wed; and Thu 28 Esfand, then Wed 5 and Thu 6 Farvardin.
    assert found.tolist() == [
        seconds(calendar, day, "16:00") for day in ("1404-12-27", "1405-01-06")
    ]


def test_a_business_day_added_by_hand_to_the_closed_ones_is_waited_out() -> None:
    scenario = season_of(1405)
    season = scenario.season.model_copy(update={"closures": (dt.date(2026, 3, 18),)})
    closed = scenario.model_copy(update={"season": season})
    calendar, log = Calendar(season), Log()
    log.add(seconds(calendar, "1404-12-26"), Kind.PAYMENT_CAPTURED, 1, 0, amount=1)
    (found,) = receipts(SortedLog(as_array(log)), closed).credited.tolist()
    assert found == seconds(calendar, "1404-12-28", "16:00")
