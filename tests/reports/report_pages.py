"""Pages and verdicts of made-up runs as a reader sees them, and runs that differ in one thing."""

import dataclasses
import math
import re
import shutil
from pathlib import Path

import made_up_run
import pandas as pd

from reports.decisions import Difference
from reports.estimates import Estimates
from reports.html import render
from reports.run_folder import Run
from reports.search_file import write_search
from reports.tuned import Place, Searched, SearchedField, Selected, Standing, Tried
from reports.verdict import Conclusion, conclude
from reports.words import Words

_WRITTEN: dict[tuple[int, str], tuple[Run, str]] = {}
"""By the run itself, which is kept so that no other comes to have its id."""


def page(run: Run, language: str = "en") -> str:
    """The run's page; many tests read that of the same run, which is written once."""
    known = id(run), language
    if known not in _WRITTEN:
        _WRITTEN[known] = run, render(run, Estimates(run), Words(language))
    return _WRITTEN[known][1]


def conclusion(run: Run, language: str = "en") -> str:
    """The verdict's sentences alone."""
    said = conclude(run, Estimates(run), Words(language))
    return text(" ".join((said.headline, *said.details, *said.warnings)))


def conclude_of(run: Run) -> Conclusion:
    return conclude(run, Estimates(run), Words("en"))


