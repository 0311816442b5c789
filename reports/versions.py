"""What tells runs apart: the versions that a figure may rest on, and a scenario's fingerprint."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version

from scenarios.schema import Scenario

_RESTED_ON = ("esfand", "numpy", "scipy", "simpy")
"""Packages whose versions may change a figure."""


def fingerprint(scenario: Scenario) -> str:
    """Twelve hexadecimal digits that tell scenarios apart."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """Of Python and of what else a figure may depend on."""
    found = {"python": platform.python_version()}
    for package in _RESTED_ON:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that is not installed
            found[package] = "unknown"
    return found
