"""Real shops, bought empty by real guests at one moment: the audit tells who sells too much.

Each has its default settings. The books are read from the shop's own side: its database, or its
administrator's API.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import psycopg
import pytest
import real_shops
from crowds import crowd
from real_shops import NOTHING_TO_CHOOSE, free_port, node_modules, opened, oscar_python, run

from loadtests.audit import audit, oversold_units
from loadtests.books import Books, Sale, Standing, Stock
from loadtests.targets.address import session_of
from loadtests.targets.registry import make_target
from loadtests.targets.target import Receipt, Target
from model.outcomes import Outcome
from scenarios.intents import Pay, PlaceOrder

pytestmark = pytest.mark.realshop

PASSWORD = "made-up-for-a-test"
CENTS = 100


def sold(receipts: list[Receipt]) -> int:
    return sum(receipt.told in (Outcome.PAID, Outcome.ACCEPTED) for receipt in receipts)


# django-oscar -------------------------------------------------------------------------------------

OSCAR_STOCK = 20


class Oscar(NamedTuple):
    url: str
    database: Path


@pytest.fixture(scope="module")
def oscar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oscar]:
    programs = oscar_python()
    folder = tmp_path_factory.mktemp("oscar")
    shutil.copytree(real_shops.HERE / "django_oscar", folder, dirs_exist_ok=True)
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)}
    run((programs / "django-admin", "migrate", "-v", "0"), folder, **settings)
    assert (
        run((programs / "python", "fill.py", str(OSCAR_STOCK)), folder, **settings) == "1\n2\n3\n"
    )
    port = free_port()
    serve = (
        programs / "gunicorn", "-w", "4", "-b", f"127.0.0.1:{port}",
        "django.core.wsgi:get_wsgi_application()",
    )  # fmt: skip
    with opened(serve, folder, "/api/products/", port, **settings) as url:
        yield Oscar(url, folder / "shop.db")


def oscar_books(database: Path) -> Books:
    with closing(sqlite3.connect(database)) as connection:
        stock = connection.execute(
            "SELECT product_id, num_in_stock, COALESCE(num_allocated, 0) FROM partner_stockrecord"
        )
        levels = {number - 1: Stock(held, held - allocated) for number, held, allocated in stock}
        lines = connection.execute(
            "SELECT number, guest_email, total_incl_tax, product_id, quantity "
            "FROM order_order JOIN order_line ON order_order.id = order_line.order_id"
        )
        sales: dict[str, Sale] = {}
        for number, email, total, product, quantity in lines:
            standing = Standing.SOLD
            sale = Sale(
                number, session_of(email), {}, round(total * CENTS), standing, captured=None
            )
            sales.setdefault(number, sale).units[product - 1] = quantity
    return Books(levels, list(sales.values()))


def test_django_oscar_sells_more_than_it_has_and_the_audit_finds_it(oscar: Oscar) -> None:
    target = make_target("django-oscar", ["1", "2", "3"])
    receipts = crowd(target, oscar.url, range(1, 61), product=1, together_at=PlaceOrder)
    findings = audit(receipts, oscar_books(oscar.database))
    accepted = sold(receipts)
    assert accepted > OSCAR_STOCK
    assert oversold_units(findings) == accepted - OSCAR_STOCK
    assert {"oversold", "negative stock"} <= {finding.rule for finding in findings}
    assert all(finding.orders for finding in findings)


def test_django_oscar_refuses_what_it_never_had(oscar: Oscar) -> None:
    target = make_target("django-oscar", ["1", "2", "3"])
    (receipt,) = crowd(target, oscar.url, [100], product=2, units=OSCAR_STOCK + 1)
    assert (receipt.told, receipt.cart, receipt.errors) == (None, {}, [])


# Medusa -------------------------------------------------------------------------------------------

MEDUSA_STOCK = 3


class Admin:
    """The administrator's API of Medusa."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=60)
        who = {"email": "admin@example.com", "password": PASSWORD}
        token = self._client.post("/auth/user/emailpass", json=who).json()["token"]
        self._client.headers["authorization"] = f"Bearer {token}"

    def get(self, what: str, key: str) -> Any:
        return self._client.get(f"/admin/{what}").raise_for_status().json()[key]

    def make(self, what: str, key: str, **body: Any) -> Any:
        return self._client.post(f"/admin/{what}", json=body).raise_for_status().json()[key]

    def close(self) -> None:
        self._client.close()


class MedusaShop(NamedTuple):
    url: str
    target: Target
    admin: Admin


