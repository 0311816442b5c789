"""The chapter on abandoned carts."""

from __future__ import annotations

from reports.chapters.chapter import Chapter
from reports.chapters.page import Page


def chapter(page: Page) -> Chapter | None:
    """Nothing where no cart was left."""
    if not page.happens("carts_abandoned"):
        return None
    return Chapter(
        name="carts",
        title=page.text("carts.title"),
        lead=(),
        figures=tuple(page.charts.parts("carts_abandoned")),
    )
