"""Playing that remembers: what is finished is kept as it ends, and never played twice."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from scenarios.errors import Interrupted, UserError
from scenarios.interrupts import Stop, stoppable
from scenarios.schema import Scenario
from sim.experiments.experiment import Experiment
from sim.experiments.journal import Journal
from sim.experiments.progress import Progress, progress
from sim.replication import Replication, Task, as_they_end, in_order


class Played:
    """What an experiment asks for its replications, as often as it likes: `played(tasks)`."""

    def __init__(self, journal: Journal, jobs: int, progress: Progress, stop: Stop) -> None:
        self.journal = journal
        self._jobs = jobs
        self._progress = progress
        self._stop = stop
        self._began = time.perf_counter()

    def __call__(self, tasks: Iterable[Task]) -> list[Replication]:
        """All replications of the tasks, ordered like those of `sim.replication.run`.

        What was finished before, by an earlier call or before a stop, is not played again. Event
        logs are in the journal, no longer in the replications.
        """
        asked = list(tasks)
        missing = [rest for task in asked if (rest := self._without_finished(task)).variants]
        self._progress.expect(sum(len(task.variants) for task in missing))
        for played in as_they_end(missing, self._jobs):
            self.journal.keep(played)
            self._progress.advance(len(played))
            self._stop.check()
        keys = dict.fromkeys((value, task.number) for task in asked for value, _ in task.variants)
        return in_order([self.journal.finished[key] for key in keys], asked)

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of a run that is continued."""
        return self.journal.head.seconds + time.perf_counter() - self._began

    def _without_finished(self, task: Task) -> Task:
        finished = self.journal.finished
        left = [each for each in task.variants if (each[0], task.number) not in finished]
        return dataclasses.replace(task, variants=tuple(left))


@contextmanager
def remembering(
    experiment: Experiment, designs: Mapping[str, Scenario], before: Journal | None = None
) -> Iterator[Played]:
    """Yield what plays and remembers; whatever stops the block leaves the journal beside the run.

    `designs` are the scenarios that may be played, by value; `before` is the journal of a run that
    is gone on with. The end of a block that ends well removes the journal; so the run folder is to
    be written inside. Raises Interrupted, which says how to go on, for Ctrl-C and SIGTERM; a
    UserError says it too.
    """
    journal = before or Journal.begin(experiment, designs)
    try:
        with (
            stoppable(signal.SIGINT, signal.SIGTERM) as stop,
            progress("replications", shown=not experiment.quiet) as bar,
        ):
            yield Played(journal, experiment.jobs, bar, stop)
    except KeyboardInterrupt:
        raise Interrupted(_left(journal)) from None
    except UserError as error:
        if not journal.worth_keeping:
            journal.remove()
            raise
        raise UserError(f"{error}\n{_left(journal)}") from None
    journal.remove()


def _left(journal: Journal) -> str:
    """How to go on, if anything new is there to go on with; else the journal is removed."""
    if not journal.worth_keeping:
        journal.remove()
    return journal.how_to_go_on()
