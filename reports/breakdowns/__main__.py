"""Writes docs/breakdowns.md to standard output."""

from reports.breakdowns import document

print(document(), end="")
