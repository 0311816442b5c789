"""The report's chapters, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reports.chapters import carts, orders, stockouts, support
from reports.chapters.chapter import Chapter
from reports.chapters.page import Page
from reports.frames import Frames

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.words import Words

CHAPTERS: tuple[Callable[[Page], Chapter | None], ...] = (
    carts.chapter,
    stockouts.chapter,
    orders.chapter,
    support.chapter,
)


def chapters_of(run: Run, estimates: Estimates, words: Words) -> list[Chapter]:
    """The chapters that the run has something to say in."""
    page = Page(run, estimates, words, Frames(run, estimates))
    written = (chapter(page) for chapter in CHAPTERS)
    return [chapter for chapter in written if chapter is not None]
