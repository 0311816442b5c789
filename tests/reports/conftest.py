"""Made-up runs, and the page of the tune, for all tests that only read them."""

import made_up_run
import pytest
from report_pages import page

from reports import run_folder
from reports.run_folder import Run


@pytest.fixture(scope="session")
def tune(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_folder.read(made_up_run.write_tune(tmp_path_factory.mktemp("tune") / "run"))


@pytest.fixture(scope="session")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("simulation") / "run"
    return run_folder.read(made_up_run.write_simulation(folder))


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("compare") / "run"
    return run_folder.read(made_up_run.write_comparison(folder))


@pytest.fixture(scope="session")
def tune_page(tune: Run) -> str:
    return page(tune)
