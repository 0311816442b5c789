"""The operator's page of a running store: who may see it, what it shows, what it can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from stores import ROOT, SMALL, DidNotOpen, Served

from loadtests.reference_store.panel import CAUSES
from model.events import Log
from model.orders import OrderState
from model.payments import AttemptState
from reports.books import audit
from reports.log import as_array

TOKEN = "a token for tests, long enough"
LOCALES = ROOT / "loadtests" / "reference_store" / "locales"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Served]:
    with Served(f"sqlite:///{tmp_path / 'shop.db'}", *SMALL, ESFAND_OPERATOR_TOKEN=TOKEN) as served:
        yield served


@pytest.fixture
def operator(store: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=store.url, trust_env=False, follow_redirects=True) as client:
        client.post("/operator/login?lang=en", data={"token": TOKEN})
        yield client


def state(store: Served, session: int) -> str:
    """Of the session's order."""
    return store.get(f"/sessions/{session}").json()["order"]["state"]


def test_without_the_token_there_is_a_door_only(store: Served) -> None:
    store.buy(1)
    page = store.get("/operator")
    assert 'type="password"' in page.text
    assert "Unpaid" not in page.text
    assert store.client.post("/operator/login", data={"token": "wrong"}).status_code == 403
    assert store.client.post("/operator", data={"deed": "cancel", "order": "0"}).status_code == 403
    assert store.get("/operator/journal").status_code == 403
    assert state(store, 1) == "UNPAID"


def test_a_form_of_another_site_does_nothing(store: Served, operator: httpx.Client) -> None:
    store.buy(1)
    headers = {"Origin": "http://elsewhere.example"}
    form = {"deed": "cancel", "order": "0"}
    assert operator.post("/operator", data=form, headers=headers).status_code == 403
    assert state(store, 1) == "UNPAID"


def test_the_page_allows_no_script_and_nothing_from_elsewhere(operator: httpx.Client) -> None:
    page = operator.get("/operator")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; font-src 'self';")
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_an_operator_acts_on_many_orders_at_once(store: Served, operator: httpx.Client) -> None:
    for session in range(3):
        store.buy(session, product=session)
    payment = store.post("/sessions/2/payment").json()
    store.post(payment["callback"], result="PAID")

    page = operator.post("/operator?lang=en", data={"deed": "release", "order": ["0", "1", "2"]})
    assert [state(store, session) for session in range(3)] == ["EXPIRED", "EXPIRED", "PAID"]
    assert "order 2 has nothing reserved" in page.text
    operator.post("/operator", data={"deed": "resume", "order": ["0"]})
    assert state(store, 0) == "UNPAID"
    operator.post("/operator", data={"deed": "cancel", "scope": "all", "state": "expired"})
    assert [state(store, session) for session in range(3)] == ["UNPAID", "CANCELLED", "PAID"]

    journal = operator.get("/operator/journal").content
    assert audit(as_array(Log(journal))) == []


def test_orders_are_told_apart_by_why_they_are_not_paid(
    store: Served, operator: httpx.Client
) -> None:
    for session in range(3):
        store.buy(session)
    payment = store.post("/sessions/1/payment").json()
    store.post(payment["callback"], result="DECLINED")
    store.post("/sessions/2/payment")
    page = operator.get("/operator").text
    for cause in ("never tried to pay", "the payment failed", "is at the gateway"):
        assert cause in page
    narrowed = operator.get("/operator?state=unpaid&cause=payment_failed").text
    assert narrowed.count('type="checkbox"') == 1
    assert 'name="order" value="1"' in narrowed


def test_what_is_in_the_address_is_text(operator: httpx.Client) -> None:
    page = operator.get("/operator", params={"state": "<b>unknown</b>"})
    assert "<b>unknown" not in page.text


def test_a_token_that_is_too_short_is_no_token(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with pytest.raises(DidNotOpen, match="at least 16 characters"):
        Served(f"sqlite:///{path}", *SMALL, ESFAND_OPERATOR_TOKEN="short")
    assert not path.exists()


def test_both_languages_have_the_same_sentences() -> None:
    english, persian = (
        yaml.safe_load((LOCALES / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("en", "fa")
    )
    assert _keys(english) == _keys(persian)
    assert set(english["state"]) == {state.name.lower() for state in OrderState}
    assert set(english["cause"]) == set(CAUSES.values())
    assert set(CAUSES) == {None, *AttemptState}


def _keys(node: object) -> object:
    return {key: _keys(value) for key, value in node.items()} if isinstance(node, dict) else None
