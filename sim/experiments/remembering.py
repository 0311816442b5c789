"""Playing that remembers: what is finished is kept as it ends, and never played twice."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from scenarios.errors import FutileError, Interrupted, UserError
from scenarios.interrupts import Stop, stoppable
from scenarios.schema import Scenario
from sim.experiments.experiment import Experiment
from sim.experiments.journal import RunJournal
from sim.experiments.progress import Progress, progress
from sim.replication import Replication, Task, as_they_end, in_order

Check = Callable[[Replication], object]
"""Raises FutileError for a replication with which nothing can be done."""


class Played:
    """What an experiment asks for its replications, as often as it likes: `played(tasks)`."""

    def __init__(self, journal: RunJournal, jobs: int, progress: Progress, stop: Stop) -> None:
        self.journal = journal
        self._jobs = jobs
        self._progress = progress
        self._stop = stop
        self._before = len(journal.finished)
        self._seconds_before = journal.seconds
        self._began = time.perf_counter()

    def expect_in_all(self, seasons: int) -> None:
        """So many are to be played from first to last, those played before a stop among them."""
        self._progress.expect_in_all(seasons - self._before)

    def __call__(self, tasks: Iterable[Task], check: Check | None = None) -> list[Replication]:
        """All replications of the tasks, ordered like those of `sim.replication.run`.

        What was finished before, by an earlier call or before a stop, is not played again. Event
        logs are in the journal, no longer in the replications. What `check` raises for the first
        replication that ends ends all.
        """
        asked = list(tasks)
        keys = dict.fromkeys((value, task.number) for task in asked for value, _ in task.variants)
        for key in keys:
            if check is not None and key in self.journal.finished:
                check(self.journal.finished[key])
        missing = [rest for task in asked if (rest := self._without_finished(task)).variants]
        left = sum(len(task.variants) for task in missing)
        self._progress.expect_in_all(self._progress.done + left)
        for played in as_they_end(missing, self._jobs):
            self.journal.keep(played, self.seconds)
            self._progress.advance(len(played))
            self._stop.check()
            for each in played:
                if check is not None:
                    check(each)
        return in_order([self.journal.finished[key] for key in keys], asked)

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of all runs that went before."""
        return self._seconds_before + time.perf_counter() - self._began

    def _without_finished(self, task: Task) -> Task:
        finished = self.journal.finished
        left = [each for each in task.variants if (each[0], task.number) not in finished]
        return dataclasses.replace(task, variants=tuple(left))


@contextmanager
def remembering(
    experiment: Experiment,
    designs: Mapping[str, Scenario],
    before: RunJournal | None = None,
    what: str = "replications",
) -> Iterator[Played]:
    """Yield what plays and remembers; whatever stops the block leaves the journal beside the run.

    `designs` are the scenarios that may be played, by value; `before` is the journal of a run that
    is gone on with; `what` is what the progress counts. The end of a block that ends well removes
    the journal; so the run folder is to be written inside. Raises Interrupted, which says how to go
    on, for Ctrl-C and SIGTERM; a UserError says it too. After a FutileError nothing is kept.
    """
    journal = before or RunJournal.begin(experiment, designs)
    try:
        with (
            stoppable(signal.SIGINT, signal.SIGTERM) as stop,
            progress(what, shown=not experiment.quiet) as bar,
        ):
            yield Played(journal, experiment.jobs, bar, stop)
    except KeyboardInterrupt:
        raise Interrupted(_left(journal)) from None
    except FutileError:
        journal.remove()
        raise
    except UserError as error:
        if not journal.worth_keeping:
            journal.remove()
            raise
        raise UserError(f"{error}\n{_left(journal)}") from None
    journal.remove()


def _left(journal: RunJournal) -> str:
    """How to go on, if anything new is there to go on with; else the journal is removed."""
    if not journal.worth_keeping:
        journal.remove()
    return journal.how_to_go_on()
