"""What call logs and tickets have in common: how their rhythm is told, and several desks in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenarios.calibration.arrivals import Arrivals, together
from scenarios.calibration.parts import Part
from scenarios.support import Desk, Persistence


def told(arrivals: Arrivals, what: str) -> str:
    """The rhythm of the contacts, whether a field takes it or not."""
    busiest = int(np.argmax(arrivals.hours))
    text = (
        f"Arrivals: {arrivals.contacts:,} {what} on {arrivals.days} days, {arrivals.per_day:,.0f} "
        f"a day at the latest level; busiest at {busiest:02}:00 ({arrivals.hours[busiest]:.2f} "
        f"times an average hour); days differ by {arrivals.day_cv:.1%} beyond chance, quarters of "
        f"an hour have {arrivals.dispersion:.1f} times the variance of Poisson"
    )
    if arrivals.forecast_error:
        text += f"; the volume changes by {arrivals.forecast_error:.1%} from week to week"
    return text + "."


def joined(parts: Sequence[Part]) -> Part:
    """The desks of several exports in one section, each with its share of the contacts."""
    if len(parts) == 1:
        return parts[0]
    volume = [part.arrivals.per_day for part in parts if part.arrivals]
    desks: list[Desk] = []
    notes: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for number, (part, per_day) in enumerate(zip(parts, volume, strict=True)):
        section = part.sections["support"]
        share = round(per_day / sum(volume), 4) if number < len(parts) - 1 else 0.0
        desks.append(section["desks"][0].model_copy(update={"share": share}))
        if (said := section.get("persistence")) is not None:
            # Each says something else: calls who tries again, tickets what comes back.
            known = fields.get("persistence", Persistence())
            fields["persistence"] = known.model_copy(
                update={name: getattr(said, name) for name in said.model_fields_set}
            )
        notes |= {
            path.replace("support.desks.0", f"support.desks.{number}"): note
            for path, note in part.notes.items()
            if path != "support.desks"
        }
    desks[-1] = desks[-1].model_copy(update={"share": 1 - sum(desk.share for desk in desks)})
    notes["support.desks"] = "one desk for each export, with its share of the contacts"
    return Part(
        {"support": fields | {"desks": tuple(desks)}},
        notes,
        tuple(sentence for part in parts for sentence in part.account),
        "\n".join(part.warning for part in parts if part.warning),
        {},
        together([part.arrivals for part in parts if part.arrivals]),
    )
