"""A made-up staffing and a made-up sensitivity study, on the made-up comparison and tune."""

from __future__ import annotations

import dataclasses
import math
import shutil
from pathlib import Path

from reports import staffing_files
from reports.run_folder import Run
from reports.sensitivity_file import write_sensitivity
from reports.sensitivity_result import SensitiveInput, Sensitivity, Turned
from reports.staffing_result import StaffCell, StaffDays, Staffing, StaffTarget
from reports.words import Words

CLASSES = {
    1: (StaffDays(name="every", days=(), count=30),),
    2: (
        StaffDays(name="quiet", days=("1405-12-01 to 1405-12-10", "1405-12-20"), count=11),
        StaffDays(name="busy", days=("1405-12-11 to 1405-12-19",), count=9),
    ),
    3: (
        StaffDays(name="quiet", days=("1405-12-01",), count=1),
        StaffDays(name="ordinary", days=("1405-12-02",), count=1),
        StaffDays(name="busy", days=("1405-12-03",), count=1),
    ),
}


def target(**changes: object) -> StaffTarget:
    """A service level that the recommended staffing keeps and the present one does not."""
    fields: dict[str, object] = {
        "channel": "chat", "measure": "support_service_level", "limit": 0.8, "reachable": 1.0,
        "present": 0.4, "present_bound": 0.38, "found": 0.83, "bound": 0.81, "kept": True,
        "present_kept": False,
    }  # fmt: skip
    return StaffTarget.model_validate(fields | changes)


def cell(days: str, hour: int) -> StaffCell:
    return StaffCell(
        channel="chat", days=days, hour=hour, season_hours=10.0, present=1.5, erlang=2,
        agents=hour % 3, contacts=4.2, service_level=0.8 if hour else math.nan,
        service_low=0.7 if hour else math.nan, service_high=0.9 if hour else math.nan,
        given_up=0.1, occupancy=0.6, cost_rial=3e7,
    )  # fmt: skip


def staffing(compared: Run, classes: int = 1, **changes: object) -> Run:
    """The first two of the compared scenarios as the present and the recommended staffing."""
    assert compared.comparison is not None
    two = compared.measures[compared.measures["value"].isin(["A", "B"])]
    hours = compared.hours[compared.hours["value"].isin(["A", "B"])]
    fields = compared.comparison.model_dump() | {
        "values": ("A", "B"),
        "best": "B",
        "scenarios": compared.comparison.scenarios[:2],
        "differences": ({"value": "A", "mean": 1e7, "low": 1e7, "high": 1e7},),
        "indistinguishable": (),
        "targets": (target(),),
        "days": CLASSES[classes],
        "cells": tuple(cell(days.name, h) for days in CLASSES[classes] for h in range(24)),
        "cost_present_rial": 1e9,
        "cost_rial": 1.2e9,
        "checks": 1,
    }
    result = Staffing.model_validate(fields | changes)
    folder = _copy(compared, f"staffing-{classes}")
    staffing_files.write_staffing(folder, result, compared.manifest.languages)
    manifest = compared.manifest.model_copy(update={"command": "staff", "values": ("A", "B")})
    return dataclasses.replace(
        compared, folder=folder, manifest=manifest, measures=two, hours=hours, result=result
    )


def staffings(compared: Run, words: Words) -> list[Run]:
    """Staffings that say everything that one can say; their sheets too, in these words."""
    beyond = target(limit=0.95, reachable=0.6, found=0.5, bound=0.45, kept=False)
    lost = target(
        measure="support_abandonment_rate", limit=0.05, reachable=0.1, found=0.2, bound=0.3,
        kept=False,
    )  # fmt: skip
    runs = [
        staffing(compared),
        staffing(compared, 2, cost_rial=0.8e9, targets=(target(present_kept=True),)),
        staffing(compared, 3, cost_rial=1e9, targets=(target(), beyond, lost)),
    ]
    for run in runs:
        assert run.staffing is not None
        staffing_files.sheets(run.staffing, words)
    return runs


def an_input(field: str, **changes: object) -> SensitiveInput:
    fields: dict[str, object] = {
        "field": field, "evidence": "L", "own": "60%", "low": "30%", "high": "80%",
        "margin_low": 2e8, "margin_low_from": 1e8, "margin_low_to": 3e8,
        "margin_high": 4e8, "margin_high_from": 3e8, "margin_high_to": 5e8,
        "best_low": "20 min", "best_high": "20 min",
        "objective_low": 1e10, "objective_high": 2e10, "screened": 1e8, "interacts": 2e7,
        "screened_objective": 3e9, "first_order": 0.5, "total": 0.6, "total_error": 0.1,
    }  # fmt: skip
    return SensitiveInput.model_validate(fields | changes)


def sensitivity(tune: Run, *inputs: SensitiveInput) -> Run:
    """The made-up tune, with what a study of these inputs adds."""
    assert tune.tuned is not None
    result = Sensitivity(
        **tune.tuned.model_dump(),
        margin=3e8,
        margin_from=2e8,
        margin_to=4e8,
        inputs=inputs,
        trajectories=4,
        sobol_points=16,
        seasons=400,
    )
    folder = _copy(tune, f"sensitivity-{len(inputs)}")
    write_sensitivity(folder, result)
    manifest = tune.manifest.model_copy(update={"command": "sensitivity"})
    return dataclasses.replace(tune, folder=folder, manifest=manifest, result=result)


def _copy(run: Run, name: str) -> Path:
    """The run's files in a folder of their own."""
    return Path(shutil.copytree(run.folder, run.folder.parent / name, dirs_exist_ok=True))


def sensitivities(tune: Run) -> list[Run]:
    """Some where nothing turns the decision over, and one where it turns in every way."""
    steady, other = an_input("shoppers.ready"), an_input("costs.goods")
    ways = (("40%", "55%", "35%"), ("35%", "40%", None), ("35%", None, None), (None, "45%", None))
    turning = [
        an_input(
            f"payment.succeeds.{number}", margin_low=-1e8, best_low="60 min" if at else "20 min",
            turns=(Turned(end="low", at=at, holds_until=until, turned_from=beyond),),
            total=math.nan, first_order=math.nan,
        )
        for number, (at, until, beyond) in enumerate(ways)
    ]  # fmt: skip
    return [
        sensitivity(tune, steady),
        sensitivity(tune, steady, other),
        sensitivity(tune, *turning, steady),
    ]
