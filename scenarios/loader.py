"""From a scenario file to a Scenario, or to all its mistakes at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from scenarios.errors import UserError
from scenarios.layers import PLATFORM, merge, override
from scenarios.mistakes import explain, located
from scenarios.schema import Scenario
from scenarios.units import did_you_mean
from scenarios.writer import dump
from scenarios.yaml_lines import Mistake, Node, Place, parse

LIBRARY = Path(__file__).parent / "library"
Judge: TypeAlias = Callable[[Scenario], Iterable[tuple[Sequence[int | str], str]]]
"""Says what is wrong with a scenario: the path of the field, and why."""


def library() -> list[tuple[str, Path]]:
    """Name and file of every scenario that comes with Esfand, by name."""
    return sorted((path.stem, path) for path in LIBRARY.glob("*.yaml"))


def load_library(overrides: Sequence[str] = ()) -> dict[str, Scenario]:
    """Scenarios of the library by name: those that the `overrides` fit.

    Raises UserError with all mistakes where they fit none.
    """
    fitting: dict[str, Scenario] = {}
    mistakes: dict[str, None] = {}
    for name, _ in library():
        try:
            fitting[name] = load(name, overrides)
        except UserError as error:
            mistakes |= dict.fromkeys(str(error).splitlines())
    if not fitting:
        raise UserError("\n".join(mistakes))
    return fitting


def load(name_or_path: str, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario file, or one of the library by its name.

    `overrides` are `field=value` texts, such as `reservation.timeout=5min` or
    `support.desks.chat.agents=20`. Raises UserError with every mistake, one a line.
    """
    mistakes: list[Mistake] = []
    scenario = _read(name_or_path, overrides, mistakes)
    if scenario is None or mistakes:
        raise UserError("\n".join(_lines(mistakes)))
    return scenario


def override_all(scenario: Scenario, overrides: Sequence[str]) -> Scenario:
    """A scenario in memory with `field=value` texts laid over it; raises UserError like `load`."""
    return load_text(dump(scenario), scenario.name, overrides)


def load_text(text: str, name: str, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from what `dump` wrote; mistakes name the text by `name`."""
    mistakes: list[Mistake] = []
    tree = parse(text, name, mistakes)
    changed = _validated(tree, overrides, mistakes) if tree else None
    if changed is None or mistakes:
        raise UserError("\n".join(_lines(mistakes)))
    return changed


def check(
    name_or_path: str, overrides: Sequence[str] = (), judge: Judge = lambda scenario: ()
) -> list[str]:
    """Every mistake in a scenario file as `file:line:column: field: what is wrong`.

    `overrides` are laid over it first, as by `load`, and checked with it. `judge` says what else is
    wrong with a scenario that can be read, and where.
    """
    mistakes: list[Mistake] = []
    _read(name_or_path, overrides, mistakes, judge)
    return _lines(mistakes)


def _lines(mistakes: list[Mistake]) -> list[str]:
    return [str(mistake) for mistake in sorted(mistakes, key=lambda each: each.place)]


def _read(
    name: str,
    overrides: Sequence[str],
    mistakes: list[Mistake],
    judge: Judge = lambda scenario: (),
) -> Scenario | None:
    path = _find(name, Path())
    if path is None:
        mistakes.append(Mistake(Place(name), "", _no_such(name)))
        return None
    tree = _tree(path, (), mistakes)
    scenario = _validated(tree, overrides, mistakes) if tree else None
    if tree and scenario:
        mistakes += [located(loc, message, tree) for loc, message in judge(scenario)]
    return scenario


def _validated(tree: Node, overrides: Sequence[str], mistakes: list[Mistake]) -> Scenario | None:
    for setting in sorted(overrides, key=lambda each: not each.startswith(f"{PLATFORM}=")):
        override(tree, setting, mistakes)
    try:
        return Scenario.model_validate(tree.plain())
    except ValidationError as error:
        mistakes += explain(error, tree)
        return None


def _find(name: str, folder: Path) -> Path | None:
    """A file by its path from `folder`, or else a scenario of the library by its name."""
    path = folder / name
    try:
        if path.is_file():
            return path
        return dict(library()).get(name) or (path if path.exists() else None)
    except OSError:
        return path  # reading it will say why


def _no_such(name: str) -> str:
    names = [known for known, _ in library()]
    near = did_you_mean(Path(name).stem, names, f"; it has: {', '.join(names)}")
    return f"no such file, and no scenario of the library{near}"


def _tree(path: Path, extending: tuple[Path, ...], mistakes: list[Mistake]) -> Node | None:
    """The file's content merged over what it extends; None if that cannot be had."""
    text = _text(path, mistakes)
    tree = None if text is None else parse(text, str(path), mistakes)
    if tree is None:
        return None
    if not isinstance(tree.value, dict):
        found = "the file is empty" if tree.value is None else "this is not"
        message = f"a scenario is a list of `field: value` lines; {found}"
        mistakes.append(Mistake(tree.place, "", message))
        return None
    extends = tree.value.pop("extends", None)
    if extends is None:
        return tree
    chain = (*extending, path)
    base = _base(extends, chain, mistakes)
    base_tree = _tree(base, chain, mistakes) if base else None
    return merge(base_tree, tree) if base_tree else None


def _base(extends: Node, chain: tuple[Path, ...], mistakes: list[Mistake]) -> Path | None:
    name = extends.value
    if not isinstance(name, str):
        message = "expected one file or one name of the library"
    elif (base := _find(name, chain[-1].parent)) is None:
        message = f"{name!r}: {_no_such(name)}"
    elif base.resolve() in [path.resolve() for path in chain]:
        message = "a circle: " + " > ".join(str(path) for path in (*chain, base))
    else:
        return base
    mistakes.append(Mistake(extends.place, "extends", message))
    return None


def _text(path: Path, mistakes: list[Mistake]) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        mistakes.append(Mistake(Place(str(path)), "", f"cannot be read: {error.strerror}"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = "not UTF-8 text; save the file with the encoding UTF-8"
        mistakes.append(Mistake(Place(str(path), line, column), "", message))
        return None
