"""What all pages share: templates, fonts, style, and the one script with the hash that admits it.

A page runs the script of its own that has this hash, and no other: its Content-Security-Policy
names the hash. Without JavaScript everything is there to read; the script sorts tables and moves
the planner's sliders. It holds no sentence and writes no number: these come with the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reports.formats import Shown
from reports.notations import Language
from reports.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
_FONTS = {"400": "Vazirmatn-Regular.subset.woff2", "700": "Vazirmatn-Bold.subset.woff2"}

ICONS = {
    state: Markup(f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg>')
    for state, path in {
        "kept": "M3 8.5l3.5 3.5L13 4.5",
        "missed": "M4 4l8 8M12 4l-8 8",
        "unsure": "M2 8h4.5M9.5 8H14",
    }.items()
}
"""What stands beside the words `kept`, `missed` and `in doubt`."""


def fill(template: str, words: Words, languages: Sequence[Language], **content: Any) -> str:
    """The page that a template makes in the language of `words`; it names the other languages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"sortable": sortable, "as_data": as_data, "in_script": in_script}
    text = environment.get_template(template).render(
        **content,
        words=words,
        icon=ICONS,
        other_languages=words.others(languages),
        fonts={weight: encoded(_HERE / "fonts" / name) for weight, name in _FONTS.items()},
        css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup(script()),
        script_hash=script_hash(),
    )
    return text + "\n"


def script() -> str:
    """The script of every page, as it stands between its tags."""
    return (TEMPLATES / "report.js").read_text(encoding="utf-8")


def script_hash() -> str:
    """What the page's policy calls the script: `sha256-...`."""
    digest = hashlib.sha256(script().encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def encoded(path: Path) -> str:
    """A file as base64."""
    return base64.b64encode(path.read_bytes()).decode("ascii")


# ---- filters of the templates


def sortable(cell: object) -> Markup:
    """The attribute by which a table sorts a cell of a number; nothing for any other cell."""
    number = cell.number if isinstance(cell, Shown) else math.nan
    if math.isnan(number):
        return Markup("")
    text = "Infinity" if number == math.inf else f"{number:.9g}"
    return Markup(' data-value="{}"').format(text)


def as_data(table: pd.DataFrame) -> Markup:
    """A table as the address of a CSV file that the page carries."""
    content = table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
    return Markup("data:text/csv;charset=utf-8;base64,") + base64.b64encode(content).decode("ascii")


def in_script(value: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the element in which it stands, whatever markup is in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("</", "<\\/").replace("<!", "<\\u0021"))
