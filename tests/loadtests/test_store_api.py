"""The store over HTTP: intents, outcomes, and what is said to requests that make no sense."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from stores import SMALL, DidNotOpen, Served, past_of

from loadtests.reference_store.serve import notes
from model.events import Kind
from reports.books import audit
from reports.log import as_array

SESSIONS = count(1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Five units of each of four products; a unit once sold is gone for the tests after."""
    path = tmp_path_factory.mktemp("store") / "shop.db"
    with Served(f"sqlite:///{path}", *SMALL, "--set", "catalogue.goods.limit=3") as served:
        yield served


@pytest.fixture
def session() -> int:
    return next(SESSIONS)


def said(response: httpx.Response) -> tuple[int, str]:
    """The status and the outcome."""
    return response.status_code, response.json()["outcome"]


def test_a_shopper_buys(store: Served, session: int) -> None:
    cart = f"/sessions/{session}"
    assert said(store.post(f"{cart}/lines", product=0, quantity=2)) == (201, "ADDED")
    assert said(store.post(f"{cart}/checkout")) == (200, "READY")
    placed = store.post(f"{cart}/order")
    assert said(placed) == (201, "PLACED")
    started = store.post(f"{cart}/payment")
    assert said(started) == (200, "DONE")
    assert started.json()["amount"] == placed.json()["amount"]
    assert said(store.post(started.json()["callback"], result="PAID")) == (200, "PAID")
    there = store.get(cart).json()
    assert there["order"]["state"] == "PAID"
    assert [line["reservation"] for line in there["lines"]] == ["CONVERTED"]


def test_a_lack_of_stock_is_an_outcome_and_says_where_the_units_are(store: Served) -> None:
    for _ in range(2):
        store.post(f"/sessions/{next(SESSIONS)}/lines", product=1, quantity=2)
    refused = store.post(f"/sessions/{next(SESSIONS)}/lines", product=1, quantity=2)
    assert said(refused) == (409, "OUT_OF_STOCK")
    assert refused.json() == {"outcome": "OUT_OF_STOCK", "product": 1, "why": "IN_CARTS"}


def test_nobody_gets_more_than_the_limit(store: Served, session: int) -> None:
    over = store.post(f"/sessions/{session}/lines", product=2, quantity=4)
    assert said(over) == (409, "OVER_LIMIT")


def test_a_declined_payment_can_be_tried_again(store: Served, session: int) -> None:
    store.buy(session, product=2)
    first = store.post(f"/sessions/{session}/payment").json()
    declined = store.post(first["callback"], result="DECLINED")
    assert said(declined) == (200, "PAYMENT_FAILED")
    second = store.post(f"/sessions/{session}/payment").json()
    assert second["turn"] == 1
    assert said(store.post(second["callback"], result="GAVE_UP")) == (200, "GAVE_UP")


def test_a_callback_that_comes_twice_hears_the_same_and_pays_once(
    store: Served, session: int
) -> None:
    store.buy(session, product=2)
    callback = store.post(f"/sessions/{session}/payment").json()["callback"]
    events = store.get("/health").json()["events"]
    answers = [said(store.post(callback, result="PAID")) for _ in range(2)]
    assert answers == [(200, "PAID")] * 2
    assert store.get("/health").json()["events"] == events + 3  # captured, allocated, paid
    other = store.post(callback, result="DECLINED")
    assert other.status_code == 409
    assert other.json() == {"error": "it ended before, and in another way"}


def test_a_callback_of_an_earlier_attempt_changes_nothing(store: Served, session: int) -> None:
    store.buy(session, product=3)
    first = store.post(f"/sessions/{session}/payment").json()["callback"]
    store.post(first, result="DECLINED")
    store.post(f"/sessions/{session}/payment")
    late = store.post(first, result="PAID")
    assert late.status_code == 409
    assert store.get(f"/sessions/{session}").json()["order"]["state"] == "UNPAID"


