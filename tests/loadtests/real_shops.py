"""Real shops for tests: installed from their registries into a cache, opened on the loopback.

Whatever is missing (npm, a registry, PostgreSQL) skips the test and says so. What was installed
once is kept in `~/.cache/esfand-real-shops`, or below `XDG_CACHE_HOME`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent / "shops"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "esfand-real-shops"
INSTALL_SECONDS = 420
STEP_SECONDS = 180
OPEN_SECONDS = 120
OSCAR = ("django-oscar==4.2.1", "django-oscar-api==3.3.0", "gunicorn==27.0.1")
NOTHING_TO_CHOOSE = {"MEDUSA_DISABLE_TELEMETRY": "true", "NODE_ENV": "production"}


def run(
    command: Sequence[str | Path],
    folder: Path,
    seconds: float = STEP_SECONDS,
    **environment: str,
) -> str:
    """What a command says; it must end well, and in time."""
    done = subprocess.run(
        command, cwd=folder, timeout=seconds, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def _installed(name: str, key: str, *commands: Sequence[str | Path]) -> Path:
    """The folder in which these commands have run once; skips where they cannot."""
    folder = CACHE / name
    mark = folder / "installed"
    if mark.is_file() and mark.read_text() == key:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source in (HERE / name).glob("package.json"):
        shutil.copy(source, folder)
    for command in commands:
        try:
            run(command, folder, INSTALL_SECONDS)
        except (OSError, AssertionError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"{name} cannot be installed here: {str(error)[:300]}")
    mark.write_text(key)
    return folder


def oscar_python() -> Path:
    """The bin folder of an environment with django-oscar in it."""
    environment = (sys.executable, "-m", "venv", "venv")
    install = ("venv/bin/pip", "install", "-q", *OSCAR)
    return _installed("django_oscar", " ".join(OSCAR), environment, install) / "venv" / "bin"


def node_modules(name: str) -> Path:
    """The packages of a shop of npm's."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    install = ("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
    key = (HERE / name / "package.json").read_text()
    return _installed(name, key, install) / "node_modules"


@contextmanager
def opened(
    command: Sequence[str | Path], folder: Path, path: str, port: int, **environment: str
) -> Iterator[str]:
    """A server of `folder` that answers at `path`; its address. It ends with all its children."""
    url = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        try:
            _wait_for(url + path, server, folder / "server.log")
            yield url
        finally:
            os.killpg(server.pid, 15)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, 9)
                server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            if httpx.get(address, trust_env=False, timeout=10).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError(f"it did not open: {log.read_text()[-2000:]}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
    return number
