"""Pages under docs/ that are written from the code say what the code says."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from documented import PAGES

import esfand
from loadtests.reference_store.faults import SWITCHES
from loadtests.reference_store.operations import COMMANDS
from scenarios.loader import check, library, load

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SHARED_OPTIONS = ("--set", "--seed", "--jobs", "--out", "--json")


def without_code(page: Path) -> str:
    """The text of a page, without what stands in fences or is indented as code."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?:(?<=\n\n)|\A)(?: {4}.*\n)+", "", text)


def links(page: Path) -> list[str]:
    """Targets of the links and images of a page that lead to files of the repository."""
    text = re.sub(r"`[^`]*`", "", without_code(page))
    targets = re.findall(r"\]\(([^()\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """What a `#` may name in a page: its headings, as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", without_code(page), flags=re.MULTILINE)
    found: list[str] = []
    for heading in headings:
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        twice = sum(re.fullmatch(rf"{re.escape(plain)}(-\d+)?", each) is not None for each in found)
        found.append(f"{plain}-{twice}" if twice else plain)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        name, _, anchor = unquote(target).partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name}: {target}"
        assert file.resolve().is_relative_to(ROOT), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target}"


def test_the_check_of_links_finds_them() -> None:
    assert "docs/images/report-fa.png" in links(ROOT / "README.md")
    assert "report.md#another-rule-or-another-cost" in links(DOCS / "commands.md")
    assert "the-run-folder" in anchors(DOCS / "report.md")


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words: `scenarios list`, `tune`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def test_the_page_on_commands_says_which_option_each_takes() -> None:
    assert {name.split()[0] for name, _ in commands(esfand.cli)} == set(esfand.COMMANDS)
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    for name, command in commands(esfand.cli):
        taken = {option for parameter in command.params for option in parameter.opts}
        words = ["yes" if option in taken else "no" for option in SHARED_OPTIONS]
        assert f"| `{name}` | {' | '.join(words)} |\n" in page, name


def test_the_page_on_the_store_knows_every_command_and_every_fault() -> None:
    page = (DOCS / "reference-store.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        outcomes = ", ".join(f"`{outcome.name}`" for outcome in command.outcomes)
        meaning = str(command.run.__doc__).partition("\n")[0]
        assert f"| `{command.path}` | {meaning} | {outcomes} |\n" in page, command.name
    for switch in SWITCHES.values():
        assert f"| `{switch.example}` |" in page


def test_the_page_on_scenarios_knows_every_field() -> None:
    tables = runpy.run_path(str(DOCS / "fields.py"))["tables"]()
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    assert tables in page, "out of date: run `python docs/fields.py`"


def test_the_page_on_scenarios_lists_the_whole_library() -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    for name, _ in library():
        assert f"| `{name}` | {load(name).summary.rstrip('.')} |\n" in page


def test_every_field_has_a_meaning() -> None:
    tables = runpy.run_path(str(DOCS / "fields.py"))["tables"]()
    assert [line for line in tables.splitlines() if line.endswith("|  |")] == []


def test_the_example_scenario_and_its_mistakes_are_real(tmp_path: Path) -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "my-shop.yaml"
    path.write_text(example, encoding="utf-8")
    assert check(str(path)) == []
    spoilt = example.replace("12_000", "12k").replace("15 min", "15")
    path.write_text(f"{spoilt}  hold_pont: paid\n", encoding="utf-8")
    shown = page.split("## Mistakes")[1].split("```")[1].split("\n")[1:-1]
    assert [line.removeprefix(f"{tmp_path}/") for line in check(str(path))] == shown


def test_the_page_on_platforms_is_that_of_the_presets() -> None:
    page = runpy.run_path(str(DOCS / "platforms.py"))["page"]()
    assert (DOCS / "platforms.md").read_text(encoding="utf-8") == page, (
        "out of date: run `python docs/platforms.py`"
    )
