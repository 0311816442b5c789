"""The sentences of the report: the same in both languages, and all of them used."""

import dataclasses
import datetime as dt
import math
import string
from pathlib import Path
from typing import get_args

import made_up_run
import pandas as pd
import pytest
from made_up_load import load, write_load
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
from reports.departures import depart
from reports.departures import page as departures_page
from reports.estimates import Estimates
from reports.formats import Formats, Unit, unit_of
from reports.html import render
from reports.measures import LOAD_MEASURES, MEASURES, find
from reports.run_folder import Books, Run
from reports.verdict import conclude
from reports.words import LANGUAGES, LOCALES, Words, sentences
from scenarios.schema import Reservation, SupportChannel


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_locales_have_the_same_keys_and_fields() -> None:
    assert {path.name for path in LOCALES.iterdir()} == set(LANGUAGES)
    english, persian = sentences("en"), sentences("fa")
    assert list(english) == list(persian)
    for key, sentence in english.items():
        assert _fields(sentence) == _fields(persian[key]), key


@pytest.mark.parametrize("name", [*MEASURES, *LOAD_MEASURES])
def test_every_measure_has_a_label_and_its_name_says_its_unit(name: str) -> None:
    for language in LANGUAGES:
        assert "<code>" not in Words(language).measure(name)
    assert unit_of(name).value == find(name).unit


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
        with_manifest(
            dataclasses.replace(
                simulation, measures=simulation.measures.assign(late_paid=math.nan)
            ),
            precision=("late_paid: 1",),
        ),
        *comparisons(compared),
        with_front(tune, "20 min", "5 min", doubt="10 min"),
        *staffings(compared, words),
        *sensitivities(tune),
        *live_runs(tmp_path),
        *searches(tune, tmp_path),
    ):  # fmt: skip
        render(run, Estimates(run), words)
    for run in tunes(tune):  # their drawings say nothing that is not said above
        conclude(run, Estimates(run), words)
        table = DecisionTable(run.tuned, Estimates(run), words)
        table.head()
        table.rows()
    for settings in ((), ("reservation.timeout",)):
        of_live_run(live_runs(tmp_path)[0], settings, words)
    _use_tables(words)
    assert set(sentences("fa")) - words.used == set()


def live_runs(folder: Path) -> list[Run]:
    """With and without an audit, one that was lost on the way and one that never began."""
    lost = {"lost": ("one",), "interrupted": True, "withstood": ("a callback was lost",)}
    return [
        write_load(folder / "audited", {"carts": 100}),
        write_load(folder / "lost", load=load(audited="", **lost), unmeasured=("carts < 3",)),
        write_load(folder / "never", load=load(planned=0, crashes=3)),
    ]


def of_live_run(run: Run, settings: tuple[str, ...], words: Words) -> None:
    """Say of a live run that it departs from the model, and that it does not."""
    simulated = dataclasses.replace(
        run, measures=pd.DataFrame({"value": "", "replication": [0, 1, 2], "carts": [99, 100, 101]})
    )
    for carts in (100, 500):
        live = dataclasses.replace(run, measures=run.measures.assign(carts=carts))
        departures_page(depart(simulated, live, settings), words)


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
    for name in (*MEASURES, *LOAD_MEASURES):
        words.measure(name)
    for channel in get_args(SupportChannel):
        words.measure(f"support_contacts_{channel}")
    for name in Reservation.model_fields:
        words.parameter(f"reservation.{name}")