def test_a_gateway_that_must_be_verified_is_verified_at_its_callback(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    with Served(database, "--scenario", "gateway-outage") as store:
        store.buy(1)
        first, second = (store.post("/sessions/1/payment").json() for _ in range(2))
        assert said(store.post(second["callback"], result="PAID")) == (200, "PAID")
        assert said(store.post("/sessions/1/payment")) == (200, "PAID")
    with Served(database) as store:
        assert said(store.post(first["callback"], result="PAID")) == (200, "PAID")
        assert store.get("/sessions/1").json()["order"]["state"] == "PAID"
    log = past_of(database).log
    assert audit(as_array(log)) == []
    assert Kind.PAYMENT_LAPSED in [event.kind for event in log]  # the first money goes back


def test_an_unpaid_order_can_be_cancelled(store: Served, session: int) -> None:
    before = store.get("/products/3").json()["available"]
    store.buy(session, product=3)
    assert said(store.post(f"/sessions/{session}/cancel")) == (200, "DONE")
    assert store.get("/products/3").json()["available"] == before


def test_support_hears_answers_and_is_given_up(store: Served, session: int) -> None:
    contact = f"/sessions/{session}/contact"
    assert said(store.post(contact, channel="CHAT", topic="STOCK_QUESTION")) == (200, "DONE")
    assert store.post(contact, channel="PHONE").status_code == 409
    assert said(store.post(f"{contact}/answer")) == (200, "DONE")
    assert said(store.post(f"{contact}/close")) == (200, "ANSWERED")
    store.post(contact, channel="EMAIL")
    assert said(store.post(f"{contact}/give-up")) == (200, "NO_ANSWER")


def test_the_same_key_executes_once(store: Served, session: int) -> None:
    path = f"/sessions/{session}/lines"
    first = store.post(path, "key-1", product=3)
    again = store.post(path, "key-1", product=3)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(store.get(f"/sessions/{session}").json()["lines"]) == 1
    other = store.post(path, "key-1", product=2)
    assert other.status_code == 422
    assert "another request" in other.json()["error"]


def test_a_request_that_changed_nothing_may_succeed_later_with_the_same_key(
    store: Served, session: int
) -> None:
    assert store.post(f"/sessions/{session}/checkout", "key-2").status_code == 404
    store.post(f"/sessions/{session}/lines", product=3)
    assert said(store.post(f"/sessions/{session}/checkout", "key-2")) == (200, "READY")


def test_a_browser_keeps_its_session_in_a_cookie(store: Served) -> None:
    with httpx.Client(base_url=store.url, trust_env=False) as browser:
        number = browser.post("/sessions").json()["session"]
        browser.post("/sessions/me/recognise", json={"customer": 7})
        browser.post("/sessions/me/contact", json={"channel": "CHAT"})
        contact = f"/sessions/{number}/contact/give-up"
        assert said(store.post(contact)) == (200, "NO_ANSWER")


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/sessions/900/lines", {"product": 99}, 404, "there is no product 99"),
        ("/sessions/900/lines", {}, 400, "product: Field required"),
        ("/sessions/900/lines", {"product": 0, "quantity": 0}, 400, "quantity: "),
        ("/sessions/900/lines", {"product": "0"}, 400, "product: "),
        ("/sessions/900/lines", {"product": 0, "colour": 1}, 400, "colour: "),
        ("/sessions/nine/checkout", {}, 404, "there is no session 'nine'"),
        ("/sessions/99999999999/checkout", {}, 404, "up to 2147483647"),
        ("/sessions/me/checkout", {}, 404, "there is no cookie"),
        ("/sessions/900/checkout", {}, 404, "session 900 has no cart"),
        ("/sessions/900/contact/close", {}, 404, "session 900 is not in touch with support"),
        ("/payments/900/0/callback", {"result": "PAID"}, 404, "there is no order 900"),
        ("/nowhere", {}, 404, "POST /nowhere: Not Found"),
        ("/stock", {}, 405, "POST /stock: Method Not Allowed"),
    ],
)
def test_a_request_that_makes_no_sense_hears_why(
    store: Served, path: str, body: dict[str, object], status: int, sentence: str
) -> None:
    answer = store.post(path, **body)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]


def test_a_command_out_of_turn_is_refused_with_its_sentence(store: Served, session: int) -> None:
    store.buy(session, product=3)
    again = store.post(f"/sessions/{session}/order")
    assert again.status_code == 409
    assert again.json() == {"error": f"session {session} has placed its order already"}


def test_a_request_has_a_largest_size(store: Served) -> None:
    answer = store.client.post("/sessions/900/lines", content=b" " * 70_000)
    assert answer.status_code == 413


def test_the_catalogue_and_the_levels_can_be_seen(store: Served) -> None:
    products = store.get("/products").json()["products"]
    assert [product["limit"] for product in products] == [3] * 4
    levels = store.get("/stock").json()
    assert levels["available"] == [product["available"] for product in products]
    assert store.get("/products/4").status_code == 404


def test_prometheus_can_read_the_metrics(store: Served) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    text = store.get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    commits = families["esfand_commit_seconds"].samples
    assert max(sample.value for sample in commits if sample.name.endswith("_count")) > 0
    stock = {sample.labels["level"]: sample.value for sample in families["esfand_units"].samples}
    assert stock["on_hand"] == 20


def test_without_a_name_the_store_is_on_the_loopback_only(store: Served) -> None:
    assert store.url.startswith("http://127.0.0.1:")
    assert notes("127.0.0.1", ()) == []


def test_a_store_on_another_address_says_who_can_shop_there() -> None:
    assert "no accounts" in notes("0.0.0.0", ())[0]
    assert notes("::1", ["lost-update"]) == ["Faults that are switched on: lost-update."]


def test_a_port_that_is_taken_is_explained(store: Served, tmp_path: Path) -> None:
    port = store.url.rpartition(":")[2]
    with pytest.raises(DidNotOpen, match="cannot listen there"):
        Served(f"sqlite:///{tmp_path / 'shop.db'}", *SMALL, "--port", port)
    assert list(tmp_path.iterdir()) == []
