"""The exports besides the orders that `esfand calibrate` was given, read and fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.calibration.assemble import over_orders
from scenarios.calibration.fit import Fit
from scenarios.calibration.parts import Part, lay_over
from scenarios.errors import UserError
from scenarios.units import did_you_mean

if TYPE_CHECKING:
    from scenarios.calibration.orders import Export
    from scenarios.calibration.selection import Selection
    from scenarios.schema import Payment
    from sim.experiments.calibrate import Given
    from sim.replication import Replication

EXPORTS = ("support", "calls", "payments")


@dataclass(frozen=True)
class Parts:
    """What each of the exports says."""

    payment: Part | None = None
    support: Part | None = None

    @property
    def every(self) -> list[Part]:
        """Those that there are."""
        return [part for part in (self.payment, self.support) if part]

    @property
    def figures(self) -> dict[str, float]:
        """What was seen, by measure."""
        return {name: seen for part in self.every for name, seen in part.figures.items()}

    def measured(self, played: Replication) -> dict[str, float]:
        """The same measures of a replication."""
        return {name: float(played.measures[name]) for name in self.figures}

    def warning(self) -> str:
        """Broken rows, masked; empty if there are none."""
        return "\n".join(part.warning for part in self.every if part.warning)

    def payment_over(self, assumed: Payment) -> Payment:
        """How shoppers pay, with what the report shows; orders are unfolded by it."""
        fields = self.payment.sections.get("payment", {}) if self.payment else {}
        return assumed.model_copy(update=dict(fields))

    def over(self, fitted: Fit, export: Export) -> Fit:
        """The fit of an order export with all parts."""
        if not self.every:
            return fitted
        moments = export.lines["at"]
        days = (moments.max().normalize() - moments.min().normalize()).days + 1
        paid = lay_over(fitted, [self.payment] if self.payment else [])
        per_day = export.lines["order"].nunique() / days
        return over_orders(paid, [self.support] if self.support else [], per_day)


def read_parts(
    given: Given, columns: Mapping[str, str], max_broken: float, fit_on: Selection
) -> Parts:
    """Read and fit the exports that were given; `columns` maps `calls.role` to headers.

    Of the calls only those of `fit_on` are fitted.

    Raises UserError for an export that cannot be read, and for columns of one that was not given.
    """
    paths: dict[str, Path | None] = {name: given[name] for name in EXPORTS}  # type: ignore[literal-required]
    _check_columns(columns, paths)
    of = {
        name: {
            role.partition(".")[2]: header
            for role, header in columns.items()
            if role.startswith(f"{name}.")
        }
        for name in EXPORTS
    }
    payment = None
    if path := paths["payments"]:
        from scenarios.calibration.payment_part import fit_payments
        from scenarios.calibration.payments import read_payments

        payment = fit_payments(read_payments(path, of["payments"], max_broken=max_broken))
    desks = []
    if path := paths["calls"]:
        from scenarios.calibration.call_logs import read_call_log
        from scenarios.calibration.support_part import fit_calls

        log = read_call_log(path, of["calls"], max_broken=max_broken)
        desks.append(fit_calls(log if fit_on.whole else log.part(fit_on)))
    if path := paths["support"]:
        from scenarios.calibration.support_part import fit_tickets
        from scenarios.calibration.tickets import read_tickets

        desks.append(fit_tickets(read_tickets(path, of["support"], max_broken=max_broken)))
    if not desks:
        return Parts(payment)
    from scenarios.calibration.support_part import joined

    return Parts(payment, joined(desks))


def _check_columns(columns: Mapping[str, str], paths: Mapping[str, Path | None]) -> None:
    for role, header in columns.items():
        name, dot, _ = role.partition(".")
        if dot and not paths.get(name):
            raise UserError(
                f"--column {role}={header}: there is no --{name}{did_you_mean(name, paths)}."
            )
