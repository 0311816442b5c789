"""A table inside the page that a reader can save as a file, without a network."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Download:
    """A CSV file by its name."""

    name: str
    text: str

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame) -> Download:
        """The frame as `name`.csv, with a byte order mark, so that spreadsheets read it right."""
        text = frame.to_csv(index=False, lineterminator="\n", float_format="%.10g")
        return cls(f"{name}.csv", "\ufeff" + text)

    @property
    def href(self) -> str:
        """The file as an address that holds it."""
        content = base64.b64encode(self.text.encode()).decode("ascii")
        return f"data:text/csv;charset=utf-8;base64,{content}"


class Saved:
    """The files that a page holds so far: each stands in it once, and others link to it."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def adds(self, name: str) -> bool:
        """Whether the page has no such file yet; from now on it has."""
        new = name not in self._names
        self._names.add(name)
        return new
