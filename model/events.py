"""The event log's schema: what happened, when, to whom, and why.

The log is the contract between whoever runs a shop (the simulation, the reference store, a load
test) and whoever reads about it (the audit, the measures, the reports). What happened has a code,
and so has why; `model.log` writes them down.
"""

from __future__ import annotations

from enum import IntEnum

from model.log import RECORD, Event, Log, packed

__all__ = ["RECORD", "Channel", "Event", "Kind", "Log", "Reason", "packed"]


class Kind(IntEnum):
    """What happened. One line of meaning each; movements of stock say what they move."""

    # traffic
    TRAFFIC = 1
    """`quantity` sessions arrived in the minute that begins now (browsing ones included)."""
    LEFT = 2
    """A shopper left a cart with something in it and did not buy; `reason` says why."""
    # carts and orders
    ADDED = 10
    """A line was put in a cart; `amount` is its price in rial."""
    REFUSED = 11
    """A line was asked for and there was not enough stock; `reason` says where the units are."""
    LATE_REFUSED = 12
    """A shopper came to pay after her reservation had died, and no unit was left."""
    CHECKED_OUT = 13
    """Checkout began; every line was checked again."""
    PLACED = 14
    """An order was placed, unpaid; `amount` in rial."""
    EXPIRED = 15
    """An unpaid order ended because its reservation did."""
    ON_HOLD = 16
    """An unpaid order's goods were put aside as suspended goods."""
    REOPENED = 17
    """An expired or suspended order lives again: its units were reserved once more."""
    PAID = 18
    """An order is paid and its units are allocated; reason LATE if a reservation had died."""
    CANCELLED = 19
    """An order was cancelled, by the operator or after a late payment that could not be filled."""
    AWAITING_STAFF = 20
    """A late payment waits for a person to decide."""
    ACCEPTED = 21
    """An order was accepted whose money comes later; its units are allocated."""
    FILLED = 22
    """A paid order is no longer oversold: goods came in for all that it lacked; reason BY_OPERATOR
    if the last of it was taken out of the order instead."""
    AMENDED = 23
    """Lines were taken out of an order; `amount` is what it comes to now, in rial."""
    LINE_REDUCED = 24
    """`quantity` units of a line were taken out; `amount` is the number of the cart's line."""
    LINE_REPRICED = 25
    """A line has the catalogue's new price: `amount` in rial per unit; `quantity` is the number
    of the cart's line."""
    WAITLISTED = 26
    """A shopper waits for goods to come back; `session` is the one in which she would return."""
    VOUCHER = 27
    """Goods that came back are offered to who waited longest; `amount` is their price in rial."""
    # movements of stock: `quantity` units of `product`; `amount` is the number of the cart's line
    RECEIVED = 30
    """Goods arrived."""
    RESERVED = 31
    """Units were set aside for a cart's line."""
    RELEASED = 32
    """A reservation ended unsold; its units may be taken again."""
    SUSPENDED = 33
    """A reservation ran out; its units are kept apart as suspended goods."""
    RESUMED = 34
    """A shopper came back to her suspended units."""
    RESTORED = 35
    """Suspended units went back on the shelf."""
    ALLOCATED = 36
    """Reserved units now belong to a paid order."""
    OVERSOLD = 37
    """Units that the shop does not have were promised to a paid order."""
    DEALLOCATED = 38
    """A paid order was cancelled before it was shipped."""
    SHIPPED = 39
    """Units left the shop."""
    RETURNED = 40
    """A shopper sent units back, and they can be sold again."""
    ADJUSTED = 41
    """A count or damage changed what is on hand by the signed `quantity`."""
    EXTENDED = 42
    """A reservation lives longer; it moves nothing."""
    REPRICED = 43
    """The catalogue's price of a product changed to `amount` rial; it moves nothing."""
    # payments
    PAYMENT_STARTED = 50
    """A shopper was sent to the gateway; `quantity` is the attempt's turn, here and below."""
    PAYMENT_CAPTURED = 51
    """The gateway has the money."""
    PAYMENT_FAILED = 52
    """The bank declined, or the shopper gave up there."""
    PAYMENT_REVERSED = 53
    """Captured money went back to the shopper through the gateway, free of charge."""
    PAYMENT_TAKEN = 54
    """The bank took the shopper's money; the shop has not verified it yet."""
    REFUNDED = 55
    """The shop paid captured money back out of its own account; `amount` in rial."""
    CALLBACK_IGNORED = 56
    """A callback came for an attempt that was verified already."""
    PAYMENT_LAPSED = 57
    """Taken money was not verified, in time or for `reason`; the network sends it back."""
    MONEY_BACK = 58
    """The network's return of unverified money reached the shopper."""
    KEPT = 59
    """A reservation ran out, but is kept while an attempt to pay may still be verified."""
    # support
    CONTACTED = 60
    """A shopper asked for help; `reason` is the topic."""
    ANSWERED = 61
    """An agent took the contact."""
    CLOSED = 62
    """The agent was done with it."""
    GAVE_UP = 63
    """The shopper lost patience and left without an answer."""
    UNREACHED = 64
    """A shopper wanted help and found every channel closed; `channel` is the one she wanted."""
    CANNED_ENDING = 65
    """The agent ended the contact of an angry shopper with a canned reply, politely and firmly."""
    TICKET_OPENED = 66
    """A case in writing got a ticket; `quantity` is its number, here and below."""
    TICKET_ANSWERED = 67
    """An agent wrote back."""
    TICKET_SOLVED = 68
    """The case is done with."""
    TICKET_REOPENED = 69
    """The shopper wrote once more about the same case."""
    # the back office
    OPERATOR_WORKED = 70
    """An operator handled one overdue cart, order, late payment or message; `quantity`: seconds of
    work."""
    TIRED = 71
    """How tired the agents of a desk are; `quantity`: fatigue in thousandths."""
    AGENTS_MISSING = 72
    """`quantity` worn-out agents of a desk stay away from the shift that begins."""
    CHORE_DONE = 73
    """An agent did other work than answering; `quantity`: seconds, `reason`: which."""
    HANDED_ON = 74
    """A chatbot or a page of frequent questions did not help; it passed the shopper on."""
    WROTE_AGAIN = 75
    """A shopper who is in touch with support already adds another topic to the same contact."""
    CONFIRMED = 76
    """The back office confirmed a paid order; `quantity`: seconds of work."""
    POLICY_CHANGED = 77
    """From now on the shop goes by other rules; a clock that runs already keeps its time."""
    # settlement: money of one `channel` on its way to the bank; `amount` in rial
    SETTLED = 80
    """A till was cut: all that came in since the last cut, before fees."""
    FEES_TAKEN = 81
    """The fees of that."""
    DEPOSITED = 82
    """The bank credited a settled sum, less its fees."""
    COD_COLLECTED = 83
    """The money of an accepted order was collected, at the door or in the store."""
    INSTRUCTED = 84
    """The gateway, or the courier, ordered a settled sum to be paid to the shop's bank."""
    GATEWAY_LIVE = 85
    """A gateway that the shop had to wait for went live."""
    MONTH_BEGUN = 86
    """The volume that a till's fees go by is counted from nothing again."""
    # parcels; `channel` is the carrier
    PARCEL_OPENED = 90
    """An order's goods may be packed: `quantity` units; `amount`: the second by which they are
    promised, or -1."""
    PICKED = 91
    """A picker took the order; the goods she gathers are no one else's now."""
    PACKED = 92
    """The parcel waits for its carrier."""
    DISPATCHED = 93
    """The carrier took the parcel; its units are `SHIPPED`."""
    DELIVERED = 94
    """The shopper has it; `reason` says whether the promise was kept, if there was one."""
    REFUSED_AT_DOOR = 95
    """The shopper did not take it; `reason` as for `DELIVERED`."""
    SENT_BACK = 96
    """The shopper used her right of withdrawal: the parcel is on its way back."""
    INSPECTED = 97
    """A parcel that came back was looked at: `quantity` units, sold for `amount`, are as new."""
    OVERDUE = 98
    """The promised day is over, and the parcel was not delivered."""
    PARCEL_STOPPED = 99
    """The order ended before its carrier came; the goods went back on the shelf."""
    # notices: messages to shoppers; `reason` is the topic, `channel` the way
    NOTICE_DUE = 100
    """A message to a shopper is due, and has been handed over to be sent."""
    NOTICE_SENT = 101
    """The provider sent it."""
    NOTICE_UNREACHABLE = 102
    """A message was due to a shopper who left no address for it that works."""
    CAME_BACK = 103
    """A shopper read a message and came back to the shop."""
    SIGNED_UP = 104
    """A shopper left her address, to be told when a product is there again."""
    # customers
    RECOGNISED = 110
    """A customer who bought before has come; `amount` is her number."""
    STAYED_AWAY = 111
    """A shopper did not come after all, because of what she had heard of the shop."""
    TURNED_AWAY = 112
    """A stranger asked for a product that only customers may order."""
    # the website
    PAGE_TIME = 113
    """A page that a shopper asked for was served; `amount`: milliseconds."""
    PAGE_FAILED = 114
    """A page that a shopper asked for broke; `reason` says why."""
    PAGE_LEFT = 115
    """A shopper had enough of a slow or broken site and closed it."""
    OVERLOADED = 116
    """In the minute that begins now `quantity` pages are asked for, more than can be served."""
    SITE_BROKEN = 117
    """Something broke at the site; `quantity` percent of its workers still work."""
    SITE_FOUND = 118
    """Somebody looked at the site, and saw that it was broken."""
    SITE_MENDED = 119
    """All its workers work again."""


