"""Which step of the way to an order a requested page is: URL patterns as data, a set per platform.

Addresses are those that the platforms use out of the box: WooCommerce's endpoints and wc-ajax,
OpenCart's `route`, PrestaShop's `controller` and friendly addresses. Of a query string only the
parameters in `KEPT` are looked at, and nothing of an address is kept but its class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from scenarios.errors import UserError
from scenarios.units import did_you_mean


class Page(IntEnum):
    """What was asked for; the first five are what a person looks at or does."""

    OTHER = 0
    PRODUCT = 1
    CART = 2
    """The cart is looked at, perhaps an empty one."""
    ADD = 3
    """Something is put in the cart."""
    CHECKOUT = 4
    RECEIVED = 5
    """The page that thanks for the order."""
    BACKGROUND = 6
    """Work for the server that nobody looks at: scripts, interfaces, the shop's own office."""
    ROBOTS = 7
    """/robots.txt: no browser asks for it."""
    ASSET = 8
    """Images, style sheets, scripts: no work for the shop."""


KEPT = frozenset((b"add", b"add-to-cart", b"action", b"controller", b"route", b"wc-ajax"))
"""Parameters that say which page it is; all others may be personal and are never looked at."""

ROLES: Mapping[str, Page] = MappingProxyType(
    {
        "received": Page.RECEIVED,
        "add": Page.ADD,
        "background": Page.BACKGROUND,
        "checkout": Page.CHECKOUT,
        "cart": Page.CART,
        "product": Page.PRODUCT,
    }
)
"""What a pattern may stand for; the first that matches counts, in this order."""

Patterns = Mapping[str, str]
"""Role -> regular expression, matched from the beginning of the address, such as `/cart/`. One that
begins with `POST ` matches nothing but that method."""

PRESETS: Mapping[str, Patterns] = MappingProxyType(
    {
        "woocommerce": {
            "received": r".*/order-received(?:/|$|\?)",
            "add": r".*[?&]add-to-cart=|.*[?&]wc-ajax=add_to_cart|POST .*/product/"
            r"|POST .*/wc/store/(?:v1/)?cart/add-item",
            "background": r".*/wp-(?:admin|cron|json|login)|.*[?&]wc-ajax=|.*/xmlrpc\.php"
            r"|.*/feed/?$",
            "checkout": r".*/checkout(?:/|$|\?)",
            "cart": r".*/cart(?:/|$|\?)",
            "product": r".*/product/.",
        },
        "opencart": {
            "received": r".*[?&]route=checkout/success",
            "add": r".*[?&]route=checkout/cart[/.]add",
            "background": r".*[?&]route=(?:api|tool|extension|cron)/|.*[?&]route=common/(?!home)"
            r"|/admin(?:/|$)"
            r"|.*[?&]route=product/product[/.]"
            r"|.*[?&]route=checkout/(?!checkout(?:&|$)|cart(?:&|$)|confirm(?:&|$))",
            "checkout": r".*[?&]route=checkout/(?:checkout|confirm)(?:&|$)",
            "cart": r".*[?&]route=checkout/cart(?:&|$)",
            "product": r".*[?&]route=product/product(?:&|$)",
        },
        "prestashop": {
            "received": r".*/order-confirmation(?:$|\?)|.*[?&]controller=order-confirmation",
            "add": r".*/cart\?(?:.*&)?add=|.*[?&]controller=cart&(?:.*&)?add=|POST .*/cart(?:$|\?)"
            r"|POST .*[?&]controller=cart(?:&|$)",
            "background": r".*/module/|/admin|.*/modules/|.*/webservice|/api/",
            "checkout": r".*/(?:quick-)?order(?:$|\?)|.*[?&]controller=order(?:-opc)?(?:&|$)",
            "cart": r".*/cart(?:$|\?)|.*[?&]controller=cart(?:&|$)",
            "product": r".*/\d+(?:-\d+)?-[^/]+\.html|.*[?&]controller=product(?:&|$)",
        },
        "generic": {
            "received": r".*/(?:order-(?:received|confirmation|success|complete)"
            r"|checkout/(?:success|complete|thank-?you)|thank-?you)(?:/|$|\?)",
            "add": r".*/(?:cart|basket)/add(?:/|$|\?)|.*[?&]add-to-cart="
            r"|POST .*/(?:cart|basket)/?$",
            "background": r"/(?:api|admin|graphql)(?:/|$|\?)",
            "checkout": r".*/(?:checkout|shipping|payment)(?:/|$|\?)",
            "cart": r".*/(?:cart|basket)(?:/|$|\?)",
            "product": r".*/(?:product|products|p|item)/.",
        },
    }
)
"""Patterns of each platform as it comes; `generic` for a shop of one's own."""

