"""A made-up live run: ten sessions, of which one never began, and a shop that stalled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_up_run
import numpy as np
import pandas as pd

from reports import requests, run_folder
from reports.measures.load import values
from reports.requests import REQUEST, START, Traffic
from reports.run_folder import Load, Run

STEPS = ("view product", "add to cart")


def traffic() -> Traffic:
    """Nine requests of 0.1 s; the fifth and all later ones came 0.4 s late; the last one failed."""
    rows = np.zeros(9, REQUEST)
    rows["session"] = np.arange(9)
    rows["intended"] = np.arange(9.0)
    rows["sent"] = rows["intended"] + np.where(np.arange(9) < 4, 0.0, 0.4)
    rows["service"] = 0.1
    rows["status"] = [200] * 8 + [503]
    rows["step"] = [0, 1, 0, 1, 0, 1, 0, 1, 0]
    starts = np.zeros(10, START)
    starts["session"] = starts["due"] = np.arange(10)
    starts["begun"] = [*rows["sent"], np.nan]
    return Traffic(rows, STEPS, starts, planned=10)


def load(**changes: Any) -> Load:
    fields: dict[str, Any] = {
        "host": "http://127.0.0.1:8000",
        "target": "reference-store",
        "planned": 10,
        "seconds": 9.5,
        "audited": "journal",
    }
    return Load(**(fields | changes))


def write_load(folder: Path, measures: dict[str, float] | None = None, **changes: Any) -> Run:
    """A live run's folder; `measures` stand beside those of its requests."""
    made_up_run.write_simulation(folder, replications=1)
    simulated = run_folder.read(folder)
    manifest = simulated.manifest.model_copy(
        update={
            "command": "load",
            "source": "live",
            "replications": 1,
            "thresholds": (),
            "load": load(),
            **changes,
        }
    )
    found = simulated.measures.assign(**values(traffic()), **(measures or {}))
    run_folder.write(
        folder,
        manifest=manifest,
        scenario=simulated.scenario,
        measures=pd.DataFrame(found),
        hours=simulated.hours,
    )
    requests.write(traffic(), folder)
    return run_folder.read(folder)
