"""The sentences of the report: the same in every language, and all of them used."""

import dataclasses
import datetime as dt
import math
import re
import string
from pathlib import Path
from typing import get_args

import full_shop
import made_up_run
import pandas as pd
import pytest
from made_up_backtests import backtests
from made_up_load import load, write_load
from made_up_studies import sensitivities, staffings
from markupsafe import Markup, escape
from played_run import play_run
from report_pages import (
    comparisons,
    searches,
    tunes,
    with_flat_hours,
    with_front,
    with_grid,
    with_manifest,
    with_precision,
    with_quiet_best,
    with_result,
    with_same_crowds,
)
from test_side_by_side import of_all_kinds

from model.events import Reason
from model.order import OrderState
from reports import area_figures, figures
from reports.breakdowns.carts import STEPS
from reports.chapters.stockouts import LEVELS
from reports.decision_table import DecisionTable
from reports.departures import depart
from reports.departures import page as departures_page
from reports.estimates import Estimates
from reports.figures import FONTS
from reports.formats import Formats, Unit, unit_of
from reports.html import render
from reports.measures import LOAD_MEASURES, MEASURES, find
from reports.measures.load import slug
from reports.notations import NOTATIONS, Language
from reports.planner_verdict import PlannerVerdict
from reports.run_folder import Books, Run
from reports.sheets import sheets_of
from reports.side_by_side_page import page as side_by_side_page
from reports.verdict import conclude
from reports.words import LANGUAGES, LOCALES, Words, sentences
from scenarios.schema import Reservation, SupportChannel

TARGETS = Path(__file__).parents[2] / "loadtests/targets"
_CAUSES = (
    Reason.NONE, Reason.TIMEOUT, Reason.SECOND_TIMEOUT, Reason.BY_OPERATOR, Reason.CANCELLED,
    Reason.LATE, Reason.BACKORDER, Reason.NOT_FETCHED, Reason.REFUSED_AT_DOOR, Reason.WITHDRAWN,
)  # fmt: skip
"""Why an order comes to its state."""
_PLURAL = re.compile(r"duration\.\w+\.\w+")


def _without_plurals(said: dict[str, str]) -> dict[str, str]:
    return {key: sentence for key, sentence in said.items() if not _PLURAL.fullmatch(key)}


def _bare(sentence: str) -> str:
    """Without the names of its fields."""
    return re.sub(r"{\w+}", "", sentence)


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_language_has_its_folder() -> None:
    assert {path.name for path in LOCALES.iterdir()} == set(LANGUAGES) == set(NOTATIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_locales_have_the_same_keys_and_fields(language: Language) -> None:
    english, other = _without_plurals(sentences("en")), _without_plurals(sentences(language))
    assert list(english) == list(other)
    for key, sentence in english.items():
        assert _fields(sentence) == _fields(other[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_durations_have_the_plurals_of_their_language(language: Language) -> None:
    plurals = [key for key in sentences(language) if _PLURAL.fullmatch(key)]
    forms = NOTATIONS[language].plurals
    assert plurals == [
        f"duration.{unit}.{form}" for unit in ("s", "min", "h", "d") for form in forms
    ]
    assert {NOTATIONS[language].plural(number) for number in (1, 2, 3, 11, 100)} == set(forms)


@pytest.mark.parametrize("language", ["fa", "ar", "tr"])
def test_no_sentence_was_left_in_english(language: Language) -> None:
    alike = {
        key
        for key, sentence in sentences(language).items()
        if sentence == sentences("en").get(key) and re.search("[A-Za-z]", _bare(sentence))
    }
    assert alike <= {"direction", "channel.whatsapp", "unit.toman"}


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_in_the_page_has_every_letter_of_the_language(
    language: Language, weight: str
) -> None:
    from fontTools.ttLib import TTFont

    letters = TTFont(FONTS / f"Vazirmatn-{weight}.subset.woff2").getBestCmap()
    said = "".join(sentences(language).values()) + NOTATIONS[language].signs
    assert {letter for letter in said if ord(letter) not in letters} == set()


@pytest.mark.parametrize("name", [*MEASURES, *LOAD_MEASURES])
def test_every_measure_has_a_label_and_its_name_says_its_unit(name: str) -> None:
    for language in LANGUAGES:
        assert "<code>" not in Words(language).measure(name)
    assert unit_of(name).value == find(name).unit


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages whose figures are laid out but not drawn, which takes half of a page's time."""
    for module in (figures, area_figures):
        monkeypatch.setattr(module, "as_svg", lambda figure, name, alt: Markup(escape(alt)))


def test_every_sentence_of_a_locale_is_used(
    tune: Run, simulation: Run, compared: Run, tmp_path: Path, undrawn: None
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
        with_grid(tune),
        *staffings(compared, words),
        *sensitivities(tune),
        *live_runs(tmp_path),
        *searches(tune, tmp_path),
        played := play_run(tmp_path / "played", days=4),
        dataclasses.replace(played, measures=played.measures.assign(support_wait_p95_s=0.0)),
        play_run(tmp_path / "slow seen", replications=1, days=4, live=True),
        full_shop.write_run(tmp_path / "full", 2),
        play_run(tmp_path / "suspended", "waited for", 1),
        play_run(tmp_path / "seen", "suspended", 1, days=4, live=True),
        *backtests(simulation, tmp_path / "backtests"),
    ):  # fmt: skip
        render(run, Estimates(run), words)
    for run in tunes(tune):  # their drawings say nothing that is not said above
        conclude(run, Estimates(run), words)
        table = DecisionTable(run.tuned, Estimates(run), words)
        table.head()
        table.rows()
        planner = PlannerVerdict(run, run.tuned, Estimates(run), words)
        for value in run.values:
            planner.sentence(value)
    for settings in ((), ("reservation.timeout",)):
        of_live_run(live_runs(tmp_path)[0], settings, words)
    for run in (tune, compared):
        sheets_of(run, words)
    for found in of_all_kinds(simulation, tune, tmp_path):
        side_by_side_page(found, words, tmp_path)
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


def _steps_of_adapters() -> set[str]:
    """What the adapters call their requests, among the other words of their code."""
    code = "".join(path.read_text(encoding="utf-8") for path in TARGETS.glob("*.py"))
    return set(re.findall(r'"([a-z]+(?: [a-z]+)*)"', code))


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
    full_shop.use_names(words)
    for state in OrderState:
        words(f"chapter.orders.state.{state.name.lower()}")
    for cause in _CAUSES:
        words(f"chapter.orders.cause.{cause.name.lower()}")
    for step in STEPS:
        words(f"chapter.carts.at.{step}")
        words(f"chapter.carts.lost.{step}")
    for level in LEVELS:
        words(f"chapter.stockouts.level.{level}")
    for step in _steps_of_adapters():
        words.step(slug(step))
    words("chapter.stockouts.others")  # where a shop refuses more products than are told apart
    for name in Reservation.model_fields:
        words.parameter(f"reservation.{name}")
