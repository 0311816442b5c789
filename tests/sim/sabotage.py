"""Faults put into the engine on purpose, to see whether its verification notices them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from scenarios.shoppers import _Draw
from sim.order_manager import OrderManager
from sim.page_queue import PageQueue
from sim.support_desk import SupportDesk

Spoil = Callable[[pytest.MonkeyPatch], None]


def handling_takes_longer(times: float) -> Spoil:
    """The desk lets every answer take so many times as long."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        serve = SupportDesk._serve

        def slowly(desk: SupportDesk, visit: Any, now: float) -> None:
            serve(desk, (visit[0], visit[1] * times, visit[2]), now)

        patch.setattr(SupportDesk, "_serve", slowly)

    return spoil


def drawn_longer(attribute: str, times: float) -> Spoil:
    """Shoppers are drawn with so many times the handling, or patience, or time to decide."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        draw = _Draw.times

        def longer(of: _Draw, name: str, *law: Any) -> Any:
            return draw(of, name, *law) * (times if attribute in name else 1)

        patch.setattr(_Draw, "times", longer)

    return spoil


def an_agent_too_few(patch: pytest.MonkeyPatch) -> None:
    """One agent never sits at her desk."""
    begin = SupportDesk.__init__

    def short(desk: SupportDesk, *how: Any) -> None:
        begin(desk, *how)
        desk.places -= 1

    patch.setattr(SupportDesk, "__init__", short)


def last_come_first_served(patch: pytest.MonkeyPatch) -> None:
    """The desk calls whoever came last."""
    call = SupportDesk._call_next

    def badly(desk: SupportDesk, now: float) -> None:
        desk._line.rotate(1)
        call(desk, now)

    patch.setattr(SupportDesk, "_call_next", badly)


def one_in(many: int) -> Spoil:
    """One reservation of so many that run out is never released."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        ring, rung = OrderManager._ring, count(1)

        def deaf(manager: OrderManager, line: Any, now: float) -> None:
            if next(rung) % many:
                ring(manager, line, now)

        patch.setattr(OrderManager, "_ring", deaf)

    return spoil


def reservations_live_longer(times: float) -> Spoil:
    """The clock of every reservation runs so many times as long."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        start = OrderManager._start_clock

        def late(manager: OrderManager, line: Any) -> None:
            line.expires_at = line.made_at + (line.expires_at - line.made_at) * times
            start(manager, line)

        patch.setattr(OrderManager, "_start_clock", late)

    return spoil


def pages_take_longer(times: float) -> Spoil:
    """Every page takes so many times as long as its queue says."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        draw = PageQueue.draw
        patch.setattr(PageQueue, "draw", lambda queue, *luck: draw(queue, *luck) * times)

    return spoil


def pages_are_refused_too_often(times: float) -> Spoil:
    """So many times the share of pages that finds no place is refused."""

    def spoil(patch: pytest.MonkeyPatch) -> None:
        begin = PageQueue.__init__

        def strict(queue: PageQueue, *how: Any) -> None:
            begin(queue, *how)
            queue.refused *= times

        patch.setattr(PageQueue, "__init__", strict)

    return spoil
