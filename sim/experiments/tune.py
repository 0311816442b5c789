"""`esfand tune`: fields at several values, the same shoppers at each, and which value is best."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiments.aims import Aims, Wish, understand
from sim.experiments.allocation import ocba
from sim.experiments.decide import decide
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import Journal
from sim.experiments.playing import Stage
from sim.experiments.ranking import Selection, kn
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_rules
from sim.experiments.vary import variants, variants_of


def tune(
    name: str,
    settings: Sequence[str],
    vary: Sequence[str],
    how: How,
    wish: Wish | None = None,
    before: Journal | None = None,
) -> Path:
    """Play every design that `vary` names against the same shoppers, choose, write the run folder.

    `settings` are `field=value` texts; `how` says with how many replications to begin; `before` is
    what the same tune left when it was stopped. Returns the folder. Raises UserError for mistakes
    in the scenario, the values, the wish, the thresholds and the folder, before anything is played;
    and for an objective without a number. Raises Interrupted if it is stopped.
    """
    wish = wish or Wish()
    varied = variants(name, settings, *vary) if before is None else variants_of(before, *vary)
    aims = understand(wish, how["replications"], varied.at.values())
    words = (
        name,
        *(word for each in vary for word in ("--vary", each)),
        *wish.words(aims.goal),
        *as_options(settings),
    )
    experiment = Experiment.of("tune", words, varied.scenario, how, before.run if before else None)
    check_rules(varied.at.values())
    with remembering(experiment, varied.at, before) as played:
        stage = Stage(experiment, varied.at, tuple(aims.goals), played)
        selection = select(tuple(varied.at), stage, aims, experiment.replications)
        result = decide(stage.seen(), varied, aims, selection)
        record(experiment, stage.replications, played.seconds, result)
    return experiment.folder


def select(values: Sequence[str], stage: Stage, aims: Aims, replications: int) -> Selection | None:
    """Play the values, by the procedure that is asked for; None where all are played alike."""
    if aims.aim is None:
        stage.play(dict.fromkeys(values, replications))
        return None
    procedure = ocba if aims.procedure == "ocba" else kn
    return procedure(values, stage.play, aims.aim)
