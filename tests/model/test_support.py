"""Contacts: every one is answered, or given up, and is on record until then (SUP-3)."""

from __future__ import annotations

import pytest
from shops import happened, open_shop, snapshot

from model.events import Channel, Kind, Reason
from model.outcomes import Refused
from model.support import ContactState

CONTACTS = (Kind.CONTACTED, Kind.ANSWERED, Kind.CLOSED, Kind.GAVE_UP)


def test_a_contact_waits_is_answered_and_closed() -> None:
    support = open_shop().support
    contact = support.contact(1, Channel.CHAT, Reason.PAYMENT_TROUBLE, 1.0)
    states = [contact.state]
    support.answer(contact, 2.0)
    states.append(contact.state)
    support.close(contact, 3.0)
    states.append(contact.state)
    assert states == [ContactState.WAITING, ContactState.SERVED, ContactState.CLOSED]


def test_a_shopper_loses_patience() -> None:
    support = open_shop().support
    contact = support.contact(1, Channel.PHONE, Reason.GENERAL, 1.0)
    support.give_up(contact, 9.0)
    assert contact.state is ContactState.ABANDONED


def test_every_step_is_on_record_with_its_channel_and_topic() -> None:
    shop = open_shop()
    contact = shop.support.contact(7, Channel.EMAIL, Reason.STOCK_QUESTION, 1.0)
    shop.support.answer(contact, 2.0)
    shop.support.close(contact, 3.0)
    assert [(e.t, e.kind, e.session, e.channel, e.reason) for e in happened(shop, *CONTACTS)] == [
        (1.0, Kind.CONTACTED, 7, Channel.EMAIL, Reason.STOCK_QUESTION),
        (2.0, Kind.ANSWERED, 7, Channel.EMAIL, Reason.STOCK_QUESTION),
        (3.0, Kind.CLOSED, 7, Channel.EMAIL, Reason.STOCK_QUESTION),
    ]


def test_a_shopper_has_one_contact_at_a_time() -> None:
    shop = open_shop()
    contact = shop.support.contact(1, Channel.CHAT, Reason.GENERAL, 1.0)
    before = snapshot(shop)
    with pytest.raises(Refused, match="already"):
        shop.support.contact(1, Channel.PHONE, Reason.GENERAL, 2.0)
    assert snapshot(shop) == before
    shop.support.give_up(contact, 3.0)
    shop.support.contact(1, Channel.PHONE, Reason.GENERAL, 4.0)


def test_who_is_being_served_does_not_give_up_any_more() -> None:
    shop = open_shop()
    contact = shop.support.contact(1, Channel.CHAT, Reason.GENERAL, 1.0)
    shop.support.answer(contact, 2.0)
    with pytest.raises(Refused, match="served"):
        shop.support.give_up(contact, 3.0)


def test_contacts_that_are_waiting_or_being_served_are_open() -> None:
    support = open_shop().support
    waiting, served, closed = (
        support.contact(session, Channel.CHAT, Reason.GENERAL, 0.0) for session in (1, 2, 3)
    )
    support.answer(served, 1.0)
    support.answer(closed, 1.0)
    support.close(closed, 2.0)
    assert support.open == {1: waiting, 2: served}