def medusa_stocked(admin: Admin) -> tuple[str, list[str]]:
    """Fill the shelves; the publishable key and the variants."""
    (channel, *_) = admin.get("sales-channels", "sales_channels")
    (key, *_) = admin.get("api-keys?type=publishable", "api_keys") or [
        admin.make("api-keys", "api_key", title="web", type="publishable")
    ]
    admin.make(f"api-keys/{key['id']}/sales-channels", "api_key", add=[channel["id"]])
    (store, *_) = admin.get("stores", "stores")
    rial = {"currency_code": "irr", "is_default": True}
    admin.make(
        f"stores/{store['id']}", "store",
        supported_currencies=[rial], default_sales_channel_id=channel["id"],
    )  # fmt: skip
    admin.make(
        "regions", "region", name="Iran", currency_code="irr", countries=["ir"],
        payment_providers=["pp_system_default"],
    )  # fmt: skip
    house = admin.make("stock-locations", "stock_location", name="House")["id"]
    at = f"stock-locations/{house}"
    admin.make(f"{at}/sales-channels", "stock_location", add=[channel["id"]])
    admin.make(f"{at}/fulfillment-providers", "stock_location", add=["manual_manual"])
    (delivery,) = admin.make(
        f"{at}/fulfillment-sets?fields=*fulfillment_sets", "stock_location",
        name="Delivery", type="shipping",
    )["fulfillment_sets"]  # fmt: skip
    (zone,) = admin.make(
        f"fulfillment-sets/{delivery['id']}/service-zones", "fulfillment_set",
        name="Iran", geo_zones=[{"type": "country", "country_code": "ir"}],
    )["service_zones"]  # fmt: skip
    (profile, *_) = admin.get("shipping-profiles", "shipping_profiles")
    admin.make(
        "shipping-options", "shipping_option", name="Post", service_zone_id=zone["id"],
        shipping_profile_id=profile["id"], provider_id="manual_manual", price_type="flat",
        type={"label": "Post", "description": "Post", "code": "post"},
        prices=[{"currency_code": "irr", "amount": 1000}], rules=[],
    )  # fmt: skip
    variants = []
    for number in range(2):
        thing = admin.make(
            "products", "product", title=f"Thing {number}", status="published",
            shipping_profile_id=profile["id"], sales_channels=[{"id": channel["id"]}],
            options=[{"title": "Size", "values": ["M"]}],
            variants=[{
                "title": "M", "sku": f"T{number}", "options": {"Size": "M"},
                "manage_inventory": True, "prices": [{"currency_code": "irr", "amount": 100_000}],
            }],
        )  # fmt: skip
        (item,) = admin.get(f"inventory-items?sku=T{number}", "inventory_items")
        levels = f"inventory-items/{item['id']}/location-levels"
        admin.make(levels, "inventory_item", location_id=house, stocked_quantity=MEDUSA_STOCK)
        variants.append(thing["variants"][0]["id"])
    return key["token"], variants


@pytest.fixture(scope="module")
def medusa(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str
) -> Iterator[MedusaShop]:
    modules = node_modules("medusa")
    folder = tmp_path_factory.mktemp("medusa")
    shutil.copytree(real_shops.HERE / "medusa", folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(modules)
    socket = new_database(postgresql_server, "medusa")
    settings = NOTHING_TO_CHOOSE | {
        "DATABASE_URL": f"postgresql://postgres:none@{quote(socket, safe='')}/medusa"
    }
    program = modules / ".bin" / "medusa"
    run((program, "db:migrate"), folder, **settings)
    run((program, "user", "-e", "admin@example.com", "-p", PASSWORD), folder, **settings)
    port = free_port()
    serve = (program, "start", "-p", str(port), "-H", "127.0.0.1")
    with opened(serve, folder, "/health", port, **settings) as url, closing(Admin(url)) as admin:
        key, variants = medusa_stocked(admin)
        yield MedusaShop(url, make_target("medusa", variants, {"key": key}), admin)


def new_database(server: str, name: str) -> str:
    """Make an empty database; the folder of the server's socket."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.partition("host=")[2]


def medusa_books(admin: Admin) -> Books:
    levels = {}
    for number in range(2):
        (item,) = admin.get(f"inventory-items?sku=T{number}", "inventory_items")
        held, reserved = item["stocked_quantity"], item["reserved_quantity"]
        levels[number] = Stock(held, held - reserved)
    fields = "fields=id,email,total,items.variant_sku,items.quantity&limit=100"
    sales = [
        Sale(
            order["id"], session_of(order["email"]),
            {int(line["variant_sku"][1:]): line["quantity"] for line in order["items"]},
            round(order["total"] * CENTS), Standing.SOLD, captured=None,
        )
        for order in admin.get(f"orders?{fields}", "orders")
    ]  # fmt: skip
    return Books(levels, sales)


def test_medusa_sells_what_it_has_and_the_audit_passes(medusa: MedusaShop) -> None:
    receipts = crowd(medusa.target, medusa.url, range(1, 9), together_at=Pay)
    books = medusa_books(medusa.admin)
    assert audit(receipts, books) == []
    assert sold(receipts) == len(books.sales or ()) == MEDUSA_STOCK


# Vendure ------------------------------------------------------------------------------------------

VENDURE_STOCK = 5


@pytest.fixture(scope="module")
def vendure(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[str]:
    modules = node_modules("vendure")
    folder = tmp_path_factory.mktemp("vendure")
    shutil.copytree(real_shops.HERE / "vendure", folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(modules)
    port = free_port()
    settings = {
        "DATABASE_SOCKET": new_database(postgresql_server, "vendure"), "DATABASE": "vendure",
        "ADMIN_PASSWORD": PASSWORD, "PORT": str(port),
    }  # fmt: skip
    run(("node", "shop.js", "fill", str(VENDURE_STOCK)), folder, **settings)
    with opened(("node", "shop.js"), folder, "/shop-api", port, **settings) as url:
        yield url


def test_vendure_sells_more_than_it_has_and_the_audit_finds_it(vendure: str) -> None:
    target = make_target("vendure", ["1/1", "2/2", "3/3"])
    receipts = crowd(target, vendure, range(1, 16), together_at=Pay)
    books = Books({0: Stock(VENDURE_STOCK)})  # what shoppers were told is enough
    findings = audit(receipts, books)
    assert sold(receipts) > VENDURE_STOCK
    assert oversold_units(findings) == sold(receipts) - VENDURE_STOCK


def test_vendure_says_how_many_are_left_and_tells_of_a_bank_that_declined(vendure: str) -> None:
    target = make_target("vendure", ["1/1", "2/2", "3/3"])
    (receipt,) = crowd(target, vendure, [50], product=2, units=VENDURE_STOCK + 1)
    assert receipt.cart == {2: VENDURE_STOCK}
    (declined,) = crowd(target, vendure, [51], product=2, fates=("DECLINED",))
    assert (declined.told, declined.charged) == (Outcome.PAYMENT_FAILED, [])
