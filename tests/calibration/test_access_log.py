"""Reading access logs: formats, robots, mistakes, and what must not get through."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest
from calibration.known_log import CHROME, line, week_of_shoppers, write

from scenarios.calibration.access.fit import fit_log
from scenarios.calibration.access.lines import NOBODY, UNTIMED, Counts, Door, Hit
from scenarios.calibration.access.log import AccessLog, read_access_log
from scenarios.calibration.access.pages import PRESETS, Page, Pages, with_changes
from scenarios.calibration.access.reader import guess_platform, hits
from scenarios.calibration.access.sessions import count
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.text import scenario_text
from scenarios.errors import UserError

WOO = Pages(PRESETS["woocommerce"])
PLANTED = ("Sara", "Karimi", "09123456789", "sara@example.ir", "5.62.200.17", "s3cret", "kk-token")


def read_line(text: str) -> tuple[Hit | None, Counts]:
    counts = Counts()
    return Door(WOO, counts).read(text.encode() + b"\n", 1, "access.log"), counts


@pytest.mark.parametrize(
    ("text", "took"),
    [
        (
            '5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "Firefox"',
            UNTIMED,
        ),
        (
            '5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "Firefox" '
            "0.250",
            0.25,
        ),
        (
            '5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "Firefox" '
            '"10.0.0.9" 1.500',
            1.5,
        ),
        (
            '::1 - sara k [10/Oct/2025:10:25:36 +0000] "GET /cart/ HTTP/2.0" 200 - '
            r'"https://a.example/?q=\"x\"" "Fire\"fox"',
            UNTIMED,
        ),
        (
            'shop.example:443 5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 '
            '"-" "Firefox"',
            UNTIMED,
        ),
    ],
    ids=[
        "combined", "nginx with its request time", "forwarded address between", "Apache escapes",
        "Apache with the site before it",
    ],
)  # fmt: skip
def test_a_line_of_nginx_or_apache_is_read(text: str, took: float) -> None:
    hit, counts = read_line(text)
    assert hit is not None
    assert (hit.at, hit.page, hit.status, hit.took) == (1760091936, Page.CART, 200, took)
    assert counts.malformed == 0


def test_visitors_of_one_site_are_told_apart_by_their_addresses() -> None:
    door = Door(WOO, Counts())
    text = '{}:443 {} - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "Firefox"\n'
    sites = [("shop.example", "5.1.2.3"), ("shop.example", "5.1.2.4"), ("www.example", "5.1.2.3")]
    found = [door.read(text.format(*each).encode(), 1, "access.log") for each in sites]
    first, second, third = (hit.visitor for hit in found if hit)
    assert first == third != second


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 13; SM-A135F) Mobile Safari/537.36 Telegram-Android/11.2.0",
        "Mozilla/5.0 (Linux; Android 8.1.0; CUBOT_P20) Chrome/80.0 Mobile Safari/537.36",
    ],
)
def test_a_person_in_telegram_or_with_a_cubot_is_no_robot(agent: str) -> None:
    text = f'5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "{agent}"'
    hit, counts = read_line(text)
    assert hit is not None
    assert (hit.visitor != NOBODY, counts.robots) == (True, 0)


def test_what_is_no_http_request_is_counted_apart() -> None:
    hit, counts = read_line(
        r'5.1.2.3 - - [10/Oct/2025:13:55:36 +0330] "\x16\x03\x01\x02" 400 157 "-" "-"'
    )
    assert (hit, counts.no_request, counts.malformed) == (None, 1, 0)


def test_a_date_that_there_is_not_is_a_malformed_line() -> None:
    text = '5.1.2.3 - - [31/Feb/2025:13:55:36 +0330] "GET /cart/ HTTP/1.1" 200 5 "-" "Firefox"'
    assert read_line(text)[1].malformed == 1


@pytest.mark.parametrize(
    ("platform", "method", "address", "page"),
    [
        ("woocommerce", "GET", "/product/%DA%86%D8%A7%DB%8C/", Page.PRODUCT),
        ("woocommerce", "POST", "/product/tea/", Page.ADD),
        ("woocommerce", "POST", "/?wc-ajax=add_to_cart", Page.ADD),
        ("woocommerce", "GET", "/?utm_source=x&add-to-cart=12", Page.ADD),
        ("woocommerce", "POST", "/?wc-ajax=update_order_review", Page.BACKGROUND),
        ("woocommerce", "POST", "/wp-admin/admin-ajax.php", Page.BACKGROUND),
        ("woocommerce", "GET", "/cart/", Page.CART),
        ("woocommerce", "GET", "/fa/checkout/?email=a", Page.CHECKOUT),
        ("woocommerce", "GET", "/checkout/order-pay/12/?key=k", Page.CHECKOUT),
        ("woocommerce", "GET", "/checkout/order-received/12/?key=k", Page.RECEIVED),
        ("woocommerce", "GET", "/cartoons/", Page.OTHER),
        ("opencart", "GET", "/index.php?route=common/home", Page.OTHER),
        ("opencart", "GET", "/index.php?route=product/product&product_id=43", Page.PRODUCT),
        (
            "opencart",
            "GET",
            "/?route=product/product/review&product_id=4",
            Page.BACKGROUND,
        ),
        ("opencart", "POST", "/index.php?route=checkout/cart/add", Page.ADD),
        ("opencart", "POST", "/index.php?route=checkout/cart.add&language=fa", Page.ADD),
        ("opencart", "GET", "/index.php?route=checkout/cart", Page.CART),
        ("opencart", "GET", "/index.php?route=checkout/checkout", Page.CHECKOUT),
        ("opencart", "POST", "/index.php?route=checkout/payment_method/save", Page.BACKGROUND),
        ("opencart", "GET", "/index.php?route=checkout/success", Page.RECEIVED),
        ("prestashop", "GET", "/fa/women/2-9-brown-bear.html", Page.PRODUCT),
        ("prestashop", "POST", "/fa/cart", Page.ADD),
        ("prestashop", "GET", "/cart?add=1&id_product=2", Page.ADD),
        ("prestashop", "GET", "/cart?action=show", Page.CART),
        ("prestashop", "GET", "/index.php?controller=order", Page.CHECKOUT),
        ("prestashop", "GET", "/fa/order", Page.CHECKOUT),
        ("prestashop", "GET", "/order-confirmation?id_cart=7&key=k", Page.RECEIVED),
        ("generic", "GET", "/basket", Page.CART),
        ("generic", "GET", "/thank-you?order=12", Page.RECEIVED),
        ("generic", "GET", "/static/app.js?v=3", Page.ASSET),
        ("generic", "HEAD", "/basket", Page.ASSET),
        ("generic", "GET", "/robots.txt", Page.ROBOTS),
    ],
)
def test_each_platform_s_addresses_tell_the_step(
    platform: str, method: str, address: str, page: Page
) -> None:
    assert Pages(PRESETS[platform]).of(method.encode(), address.encode()) is page


def test_a_pattern_of_one_s_own_replaces_a_preset_s() -> None:
    pages = Pages(with_changes("woocommerce", {"cart": "/سبد-خرید"}))
    assert pages.of(b"GET", "/سبد-خرید/".encode()) is Page.CART
    assert pages.of(b"GET", b"/%D8%B3%D8%A8%D8%AF-%D8%AE%D8%B1%DB%8C%D8%AF/") is Page.CART
    assert pages.of(b"GET", b"/cart/") is Page.OTHER


@pytest.mark.parametrize(
    ("preset", "changes", "words"),
    [
        ("magento", {}, "no page patterns 'magento'"),
        ("generic", {"basket": "/b"}, "expected one of received, add"),
        ("generic", {"cart": "/(b"}, "no regular expression"),
        ("generic", {"cart": "/(b|c)"}, "write groups as (?:...)"),
    ],
)
def test_patterns_that_make_no_sense_are_refused(
    preset: str, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(UserError) as error:
        with_changes(preset, changes)
    assert words in str(error.value)


@pytest.mark.parametrize("platform", ["woocommerce", "opencart", "prestashop"])
def test_the_platform_is_guessed_from_its_addresses(platform: str, tmp_path: Path) -> None:
    asked = {
        "woocommerce": ("/product/tea/", "/cart/", "/checkout/", "/checkout/order-received/1/"),
        "opencart": ("/index.php?route=checkout/cart", "/index.php?route=checkout/success"),
        "prestashop": ("/1-tea.html", "/cart?action=show", "/order", "/order-confirmation?id=1"),
    }[platform]
    path = write(tmp_path / "access.log", *(line(n, each) for n, each in enumerate(asked)))
    assert guess_platform([path])[0] == platform


def test_robots_and_background_requests_are_nobody_s() -> None:
    bot = read_line(line(0, "/cart/", agent="Mozilla/5.0 (compatible; Googlebot/2.1)"))[0]
    script = read_line(line(0, "/cart/", agent="python-requests/2.31"))[0]
    ajax = read_line(line(0, "/wp-admin/admin-ajax.php"))[0]
    assert [hit and hit.visitor for hit in (bot, script, ajax)] == [NOBODY] * 3


def test_who_asks_for_robots_txt_or_too_fast_is_a_robot_that_does_not_say_so(
    tmp_path: Path,
) -> None:
    polite = [line(n, asked, who="7.7.7.7") for n, asked in enumerate(("/robots.txt", "/cart/"))]
    hasty = [line(10 + n / 2, "/product/tea/", who="8.8.8.8") for n in range(20)]
    person = [line(30, "/product/tea/"), line(60, "/cart/")]
    path = write(tmp_path / "access.log", *polite, *hasty, *person)
    traffic = count(hits([path], WOO, Counts(), 0.05))
    assert traffic.total == 1
    assert sum(traffic.robots.values()) == 2


def test_half_an_hour_without_a_page_ends_a_session(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", *(line(at, "/product/x/") for at in (0, 1800, 3601, 3700)))
    traffic = count(hits([path], WOO, Counts(), 0.05))
    assert (traffic.total, traffic.pages) == (2, 4)
    assert (traffic.gaps[1800], traffic.gaps[99], traffic.gaps.sum()) == (1, 1, 2)


def test_two_agents_behind_one_address_are_two_visitors(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.log", line(0, "/product/x/"), line(1, "/product/x/", agent="Firefox")
    )
    assert count(hits([path], WOO, Counts(), 0.05)).total == 2


def test_an_order_the_next_day_is_one_shopper_who_came_back(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.log",
        line(0, "/?add-to-cart=1"),
        line(80_000, "/checkout/"),
        line(80_100, "/checkout/order-received/1/"),
        line(80_200, "/checkout/order-received/1/"),
    )
    traffic = count(hits([path], WOO, Counts(), 0.05))
    assert (traffic.total, traffic.returned, traffic.later) == (2, 1, 1)
    assert dict(traffic.to_purchase) == {80_100: 1}


def test_errors_and_redirects_are_no_pages(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.log",
        line(0, "/product/x/"),
        line(5, "/product/x", status=301),
        line(6, "/nothing", status=404),
        line(7, "/?add-to-cart=1", status=302),
    )
    traffic = count(hits([path], WOO, Counts(), 0.05))
    assert (traffic.pages, traffic.added) == (2, 1)


def test_logs_of_several_servers_rotated_and_gzipped_are_one(tmp_path: Path) -> None:
    rows = [text for _, text in week_of_shoppers(days=1)]
    whole = write(tmp_path / "whole.log", *rows)
    parts = [write(tmp_path / f"{n}.log", *rows[n::2]) for n in (1, 0)]
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(parts[0].read_bytes()))
    together = count(hits([packed, parts[1]], WOO, Counts(), 0.05))
    alone = count(hits([whole], WOO, Counts(), 0.05))
    assert together.sessions == alone.sessions
    assert together.reached == alone.reached
    assert (together.gaps == alone.gaps).all()


def test_malformed_lines_are_counted_and_shown_masked(tmp_path: Path) -> None:
    rows = [text for _, text in week_of_shoppers(days=1, per_day=100)]
    path = write(tmp_path / "a.log", *rows, "Sara Karimi 09123456789 sara@example.ir")
    log = read_access_log([path])
    assert (log.counts.malformed, log.counts.lines) == (1, len(rows) + 1)
    assert log.counts.examples == [
        f"a.log, line {len(rows) + 1}: xxxx xxxxxx ########### xxxx@xxxxxxx.xx"
    ]


def test_too_many_malformed_lines_are_fatal_and_the_message_is_masked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", line(0, "/cart/"), "Sara Karimi 09123456789")
    with pytest.raises(UserError) as error:
        read_access_log([path])
    assert "1 of 2 lines (50%)" in str(error.value)
    assert "xxxx xxxxxx ###########" in str(error.value)
    assert not any(word in str(error.value) for word in PLANTED)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (gzip.compress(b"x" * 9999, mtime=0)[:-9], "not a whole gzip file"),
        (line(0, "/cart/").encode() + b"\n", "1 sessions of people are too few"),
    ],
    ids=["empty", "cut off", "of one person"],
)
def test_a_file_that_is_no_log_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_access_log([path])
    assert words in str(error.value)


def test_a_file_that_is_missing_or_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        read_access_log([tmp_path / "none.log"])
    path = write(tmp_path / "a.log", line(0, "/cart/"))
    with pytest.raises(UserError, match="given twice"):
        read_access_log([path, path])


@pytest.fixture
def planted(tmp_path: Path) -> AccessLog:
    """A week of shoppers, and among them one whose name stands wherever it can."""
    rows = [text for _, text in week_of_shoppers(days=2, per_day=300)]
    personal = [
        line(n, asked, who="5.62.200.17", user="Sara Karimi", agent=f"{CHROME} sara@example.ir",
             referrer="https://shop.example/?mobile=09123456789&email=sara@example.ir")
        for n, asked in enumerate((
            "/product/tea/?name=Sara+Karimi&mobile=09123456789",
            "/?add-to-cart=sara@example.ir&password=s3cret",
            "/checkout/?email=sara@example.ir",
            "/checkout/order-received/09123456789/?key=kk-token",
            "/track/Sara-Karimi/09123456789/",
        ))
    ]  # fmt: skip
    return read_access_log([write(tmp_path / "a.log", *personal, *rows, "Sara Karimi s3cret")])


def test_planted_personal_data_appears_nowhere_downstream(planted: AccessLog) -> None:
    pieces = fit_log(planted, Assumptions())
    everything = "\n".join(
        (
            repr(dataclasses.asdict(planted)),
            repr(pieces),
            scenario_text(pieces.alone("shop")),
        )
    )
    assert [word for word in PLANTED if word in everything] == []


def test_a_visitor_s_number_means_nothing_beyond_the_run() -> None:
    first, again = (read_line(line(0, "/cart/"))[0] for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.visitor != again.visitor