_ASSET = re.compile(
    r".*\.(?:css|js|mjs|map|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|eot|otf|mp[34]|webm|pdf"
    r"|txt|xml|json|zip|gz)$|/image/|/static/|/favicon",
    re.IGNORECASE,
)
_MOST_REMEMBERED = 100_000
"""Addresses whose class is remembered while a log is read."""
_LONGEST = 400
"""Of an address, no more is looked at: patterns stay quick on what was made to be slow."""


class Pages:
    """Tells the class of an address. What it remembers of addresses is gone with the reader."""

    def __init__(self, patterns: Patterns) -> None:
        roles = [role for role in ROLES if patterns.get(role)]
        self._patterns = re.compile("|".join(f"(?P<{r}>{_any_method(patterns[r])})" for r in roles))
        self._known: dict[bytes, Page] = {}

    def of(self, method: bytes, address: bytes) -> Page:
        """The class of a request such as `GET`, `/product/tea?utm=x`."""
        if method != b"GET":
            if method != b"POST":
                return Page.ASSET  # HEAD, OPTIONS: nobody looks at anything
            address = b"POST " + address
        page = self._known.get(address)
        if page is None:
            page = self._tell(address)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            # Addresses with a query are mostly of one visitor: not worth keeping, nor decent.
            if b"?" not in address:
                self._known[address] = page
        return page

    def _tell(self, address: bytes) -> Page:
        path, _, query = address.partition(b"?")
        kept = [part for part in query.split(b"&") if part.partition(b"=")[0] in KEPT]
        if kept:
            path = path + b"?" + b"&".join(kept)
        text = unquote_to_bytes(path[:_LONGEST]).decode("utf-8", "replace")
        if text == "/robots.txt":
            return Page.ROBOTS
        if _ASSET.match(text):
            return Page.ASSET
        found = self._patterns.match(text)
        return ROLES[found.lastgroup] if found and found.lastgroup else Page.OTHER


def _any_method(pattern: str) -> str:
    """Each alternative matches with any method unless it names one."""
    return "|".join(
        part if part.startswith("POST ") else f"(?:POST )?(?:{part})"
        for part in _alternatives(pattern)
    )


def _alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between the bars that stand outside of all brackets."""
    parts, depth, escaped = [""], 0, False
    for letter in pattern:
        if not escaped and letter in "([":
            depth += 1
        elif not escaped and letter in ")]":
            depth -= 1
        if letter == "|" and not depth and not escaped:
            parts.append("")
            continue
        escaped = letter == "\\" and not escaped
        parts[-1] += letter
    return parts


def with_changes(preset: str, changes: Mapping[str, str]) -> Patterns:
    """A preset's patterns with some replaced.

    Raises UserError for an unknown preset or role and for what is no regular expression.
    """
    if preset not in PRESETS:
        known = did_you_mean(preset, PRESETS, f"; there are {', '.join(PRESETS)}.")
        raise UserError(f"--platform: no page patterns {preset!r}{known}")
    for role, pattern in changes.items():
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise UserError(f"--page {role}={pattern}: expected one of {known} before the '='.")
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise UserError(
                f"--page {role}={pattern}: no regular expression ({error}).\n"
                f"Write the beginning of the address, such as /shop/cart."
            ) from None
        if groups:
            raise UserError(f"--page {role}={pattern}: write groups as (?:...), without a name.")
    return {**PRESETS[preset], **changes}
