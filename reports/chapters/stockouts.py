"""The chapter on stockouts."""

from __future__ import annotations

from reports.chapters.chapter import Chapter
from reports.chapters.page import Page


def chapter(page: Page) -> Chapter | None:
    """Nothing where nobody was refused."""
    if not page.happens("stockouts"):
        return None
    return Chapter(
        name="stockouts",
        title=page.text("stockouts.title"),
        lead=(),
        figures=(*page.charts.parts("stockouts"), *page.charts.by_hour("stockouts")),
    )
