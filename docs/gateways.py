"""Writes the table of gateway presets into docs/payments.md, from the presets themselves."""

from __future__ import annotations

from pathlib import Path

from model.gateways import GENERAL, LINK_TARIFF, PRESETS, Preset
from model.settlement import Tariff
from scenarios.units import format_duration, format_money, format_share

# Run with: python docs/gateways.py
PAGE = Path(__file__).with_name("payments.md")
BEGIN, END = "<!-- gateways: written by docs/gateways.py -->\n", "<!-- end of gateways -->"


def table() -> str:
    """One row for each preset; what it leaves to the general default is marked."""
    lines = [
        "| preset | through | verify within | reverse within | fee | source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(name, preset) for name, preset in PRESETS.items()]
    lines.append(_row("(general)", GENERAL))
    return "\n".join([*lines, "", f"A payment link costs {_fee(LINK_TARIFF)}."])


def _row(name: str, preset: Preset) -> str:
    cells = (
        name,
        preset.access.value,
        _duration(preset.verify_within, "no limit"),
        _duration(preset.reverse_within, "not possible"),
        _fee(preset.tariff) if preset.tariff else "general",
        preset.source or "none: all assumptions",
    )
    return f"| {' | '.join(cells)} |"


def _duration(seconds: float | None, otherwise: str) -> str:
    if seconds is None:
        return "general"
    text = format_duration(seconds) if seconds else "none"
    return otherwise if text == "none" else text


def _fee(tariff: Tariff) -> str:
    parts = [format_share(tariff.rate)] if tariff.rate else []
    parts += [format_money(tariff.fixed)] if tariff.fixed else []
    cap = "" if tariff.cap is None else f", at most {format_money(tariff.cap)}"
    return " + ".join(parts) + cap


def main() -> None:
    """Put the table between the marks of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
