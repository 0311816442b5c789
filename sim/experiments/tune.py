"""`esfand tune`: fields at several values, the same shoppers at each, and which value is best."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiments.aims import Aims, Wish, understand
from sim.experiments.allocation import ocba
from sim.experiments.decide import decide
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import RunJournal
from sim.experiments.playing import Stage
from sim.experiments.ranking import Selection, kn
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_rules
from sim.experiments.searching import FEW, FINALISTS, check_space, final, search
from sim.experiments.space import Space
from sim.experiments.vary import Variants, variants, variants_of
from sim.replication import Replication


def tune(
    name: str,
    settings: Sequence[str],
    vary: Sequence[str],
    how: How,
    wish: Wish | None = None,
    before: RunJournal | None = None,
) -> Path:
    """Play every design that `vary` names against the same shoppers, choose, write the run folder.

    `settings` are `field=value` texts; `how` says with how many replications to begin; `before` is
    what the same tune left when it was stopped. Returns the folder. Raises UserError for mistakes
    in the scenario, the values, the wish, the thresholds and the folder, before anything is played;
    and for an objective without a number. Raises Interrupted if it is stopped.
    """
    wish = wish or Wish()
    if wish.search:
        return _search(name, settings, vary, how, wish, before)
    varied = variants(name, settings, *vary) if before is None else variants_of(before, *vary)
    aims = understand(wish, how["replications"], varied.at.values())
    words = _words(name, settings, vary, wish, aims)
    experiment = Experiment.of("tune", words, varied.scenario, how, before.run if before else None)
    check_rules(varied.at.values())
    with remembering(experiment, varied.at, before) as played:
        stage = Stage(experiment, varied.at, tuple(aims.goals), played, aims.limits)
        selection = select(tuple(varied.at), stage, aims, experiment.replications)
        result = decide(stage.seen(), varied, aims, selection)
        record(experiment, stage.replications, played.seconds, result)
    return experiment.folder


def _search(
    name: str,
    settings: Sequence[str],
    vary: Sequence[str],
    how: How,
    wish: Wish,
    before: RunJournal | None,
) -> Path:
    """The same, where the designs are not all named, but so many are proposed one after another."""
    space = Space.of(name, settings, vary, before)
    known = (space.scenario, *space.corners)
    aims = understand(wish, how["replications"], known)
    designs = wish.search or 0
    check_space(space, designs)
    words = _words(name, settings, vary, wish, aims)
    experiment = Experiment.of("tune", words, space.scenario, how, before.run if before else None)
    check_rules(known)
    with remembering(experiment, {}, before) as played:
        played.expect_in_all(designs * FEW + FINALISTS * experiment.replications)
        stage = Stage(experiment, {}, tuple(aims.goals), played, aims.limits)
        found = search(space, stage, aims, designs)
        selection, seen = final(stage, found.finalists, aims)
        fields = tuple(axis.field for axis in space.axes)
        finalists = Variants(fields, space.scenario, {v: stage.at[v] for v in found.finalists})
        result = decide(seen, finalists, aims, selection)
        result = result.model_copy(update={"searched": found.searched})
        shown: list[Replication] = []
        beside: list[Replication] = []
        for each in stage.replications:
            anew = each.value in found.finalists and each.number >= FEW
            (shown if anew else beside).append(each)
        record(experiment, shown, played.seconds, result, beside=beside)
    return experiment.folder


def _words(
    name: str, settings: Sequence[str], vary: Sequence[str], wish: Wish, aims: Aims
) -> tuple[str, ...]:
    """Of the command line, without how it is run."""
    return (
        name,
        *(word for each in vary for word in ("--vary", each)),
        *wish.words(aims.goal),
        *as_options(settings),
    )


def select(values: Sequence[str], stage: Stage, aims: Aims, replications: int) -> Selection | None:
    """Play the values, by the procedure that is asked for; None where all are played alike."""
    if aims.aim is None:
        stage.play(dict.fromkeys(values, replications))
        return None
    procedure = ocba if aims.procedure == "ocba" else kn
    return procedure(values, stage.play, aims.aim)