def text(page: str) -> str:
    """The page as a reader sees it: without markup, on one line, with common spaces."""
    body = re.sub(r"<(svg|head|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def with_result(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, result=made_up_run.result(**changes))


def with_manifest(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, manifest=run.manifest.model_copy(update=changes))


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


def with_precision(run: Run) -> Run:
    """Precisions that are reached and not, and measures without spread in enough replications."""
    measures = pd.concat([run.measures] * 4, ignore_index=True)
    measures["replication"] = range(len(measures))
    measures["late_paid"] = [1.0, *[math.nan] * (len(measures) - 1)]
    wanted = ("orders_paid: 50%", "stockouts: 1", "oversold_units: 1", "refunds_rial: 1 toman",
              "late_paid: 1")  # fmt: skip
    return dataclasses.replace(with_manifest(run, precision=wanted), measures=measures)


def comparisons(run: Run) -> list[Run]:
    """The made-up comparison, and others that say what it does not."""
    first, second, *_ = run.comparison.scenarios
    third = first.model_copy(update={"season_s": 5000.0, "drawn_apart": ("seed",)})
    turned = {"A": "B", "B": "A", "C": "C"}
    back = dataclasses.replace(
        run, measures=run.measures.assign(value=run.measures["value"].map(turned))
    )
    same = run.measures[run.measures["value"] == "A"]
    return [
        run,
        back,
        with_comparison(run, scenarios=(first, second, third.model_copy(update={"name": "C"}))),
        with_comparison(run, indistinguishable=("A", "C")),
        with_comparison(
            run,
            indistinguishable=("A", "C"),
            differences=tuple(
                made_up_run.Difference(value=value, mean=0, low=0, high=0) for value in ("A", "C")
            ),
        ),
        with_comparison(back, scenarios=(first, third.model_copy(update={"name": "B"}))),
        with_comparison(run, scenarios=(first, third.model_copy(update={"name": "B"}))),
        dataclasses.replace(run, measures=pd.concat(same.assign(value=each) for each in "ABC")),
        dataclasses.replace(
            run, measures=run.measures[run.measures["replication"] == 0].assign(sessions=1)
        ),
        dataclasses.replace(run, measures=run.measures.assign(support_wait_p95_s=60.0)),
        with_manifest(run, thresholds=("stockouts < 10",)),
    ]


def with_comparison(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, result=run.comparison.model_copy(update=changes))


def selected(**changes: object) -> Selected:
    """How the made-up tune's value was selected, with changes."""
    fields: dict[str, object] = {
        "procedure": "kn",
        "certainty": 0.95,
        "indifference": 5e8,
        "first": 10,
        "most": 100,
        "reached": True,
    }
    return Selected(**(fields | changes))


PLAYED = {value: 10 + place for place, value in enumerate(made_up_run.VALUES)}


def held(value: str, state: str = "kept") -> Standing:
    """A value against a limit on the service level."""
    return Standing(
        value=value,
        rule="support_service_level >= 80%",
        state=state,
        holds=state == "kept",
        certainty=0.991,
        mean=0.81,
        low=0.805,
        high=0.815,
    )


def with_limits(run: Run, *missed: str, doubt: str = "") -> Run:
    """Some values miss a limit, one perhaps."""
    states = dict.fromkeys(missed, "missed") | {doubt: "doubt"}
    standings = tuple(held(value, states.get(value, "kept")) for value in run.values)
    return with_result(run, standings=standings)


def with_front(run: Run, *on_front: str, doubt: str = "") -> Run:
    """By profit and by the service level; some values are not dominated."""
    places = [
        Place(value=value, state="front", sure=True)
        if value in on_front
        else Place(value=value, state="doubt" if value == doubt else "dominated", by=on_front[0])
        for value in run.values
    ]
    objectives = ("profit_rial", "support_service_level")
    return with_result(run, best=on_front[0], objectives=objectives, front=tuple(places))


def with_grid(run: Run, best: str = "20 min", agents: str = "2") -> Run:
    """The timeouts of the made-up tune, each with two numbers of agents."""

    def name(value: str, count: str) -> str:
        return f"reservation.timeout={value}, support.desks.chat.agents={count}"

    def spread(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat(
            table.assign(value=[name(value, count) for value in table["value"]]) for count in "24"
        )

    values = tuple(name(value, count) for value in run.values for count in "24")
    chosen = name(best, agents)
    differences = [
        {"value": value, "mean": -1e9, "low": -2e9, "high": -5e8}
        for value in values
        if value != chosen
    ]
    result = made_up_run.result(
        parameter="reservation.timeout, support.desks.chat.agents",
        values=values,
        best=chosen,
        current=name("60 min", "2"),
        differences=differences,
    )
    manifest = run.manifest.model_copy(update={"values": values, "parameter": result.parameter})
    return dataclasses.replace(
        run,
        manifest=manifest,
        result=result,
        measures=spread(run.measures),
        hours=spread(run.hours),
    )


DESIGNS = 60
"""That the made-up search tried."""


def _tried(value: str, number: int, finalist: bool, rule: str) -> Tried:
    profit, kept = 2e10 - 1e8 * (number - 20) ** 2, 0.75 + number / 400
    return Tried(
        value=value, mean=profit, low=profit - 1e9, high=profit + 1e9,
        limits={rule: kept} if rule else {}, keeps=not rule or kept >= 0.8, finalist=finalist,
    )  # fmt: skip


def with_search(
    run: Run,
    folder: Path,
    ends: tuple[str, str] = ("1 min", "4 h"),
    rule: str = "support_service_level >= 80%",
    **how: object,
) -> Run:
    """The made-up tune in a new folder, as if its values were the best of a search."""
    others = [f"{number + 130} min" for number in range(DESIGNS - len(run.values))]
    searched = Searched(
        sampler="TPE of optuna 5.0.0",
        proposals=64,
        replications=4,
        fields=(SearchedField(field="reservation.timeout", values=ends, within=True),),
        tried=tuple(
            _tried(name, number, name in run.values, rule)
            for number, name in enumerate((*others, *run.values))
        ),
    )
    changes = {"searched": searched, "selected": selected(**how), "replications": PLAYED}
    found = run.result.model_copy(update=changes)
    shutil.copytree(run.folder, folder / "run", dirs_exist_ok=True)
    write_search(folder / "run", found, searched)
    return dataclasses.replace(run, folder=folder / "run", result=found)


def searches(run: Run, folder: Path) -> list[Run]:
    """The made-up search as limits and a selection that gives up leave it."""
    return [
        with_search(run, folder),
        with_search(run, folder, rule="", reached=False, undecided=("30 min",)),
        with_search(run, folder, reached=False),
        with_search(run, folder, indifference=0.0),
        with_search(run, folder, indifference=0.0, reached=False, undecided=("30 min",)),
        with_search(all_the_same(run), folder),
        with_search(with_limits(run, *run.values), folder),
    ]


SAME = {"mean": 0.0, "low": 0.0, "high": 0.0}


def all_the_same(run: Run) -> Run:
    """A tune all of whose values did exactly the same in every one of 29 replications."""
    assert run.tuned is not None
    others = [value for value in run.values if value != run.tuned.best]
    differences = tuple(Difference.model_validate({"value": value} | SAME) for value in others)
    changes = {
        "differences": differences,
        "indistinguishable": tuple(others),
        "replications": dict.fromkeys(run.values, 29),
        "selected": selected(indifference=0.0),
    }
    return dataclasses.replace(run, result=run.tuned.model_copy(update=changes))


def tunes(run: Run) -> list[Run]:
    """The made-up tune as procedures, limits and several objectives leave it."""
    same = SAME
    others = made_up_run.result().differences[1:]
    return [
        with_result(run, selected=selected(), replications=PLAYED),
        with_result(run, selected=selected(), replications=dict.fromkeys(PLAYED, 10)),
        with_result(run, selected=selected(procedure="ocba"), replications=PLAYED),
        with_result(
            run, selected=selected(reached=False, undecided=("30 min",)), replications=PLAYED
        ),
        with_result(run, selected=selected(reached=False), replications=PLAYED),
        all_the_same(run),
        *(
            with_result(run, selected=selected(indifference=0.0, **how), replications=PLAYED)
            for how in ({}, {"procedure": "ocba"}, {"reached": False, "undecided": ("30 min",)})
        ),
        with_result(
            run,
            indistinguishable=("5 min",),
            differences=({"value": "5 min"} | same, *others),
            selected=selected(),
            replications=PLAYED,
        ),
        with_result(
            run, indistinguishable=("5 min",), differences=({"value": "5 min"} | same, *others)
        ),
        with_result(run, indistinguishable=("30 min",), confidence=0.97),
        with_result(run, indistinguishable=("30 min",), confidence=0.48),
        with_limits(run, "5 min", doubt="60 min"),
        with_limits(with_result(run, best="5 min"), "20 min"),
        dataclasses.replace(
            run,
            result=with_limits(run, "20 min").result.model_copy(
                update={
                    "best": "5 min",
                    "differences": made_up_run.result(best="5 min").differences,
                }
            ),
        ),
        with_limits(run, *run.values),
        with_front(run, "20 min", "5 min", doubt="10 min"),
        with_front(run, "20 min"),
        with_grid(run),
        with_grid(run, best="5 min"),
        with_grid(run, best="120 min", agents="4"),
        with_manifest(run, replications=3),
    ]  # fmt: skip
