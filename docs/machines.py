"""Writes the tables of docs/model.md, from the model's state machines and their docstrings."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from model.carts import CART_LIFE, CartState
from model.events import Kind
from model.fulfilment import PARCEL_LIFE, ParcelState
from model.lifecycle import RESERVATION_LIFE, Life
from model.notices import NOTICE_LIFE, NoticeState
from model.orders import ORDER_LIFE, OrderState
from model.outcomes import Outcome
from model.payments import ATTEMPT_LIFE, AttemptState
from model.stock import MOVEMENTS, Effect
from model.support import CONTACT_LIFE, ContactState
from model.tickets import TICKET_LIFE, TicketState

# Run with: python docs/machines.py
PAGE = Path(__file__).with_name("model.md")
ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- machines: written by docs/machines.py -->\n", "<!-- end of machines -->"
MACHINES: dict[str, tuple[type[Enum], Mapping[int, Mapping[int, Enum]]]] = {
    "A cart": (CartState, CART_LIFE),
    "The reservation behind a line": (Life, RESERVATION_LIFE),
    "An order": (OrderState, ORDER_LIFE),
    "An attempt to pay": (AttemptState, ATTEMPT_LIFE),
    "A parcel": (ParcelState, PARCEL_LIFE),
    "A contact with support": (ContactState, CONTACT_LIFE),
    "A ticket": (TicketState, TICKET_LIFE),
    "A message": (NoticeState, NOTICE_LIFE),
}


def tables() -> str:
    """The state machines, the movements of stock and the outcomes, as Markdown."""
    parts = ["## State machines\n"]
    for title, (states, life) in MACHINES.items():
        meaning = meanings(states)
        parts.append(
            f"### {title}\n\n| state | meaning | what may happen, and the state after it |"
        )
        parts.append("|---|---|---|")
        for state in states:
            steps = (f"`{Kind(kind).name}` → `{to.name}`" for kind, to in life[state.value].items())
            parts.append(f"| `{state.name}` | {meaning[state.name]} | {', '.join(steps)} |")
        parts.append("")
    parts.append(
        "## Movements of stock\n\nWhat one unit of each adds to the levels of its shelf.\n"
    )
    parts.append(f"| movement | meaning | {' | '.join(Effect._fields).replace('_', ' ')} |")
    parts.append("|---|---|" + "---|" * len(Effect._fields))
    meaning = meanings(Kind)
    for kind, effect in MOVEMENTS.items():
        units = " | ".join(f"{part:+}" if part else "" for part in effect)
        parts.append(f"| `{kind.name}` | {meaning[kind.name]} | {units} |")
    parts.append("\n## What an actor hears\n\n| outcome | meaning |\n|---|---|")
    parts.extend(f"| `{name}` | {text} |" for name, text in meanings(Outcome).items())
    return "\n".join(parts) + "\n"


def meanings(enum: type[Enum]) -> dict[str, str]:
    """The docstring below each member of an enum, by the member's name."""
    source = ROOT / enum.__module__.replace(".", "/")  # the module itself may be compiled
    tree = ast.parse(source.with_suffix(".py").read_text(encoding="utf-8"))
    (body,) = (
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == enum.__name__
    )
    found = dict.fromkeys(enum.__members__, "")
    member = ""
    for node in body:
        if isinstance(node, ast.Assign):
            member = ast.unparse(node.targets[0])
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and member:
            found[member] = " ".join(str(node.value.value).split())
    return found


def main() -> None:
    """Put the tables between the marks of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
