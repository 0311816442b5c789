"""How real shop platforms reserve stock: presets of the reservation policy, as data (ORD-14).

Each preset cites the rule that sets it apart and where that rule stands. What a platform leaves to
its merchant, and what the model has no switch for, is said in `simplified`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.events import Channel
from model.policy import (
    BackorderRule,
    ExtendOn,
    HoldPoint,
    LatePayment,
    Price,
    ReleasedBy,
    ReservationPolicy,
    UnreservedPayment,
)

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's way with stock."""

    reservation: ReservationPolicy
    rule: str
    """What sets it apart, in a sentence or two."""
    source: str
    """Where the rule stands: a file of the platform's code, or a page of its documentation."""
    version: str
    simplified: str = ""
    """What the preset assumes or leaves out."""
    reminds_by: Channel | None = None
    """How it reminds a shopper before her reservation ends; None: it does not (ORD-7)."""


PLATFORMS: dict[str, Platform] = {
    "woocommerce-classic": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.ORDER_PLACED,
            timeout=60 * MINUTE,
            released_by=ReleasedBy.SWEEPER,
            sweep_every=60 * MINUTE,
            exempt_methods=frozenset({Channel.CARD_TRANSFER}),
            late_payment=LatePayment.OVERSELL,
            backorders=BackorderRule.FILL,
            price=Price.LATEST,
        ),
        rule="An unpaid order holds stock for 60 minutes; a job that runs every 60 minutes "
        "cancels what is older, so an order dies between one and two timeouts. Orders that wait "
        "for a bank transfer are on hold, not pending, and stay. Money that comes later is "
        "accepted and may oversell.",
        source="woocommerce/woocommerce: wc_cancel_unpaid_orders() in "
        "plugins/woocommerce/includes/wc-order-functions.php (the job plans its next run one held "
        "duration ahead), get_unpaid_orders() in plugins/woocommerce/includes/data-stores/"
        "class-wc-order-data-store-cpt.php and in plugins/woocommerce/src/Internal/DataStores/"
        "Orders/OrdersTableDataStore.php (status wc-pending); "
        "woocommerce_hold_stock_minutes, default 60, in "
        "plugins/woocommerce/src/Checkout/Helpers/ReserveStock.php (rows count while their "
        "`expires` lies ahead)",
        version="WooCommerce 4.3 and later (reserved stock table)",
        simplified="In WooCommerce the held quantity stops counting after one timeout, the order "
        "lives on until the job; here both end with the job.",
    ),
    "woocommerce-blocks": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.CHECKOUT,
            timeout=10 * MINUTE,
            extend_on=ExtendOn.CHECKOUT,
            released_by=ReleasedBy.LAZY,
            late_payment=LatePayment.OVERSELL,
            backorders=BackorderRule.FILL,
            price=Price.LATEST,
        ),
        rule="Entering the checkout makes a draft order that reserves its stock for 10 minutes; "
        "sending the checkout again renews it, and expired rows no longer count.",
        source="woocommerce/woocommerce: plugins/woocommerce-blocks/docs/internal-developers/"
        "blocks/stock-reservation.md; reserve_stock_for_order() in "
        "plugins/woocommerce/src/Checkout/Helpers/ReserveStock.php (10 minutes on entering the "
        "block checkout)",
        version="WooCommerce Blocks; in WooCommerce since 8.3 the default checkout",
        simplified="Expired rows are swept every hour (assumption; the page says periodically).",
    ),
    "opencart": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.PAID,
            timeout=math.inf,
            unreserved_payment=UnreservedPayment.OVERSELL,
            backorders=BackorderRule.FILL,
            price=Price.LATEST,
        ),
        rule="Nothing is reserved. Stock is looked at when the order is confirmed, and subtracted "
        "when it first gets a processing or complete status, without looking at what is left: "
        "after the payment at a gateway, so that two buyers of one unit oversell it.",
        source="opencart/opencart: addHistory() (addOrderHistory() before 4) in "
        "upload/catalog/model/checkout/order.php, with config_processing_status and "
        "config_complete_status; hasStock() and config_stock_checkout in "
        "upload/catalog/controller/checkout/confirm.php",
        version="OpenCart 2 to 4",
        simplified="Of a product with `subtract` switched off nothing is counted. In a new "
        "installation `pending` is among the processing statuses, so an order that is paid on "
        "delivery takes its units as soon as it is confirmed; here too, since it is accepted then.",
    ),
    "prestashop": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.ORDER_PLACED,
            timeout=math.inf,
            price=Price.LATEST,
        ),
        rule="A cart reserves nothing. An order takes its units when it is placed, paid or not, "
        "and keeps them until a person cancels it.",
        source="PrestaShop/PrestaShop: updateReservedProductQuantity() in "
        "src/Adapter/StockManager.php (all orders reserve which are neither shipped nor cancelled "
        "nor in the payment-error state); devdocs.prestashop-project.org/9/faq/stock: "
        "reserved_quantity of StockAvailable; issue 19100 (orders that wait for their payment "
        "reserve, too)",
        version="PrestaShop 1.7 (commit 010fc6d) to 9",
        simplified="Orders that a module puts into the payment-error state reserve no more in "
        "PrestaShop; here they wait for a person like the others. A payment module that makes the "
        "order only after the payment reserves nothing before (issue 35984 of "
        "PrestaShop/PrestaShop): set hold_point to `paid` for it.",
    ),
    "magento": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.ORDER_PLACED,
            timeout=8 * HOUR,
            released_by=ReleasedBy.SWEEPER,
            sweep_every=HOUR,
            exempt_methods=frozenset({Channel.COD, Channel.IN_STORE, Channel.CARD_TRANSFER}),
            late_payment=LatePayment.REVERSE,
            price=Price.LATEST,
        ),
        rule="Placing an order appends a reservation to a ledger that is never changed; "
        "cancelling, refunding or shipping appends its compensation. No reservation expires by "
        "itself, but a job cancels, every hour, the orders that have been in the status "
        "pending_payment for 480 minutes; those paid offline are in another and stay.",
        source="developer.adobe.com/commerce/php/development/framework/inventory-management/"
        "reservations; magento/magento2: execute() in app/code/Magento/Sales/Model/CronJob/"
        "CleanExpiredOrders.php, job sales_clean_orders, sales/orders/delete_pending_after "
        "(issues 37878 and 23455)",
        version="Magento Open Source and Adobe Commerce 2.3 and later",
        simplified="A gateway's module may leave unpaid orders in another status, and then they "
        "stay: set timeout to `none` for it.",
    ),
    "saleor": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.CART_ADD,
            timeout=20 * MINUTE,
            released_by=ReleasedBy.LAZY,
            sweep_every=5 * MINUTE,
            sweep_batch=100,
            late_payment=LatePayment.HOLD_AGAIN_ELSE_REVERSE,
            price=Price.LATEST,
        ),
        rule="A line in the checkout is reserved; a reservation that ran out no longer counts for "
        "whoever asks. Orders that ran out are released by a job every 5 minutes, 100 at a time.",
        source="docs.saleor.io/developer/stock/stock-reservation; saleor/saleor: "
        "saleor/warehouse/reservations.py; _expire_orders() (unconfirmed orders without a payment) "
        "and EXPIRE_ORDER_BATCH_SIZE = 100 in saleor/order/tasks.py, every 5 minutes by "
        "BEAT_EXPIRE_ORDERS_AFTER_TIMEDELTA in saleor/settings.py",
        version="Saleor 3 (main branch, commit 0259993)",
        simplified="Reservations are optional and their length is the merchant's, and so is the "
        "channel's expire_orders_after, without which no order runs out; 20 minutes for both is "
        "an assumption. Here one job sweeps carts and orders alike.",
    ),
    "medusa": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.PAID,
            timeout=math.inf,
            unreserved_payment=UnreservedPayment.REVERSE,
            price=Price.LATEST,
        ),
        rule="Completing the cart reserves its stock and takes the payment in one workflow; if "
        "either fails, the other is undone. Nothing is oversold, and no cart holds anything.",
        source="docs.medusajs.com/resources/commerce-modules/inventory/reservations-lifecycle; "
        "medusajs/medusa: completeCartWorkflow in "
        "packages/core/core-flows/src/cart/workflows/complete-cart.ts, with reserveInventoryStep "
        "and compensatePaymentIfNeededStep in ../steps/reserve-inventory.ts and "
        "../steps/compensate-payment-if-needed.ts",
        version="Medusa 2 (core-flows 2.8.7)",
    ),
    "vendure": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.PAID,
            timeout=math.inf,
            unreserved_payment=UnreservedPayment.OVERSELL,
            backorders=BackorderRule.FILL,
            price=Price.LATEST,
        ),
        rule="Stock is checked when the order goes on to payment (arrangingPaymentRequiresStock) "
        "and allocated once the payment is authorized or settled; between the two another shopper "
        "may take it.",
        source="vendure-ecommerce/vendure: shouldAllocateStock() in "
        "packages/core/src/config/order/default-stock-allocation-strategy.ts; "
        "arrangingPaymentRequiresStock, default true, in "
        "packages/core/src/config/order/default-order-process.ts",
        version="Vendure 2 (since 2.0.0) and 3 (commit 0441a03)",
    ),
    "spree": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.CHECKOUT,
            timeout=10 * MINUTE,
            extend_on=ExtendOn.ACTIVITY,
            extension_cap=1_000.0,
            released_by=ReleasedBy.LAZY,
            late_payment=LatePayment.HOLD_AGAIN_ELSE_REVERSE,
            price=Price.LATEST,
        ),
        rule="The checkout reserves for 10 minutes, and every step of it starts the 10 minutes "
        "again; only rows whose time has not come count.",
        source="spree/spree: ttl_for and the scope active in "
        "spree/core/app/models/spree/stock_reservation.rb; "
        "preferred_stock_reservation_ttl_minutes of the store, 10 without one",
        version="Spree 6.0 in development (main branch, 2026)",
        simplified="There is no cap on the extensions; the preset has one of 1,000 timeouts.",
    ),
    "pretix": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.CART_ADD,
            timeout=30 * MINUTE,
            extend_on=ExtendOn.ACTIVITY,
            extension_cap=11.0,
            released_by=ReleasedBy.LAZY,
            late_payment=LatePayment.MANUAL,
            price=Price.FROZEN_WHILE_HELD,
            waiting_list=True,
            voucher_timeout=48 * HOUR,
        ),
        rule="A cart holds for 30 minutes, extended by what its shopper does, to 11 times that at "
        "most. Who finds nothing joins a waiting list; its first gets a voucher that holds the "
        "place for 48 hours.",
        source="pretix/pretix: CartManager in src/pretix/base/services/cart.py (reservation_time "
        "* 11); reservation_time, default 30, and waiting_list_hours, default 48, in "
        "src/pretix/base/settings.py",
        version="pretix, main branch of 2026",
        simplified="An order has days to be paid in pretix, by a term of its own; here it keeps "
        "the cart's clock.",
    ),
    "shopify": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.PAYMENT_SUBMITTED,
            timeout=20 * MINUTE,
            late_payment=LatePayment.REVERSE,
            price=Price.LATEST,
        ),
        rule="Inventory is checked at every step of the checkout and held only when the payment "
        "information is submitted.",
        source="help.shopify.com/en/manual/checkout-settings",
        version="as documented in 2026",
        simplified="A failed payment releases the hold at once in Shopify; here it runs out. The "
        "20 minutes are an assumption.",
    ),
    "foroush-gostar": Platform(
        ReservationPolicy(
            hold_point=HoldPoint.CART_ADD,
            timeout=120 * MINUTE,
            released_by=ReleasedBy.TIMER,
            late_payment=LatePayment.HOLD_AGAIN_ELSE_REVERSE,
            exempt_methods=frozenset({Channel.COD, Channel.IN_STORE}),
        ),
        rule="What stands in a cart for 120 minutes without being registered goes back to stock, "
        "or stays as suspended goods, after a reminder by SMS; goods paid on delivery or in the "
        "store are left alone.",
        source="Foroush Gostar, description of its order management plugin (in Persian)",
        version="as sold for 350,000 toman",
        simplified="It releases; set on_expiry to `suspend` for the other way. The description "
        "allows e-mail too and prefers SMS; it does not say how long before the end the reminder "
        "goes out. A shop that sent no messages sends the usual others too.",
        reminds_by=Channel.SMS,
    ),
}
"""Every platform by the word that a scenario uses."""
