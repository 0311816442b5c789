"""The report page: what it says, in both languages, offline and the same for the same run."""

import dataclasses
import datetime as dt
import re
import string
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import made_up_run
import pytest

from reports import run_folder
from reports.charts import Charts
from reports.estimates import Estimates
from reports.formats import Formats, Unit, unit_of
from reports.html import render, write_report
from reports.measures import MEASURES
from reports.run_folder import Books, Run
from reports.tables import Tables
from reports.verdict import Conclusion, conclude
from reports.words import LANGUAGES, LOCALES, Words, sentences
from scenarios.errors import UserError
from scenarios.schema import Reservation, SupportChannel

CSS = Path(run_folder.__file__).parent / "templates" / "report.css"
VOID = {"meta", "link", "br", "img"}


def page(run: Run, language: str = "en") -> str:
    return render(run, Estimates(run), Words(language))


def conclusion(run: Run, language: str = "en") -> str:
    """The verdict's sentences alone."""
    said = conclude(run, Estimates(run), Words(language))
    return text(" ".join((said.headline, *said.details, *said.warnings)))


def conclude_of(run: Run) -> Conclusion:
    return conclude(run, Estimates(run), Words("en"))


def text(page: str) -> str:
    """The page as a reader sees it: without markup, on one line, with common spaces."""
    body = re.sub(r"<(svg|head)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


@pytest.fixture(scope="module")
def tune(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_folder.read(made_up_run.write_tune(tmp_path_factory.mktemp("tune") / "run"))


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("simulation") / "run"
    return run_folder.read(made_up_run.write_simulation(folder))


@pytest.fixture(scope="module")
def tune_page(tune: Run) -> str:
    return page(tune)


def with_result(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, result=made_up_run.result(**changes))


def with_manifest(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, manifest=run.manifest.model_copy(update=changes))


# ---- what it says


def test_a_tune_says_first_which_value_to_set_and_how_sure_that_is(tune: Run) -> None:
    assert conclusion(tune).startswith(
        "Set reservation timeout (reservation.timeout) to 20 minutes: with a certainty of "
        "about 97% it is the best of 6 values for profit;"
    )
    assert conclusion(tune, "fa").startswith(
        "مهلت رزرو (reservation.timeout) را ۲۰ دقیقه بگذارید: به احتمال حدود ۹۷٪ از میان ۶ "
        "مقدار برای سود بهترین است؛"
    )


def test_a_tune_says_what_the_present_and_the_worst_value_cost(tune: Run) -> None:
    said = conclusion(tune)
    assert re.search(
        r"The most expensive choice is 120 minutes: profit lower by 1\.\d+ ± [\d.]+ billion toman",
        said,
    )
    assert re.search(
        r"The scenario now uses 60 minutes: profit lower by [\d.]+ ± [\d.]+ million toman than at "
        "20 minutes",
        said,
    )


def test_an_unsure_tune_does_not_say_set(tune: Run) -> None:
    doubtful = with_result(tune, indistinguishable=("30 min", "10 min"), confidence=0.48)
    said = conclusion(doubtful)
    assert "Set reservation timeout" not in said
    assert "but with a certainty of only 48%" in said
    assert "10 minutes and 30 minutes cannot be told apart from it" in said


def test_a_best_value_at_the_edge_asks_for_more_values(tune: Run) -> None:
    assert "120 minutes is the largest value tried" in conclusion(with_result(tune, best="120 min"))
    assert "5 minutes is the smallest value tried" in conclusion(with_result(tune, best="5 min"))
    assert "value tried" not in conclusion(tune)


def test_a_measure_to_be_small_is_worse_where_it_is_higher(tune: Run) -> None:
    differences = [{"value": "5 min", "mean": 900.0, "low": 850.0, "high": 950.0}]
    smaller = with_manifest(
        with_result(tune, objective="stockouts", goal="min", differences=differences, current=None),
        thresholds=(),
    )
    assert "The most expensive choice is 5 minutes: stockouts higher by 900 ± 50" in conclusion(
        smaller
    )


def test_a_simulation_says_what_happened(simulation: Run) -> None:
    said = conclusion(simulation)
    assert re.search(r"1,3\d\d,000 ± [\d,]+ sessions brought 34,\d+ ± \d+ paid orders", said)
    assert re.search(r"a revenue of 32\.\d+ ± 0\.\d+ billion toman; 63\.\d+ ± 0\.\d+% of the", said)


def test_missed_thresholds_come_first_and_then_those_in_doubt(tune_page: str) -> None:
    states = re.findall(r'<td class="state"><span class="(\w+)">', tune_page)
    assert states == ["missed", "unsure", *["kept"] * 5]
    assert "less than 500 million toman" in text(tune_page)


def test_where_the_best_value_misses_a_threshold_the_best_that_misses_none_is_named(
    tune: Run,
) -> None:
    limit = "carts_abandoned_reservation_expired < 500"
    headline = text(conclude_of(with_manifest(tune, thresholds=(limit, "stockouts > 10"))).headline)
    assert re.search(
        r"yet this breaks your limit on abandoned carts – reservation expired \([\d,]+ ± \d+ "
        r"against less than 500\); of the values that keep every limit, 30 minutes is best: "
        r"profit lower by [\d.]+ ± [\d.]+ million toman than at 20 minutes\.",
        headline,
    )
    strict = with_manifest(tune, thresholds=("stockouts < 10",))
    assert "; none of the values keeps every limit." in conclusion(strict)
    assert "limit" not in conclusion(with_manifest(tune, thresholds=("stockouts > 10",)))


def test_a_limit_missed_within_the_noise_may_be_broken(simulation: Run) -> None:
    mean = Estimates(simulation).at("")["orders_paid"].mean
    close = with_manifest(simulation, thresholds=(f"orders_paid < {mean - 0.1}",))
    assert "yet this may break your limit on orders paid" in conclusion(close)


def test_a_verdict_is_green_only_where_nothing_is_in_doubt(tune: Run, simulation: Run) -> None:
    kept = with_manifest(tune, thresholds=("stockouts > 10",))

    def is_green(**changes: object) -> bool:
        return conclude_of(with_result(kept, **changes)).sure

    assert is_green()
    assert not conclude_of(tune).sure  # a threshold is missed
    assert not is_green(confidence=0.94)
    assert not is_green(best="120 min")
    assert not is_green(indistinguishable=("30 min",))
    mean = Estimates(simulation).at("")["orders_paid"].mean
    doubtful = with_manifest(simulation, thresholds=(f"orders_paid > {mean - 0.1}",))
    assert not conclude_of(doubtful).sure


def test_the_page_says_that_its_certainty_counts_chance_alone(
    tune_page: str, simulation: Run
) -> None:
    assert "count chance alone: they hold under the scenario's assumptions" in text(tune_page)
    assert "count chance alone" not in text(page(with_manifest(simulation, replications=1)))


def test_waits_for_support_say_whom_they_leave_out(tune_page: str) -> None:
    said = text(tune_page)
    assert re.search(r"answered contacts only: [\d.,± ]+ of [\d.,± ]+ contacts gave up", said)
    assert re.search(r"By channel: [^.]*chat: 8\d.* answered in time, .*phone: ", said)


def test_where_hardly_anybody_waits_for_support_the_mean_wait_is_shown(simulation: Run) -> None:
    quick = dataclasses.replace(
        simulation, measures=simulation.measures.assign(support_wait_p95_s=0.0)
    )
    (*_, card) = Tables(quick, Estimates(quick), Words("en")).cards()
    assert card.label == "Mean wait for support"
    (*_, card) = Tables(simulation, Estimates(simulation), Words("en")).cards()
    assert card.label == "Wait for support, 95th percentile"


def test_one_replication_is_shown_without_intervals_and_says_so(tmp_path: Path) -> None:
    folder = made_up_run.write_simulation(tmp_path / "run", replications=1)
    said = text(page(run_folder.read(folder)))
    assert "This is one replication" in said
    before_notes = said[: said.index("How to repeat")]
    assert "±" not in before_notes
    assert not re.search(r"\bnan\b", before_notes)


def test_broken_books_are_said_before_anything_else(simulation: Run) -> None:
    books = Books(balanced=False, faults=("product 3: 2 units <lost>",))
    said = page(with_manifest(simulation, books=books))
    assert said.index("The books do not balance") < said.index('class="verdict')
    assert "2 units &lt;lost&gt;" in said


def test_what_a_scenario_says_is_escaped(tune: Run) -> None:
    nasty = with_manifest(
        tune,
        title={"en": "<script>alert(1)</script>"},
        command_line="esfand tune '<img src=x onerror=alert(1)>'",
        versions={"<b>": "</code>"},
    )
    said = page(nasty)
    assert "<script" not in said
    assert "<img" not in said
    assert "Made up &lt;b&gt;&amp;&lt;/b&gt;" in said  # the scenario's own text


def test_measures_that_nobody_told_the_report_about_are_shown_by_their_names(tune: Run) -> None:
    more = dataclasses.replace(
        tune,
        measures=tune.measures.assign(
            weather_index=3.0, support_contacts_whatsapp=5, carts_abandoned_bad_luck=70
        ),
    )
    said = page(more)
    assert "<code>weather_index</code>" in said
    assert "Support contacts, WhatsApp" in said
    assert "<code>carts_abandoned_bad_luck</code>" in said


def test_a_parameter_of_words_keeps_its_order_and_needs_no_edge_warning(tune: Run) -> None:
    names = dict(zip(made_up_run.VALUES, ("timer", "lazy", "a", "b", "c", "d"), strict=True))
    differences = [
        {"value": names[d.value], "mean": d.mean, "low": d.low, "high": d.high}
        for d in made_up_run.result().differences
    ]
    words = dataclasses.replace(
        with_manifest(tune, values=tuple(names.values()), parameter="reservation.released_by"),
        measures=tune.measures.replace({"value": names}),
        hours=tune.hours.replace({"value": names}),
        result=made_up_run.result(
            parameter="reservation.released_by",
            values=tuple(names.values()),
            best="timer",
            current="lazy",
            differences=differences,
        ),
    )
    said = page(words)
    assert "to <code>timer</code>" in said
    assert "value tried" not in said


def test_a_season_without_stockouts_or_support_shows_no_empty_figures(simulation: Run) -> None:
    nothing = [n for n in simulation.measure_names if n.startswith(("stockouts", "support"))]
    quiet = dataclasses.replace(
        simulation,
        measures=simulation.measures.assign(**dict.fromkeys(nothing, 0.0)),
        hours=simulation.hours.assign(stockouts=0, support_contacts=0, support_backlog_mean=0.0),
    )
    said = page(quiet)
    assert said.count("<figure>") == 1  # abandoned carts
    assert "hour by hour" not in said


def test_a_short_run_has_hours_without_days(simulation: Run) -> None:
    evening = simulation.hours["hour"] >= 20
    counts = list(simulation.hours.columns[3:])
    hours = simulation.hours.copy()
    hours.loc[~evening, counts] = 0
    hours.loc[~evening, "support_backlog_mean"] = float("nan")
    said = text(page(dataclasses.replace(simulation, hours=hours)))
    assert not re.search(r"\bnan\b", said)
    assert "Highest in the hour from 20:00" in said


# ---- figures


def test_every_figure_says_in_a_sentence_what_it_shows(tune_page: str) -> None:
    figures = re.findall(r"<figure>.*?</figure>", tune_page, flags=re.DOTALL)
    assert len(figures) == 11
    for figure in figures:
        caption = re.search(r"<figcaption>(.+)</figcaption>", figure)
        assert caption
        assert re.search(r"\d", caption[1])
        label = re.search(r'role="img" aria-label="([^"]+)"', figure)
        assert label
        assert len(label[1]) > 20


def test_a_measure_that_no_value_moves_is_told_in_a_word(tune: Run) -> None:
    still = dataclasses.replace(tune, measures=tune.measures.assign(support_backlog_peak=11))
    captions = [chart.caption for chart in Charts(still, Estimates(still), Words("en")).trade_off()]
    assert text(captions[-1]) == "Longest support queue: 11 at every value."


def test_captions_tell_where_the_extremes_are(tune_page: str) -> None:
    said = text(tune_page)
    assert "Abandoned carts – reservation expired: lowest at 120 minutes (" in said
    assert "Longest support queue: no clear difference between the values" in said
    assert re.search(r"At 20 minutes: Highest in the hour from 14:00 \(9\.\d+ ± 0\.\d+\)", said)


def with_flat_hours(run: Run) -> Run:
    """Stockouts that differ by chance alone from hour to hour."""
    noise = (run.hours["hour"] * 7 + run.hours["replication"] * 11) % 13
    return dataclasses.replace(run, hours=run.hours.assign(stockouts=noise))


def with_quiet_best(run: Run) -> Run:
    """No stockouts at the best value."""
    stockouts = run.hours["stockouts"].where(run.hours["value"] != "20 min", 0)
    return dataclasses.replace(run, hours=run.hours.assign(stockouts=stockouts))


def with_same_crowds(run: Run) -> Run:
    """A queue that the replication moves far more than the value."""
    minutes = run.measures["value"].str.split().str[0].astype(float)
    peak = minutes + 1_000 * run.measures["replication"]
    return dataclasses.replace(run, measures=run.measures.assign(support_backlog_peak=peak))


def test_captions_do_not_tell_chance_as_a_fact(tune: Run, simulation: Run) -> None:
    def first_caption(run: Run) -> str:
        return text(Charts(run, Estimates(run), Words("en")).day()[0].caption)

    flat = first_caption(with_flat_hours(simulation))
    assert flat.startswith("No clear difference between the hours, from ")
    quiet = first_caption(with_quiet_best(tune))
    assert quiet.startswith("At 20 minutes: None at any hour. At 5 minutes: ")
    single = first_caption(with_manifest(simulation, replications=1))
    assert single.endswith("how much of this is chance cannot be told.")


def test_a_difference_that_only_the_same_shoppers_show_is_told_with_its_size(tune: Run) -> None:
    crowded = with_same_crowds(tune)
    captions = Charts(crowded, Estimates(crowded), Words("en")).trade_off()
    assert re.search(
        r"lowest at 5 minutes .* the intervals overlap, but over the same shoppers the difference "
        r"is 115\.",
        text(captions[-1].caption),
    )


@pytest.mark.parametrize("objective", ["profit_rial", "stockouts", "phantom_stockouts"])
def test_ids_and_references_of_the_drawings_belong_together(tune: Run, objective: str) -> None:
    said = page(with_result(tune, objective=objective))
    ids = re.findall(r'\bid="([^"]+)"', said)
    assert len(ids) == len(set(ids))
    references = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', said))
    assert {one or other for one, other in references} <= set(ids)


# ---- the file


def test_equal_runs_give_equal_pages(tmp_path: Path) -> None:
    pages = [write_report(made_up_run.write_tune(tmp_path / name)) for name in ("a", "b")]
    for one, other in zip(*pages, strict=True):
        assert one.name == other.name
        assert one.read_bytes() == other.read_bytes()


def test_both_languages_are_written_and_link_to_each_other(tmp_path: Path) -> None:
    folder = made_up_run.write_simulation(tmp_path / "run")
    paths = write_report(folder)
    assert [path.name for path in paths] == ["report.fa.html", "report.en.html"]
    persian, english = (path.read_text(encoding="utf-8") for path in paths)
    assert '<html lang="fa" dir="rtl">' in persian
    assert 'href="report.en.html"' in persian
    assert '<html lang="en" dir="ltr">' in english
    assert 'href="report.fa.html"' in english


def test_one_language_alone_links_to_no_other(tmp_path: Path) -> None:
    (path,) = write_report(made_up_run.write_simulation(tmp_path / "run"), languages=("fa",))
    assert "report.en.html" not in path.read_text(encoding="utf-8")


def test_a_broken_folder_gets_no_report(tmp_path: Path) -> None:
    folder = made_up_run.write_tune(tmp_path / "run")
    (folder / "hours.csv").unlink()
    with pytest.raises(UserError, match=r"hours\.csv is missing"):
        write_report(folder)
    assert not list(folder.glob("report*"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_from_outside(tune: Run, language: str) -> None:
    said = page(tune, language)
    assert "default-src 'none'" in said
    assert "<script" not in said
    targets = re.findall(r'(?:src|href|action)="([^"]*)"', said)
    for target in targets:
        assert target.startswith(("#", "data:", "report.", "events/")) or target in (
            "scenario.yaml",
            "manifest.json",
            "result.json",
        )
    assert not re.search(r"url\((?!#|data:)", said)
    assert "@import" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed(tune: Run, language: str) -> None:
    class Nesting(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in VOID:
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag, self.getpos()

    nesting = Nesting()
    nesting.feed(page(tune, language))
    assert nesting.open == []


def test_the_data_travel_inside_the_page(tune: Run, tune_page: str) -> None:
    import base64

    found = re.search(r'download="measures.csv" href="data:[^,]*,([^"]+)"', tune_page)
    assert found
    assert base64.b64decode(found[1]) == (tune.folder / "measures.csv").read_bytes()


def test_persian_pages_show_no_latin_digits_outside_code(tune: Run) -> None:
    body = re.sub(r"<(code|svg|pre)\b.*?</\1>", "", page(tune, "fa"), flags=re.DOTALL)
    assert not re.search(r"[0-9]", text(body))


# ---- contrast


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"),
        ("soft", "ground"),
        ("soft", "good-ground"),
        ("link", "paper"),
        ("good", "good-ground"),
        ("bad", "bad-ground"),
        ("doubt", "doubt-ground"),
    ],
)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 to 1."""
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", CSS.read_text(encoding="utf-8")))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# ---- locales


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


def test_every_sentence_of_a_locale_is_used(tune: Run, simulation: Run) -> None:
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
    ):  # fmt: skip
        render(run, Estimates(run), words)
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
