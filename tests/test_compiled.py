"""Compiled by mypyc, Esfand does what it does in plain Python: the same seasons, byte for byte."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMPILE = runpy.run_path(str(ROOT / "benchmarks" / "compile.py"))
SEASONS = """
import hashlib
import model.orders
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.world import play

print(model.orders.__file__)
for name, *settings in (
    ("benchmark-w1",),
    ("flash-sale",),
    ("flash-sale", "reservation.on_expiry=suspend", "reservation.hold_point=order_placed"),
    ("flash-sale", "reservation.released_by=lazy", "payment.succeeds=60%"),
    ("gateway-outage", "season.duration=1 d"),
    ("cod-heavy", "season.duration=1 d", "reservation.waiting_list=true"),
    ("threepl", "season.duration=1 d"),
    ("support-understaffed", "season.duration=1 d"),
    ("sms-reminders", "season.duration=1 d"),
    ("slow-site",),
):
    log = play(Plan.of(load(name, settings)), 7, 0).shop.log
    print(len(log), hashlib.sha256(log.buffer).hexdigest())
"""


def logs(project: Path) -> list[str]:
    """From where the model came, and the number and the digest of the events of some seasons."""
    environment = os.environ | {"PYTHONPATH": str(project)}
    command = (sys.executable, "-c", SEASONS)
    answer = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=True
    )
    return answer.stdout.splitlines()


@pytest.mark.statistical
def test_a_compiled_season_is_the_interpreted_one(tmp_path: Path) -> None:
    if (missing := COMPILE["why_not"]()) is not None:
        pytest.skip(missing)
    for name in ("model", "scenarios", "sim", "reports"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.so"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    plain, *expected = logs(tmp_path)
    subprocess.run((sys.executable, ROOT / "benchmarks" / "compile.py", tmp_path), check=True)
    compiled, *found = logs(tmp_path)
    assert plain.endswith(".py")
    assert not compiled.endswith(".py")
    assert found == expected


def test_the_modules_to_compile_are_there_and_removing_them_leaves_their_sources(
    tmp_path: Path,
) -> None:
    suffix = Path(COMPILE["compiled_file"](tmp_path, "model/orders.py")).name.partition(".")[2]
    for module in COMPILE["MODULES"]:
        assert (ROOT / module).is_file()
        copy = tmp_path / module
        copy.parent.mkdir(exist_ok=True)
        copy.touch()
        copy.with_suffix(f".{suffix}").touch()
    COMPILE["remove_from"](tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert left == set(COMPILE["MODULES"])
