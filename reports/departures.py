"""Where a live run departs from the model: its figures beside those of simulated replications.

If the deployment did what the model does, the live run would be one more replication. So its
figures are held against prediction intervals of the simulated ones, which hold jointly at the
level (Bonferroni): a single replication lies in `mean ± t s sqrt(1 + 1/n)`. Replication 0 met the
very same shoppers as the live run; its figures stand beside.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from markupsafe import Markup

from reports import run_folder
from reports.formats import Formats, Unit, unit_of
from reports.intervals import Interval, prediction_interval
from reports.whole_files import write_text
from reports.words import LANGUAGES, Words
from scenarios.errors import UserError

if TYPE_CHECKING:
    from reports.run_folder import Run

CLAIMS = (
    "sessions", "engaged_sessions", "carts", "carts_abandoned", "stockouts", "lost_units",
    "orders_placed", "payment_attempts", "payment_success_rate", "orders_paid", "orders_accepted",
    "late_lost", "revenue_rial", "support_contacts", "page_time_p95_s",
    "sessions_lost_to_slowness",
)  # fmt: skip
"""The measures of which the comparison speaks; those that a run lacks are left out."""
TABLE = "departures.csv"
LEAST = 2
"""Simulated replications; fewer have no spread to judge by."""
State = Literal["within", "departs"]
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Departure:
    """One measure of both runs, in the measure's unit."""

    measure: str
    mean: float
    """Of the simulated replications."""
    low: float
    high: float
    """Where one more replication would lie."""
    twin: float
    """Of replication 0, which met the shoppers of the live run."""
    live: float
    state: State


@dataclass(frozen=True)
class Departures:
    """A live run beside a simulated one."""

    simulated: Run
    live: Run
    rows: Sequence[Departure]
    settings: Sequence[str]
    """Fields in which the two scenarios differ."""

    @property
    def found(self) -> list[Departure]:
        """The measures in which the deployment departs from the model."""
        return [row for row in self.rows if row.state == "departs"]

    @property
    def level(self) -> float:
        """At which all intervals hold together."""
        return self.simulated.manifest.level

    def as_object(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "simulated": str(self.simulated.folder),
            "live": str(self.live.folder),
            "level": self.level,
            "settings_differ": list(self.settings),
            "valid": not _load(self.live).invalid,
            "departures": [
                {name: _plain(value) for name, value in asdict(row).items()} for row in self.rows
            ],
        }


def depart(simulated: Run, live: Run, settings: Sequence[str]) -> Departures:
    """Lay a live run beside a simulated one. Raises UserError for too few replications."""
    replications = simulated.measures["replication"]
    if len(replications) < LEAST:
        raise UserError(
            f"{simulated.folder} has one replication, which says nothing of chance: simulate with "
            f"--replications 20 or so."
        )
    names = [name for name in CLAIMS if _known(simulated, name) and _known(live, name)]
    each = 1 - (1 - simulated.manifest.level) / max(len(names), 1)
    twin = simulated.measures[replications == 0]
    rows = []
    for name in names:
        expected = prediction_interval(simulated.measures[name].to_numpy(float), each)
        found = float(live.measures[name].iloc[0])
        inside = expected.low <= found <= expected.high or math.isclose(found, expected.mean)
        rows.append(
            Departure(
                measure=name,
                mean=expected.mean,
                low=max(expected.low, 0.0),  # none of them is ever below
                high=min(expected.high, 1.0 if unit_of(name) is Unit.SHARE else math.inf),
                twin=float(twin[name].iloc[0]) if len(twin) else math.nan,
                live=found,
                state="within" if inside else "departs",
            )
        )
    return Departures(simulated, live, rows, settings)


def write(departures: Departures, folder: Path) -> list[Path]:
    """Write departures.csv and a page in each language into a folder; returns the pages."""
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame([asdict(row) for row in departures.rows])
    write_text(folder / TABLE, table.to_csv(index=False, lineterminator="\n"))
    pages = []
    for language in LANGUAGES:
        file = folder / f"departures.{language}.html"
        write_text(file, page(departures, Words(language)))
        pages.append(file)
    return pages


def page(departures: Departures, words: Words) -> str:
    """The page in the language of `words`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = _HERE / "templates"
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    fonts = {"400": "Vazirmatn-Regular.subset.woff2", "700": "Vazirmatn-Bold.subset.woff2"}
    told = Told(departures, words)
    text = environment.get_template("departures.html.j2").render(
        words=words,
        told=told,
        departures=departures,
        load=_load(departures.live),
        title=departures.live.manifest.title.get(words.language)
        or departures.live.manifest.scenario,
        css=Markup((templates / "report.css").read_text(encoding="utf-8")),
        fonts={
            weight: base64.b64encode((_HERE / "fonts" / name).read_bytes()).decode("ascii")
            for weight, name in fonts.items()
        },
        other_languages={
            name: Words(name)("own_name") for name in LANGUAGES if name != words.language
        },
    )
    return text + "\n"


class Told:
    """The same in words of one language."""

    def __init__(self, departures: Departures, words: Words) -> None:
        self._departures = departures
        self._words = words
        self._formats = Formats(words)

    def headline(self) -> Markup:
        """Whether the deployment departs from the model, and in what."""
        found = self._departures.found
        level = self._formats.probability(self._departures.level)
        if not found:
            count = self._formats.count(len(self._departures.rows))
            return self._words("depart.none", count=count, level=level)
        named = self._words("list.and").join(
            self._words.measure_in_sentence(row.measure) for row in found
        )
        return self._words("depart.found", measures=named, level=level)

    def note(self) -> Markup:
        """What the columns are."""
        return self._words(
            "depart.note",
            count=self._formats.count(self._departures.simulated.manifest.replications),
            level=self._formats.probability(self._departures.level),
        )

    def rows(self) -> Iterator[tuple[Markup, list[Markup], State]]:
        """Label, the four cells, and whether it departs."""
        for row in self._departures.rows:
            unit = unit_of(row.measure)
            numbers = (row.mean, row.low, row.high, row.twin, row.live)
            scale = self._formats.scale(unit, numbers)
            word = unit is Unit.SHARE

            def cell(
                number: float, unit: Unit = unit, scale: Any = scale, word: bool = word
            ) -> Markup:
                fact = Interval(number, number, number, 0.0, 1)
                return self._formats.estimate(fact, unit, scale, with_word=word)

            expected = self._words("depart.between", low=cell(row.low), high=cell(row.high))
            label = self._words.measure(row.measure)
            if not word and scale.word:
                label += Markup(" <small>{}</small>").format(scale.word)
            yield label, [cell(row.mean), expected, cell(row.twin), cell(row.live)], row.state


def _known(run: Run, name: str) -> bool:
    return name in run.measures and not np.isnan(run.measures[name].to_numpy(float)).any()


def _load(run: Run) -> run_folder.Load:
    load = run.manifest.load
    assert load is not None
    return load


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
