"""Keyed random streams: each attribute of the shoppers has its own, whatever else is drawn."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """The generator for one attribute in one replication.

    The key is (seed, replication, name) and nothing else: no order of spawning, no worker, no
    policy moves it, and a new attribute leaves the others where they were.
    """
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    return np.random.Generator(
        np.random.Philox(np.random.SeedSequence([seed, replication, digest]))
    )