class Reason(IntEnum):
    """Why it happened. One enum for the whole log, grouped by what it explains."""

    NONE = 0
    # a refusal for lack of stock: where the missing units are (ORD-12)
    GONE = 1
    UNPAID = 2
    IN_CARTS = 3
    SUSPENDED = 4
    # a shopper left
    NOT_READY = 10
    FORCED_REGISTRATION = 11
    CHECKOUT_STEPS = 12
    SLOW_SITE = 13
    PRICE_CHANGED = 14
    OUT_OF_STOCK = 15
    PAYMENT_FAILED = 16
    GAVE_UP_PAYING = 17
    RESERVATION_EXPIRED = 18
    NO_ANSWER = 19
    DELIVERY_PROMISE = 20
    # a reservation or an order ended
    TIMEOUT = 30
    BY_OPERATOR = 31
    SECOND_TIMEOUT = 32
    CANCELLED = 33
    BACKORDER = 34
    NOT_FETCHED = 35
    # payments
    DECLINED = 40
    SHOPPER_GAVE_UP = 41
    LATE = 42
    ISSUER_DOWN = 43
    GATEWAY_DOWN = 44
    REDIRECT_EXPIRED = 45
    PASSWORD_EXPIRED = 46
    NOT_VERIFIED = 47
    ALREADY_PAID = 48
    MISCOUNTED = 49
    # topics of support contacts
    GENERAL = 50
    PAYMENT_TROUBLE = 51
    WHERE_IS_MY_ORDER = 52
    STOCK_QUESTION = 53
    PAYMENT_OPTIONS = 54
    IS_IT_SAFE = 55
    TESTS_SUPPORT = 56
    RETURN_QUESTION = 57
    LATE_PARCEL = 58
    MISSING_CONFIRMATION = 59
    # movements that are not a sale
    OPENING_STOCK = 60
    DELIVERY = 61
    DAMAGE = 62
    COUNT = 63
    # more topics of support contacts
    MISSING_TRACKING = 70
    # what agents do besides
    RESTOCKING_CHECK = 71
    PARCEL_CHASE = 72
    SITE_CHECK = 73
    # parcels
    PROMISE_KEPT = 80
    PROMISE_BROKEN = 81
    WITHDRAWN = 82
    REFUSED_AT_DOOR = 83
    # topics of messages
    CONFIRMATION = 90
    TRACKING = 91
    DELIVERED = 92
    REMINDER = 93
    BACK_IN_STOCK = 94
    VOUCHER = 95
    # customers
    WORD_OF_MOUTH = 100
    CUSTOMERS_ONLY = 101
    # why a page broke
    SITE_DOWN = 105
    SITE_FULL = 106
    SITE_FAULT = 107


class Channel(IntEnum):
    """Through what: a support channel (SUP-1), a way of paying (PAY-1), of a message (NOT-1), a
    carrier (FUL-2)."""

    NONE = 0
    CHAT = 1
    EMAIL = 2
    PHONE = 3
    CHATBOT = 4
    WHATSAPP = 5
    SITE_COMMENTS = 6
    SOCIAL_COMMENTS = 7
    FAQ = 8
    GATEWAY = 20
    COD = 21
    IN_STORE = 22
    CARD_TRANSFER = 23
    GATEWAY_2 = 24
    GATEWAY_3 = 25
    GATEWAY_4 = 26
    GATEWAY_5 = 27
    LINK = 28
    PERSONAL_LINK = 29
    # how a shopper came
    GUEST = 30
    ACCOUNT = 31
    # how a message goes out
    SMS = 40
    MAIL = 41
    # carriers
    POST = 50
    EXPRESS = 51
    COURIER = 52
    FREIGHT = 53
