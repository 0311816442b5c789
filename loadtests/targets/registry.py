"""Targets by the name that `--target` gives: those that come with Esfand, and one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from loadtests.targets.target import Target
from scenarios.errors import UserError
from scenarios.units import did_you_mean

TARGETS: Final = {
    "reference-store": "loadtests.targets.reference_store:ReferenceStore",
    "django-oscar": "loadtests.targets.django_oscar:DjangoOscar",
    "medusa": "loadtests.targets.medusa:Medusa",
    "opencart": "loadtests.targets.opencart:OpenCart",
    "prestashop": "loadtests.targets.prestashop:PrestaShop",
    "vendure": "loadtests.targets.vendure:Vendure",
    "woocommerce": "loadtests.targets.woocommerce:WooCommerce",
}
"""By name: the module of each, and its class."""


NUMBERED: Final = ("reference-store",)
"""Those whose products have the scenario's own numbers."""


def make_target(
    name: str,
    products: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    needed: int = 0,
) -> Target:
    """The target of a name, or of `MODULE:CLASS`. Raises UserError where there is none.

    `products`: the shop's own name of each product, in the scenario's order; `options`: what else
    the adapter takes, by name; `needed`: how many products the scenario has.
    """
    named = sum(bool(each.strip()) for each in products)
    if name not in NUMBERED and named < needed:
        raise UserError(
            f"--products names {named:,} products, and the scenario has {needed:,}. Write the "
            f"name that the shop has for each on a line of its own."
        )
    place = TARGETS.get(name, name)
    module, colon, kind = place.partition(":")
    if not colon:
        raise UserError(
            f"--target: there is no target {name!r}{did_you_mean(name, TARGETS, '.')} There are: "
            f"{', '.join(TARGETS)}; one of your own is named MODULE:CLASS."
        )
    try:
        target: Target = getattr(import_module(module), kind)(products, **(options or {}))
    except TypeError as error:
        raise UserError(f"--target {name}: {error}.") from None
    except (ImportError, AttributeError) as error:
        raise UserError(f"--target: {place} cannot be loaded ({error}).") from None
    return target
