"""Which hours and days of an export are looked at."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from scenarios.calibration.selection import select
from scenarios.errors import UserError

SATURDAY = dt.date(2026, 2, 21)


def test_without_a_part_every_hour_of_every_day_counts() -> None:
    part = select([])
    assert part.whole
    assert part.cells(SATURDAY, 3).all()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("even-hours", "odd-hours"),
        ("even-days", "odd-days"),
        ("before 1404-12-05", "from 1404-12-05"),
        ("before 2026-02-24", "from ۱۴۰۴-۱۲-۰۵"),
        ("hours 0-9", "hours 9-24"),
    ],
)
def test_a_part_and_its_counterpart_share_nothing_and_leave_nothing(text: str, other: str) -> None:
    one, rest = select([text]).cells(SATURDAY, 8), select([other]).cells(SATURDAY, 8)
    assert one.any()
    assert rest.any()
    assert np.array_equal(one, ~rest)


def test_days_are_numbered_from_one() -> None:
    assert select(["odd-days"]).cells(SATURDAY, 3)[:, 0].tolist() == [True, False, True]


def test_several_parts_leave_what_is_in_all_of_them() -> None:
    cells = select(["weekdays saturday, sunday", "hours 7-9"]).cells(SATURDAY, 7)
    assert cells.sum() == 4
    assert cells[0, 7]
    assert cells[1, 8]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["odd-hour"], "--fit-on odd-hour: this is no part of an export; did you mean 'odd-hours'"),
        (["before yesterday"], "--fit-on before yesterday: not a date: 'yesterday'"),
        (["weekdays fryday"], "no weekday 'fryday'; did you mean 'friday'"),
        (["hours 9-7"], "write the first full hour and the one before which it ends"),
        (["hours 0-9", "hours 9-24"], "leave no hour of the day"),
    ],
)
def test_what_is_no_part_is_said_and_how_one_is_written(texts: list[str], message: str) -> None:
    with pytest.raises(UserError) as error:
        select(texts)
    assert message in str(error.value)
