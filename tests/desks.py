"""Scenarios of one desk alone, whose answer queueing theory knows: nobody buys, all ask."""

from pathlib import Path

ONE_DESK = """
name: one-desk
season: {{start: 1405-12-01, duration: {days} d, holidays: none}}
demand:
  sessions_per_day: {contacts}
  engaged: 0%
  support_only: 100%
{shape}catalogue: [{{name: goods, share: 100%, price: 100_000 toman, stock: 100}}]
support:
  if_closed: waits
  desks:
    - channel: phone
      {staff}
      handling: {{law: exponential, mean: 6 min}}
      patience: {{law: exponential, mean: 3 min}}
      target: 20 s
  contacts: {{after_order: 0%, after_failed_payment: 0%, after_stockout: 0%, after_expiry: 0%}}
"""


def one_desk(
    folder: Path, contacts: int, staff: str = "agents: 5", days: int = 4, shape: str = ""
) -> Path:
    """Write the scenario; `contacts` a day at one constant rate, unless a shape says otherwise."""
    path = folder / "one-desk.yaml"
    indented = f"  shape: {shape}\n" if shape else ""
    text = ONE_DESK.format(days=days, contacts=contacts, staff=staff, shape=indented)
    path.write_text(text, encoding="utf-8")
    return path
