"""YAML as plain text with places: every scalar stays as written and knows its line.

YAML's own guesses surprise people: 1405-01-01 becomes a Gregorian day, 20:30 becomes 1230, `off`
becomes False and 010 becomes 8. Here nothing is guessed; the schema alone says what a text means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import yaml

from scenarios.units import latin_number


class Place(NamedTuple):
    """Where something was written; line and column count from 1, line 0: the source as a whole."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


class Mistake(NamedTuple):
    """One thing the user has to mend: where, in which field (dotted, may be empty), and what."""

    place: Place
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.field, self.message) if part)


Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"


@dataclass(slots=True)
class Node:
    """A value and the place of its key (of itself in a list)."""

    place: Place
    value: str | list[Node] | dict[str, Node] | None

    def child(self, part: object) -> Node | None:
        """The entry of that key or index, where there is one."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]
        return None

    def put(self, part: str | int, node: Node) -> None:
        """Set the entry of that key, or of that index if there is one."""
        if isinstance(self.value, dict):
            self.value[str(part)] = node
        elif isinstance(self.value, list):
            self.value[int(part)] = node

    @property
    def name(self) -> str | None:
        """What people call an entry of a list: its `name` or its `channel`."""
        for key in ("name", "channel"):
            child = self.child(key)
            if child is not None and isinstance(child.value, str):
                return child.value
        return None

    def plain(self) -> Plain:
        """The value without places, for the schema."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def parse(text: str, source: str, mistakes: list[Mistake]) -> Node | None:
    """The tree of one YAML document; None and a mistake where it is no YAML at all.

    Duplicate keys are mistakes too, but do not stop the reading.
    """
    return _Reader(lambda line, column: Place(source, line, column), mistakes).read(text)


def parse_value(text: str, place: Place, mistakes: list[Mistake]) -> Node | None:
    """The same for a value that was given outside a file: all of it lies at `place`."""
    return _Reader(lambda line, column: place, mistakes).read(text)


class _Reader:
    def __init__(self, place: Callable[[int, int], Place], mistakes: list[Mistake]) -> None:
        self._place = place
        self._mistakes = mistakes

    def read(self, text: str) -> Node | None:
        top = self._place(1, 1)
        try:
            root = yaml.compose(text, Loader=yaml.BaseLoader)
            return Node(top, None) if root is None else self._node(root, top, "")
        except yaml.MarkedYAMLError as error:
            at = self._mark(error.problem_mark or error.context_mark)
            self._mistake(at, "", _explain(error))
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            at = self._place(before.count("\n") + 1, len(before) - before.rfind("\n"))
            self._mistake(at, "", f"an unprintable character (U+{error.character:04X}); delete it")
        except RecursionError:
            self._mistake(top, "", "nested too deeply, or an anchor contains itself")
        return None

    def _node(self, node: Any, at: Place, path: str) -> Node:
        if isinstance(node, yaml.MappingNode):
            return Node(at, self._entries(node, path))
        if isinstance(node, yaml.SequenceNode):
            items = [(item, f"{path}.{index}") for index, item in enumerate(node.value)]
            return Node(at, [self._node(item, self._mark(item.start_mark), p) for item, p in items])
        if node.style is not None:  # in quotes: text to the letter
            return Node(at, node.value)
        is_null = node.value.lower() in ("", "~", "null")
        return Node(at, None if is_null else latin_number(node.value))

    def _entries(self, node: yaml.MappingNode, path: str) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for key, value in node.value:
            at = self._mark(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                self._mistake(at, path, "a field's name must be a plain word")
                continue
            field = f"{path}.{key.value}".lstrip(".")
            if key.value in entries:
                self._mistake(at, field, f"stands twice; first in {entries[key.value].place}")
            else:
                entries[key.value] = self._node(value, at, field)
        return entries

    def _mark(self, mark: Any) -> Place:
        return self._place(mark.line + 1, mark.column + 1)

    def _mistake(self, at: Place, field: str, message: str) -> None:
        self._mistakes.append(Mistake(at, field, message))


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or str(error.context)
    if r"'\t'" in problem:
        return "a tab; YAML is indented with spaces only"
    if "mapping values are not allowed" in problem:
        return (
            "a second ': ' in one line, or a line too far to the right; "
            "put text that contains ': ' in quotes"
        )
    if "cannot start any token" in problem:
        return f"{problem}; put the text in quotes"
    if "expected <block end>" in problem:
        return "does not fit the lines above; check indentation, dashes and quotes"
    context = f" ({error.context})" if error.context and error.context != problem else ""
    return f"not valid YAML: {problem}{context}"
