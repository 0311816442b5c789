"""A run folder of the small shop, really played, with everything that a report is made from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import made_up_run
import pandas as pd
from small_shop import played

from reports import run_folder
from reports.breakdowns import break_down
from reports.breakdowns.file import Part, writer
from reports.hours import by_hour
from reports.log import as_array
from reports.measures import measure
from reports.measures.load import known_from_outside
from reports.run_folder import Run, RunSeason
from reports.sorted_log import SortedLog
from scenarios.writer import dump

POLICY = "reminded at a slow site"
FIELDS = {
    "command": "simulate", "parameter": None, "values": (), "thresholds": (), "scenario": "small",
}  # fmt: skip


def play_run(
    folder: Path, policy: str = POLICY, replications: int = 3, days: int = 0, live: bool = False
) -> Run:
    """The run of the small shop under one of its policies.

    With `days` the manifest says that the season was so long, so that its days are drawn; `live`:
    as somebody would tell it who saw the shop from outside.
    """
    parts, measures, hours = [], [], []
    for number in range(replications):
        plan, shop = played(policy, number)
        log = SortedLog(as_array(shop.log))
        row = {"value": "", "replication": number}
        parts.append(Part("", number, break_down(log, plan, number, live)))
        found = measure(log, plan.scenario)
        measures.append(row | (known_from_outside(found) if live else found))
        hours.append(pd.DataFrame(row | by_hour(log, plan)))
    season = plan.scenario.season
    seconds = days * 86400.0 or season.duration
    run_folder.write(
        folder,
        manifest=made_up_run.manifest(
            **FIELDS,
            replications=replications,
            source="live" if live else "simulated",
            season=RunSeason(start=season.start, seconds=seconds, timezone=season.timezone),
            created=dt.date(2026, 11, 22),
        ),
        scenario=dump(plan.scenario),
        measures=pd.DataFrame(measures),
        hours=pd.concat(hours)[list(run_folder.HOUR_COLUMNS)],
        breakdowns=writer(parts),
    )
    return run_folder.read(folder)
