"""Numbers, money, durations and dates as planners read them."""

import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formats import Formats, Unit, in_order, is_ordered, split_channel, unit_of
from reports.intervals import Interval
from reports.words import Words

FA, EN = Formats(Words("fa")), Formats(Words("en"))
AR, TR = Formats(Words("ar")), Formats(Words("tr"))
NO_WIDTH = math.nan


def around(mean: float, half_width: float) -> Interval:
    return Interval(mean, mean - half_width, mean + half_width, half_width, 10)


def alone(mean: float) -> Interval:
    return Interval(mean, NO_WIDTH, NO_WIDTH, NO_WIDTH, 1)


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ("stockouts", Unit.COUNT),
        ("phantom_stockout_rate", Unit.SHARE),
        ("support_service_level_chat", Unit.SHARE),
        ("support_occupancy", Unit.SHARE),
        ("profit_rial", Unit.RIAL),
        ("support_wait_p95_s_site_comments", Unit.SECONDS),
        ("operator_hours", Unit.HOURS),
        ("reserved_unit_hours_unsold", Unit.HOURS),
        ("paid_to_shipped_p95_h", Unit.HOURS),
        ("late_paid", Unit.COUNT),
    ],
)
def test_a_measures_name_says_its_unit(measure: str, unit: Unit) -> None:
    assert unit_of(measure) is unit


def test_the_channel_of_a_support_measure_is_told_apart_from_its_name() -> None:
    assert split_channel("support_contacts_site_comments") == ("support_contacts", "site_comments")
    assert split_channel("support_contacts") == ("support_contacts", "")
    assert split_channel("orders_chat") == ("orders_chat", "")


def test_persian_numbers_have_persian_digits_and_separators() -> None:
    assert FA.number(-1234567.891, 2) == "−۱٬۲۳۴٬۵۶۷٫۸۹"
    assert EN.number(-1234567.891, 2) == "−1,234,567.89"


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (around(5_892_860, 1_240_000), "600,000 toman"),
        (around(7_612_340, 31_000), "761,000 toman"),
        (alone(7_612_340), "761,234 toman"),
    ],
)
def test_a_mean_alone_has_no_digit_that_its_interval_does_not_carry(
    interval: Interval, text: str
) -> None:
    toman = EN.scale(Unit.RIAL, [10_000.0])
    assert EN.mean(interval, Unit.RIAL, toman).striptags() == text


def test_a_number_that_rounds_to_zero_has_no_sign() -> None:
    assert EN.number(-0.004, 2) == "0.00"
    assert EN.number(0.004, 2, signed=True) == "0.00"


@pytest.mark.parametrize(
    ("mean", "half_width", "unit", "text"),
    [
        (10600.123, 41.23, Unit.COUNT, "10,600 ± 41"),
        (12_345_678, 123_456, Unit.COUNT, "12,350,000 ± 120,000"),
        (0.35, 0.4111, Unit.COUNT, "0.35 ± 0.41"),
        (5.0, 0.0997, Unit.COUNT, "5.00 ± 0.10"),
        (0.01312, 0.000213, Unit.SHARE, "1.312 ± 0.021%"),
        (34_210_000_000, 412_000_000, Unit.RIAL, "3.421 ± 0.041 billion toman"),
        (-1.2e10, 3.1e8, Unit.RIAL, "−1.200 ± 0.031 billion toman"),
        (95.04, 4.2, Unit.SECONDS, "95.0 ± 4.2 seconds"),
        (600.0, 12.0, Unit.SECONDS, "10.00 ± 0.20 minutes"),
        (0.025, 0.0013, Unit.SECONDS, "25.0 ± 1.3 milliseconds"),
        (0.0, 0.0, Unit.SECONDS, "0 seconds"),
        (0.0, 0.0, Unit.COUNT, "0"),
        (123_456.7, 0.012, Unit.COUNT, "123,456.700 ± 0.012"),
    ],
)
def test_an_estimate_shows_the_digits_that_its_interval_carries(
    mean: float, half_width: float, unit: Unit, text: str
) -> None:
    shown = EN.estimate(around(mean, half_width), unit).striptags().replace("\u00a0", " ")
    assert shown == text


@given(
    mean=st.floats(min_value=0.01, max_value=1e12),
    relative=st.floats(min_value=1e-3, max_value=0.5),
)
def test_the_half_width_keeps_two_digits_and_the_mean_stays_within_its_rounding(
    mean: float, relative: float
) -> None:
    half_width = mean * relative
    shown = EN.estimate(around(mean, half_width), Unit.COUNT).striptags().replace(",", "")
    shown_mean, shown_half_width = map(float, shown.split(" ± "))
    assert shown_half_width == pytest.approx(half_width, rel=0.05001)
    assert abs(shown_mean - mean) <= half_width * 0.0501


def test_one_replication_shows_no_interval() -> None:
    assert EN.estimate(alone(34321), Unit.COUNT).striptags() == "34,321"
    assert EN.estimate(alone(0.0131234), Unit.SHARE).striptags() == "1.31%"


def test_an_undefined_measure_is_a_dash() -> None:
    assert EN.estimate(alone(math.nan), Unit.RIAL).striptags() == "—"


