"""The notebooks are kept without outputs, and play from top to bottom."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STORIES = (
    "01-planner-tunes-the-timeout",
    "02-engineer-rehearses-on-staging",
    "03-analyst-reads-the-backlog",
    "04-calibrate-from-your-own-export",
)
LONGEST_CELL = 30
"""Lines; a longer one is hard to read on a screen."""

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[dict[str, object]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def text(cell: dict[str, object]) -> str:
    lines = cell["source"]
    assert isinstance(lines, list)
    return "".join(lines)


def test_every_story_is_there() -> None:
    assert tuple(path.stem for path in NOTEBOOKS) == STORIES


@each_notebook
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell["outputs"] == [], "clear all outputs before saving"
        assert cell["execution_count"] is None, "clear all outputs before saving"
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert set(metadata) == {"kernelspec", "language_info"}


@each_notebook
def test_cells_are_short(path: Path) -> None:
    longest = max(text(cell).count("\n") + 1 for cell in cells(path, "code"))
    assert longest <= LONGEST_CELL


@each_notebook
def test_links_of_a_notebook_lead_somewhere(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for target in re.findall(r"\]\(([^()\s]+)\)", text(cell)):
            assert (path.parent / unquote(target).partition("#")[0]).exists(), target


@pytest.mark.docs
# What a kernel's own libraries are about to change is not for this project to mend.
@pytest.mark.filterwarnings("default")
@each_notebook
def test_a_notebook_plays_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    """In a folder of its own, in an interpreter of its own; any exception in a cell fails it."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    here = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(notebook, timeout=900, kernel_name="python3", resources=here)
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2, "a story has pictures"
    # Exit code 1 is a finding, so cells of commands go on after any other one, too.
    said = "".join(output["text"] for output in outputs if output.get("name") == "stderr")
    assert not re.search("Traceback|^Error:|--help' for help", said, flags=re.MULTILINE), said
    assert not list(tmp_path.glob("runs/*.unfinished"))
