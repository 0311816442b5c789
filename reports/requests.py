"""The requests of a live run as tables: every request, and every session's start.

requests.parquet  session, step, intended, sent (seconds from the beginning), service_s, status
starts.parquet    session, due, begun (NaN: the session was dropped)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REQUEST = np.dtype(
    [
        ("session", "<i4"),
        ("intended", "<f8"),
        ("sent", "<f8"),
        ("service", "<f8"),
        ("status", "<i2"),
        ("step", "<u2"),
    ]
)
START = np.dtype([("session", "<i4"), ("due", "<f8"), ("begun", "<f8")])
REQUESTS_FILE, STARTS_FILE = "requests.parquet", "starts.parquet"


@dataclass(frozen=True)
class Traffic:
    """What the generators of a live run wrote down."""

    requests: NDArray[np.void]
    """Dtype `REQUEST`, in the order in which they were sent."""
    steps: Sequence[str]
    """Names of the steps that `requests["step"]` numbers."""
    starts: NDArray[np.void]
    """Dtype `START`, in the order in which sessions were due."""
    planned: int
    """Sessions of the schedule."""

    @property
    def from_intended(self) -> NDArray[np.float64]:
        """Seconds from when each request was meant to be sent to its answer."""
        waited: NDArray[np.float64] = self.requests["sent"] - self.requests["intended"]
        return waited + self.requests["service"]

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Requests that the shop failed: no answer, or a status from 500 on."""
        status = self.requests["status"]
        wrong: NDArray[np.bool_] = (status == 0) | (status >= 500)
        return wrong

    @property
    def begun(self) -> NDArray[np.void]:
        """The starts of sessions that were not dropped."""
        return self.starts[~np.isnan(self.starts["begun"])]

    @property
    def lag(self) -> NDArray[np.float64]:
        """Seconds by which each session began too late."""
        late: NDArray[np.float64] = self.begun["begun"] - self.begun["due"]
        return late

    @property
    def dropped(self) -> int:
        """Planned sessions that never began."""
        return self.planned - len(self.begun)


def write(traffic: Traffic, folder: Path) -> None:
    """Write both tables into a run folder."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = traffic.requests
    steps = pa.DictionaryArray.from_arrays(
        pa.array(rows["step"].astype(np.int32)), pa.array(list(traffic.steps), pa.string())
    )
    requests = {
        "session": pa.array(rows["session"].copy()),
        "step": steps,
        "intended": pa.array(rows["intended"].copy()),
        "sent": pa.array(rows["sent"].copy()),
        "service_s": pa.array(rows["service"].copy()),
        "status": pa.array(rows["status"].copy()),
    }
    starts = {name: pa.array(traffic.starts[name].copy()) for name in START.names or ()}
    for name, table in ((REQUESTS_FILE, requests), (STARTS_FILE, starts)):
        parquet.write_table(pa.table(table), folder / name, compression="zstd")


def read(folder: Path, planned: int) -> Traffic:
    """Read what `write` wrote."""
    from pyarrow import parquet

    table = parquet.read_table(folder / REQUESTS_FILE)
    requests = np.empty(len(table), REQUEST)
    step = table.column("step").combine_chunks()
    for name in ("session", "intended", "sent", "status"):
        requests[name] = table.column(name).to_numpy()
    requests["service"] = table.column("service_s").to_numpy()
    requests["step"] = step.indices.to_numpy()
    saved = parquet.read_table(folder / STARTS_FILE)
    starts = np.empty(len(saved), START)
    for name in START.names or ():
        starts[name] = saved.column(name).to_numpy()
    return Traffic(requests, step.dictionary.to_pylist(), starts, planned)
