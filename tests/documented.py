"""What the docs show: code blocks of a page, and the commands in them.

A block is fenced or indented by four spaces. A comment right above it may say

    <!-- not run: REASON -->       its commands are shown only
    <!-- file: my-shop.yaml -->    it is a file that the commands below it take
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT, ROOT / "docs", ROOT / "docs" / "how-to", ROOT / "benchmarks", ROOT / "notebooks")
PAGES = tuple(page for folder in FOLDERS for page in sorted(folder.glob("*.md")))
PROGRAMS = ("esfand", "make", "python", "pip", "locust", "dask", "pyftsubset")
"""What a command begins with; in front of it may stand `.venv/bin/` and settings of variables."""
_COMMENT = re.compile(r"<!-- (not run|file): (.+?) -->", re.DOTALL)
_SETTINGS = re.compile(r"(?:[A-Z_]+=(?:\$\([^)]*\)*|\S*)\s+)*")


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: Path
    line: int
    kind: str
    """The word behind its fence; `indented` for one without."""
    text: str
    not_run: str = ""
    """Why its commands are not run; empty: they are."""
    file: str = ""
    """The name of the file that it is."""

    @property
    def commands(self) -> list[str]:
        """Its commands, each in one line."""
        joined = re.sub(r"\\\n\s*", "", self.text)
        if self.kind not in ("indented", "text", "sh"):
            return []
        return [line.strip() for line in joined.splitlines() if is_command(line)]


def is_command(line: str) -> bool:
    """Whether a line of a code block is a command, and not output or a file's content."""
    words = _SETTINGS.sub("", line.strip(), count=1).split()
    return bool(words) and words[0].removeprefix(".venv/bin/") in (*PROGRAMS, "export")


def words_of(command: str) -> list[str]:
    """The words of a command, as a shell would have them, without comments."""
    return shlex.split(command, comments=True)


def blocks(page: Path) -> Iterator[Block]:
    """The code blocks of a page, from the top."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        fence = re.fullmatch(r" {0,3}```(\w*)", lines[at])
        indented = lines[at].startswith("    ") and (at == 0 or not lines[at - 1].strip())
        if not fence and not indented:
            at += 1
            continue
        begin = at + 1 if fence else at
        at = begin
        while at < len(lines) and _goes_on(lines, at, fenced=bool(fence)):
            at += 1
        text = dedent("\n".join(lines[begin:at]))
        kind = (fence[1] or "text") if fence else "indented"
        yield Block(page, begin + 1, kind, text, **_said_above(lines, begin - bool(fence)))
        at += 1


def _goes_on(lines: list[str], at: int, *, fenced: bool) -> bool:
    """Whether a line still belongs to the block that was begun."""
    if fenced:
        return lines[at].strip() != "```"
    later = [line for line in lines[at:] if line.strip()]
    return bool(later) and later[0].startswith("    ")


def _said_above(lines: list[str], begin: int) -> dict[str, str]:
    """What a comment right above a block says of it."""
    above = "\n".join(lines[:begin]).rstrip()
    comments = list(_COMMENT.finditer(above))
    if not comments or comments[-1].end() != len(above):
        return {}
    key, said = comments[-1].groups()
    return {key.replace(" ", "_"): " ".join(said.split())}
