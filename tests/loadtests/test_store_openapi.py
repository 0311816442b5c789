"""The OpenAPI description says what the store does: schemathesis tries it on a running store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import SMALL, Served

from loadtests.reference_store.answers import STATUS
from loadtests.reference_store.openapi import describe
from loadtests.reference_store.operations import COMMANDS, VIEWS, Question
from model.events import Channel, Reason
from model.outcomes import Outcome

schemathesis = pytest.importorskip("schemathesis")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("store") / "shop.db"
    with Served(f"sqlite:///{path}", *SMALL) as served:
        for session in range(3):
            served.buy(session, product=session)
        yield served


def test_the_description_that_is_served_is_the_table(store: Served) -> None:
    served = store.get("/openapi.json").json()
    assert served == describe()
    names = [
        operation["operationId"] for path in served["paths"].values() for operation in path.values()
    ]
    assert len(names) == len(set(names))
    assert {each.name for each in (*COMMANDS, *VIEWS)} < set(names)


def test_every_outcome_has_its_status() -> None:
    assert set(STATUS) == set(Outcome)


def test_what_a_shopper_may_ask_about_and_through_what_is_in_the_log_s_words() -> None:
    fields = Question.model_json_schema()["properties"]
    assert set(fields["topic"]["enum"]) < {reason.name for reason in Reason}
    assert set(fields["channel"]["enum"]) < {channel.name for channel in Channel}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_store_answers_as_its_description_says(store: Served, data: st.DataObject) -> None:
    schema = schemathesis.openapi.from_dict(describe())
    operations = [found.ok() for found in schema.get_all_operations()]
    operation = data.draw(st.sampled_from(operations), label="operation")
    case = data.draw(operation.as_strategy(), label="case")
    case.headers.pop("Idempotency-Key", None)  # a key is for one request, and these are many
    case.call_and_validate(base_url=store.url, session=None, proxies={"http": ""})