def test_numbers_are_isolated_from_the_direction_of_the_sentence() -> None:
    shown = str(FA.estimate(around(-2e10, 3e8), Unit.RIAL))
    assert '<bdi dir="ltr">−۲٫۰۰۰ ± ۰٫۰۳۰</bdi>' in shown
    assert shown.endswith("میلیارد تومان</span>")


def test_a_percent_sign_stands_at_the_digits_and_never_beside_the_sign_of_the_number() -> None:
    assert str(FA.value(0.02, Unit.SHARE)) == '<span class="q"><bdi dir="ltr">۲٪</bdi></span>'


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.97, "97%"), (0.9699, "96%"), (0.995, "99.5%"), (0.9994, "99.9%"), (1.0, "99.9%")],
)
def test_a_probability_is_rounded_down_and_never_to_certainty(
    probability: float, text: str
) -> None:
    assert EN.probability(probability).striptags() == text


@pytest.mark.parametrize(
    ("written", "fa", "en"),
    [
        ("5min", "۵ دقیقه", "5 minutes"),
        ("1 h 30 min", "۱ ساعت و ۳۰ دقیقه", "1 hour 30 minutes"),
        ("120 min", "۱۲۰ دقیقه", "120 minutes"),
        ("none", "بی‌پایان", "no limit"),
        ("15%", "۱۵٪", "15%"),
        ("2_500_000 rial", "۲۵۰٬۰۰۰ تومان", "250,000 toman"),
        ("2.5", "۲٫۵", "2.5"),
        ("sweeper", "sweeper", "sweeper"),
    ],
)
def test_a_varied_value_reads_like_the_language(written: str, fa: str, en: str) -> None:
    assert FA.written(written).striptags().replace("\u00a0", " ") == fa
    assert EN.written(written).striptags().replace("\u00a0", " ") == en


def test_values_of_one_unit_stand_along_an_axis_as_bare_numbers() -> None:
    assert FA.categories(["5 min", "60min"]) == ["۵", "۶۰"]
    assert FA.common_unit(["5 min", "60min"]) == "دقیقه"
    assert EN.categories(["30 min", "2 h"]) == ["30 minutes", "2 hours"]
    assert EN.common_unit(["30 min", "2 h"]) == ""


def test_values_are_ordered_by_size_and_words_as_given() -> None:
    assert in_order(["2 h", "none", "5 min", "90 s"]) == ["90 s", "5 min", "2 h", "none"]
    assert in_order(["timer", "lazy", "sweeper"]) == ["timer", "lazy", "sweeper"]
    assert is_ordered(["2 h", "none"])
    assert not is_ordered(["timer", "lazy"])


def test_a_season_is_told_in_the_calendar_of_the_language() -> None:
    start = dt.datetime(2027, 3, 16)
    assert FA.period(start, 10 * 86400.0) == "۲۵ اسفند ۱۴۰۵ تا ۵ فروردین ۱۴۰۶"
    assert EN.period(start, 10 * 86400.0) == "16 March 2027 to 25 March 2027"


def test_a_day_has_no_end_and_a_few_hours_have_a_clock() -> None:
    assert EN.period(dt.datetime(2027, 3, 16), 86400.0) == "16 March 2027"
    night = EN.period(dt.datetime(2027, 3, 16, 23), 2 * 3600.0)
    assert night.striptags() == "16 March 2027, 23:00 to 17 March 2027, 01:00"
    evening = EN.period(dt.datetime(2027, 3, 16, 20), 2 * 3600.0)
    assert evening.striptags() == "16 March 2027, 20:00 to 22:00"


def plain(said: object) -> str:
    return re.sub(r"<[^>]+>", "", str(said)).replace("\u00a0", " ")


def test_turkish_has_a_comma_for_decimals_and_its_percent_sign_in_front() -> None:
    assert TR.number(-1234567.891, 2) == "−1.234.567,89"
    assert plain(TR.value(0.02, Unit.SHARE)) == "%2"
    assert plain(TR.estimate(around(-0.032, 0.004), Unit.SHARE)) == "−%3,20 ± 0,40"
    assert plain(TR.written("2.5")) == "2,5"
    assert TR.tick(TR.scale(Unit.SHARE, [0.1]))(-5, 1) == "−%5,0"


def test_turkish_knows_a_dotted_and_a_dotless_i() -> None:
    words = Words("tr")
    assert words.measure_in_sentence("orders_cancelled").startswith("iptal")
    assert words.measure_in_sentence("sessions") == "oturumlar"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1 min", "دقيقة واحدة"),
        ("2 min", "دقيقتان"),
        ("3 min", "3 دقائق"),
        ("20 min", "20 دقيقة"),
        ("100 d", "100 يوم"),
        ("1.5 h", "1.5 ساعة"),
        ("1 h 30 min", "ساعة واحدة و30 دقيقة"),
    ],
)
def test_arabic_counts_one_two_few_and_many(written: str, said: str) -> None:
    assert plain(AR.written(written)) == said


def test_arabic_and_turkish_days_are_gregorian() -> None:
    day = dt.date(2027, 3, 20)
    assert AR.day(day) == "20 آذار/مارس 2027"
    assert TR.day(day) == "20 Mart 2027"
