"""What a figure may depend on besides the scenario: versions, and the source itself."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_RESTED_ON = ("esfand", "numpy", "scipy", "simpy")
"""Packages whose versions may change a figure."""
_ROOMS = ("model", "scenarios", "sim", "reports")
"""Where the source is that plays and measures."""


def versions() -> dict[str, str]:
    """Of Python and of what else a figure may depend on."""
    found = {"python": platform.python_version()}
    for package in _RESTED_ON:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that is not installed
            found[package] = "unknown"
    return found


@lru_cache(maxsize=1)
def source() -> str:
    """Twelve hexadecimal digits that tell one state of the source from another."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
