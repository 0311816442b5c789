"""The chapter on support."""

from __future__ import annotations

from reports.chapters.chapter import Chapter
from reports.chapters.page import Page


def chapter(page: Page) -> Chapter | None:
    """Nothing where nobody asked for help."""
    if not page.happens("support_contacts"):
        return None
    hours = (*page.charts.by_hour("support_contacts"), *page.charts.by_hour("support_backlog_mean"))
    return Chapter("support", page.text("support.title"), (), hours)
