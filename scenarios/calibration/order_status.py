"""What became of an order, told from the words and numbers by which shop platforms say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Fate: TypeAlias = Literal["stands", "refunded", "open", "failed", "cancelled", "deleted"]
"""`stands`: paid, or goes to the customer as if it were (cash on delivery); `refunded`: was paid;
`open`: placed and not paid so far; `failed`: its payment failed; `cancelled`: given up unpaid;
`deleted`: in the bin."""
FATES: tuple[Fate, ...] = get_args(Fate)
SOLD: frozenset[str] = frozenset({"stands", "refunded"})
"""Fates of orders that were paid, or count as if they were."""

WORDS: Mapping[str, Fate] = {
    # WooCommerce: the statuses of its REST interface, v3 (without the prefix `wc-`).
    "pending": "open", "on_hold": "open", "checkout_draft": "open", "auto_draft": "open",
    "processing": "stands", "completed": "stands", "cancelled": "cancelled",
    "refunded": "refunded", "failed": "failed", "trash": "deleted",
    # PrestaShop 8: the names of install-dev/langs/en/data/order_state.xml.
    "awaiting_check_payment": "open", "awaiting_bank_wire_payment": "open",
    "payment_accepted": "stands", "remote_payment_accepted": "stands",
    "processing_in_progress": "stands", "shipped": "stands", "delivered": "stands",
    "on_backorder_(paid)": "stands", "on_backorder_(not_paid)": "open",
    "awaiting_cash_on_delivery_validation": "stands", "payment_error": "failed",
    # OpenCart 3: its table oc_order_status.
    "processed": "stands", "complete": "stands", "canceled": "cancelled", "denied": "failed",
    "canceled_reversal": "stands", "reversed": "refunded", "chargeback": "refunded",
    "expired": "cancelled", "voided": "cancelled", "missing_orders": "open",
    # Shops' own lists.
    "paid": "stands", "unpaid": "open", "new": "open", "awaiting_payment": "open",
    "pending_payment": "open", "payment_failed": "failed", "success": "stands",
    "پرداخت_شده": "stands", "تکمیل_شده": "stands", "کامل_شده": "stands",
    "در_حال_انجام": "stands", "در_دست_اقدام": "stands", "اقدام_شده": "stands",
    "حمل_شده": "stands", "ارسال_شده": "stands", "تحویل_شده": "stands", "تحویل_داده_شده": "stands",
    "در_انتظار_پرداخت": "open", "در_انتظار_بررسی": "open", "در_حال_بررسی": "open",
    "پرداخت_نشده": "open", "ناموفق": "failed", "امتناع_شده": "failed",
    "لغو_شده": "cancelled", "لغو": "cancelled", "منقضی_شده": "cancelled",
    "باطل_شده": "cancelled", "مسترد_شده": "refunded", "مرجوع_شده": "refunded",
    "بازپرداخت_شده": "refunded", "برگشت_خورده": "refunded",
}  # fmt: skip
PRESTASHOP_NUMBERS: Mapping[str, Fate] = {
    "1": "open", "2": "stands", "3": "stands", "4": "stands", "5": "stands", "6": "cancelled",
    "7": "refunded", "8": "failed", "9": "stands", "10": "open", "11": "stands", "12": "open",
    "13": "stands",
}  # fmt: skip
"""`current_state` of a new PrestaShop 8, in the order in which its installer lists the states."""
OPENCART_NUMBERS: Mapping[str, Fate] = {
    "0": "open", "1": "open", "2": "stands", "3": "stands", "5": "stands", "7": "cancelled",
    "8": "failed", "9": "stands", "10": "failed", "11": "refunded", "12": "refunded",
    "13": "refunded", "14": "cancelled", "15": "stands", "16": "cancelled",
}  # fmt: skip
"""`order_status_id` of a new OpenCart 3; 0 is an order that reached the last step and was never
confirmed by a payment (Sales > Orders > Missing Orders)."""
BY_HAND = frozenset({
    "bacs", "cheque", "check", "cod", "ps_wirepayment", "bankwire", "ps_checkpayment",
    "ps_cashondelivery", "cashondelivery", "bank_transfer", "free_checkout",
})  # fmt: skip
"""Ways to pay without a gateway: who chose one cannot fail to come back from a bank's page."""
