"""Compile the busiest modules with mypyc: the same source and results, in two fifths of the time.

    python benchmarks/compile.py [FOLDER]             compile beside the sources [of this copy]
    python benchmarks/compile.py --remove [FOLDER]    back to plain Python

Needs mypy, setuptools and a C compiler; Esfand itself needs none of them. Python prefers compiled
files to their sources: after a change to these, compile again or remove.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = (
    "model/carts.py",
    "model/catalogue.py",
    "model/events.py",
    "model/lifecycle.py",
    "model/log.py",
    "model/order.py",
    "model/orders.py",
    "model/outcomes.py",
    "model/payments.py",
    "model/policy.py",
    "model/reservations.py",
    "model/shop.py",
    "model/stock.py",
    "model/support.py",
    "model/tickets.py",
    "model/verified_payments.py",  # a compiled class has compiled heirs only
    "scenarios/columns.py",
    "scenarios/intents.py",
    "scenarios/journeys.py",
    "sim/agenda.py",
    "sim/driver.py",
    "sim/gateway.py",
    "sim/order_manager.py",
    "sim/staffed_desk.py",  # likewise
    "sim/support_desk.py",
)
"""What a season spends its time in, from a shopper's arrival to the last event she causes."""
FLAGS = ("-fno-semantic-interposition", "-fno-plt")
"""For the C compiler: nobody replaces a function of the library from without, so its functions may
call each other directly, and be inlined."""


def why_not() -> str | None:
    """What is missing for compiling, as a sentence, or None."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"There is no C compiler here ({compiler})."
    for package, comes_with in (
        ("mypyc", "mypy"),
        ("librt", "mypy>=2.4"),  # compiled code writes the log with it (`model/log.py`)
        ("setuptools", "setuptools"),
    ):
        if find_spec(package) is None:
            return f"Compiling needs {comes_with}: python -m pip install '{comes_with}'"
    return None


def compile_in(folder: Path) -> None:
    """Compile `MODULES` in a copy of the project, each beside its source."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    remove_from(folder)
    os.chdir(folder)  # both take modules by their paths from here
    with tempfile.TemporaryDirectory() as build:
        extensions = mypycify(["--no-incremental", *MODULES], target_dir=build, group_name="esfand")
        for extension in extensions:
            extension.extra_compile_args = [*extension.extra_compile_args, *FLAGS]
        distribution = Distribution({"name": "esfand", "ext_modules": extensions})
        command = distribution.get_command_obj("build_ext")
        command.inplace, command.build_lib, command.build_temp = True, build, build
        command.ensure_finalized()
        command.run()


def remove_from(folder: Path) -> None:
    """Remove what `compile_in` made."""
    for module in ("esfand__mypyc.py", *MODULES):
        compiled_file(folder, module).unlink(missing_ok=True)


def compiled_file(folder: Path, module: str) -> Path:
    """Where a module's compiled file stands."""
    suffix: str = sysconfig.get_config_var("EXT_SUFFIX")
    return (folder / module).with_suffix(suffix)


def main(arguments: list[str]) -> None:
    """Parse and do it."""
    remove = "--remove" in arguments
    folders = [Path(argument) for argument in arguments if not argument.startswith("-")]
    folder = (folders or [ROOT])[0].resolve()
    if remove:
        remove_from(folder)
    elif (missing := why_not()) is not None:
        sys.exit(missing)
    else:
        compile_in(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
