"""The generator is open: its percentiles against a stalling server are those of k6."""

import shutil
import sysconfig
from importlib import import_module
from pathlib import Path

import pytest
from stores import ROOT

pytestmark = pytest.mark.statistical
K6 = shutil.which("k6") or shutil.which("k6", path=sysconfig.get_path("scripts"))


@pytest.mark.skipif(K6 is None, reason="k6 is not installed")
def test_percentiles_against_a_stalling_server_are_those_of_k6(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """2 s in every 8 are a stall, so a quarter of the sessions wait, evenly from 0 to 2 s."""
    monkeypatch.syspath_prepend(Path(ROOT) / "benchmarks")
    bench = vars(import_module("open_load"))  # its server's process finds it by this name
    found = {}
    for name in ("esfand", "k6"):
        with bench["server"](stalls=True) as url:
            found[name] = bench[name](url, 200.0)
    assert found["esfand"]["sent"] == pytest.approx(200 * bench["SECONDS"], rel=0.06)
    for percentile in (90, 95, 99):
        key = f"from_intended_p{percentile}_s"
        assert found["esfand"][key] == pytest.approx(found["k6"][key], abs=0.2), key
