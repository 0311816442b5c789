"""Every command that the docs show is run, or says in the page's source why not."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from documented import PAGES, ROOT, Block, blocks, is_command, words_of
from documented_runs import Desk

import esfand
from scenarios.loader import check, library

BLOCKS = {page: list(blocks(page)) for page in PAGES}
WITH_COMMANDS = [page for page in PAGES if any(block.commands for block in BLOCKS[page])]
SAME_COMMANDS = {"README.fa.md": "README.md", "planner.fa.md": "planner.md"}
"""Pages that show, in Persian, the commands of another page."""
MOST_NOT_RUN = 30
"""Commands that may be shown without being run; one that stands on two pages counts once."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def shown(page: Path) -> list[str]:
    return [command for block in BLOCKS[page] for command in block.commands]


def not_run() -> list[tuple[Block, str]]:
    """Commands that are only shown, with the blocks that say why."""
    all_blocks = [block for page in PAGES for block in BLOCKS[page]]
    return [(block, command) for block in all_blocks if block.not_run for command in block.commands]


def test_blocks_and_what_is_said_of_them_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Text\n\n    esfand verify  # why\n    esfand tune x \\\n      --vary y\n\n    out\n\n"
        "<!-- not run: takes\nan hour -->\n\n```sh\nA=$(b c) esfand serve\n```\n\n"
        "<!-- file: my.yaml -->\n```yaml\nname: my\n```\n",
        encoding="utf-8",
    )
    first, second, third = blocks(page)
    assert first.commands == ["esfand verify  # why", "esfand tune x --vary y"]
    assert words_of(first.commands[0]) == ["esfand", "verify"]
    assert (second.line, second.not_run) == (13, "takes an hour")
    assert second.commands == ["A=$(b c) esfand serve"]
    assert (third.file, third.text, third.commands) == ("my.yaml", "name: my", [])
    assert not is_command("esfandyar comes")


def test_commands_that_are_only_shown_are_few_and_say_why() -> None:
    found = not_run()
    different = {tuple(words_of(command)) for _, command in found}
    assert len(different) <= MOST_NOT_RUN, sorted(different)
    for block, command in found:
        assert len(block.not_run.split()) >= 3, f"{name(block.page)}:{block.line}: {command}"


def test_pages_in_two_languages_show_the_same_commands() -> None:
    by_name = {page.name: page for page in PAGES if page.parent in (ROOT, ROOT / "docs")}
    for persian, english in SAME_COMMANDS.items():
        assert shown(by_name[persian]) == shown(by_name[english])


def every_option(command: click.Command) -> set[str]:
    known = {option for parameter in command.params for option in parameter.opts}
    return known | {"-h", "--help"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_in_the_text_exist_and_have_the_options_shown(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    inline = [match for match in re.findall(r"`(esfand [^`]+)`", text) if "\n" not in match]
    for command in [*shown(page), *inline]:
        words = words_of(command.replace(".venv/bin/", ""))
        if words[:1] != ["esfand"] or not re.fullmatch(r"[a-z]+", words[1]):
            continue
        group = click.Context(esfand.cli)
        found = esfand.cli.get_command(group, words[1])
        assert found is not None, command
        if isinstance(found, click.Group) and len(words) > 2 and not words[2].startswith("-"):
            found = found.get_command(group, words[2])
            assert found is not None, command
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= every_option(found), command


FRAGMENTS = [
    pytest.param(block, id=f"{name(page)}:{block.line}")
    for page in PAGES
    for block in BLOCKS[page]
    if block.kind == "yaml" and "apiVersion" not in block.text
]


@pytest.mark.parametrize("block", FRAGMENTS)
def test_scenarios_in_the_docs_are_without_mistake(block: Block, tmp_path: Path) -> None:
    """A whole file as it stands; a part of one as what differs from `nowruz`."""
    text = block.text
    if not re.search(r"^(extends|catalogue):", text, flags=re.MULTILINE):
        text = f"extends: nowruz\n{text}"
    if not re.search(r"^name:", text, flags=re.MULTILINE):
        text = f"name: shown\n{text}"
    path = tmp_path / "shown.yaml"
    path.write_text(text, encoding="utf-8")
    for line in text.splitlines():
        base = line.removeprefix("extends: ").split("#")[0].strip()
        if line.startswith("extends: ") and base not in dict(library()):
            (tmp_path / base).write_text("extends: nowruz\nname: base\n", encoding="utf-8")
    assert check(str(path)) == []


@pytest.mark.docs
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_of_a_page_do_what_they_should(page: Path, tmp_path: Path) -> None:
    """In the order of the page, in one folder; only their sizes are small."""
    if page.name in SAME_COMMANDS:
        pytest.skip(f"shows the commands of {SAME_COMMANDS[page.name]}")
    done = set()
    with Desk(tmp_path) as desk:
        for block in BLOCKS[page]:
            if block.file:
                (tmp_path / block.file).write_text(block.text + "\n", encoding="utf-8")
            elif block.kind == "python" and not block.not_run:
                desk.python(block.text)
            for command in () if block.not_run else block.commands:
                words = tuple(words_of(command))
                if words not in done:
                    desk.run(command)
                done.add(words)
