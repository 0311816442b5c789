"""What the markers of pyproject.toml need at run time."""

import os
import shutil
from collections.abc import Iterator

import pytest
from commands import without_pages
from hypothesis import settings

# A busy machine is no reason for a property to fail.
settings.register_profile("esfand", deadline=None, derandomize=True)
settings.load_profile("esfand")

# Selenium is to use the chromium found here: no download, no usage statistics.
os.environ["SE_OFFLINE"] = "true"

BROWSER_COMMANDS = ("chromium", "chromedriver")


@pytest.fixture(scope="module")
def no_pages() -> Iterator[None]:
    """For a whole module: `pytestmark = pytest.mark.usefixtures("no_pages")`."""
    with without_pages():
        yield


@pytest.fixture
def no_more_pages() -> Iterator[None]:
    """For modules whose own fixtures, which come first, have runs with their reports."""
    with without_pages():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests, with the reason, where there is no browser."""
    missing = [command for command in BROWSER_COMMANDS if shutil.which(command) is None]
    if missing:
        skip = pytest.mark.skip(reason=f"not installed: {', '.join(missing)}")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)
