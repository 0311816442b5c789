"""Prints docs/measures.md."""

from reports.measures import document

print(document(), end="")
