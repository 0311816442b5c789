"""What a refused command owes: a reason, and that it has changed nothing."""

from __future__ import annotations

from collections.abc import Callable

from shops import snapshot

from model.outcomes import Refused
from model.shop import Shop

LATER = 100.0
"""When the commands are given: after every timeout of these shops."""


def refused(shop: Shop, command: Callable[[], object]) -> bool:
    """Whether a command is refused; then it must say why and have changed nothing."""
    before = snapshot(shop)
    try:
        command()
    except Refused as refusal:
        why = str(refusal)
    else:
        return False
    assert why
    assert snapshot(shop) == before
    return True
