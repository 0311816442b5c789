"""Messages: due once, sent once; who waits for a product hears of it once."""

from __future__ import annotations

import pytest
from shops import open_shop, snapshot

from model.events import Channel, Kind, Reason
from model.notices import About
from model.outcomes import Refused
from model.replay import replay
from model.shop import Shop

SMS, MAIL = Channel.SMS, Channel.MAIL
REMINDER = About(7, Reason.REMINDER, order=0)
NEWS = About(7, Reason.BACK_IN_STOCK, product=0)


def kinds(shop: Shop) -> list[Kind]:
    return [Kind(event.kind) for event in shop.log if event.kind >= Kind.NOTICE_DUE]


def test_a_message_is_due_then_sent_and_says_to_whom_about_what_and_how() -> None:
    shop = open_shop(1)
    shop.notices.send(shop.notices.owe(REMINDER, SMS, 5.0), 6.0)
    due, sent = [event for event in shop.log if event.kind >= Kind.NOTICE_DUE]
    assert due == (5.0, Kind.NOTICE_DUE, 7, 0, -1, 0, 0, SMS, Reason.REMINDER)
    assert sent == due._replace(t=6.0, kind=Kind.NOTICE_SENT)
    assert shop.notices.queued == {}


def test_a_message_is_not_due_twice_by_one_way_but_may_go_by_both() -> None:
    shop = open_shop(1)
    shop.notices.owe(REMINDER, SMS, 5.0)
    shop.notices.owe(REMINDER, MAIL, 5.0)
    with pytest.raises(Refused, match="session 7 waits for that message already"):
        shop.notices.owe(REMINDER, SMS, 6.0)


def test_a_message_is_sent_once_and_read_after_that() -> None:
    shop = open_shop(1)
    notice = shop.notices.owe(REMINDER, SMS, 5.0)
    with pytest.raises(Refused, match="cannot have read what was not sent"):
        shop.notices.come_back(notice, 6.0)
    shop.notices.send(notice, 6.0)
    with pytest.raises(Refused, match="is sent; it cannot take the step NOTICE_SENT"):
        shop.notices.send(notice, 7.0)
    shop.notices.come_back(notice, 8.0)
    assert kinds(shop) == [Kind.NOTICE_DUE, Kind.NOTICE_SENT, Kind.CAME_BACK]


@pytest.mark.parametrize("reached", [True, False])
def test_who_signed_up_for_a_product_waits_until_she_was_told_or_cannot_be(reached: bool) -> None:
    shop = open_shop(0)
    shop.notices.sign_up(7, 0, 1.0)
    shop.notices.sign_up(8, 0, 2.0)
    with pytest.raises(Refused, match="signed up for product 0 already"):
        shop.notices.sign_up(7, 0, 3.0)
    if reached:
        shop.notices.owe(NEWS, SMS, 4.0)
        shop.notices.owe(NEWS, MAIL, 4.0)
    else:
        shop.notices.fail_to_reach(NEWS, 4.0)
    assert list(shop.notices.waiting[0]) == [8]
    shop.notices.fail_to_reach(NEWS._replace(session=8), 5.0)
    assert shop.notices.waiting == {}


def test_a_replayed_shop_owes_the_same_messages_to_the_same_people() -> None:
    shop = open_shop(1)
    shop.notices.sign_up(7, 0, 1.0)
    shop.notices.sign_up(8, 0, 1.0)
    shop.notices.owe(NEWS, SMS, 2.0)
    shop.notices.send(shop.notices.owe(REMINDER, MAIL, 3.0), 4.0)
    again = replay(shop.catalogue, shop.policy, shop.log)
    assert snapshot(again) == snapshot(shop)
    assert again.log.buffer == shop.log.buffer


def test_units_that_come_back_are_announced_and_those_that_go_are_not() -> None:
    shop = open_shop(3)
    heard: list[tuple[int, float]] = []
    shop.stock.on_available = lambda product, now: heard.append((product, now))
    shop.orders.add(1, 0, 1, 1.0)
    shop.stock.receive(0, 5, 2.0)
    shop.stock.adjust(0, -1, 3.0, Reason.DAMAGE)
    shop.stock.adjust(0, 1, 4.0, Reason.COUNT)
    (line,) = shop.orders.carts[1].lines
    shop.stock.release(line, 5.0, Reason.TIMEOUT)
    assert heard == [(0, 2.0), (0, 4.0), (0, 5.0)]
