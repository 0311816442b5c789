"""The sentences of the report: the same in both languages, and all of them used."""

import dataclasses
import datetime as dt
import string
from pathlib import Path
from typing import get_args

import made_up_run
import pytest
from made_up_studies import sensitivities, staffings
from report_pages import (
    comparisons,
    searches,
    tunes,
    with_flat_hours,
    with_front,
    with_manifest,
    with_precision,
    with_quiet_best,
    with_result,
    with_same_crowds,
)

from reports.decision_table import DecisionTable
from reports.estimates import Estimates
from reports.formats import Formats, Unit, unit_of
from reports.html import render
from reports.measures import MEASURES
from reports.run_folder import Books, Run
from reports.verdict import conclude
from reports.words import LANGUAGES, LOCALES, Words, sentences
from scenarios.schema import Reservation, SupportChannel


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_locales_have_the_same_keys_and_fields() -> None:
    assert {path.stem for path in LOCALES.glob("*.yaml")} == set(LANGUAGES)
    english, persian = sentences("en"), sentences("fa")
    assert list(english) == list(persian)
    for key, sentence in english.items():
        assert _fields(sentence) == _fields(persian[key]), key


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_label_and_its_name_says_its_unit(name: str) -> None:
    for language in LANGUAGES:
        assert "<code>" not in Words(language).measure(name)
    assert unit_of(name).value == MEASURES[name].unit


def test_every_sentence_of_a_locale_is_used(
    tune: Run, simulation: Run, compared: Run, tmp_path: Path
) -> None:
    words = Words("fa")
    books = Books(balanced=False, faults=("a fault",))
    extreme = tuple(reversed(made_up_run.result().differences))
    for run in (
        tune,
        simulation,
        with_manifest(simulation, source="live", replications=1, books=books),
        with_result(tune, best="5 min", current="5 min", indistinguishable=("10 min",)),
        with_result(tune, best="120 min", current="5 min", indistinguishable=("5 min", "10 min")),
        with_result(tune, objective="stockouts", goal="min", differences=extreme),
        with_manifest(tune, thresholds=("stockouts < 10",)),
        dataclasses.replace(tune, measures=tune.measures.assign(support_backlog_peak=11)),
        with_manifest(
            simulation,
            thresholds=("stockouts > 1", "stockouts >= 1", "stockouts < 1", "stockouts = 0"),
        ),
        with_manifest(simulation, season=simulation.manifest.season.model_copy(
            update={"start": dt.datetime(2027, 3, 20, 22)})),
        dataclasses.replace(tune, measures=tune.measures.assign(weather_index=3.0)),
        with_manifest(simulation, thresholds=("orders_paid < 34_300", "orders_paid > 34_300")),
        with_flat_hours(simulation),
        with_quiet_best(tune),
        with_same_crowds(tune),
        with_precision(simulation),
        with_manifest(simulation, precision=("oversold_units: 1",)),
        *comparisons(compared),
        with_front(tune, "20 min", "5 min", doubt="10 min"),
        *staffings(compared, words),
        *sensitivities(tune),
        *searches(tune, tmp_path),
    ):  # fmt: skip
        render(run, Estimates(run), words)
    for run in tunes(tune):  # their drawings say nothing that is not said above
        conclude(run, Estimates(run), words)
        table = DecisionTable(run.tuned, Estimates(run), words)
        table.head()
        table.rows()
    _use_tables(words)
    assert set(sentences("fa")) - words.used == set()


def _use_tables(words: Words) -> None:
    """Names for values that no single run could show: every one must be real."""
    formats = Formats(words)
    for month in range(12):
        formats.day(dt.date(2027, 4, 5) + dt.timedelta(days=30 * month))
    for written in ("1 s", "2 s", "1 min", "1 h", "2 h", "1 d", "2 d", "1 h 30 min", "none"):
        formats.written(written)
    for seconds in (1.0, 600.0, 36_000.0, 1e6):
        formats.scale(Unit.SECONDS, [seconds])
    for rial in (1.0, 1e8, 1e11, 1e14):
        formats.scale(Unit.RIAL, [rial])
    formats.scale(Unit.HOURS, [1.0])
    words("own_name")  # the other page says it, in its link
    for name in MEASURES:
        words.measure(name)
    for channel in get_args(SupportChannel):
        words.measure(f"support_contacts_{channel}")
    for name in Reservation.model_fields:
        words.parameter(f"reservation.{name}")
