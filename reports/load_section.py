"""What a report says of a live run's load: what it was, whether it was as planned, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.formats import Formats, Unit, unit_of
from reports.intervals import Interval
from reports.measures.load import QUANTILES, slug
from reports.requests import Traffic, read

if TYPE_CHECKING:
    import pandas as pd

    from reports.run_folder import Load, Run
    from reports.words import Words

COLUMNS = (
    *(f"from_intended_p{q}_s" for q in QUANTILES),
    *(f"service_time_p{q}_s" for q in QUANTILES),
    "http_errors",
)
HEADS = (
    "requests", "intended_p50", "intended_p95", "intended_p99",
    "service_p50", "service_p95", "service_p99", "failed",
)  # fmt: skip


class OfLoad:
    """The load of one run in one language."""

    def __init__(self, run: Run, load: Load, words: Words) -> None:
        self._load = load
        self._words = words
        self._formats = Formats(words)
        self._found = {name: float(run.measures[name].iloc[0]) for name in run.measure_names}
        self._traffic: Traffic = read(run.folder, load.planned)

    def reasons(self) -> list[Markup]:
        """Why the load was not as planned; none if it was."""
        load, formats = self._load, self._formats
        reasons = []
        lag = self._found["scheduler_lag_p99_s"]
        if lag > load.most_lag_s:
            limit = formats.value(load.most_lag_s, Unit.SECONDS)
            reasons.append(
                self._words("load.lag", lag=formats.about(lag, Unit.SECONDS), limit=limit)
            )
        if not load.planned:
            reasons.append(self._words("load.never"))
        elif self._traffic.dropped > load.most_dropped * load.planned:
            reasons.append(
                self._words(
                    "load.dropped",
                    dropped=formats.count(self._traffic.dropped),
                    planned=formats.count(load.planned),
                    limit=formats.value(load.most_dropped, Unit.SHARE),
                )
            )
        if load.crashes:
            count = self._formats.count(load.crashes)
            reasons.append(self._words("load.crashed", count=count))
        return reasons

    def facts(self) -> list[tuple[Markup, Markup]]:
        """What was played against what; labels and facts."""
        load, formats, words = self._load, self._formats, self._words
        return [
            (words("load.host"), _code(load.host)),
            (words("load.target"), _code(load.target)),
            (words("load.planned"), formats.count(load.planned)),
            (words("load.begun"), formats.count(len(self._traffic.begun))),
            (words("load.seconds"), formats.about(load.seconds, Unit.SECONDS)),
            (words("load.generators"), formats.count(load.generators)),
            (
                words("load.audit"),
                words("load.audited" if load.audited else "load.not_audited"),
            ),
        ]

    def remarks(self) -> Iterator[Markup]:
        """What else a reader must know."""
        load = self._load
        if load.interrupted:
            yield self._words("load.interrupted")
        if load.lost:
            yield self._words(
                "load.lost",
                count=self._formats.count(len(load.lost)),
                generators=self._formats.count(load.generators),
            )
        if load.withstood:
            yield self._words(
                "load.withstood",
                count=self._formats.count(len(load.withstood)),
                first=Markup('<bdi dir="ltr">{}</bdi>').format(load.withstood[0]),
            )

    def heads(self) -> list[Markup]:
        """Heads of the table of steps, without that of the steps themselves."""
        return [self._words(f"load.{head}") for head in HEADS]

    def table(self) -> pd.DataFrame:
        """The table of steps for machines: seconds and shares, all requests without a step."""
        import pandas as pd

        suffixes = {"": ""} | {name: f"_{slug(name)}" for name in self._traffic.steps}
        return pd.DataFrame(
            {"step": step} | {name: self._found[f"{name}{suffix}"] for name in COLUMNS}
            for step, suffix in suffixes.items()
        )

    def rows(self) -> Iterator[tuple[Markup, list[Markup]]]:
        """All requests first, then each step, the slowest first."""
        requests = self._traffic.requests
        yield self._words("load.all"), self._row("", len(requests))
        steps = [
            (name, f"_{slug(name)}", int((requests["step"] == number).sum()))
            for number, name in enumerate(self._traffic.steps)
        ]
        slowest = sorted(steps, key=lambda step: -self._found[f"from_intended_p95_s{step[1]}"])
        for name, suffix, count in slowest:
            yield self._words.step(slug(name)), self._row(suffix, count)

    def _row(self, suffix: str, count: int) -> list[Markup]:
        cells = [self._formats.count(count)]
        for name in COLUMNS:
            value = self._found[f"{name}{suffix}"]
            exact = Interval(value, value, value, 0.0, 1)
            cells.append(self._formats.estimate(exact, unit_of(name)))
        return cells


def _code(text: str) -> Markup:
    return Markup('<code dir="ltr">{}</code>').format(text)
