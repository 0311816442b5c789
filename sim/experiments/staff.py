"""`esfand staff`: the agents of every desk, hour by hour, that keep its targets at least cost."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.writer import dump, write
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import RunJournal
from sim.experiments.record import record
from sim.experiments.remembering import Played, remembering
from sim.experiments.rules import check_rules
from sim.replication import Replication, Task
from sim.staffing.fitting import PLENTY, ROUNDS, Fit, Wishes, shares
from sim.staffing.observed import look
from sim.staffing.result import FITTED, FITTED_FILE, LEVEL, PRESENT, Found, result_of
from sim.staffing.search import shortfall
from sim.staffing.targets import Target, targets_of

_NO_WISHES = Wishes()
CHECKS = 3
"""So often fresh shoppers are asked at most, whether the targets hold."""
_SPARE = 2.0
"""Standard errors by which a fit keeps more than the check asks, so that chance seldom fails it."""


def staff(
    name: str,
    settings: Sequence[str],
    how: How,
    targets: Sequence[str] = (),
    wishes: Wishes = _NO_WISHES,
    scenario_file: Path | None = None,
    before: RunJournal | None = None,
) -> Path:
    """Fit the agents of a scenario, check them on fresh shoppers, and write the run folder.

    `targets` are texts such as `support_service_level.chat >= 80%`. The recommended scenario is in
    the folder, and in `scenario_file` where one is named. `before` is what the same command left
    when it was stopped. Returns the folder. Raises UserError for mistakes in the scenario, the
    targets and the folder, before anything is played; raises Interrupted if it is stopped.
    """
    scenario = load(name, settings) if before is None else before.scenario
    asked = targets_of(scenario, targets)
    check_rules([scenario])
    words = (name, *_as_words(targets, wishes, scenario_file), *as_options(settings))
    experiment = Experiment.of("staff", words, scenario, how, before.run if before else None)
    _check_file(scenario_file)
    with remembering(experiment, {PRESENT: scenario}, before, "seasons, at most") as played:
        # A fit plays with plenty once, then its rounds; each check the present and the fitted.
        played.expect_in_all(experiment.replications * (1 + CHECKS * (ROUNDS + 2)))
        found = _find(experiment, asked, wishes, played)
        record(
            experiment,
            found.played,
            played.seconds,
            result_of(found),
            {FITTED_FILE: found.fitted},
            thresholds=[target.text for target in asked],
        )
        if scenario_file is not None:
            write(dump(found.fitted), scenario_file)
    return experiment.folder


def _find(
    experiment: Experiment, asked: tuple[Target, ...], wishes: Wishes, played: Played
) -> Found:
    """Fit, and check; where the check fails, fit again for more, and check on others."""
    scenario, count = experiment.scenario, experiment.replications
    proposals = itertools.count(1)

    def play(variants: Mapping[str, Scenario], first: int) -> list[Replication]:
        return played(
            Task(experiment.seed, number, tuple(variants.items()), look=look)
            for number in range(first, first + count)
        )

    def propose(proposal: Scenario) -> list[Replication]:
        """By its place among the proposals, which are the same after every stop."""
        return play({f"proposal {next(proposals)}": proposal}, 0)

    errors = _errors(count, len(asked))
    fit = Fit(scenario, asked, wishes, propose, errors + _SPARE)
    for check in range(1, CHECKS + 1):
        fitted = fit.run().model_copy(update={"name": f"{scenario.name}-staffed"})
        checked = play({PRESENT: scenario, FITTED: fitted}, check * count)
        found = Found(fit, asked, scenario, fitted, checked, errors, check)
        lacks = {
            target: shortfall(shares(found.of(FITTED), target), target, fit.limit(target), errors)
            for target in fit.targets
        }
        if all(lack <= 0 for lack in lacks.values()):
            break
        fit.ask_more(
            {
                target: shortfall(
                    shares(found.of(FITTED), target), target, fit.limit(target), errors + _SPARE
                )
                for target, lack in lacks.items()
                if lack > 0
            }
        )
    return found


def _errors(replications: int, targets: int) -> float:
    """Standard errors of a one-sided interval, such that all targets hold together at `LEVEL`
    however often they are checked (Bonferroni)."""
    from scipy.special import stdtrit

    return float(stdtrit(replications - 1, 1 - (1 - LEVEL) / (targets * CHECKS)))


# ---- what was asked for


def _as_words(targets: Sequence[str], wishes: Wishes, scenario_file: Path | None) -> list[str]:
    """Of the command line: what is not as it is where nothing is said."""
    words = [word for text in targets for word in ("--target", text)]
    for option, value, usual in (
        ("--hours", wishes.hours, Wishes.hours),
        ("--day-classes", wishes.classes, Wishes.classes),
        ("--shortest-shift", wishes.shortest, Wishes.shortest),
        ("--most-agents", wishes.most, PLENTY),
        ("--write-scenario", scenario_file, None),
    ):
        if value != usual:
            words += [option, str(value)]
    return words


def _check_file(path: Path | None) -> None:
    """Raise UserError where the scenario could not be written: better now than after the run."""
    if path is None:
        return
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} is there already, and stays. Name a file that is not there yet.")
    if not path.absolute().parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.absolute().parent}.")
