"""Writes docs/platforms.md: the presets of model.platforms, with the rule that each follows."""

from __future__ import annotations

from pathlib import Path

from model.platforms import PLATFORMS
from scenarios.reservation import Reservation, preset
from scenarios.writer import one_line

# Run with: python docs/platforms.py
PAGE = Path(__file__).with_name("platforms.md")
HEAD = """\
# Platforms

One word sets all the reservation rules the way a real platform has them, and its reminder to the
shopper if it sends one:

    esfand simulate nowruz --set platform=woocommerce-classic
    esfand tune nowruz --vary platform=woocommerce-classic,woocommerce-blocks,pretix

In a file it is a line of its own, `platform: saleor`. What the same file writes under `reservation`
wins over it. A platform named by a file that `extends` another one, or by `--set`, takes the place
of the reservation rules below it; `--set reservation.timeout=5min` beside it wins again.
`esfand scenarios show nowruz --set platform=saleor` prints what comes of it.

The table says which rule a preset follows, where that rule stands, and in which version. The last
column is what the preset assumes or leaves out: a shop's own settings and plugins may differ.

This page is written by `python docs/platforms.py`.

| platform | fields that differ from the defaults | rule | source | version | simplified |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(name) for name in sorted(PLATFORMS))


def _row(name: str) -> str:
    platform, sections = PLATFORMS[name], preset(name)
    section = Reservation.model_validate(sections["reservation"])
    written = section.model_dump(mode="json", exclude_unset=True)
    for field, value in sections.get("notices", {}).items():
        written[f"notices.{field}"] = value
    fields = "<br>".join(f"`{field}: {one_line(value, 90)}`" for field, value in written.items())
    cells = (fields, platform.rule, platform.source, platform.version, platform.simplified)
    return f"| `{name}` | {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
