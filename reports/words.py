"""The report's sentences in one language, read from `locales/LANGUAGE/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from markupsafe import Markup

from reports.formats import split_channel, split_step
from reports.notations import NOTATIONS, Language

LOCALES = Path(__file__).parent / "locales"
LANGUAGES: tuple[Language, ...] = get_args(Language)
WHOLES = ("carts_abandoned", "stockouts")
"""Measures that are the sum of others, whose names begin like theirs."""


class Words:
    """Looks sentences up by their dotted key and fills them in; remembers which were used.

    A sentence is trusted markup with named fields; what is filled in is escaped unless it is
    `Markup` itself. A missing key or field raises KeyError: that is our mistake, never the user's.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.used: set[str] = set()
        self._sentences = sentences(language)

    def __call__(self, key: str, **values: Any) -> Markup:
        self.used.add(key)
        return Markup(self._sentences[key]).format(**values)

    def __contains__(self, key: object) -> bool:
        return key in self._sentences

    def part(self, name: str) -> Markup:
        """What a part of a measure is called: `stockouts_gone` is `sold`; else its name as code."""
        return self(f"part.{name}") if f"part.{name}" in self else _code(name)

    def measure(self, name: str) -> Markup:
        """A measure's label, such as `Support contacts, chat`; its own name as code if unknown."""
        if f"part.{name}" in self:
            whole = next(whole for whole in WHOLES if name.startswith(whole))
            return self("measure_of_part", measure=self(f"measure.{whole}"), part=self.part(name))
        whole, step = split_step(name)
        if step and f"measure.{whole}" in self:
            label = self(f"measure.{whole}")
            return self("measure_of_channel", measure=label, channel=self.step(step))
        base, channel = split_channel(name)
        if f"measure.{base}" not in self:
            return _code(name)
        label = self(f"measure.{base}")
        if not channel:
            return label
        return self("measure_of_channel", measure=label, channel=self(f"channel.{channel}"))

    def step(self, slug: str) -> Markup:
        """What a step of a load test is called; one of somebody's own adapter by its name."""
        known = f"step.{slug}"
        return self(known) if known in self else _code(slug.replace("_", " "))

    def measure_in_sentence(self, name: str) -> Markup:
        """The label within a sentence: without its capital."""
        label = self.measure(name)
        first = label[:1]
        return Markup(NOTATIONS[self.language].small.get(first, first.lower()) + label[1:])

    def parameter(self, path: str) -> Markup:
        """What a scenario's field is called, with its path as code."""
        if f"parameter.{path}" not in self:
            return _code(path)
        return self("parameter_with_path", name=self.parameter_name(path), path=_code(path))

    def parameter_name(self, path: str) -> Markup:
        """The same without the path, where the name is known."""
        return self(f"parameter.{path}") if f"parameter.{path}" in self else _code(path)

    def parameters(self, paths: Iterable[str]) -> Markup:
        """Several of them in a sentence."""
        return self.listed(map(self.parameter, paths))

    def listed(self, items: Iterable[Markup]) -> Markup:
        """`a`, `a and b`, `a, b and c`."""
        *before, last = items
        if not before:
            return last
        return self("list.comma").join(before) + self("list.and") + last

    def others(self, languages: Iterable[Language]) -> dict[Language, Markup]:
        """What languages call themselves, all but this one: for links to the same page in them."""
        names = {each: Words(each)("own_name") for each in languages}
        return {each: name for each, name in names.items() if each != self.language}

    @property
    def right_to_left(self) -> bool:
        """The direction in which the language is written."""
        return self("direction") == "rtl"


def title_in(language: str, titles: Mapping[str, str], otherwise: str) -> str:
    """A scenario's title in a language; without one its English or its Persian one, or its name."""
    found = (titles.get(each) for each in (language, "en", "fa"))
    return next((title for title in found if title), otherwise)


def _code(name: str) -> Markup:
    return Markup("<code>{}</code>").format(name)


@cache
def sentences(language: str) -> dict[str, str]:
    """All sentences of a language by dotted key, from all files of its folder.

    Raises ValueError for a key that stands in two files.
    """
    import yaml

    found: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.yaml")):
        sentences_of = dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8")), ""))
        if twice := found.keys() & sentences_of.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} also stand in another file")
        found |= sentences_of
    return found


def _flat(node: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
