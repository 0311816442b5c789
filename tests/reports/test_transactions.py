"""The transaction report: every attempt once, with what became of it and when its money comes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.events import Channel, Kind, Log, Reason
from reports.log import as_array
from reports.transactions import totals_by_day, transactions, write_transactions
from scenarios.schema import Scenario

SHOP = Scenario.model_validate(
    {
        "name": "panel",
        "season": {"start": "1405-10-05", "duration": "10 d", "holidays": "none"},  # a Saturday
        "demand": {"sessions_per_day": 1},
        "catalogue": [{"name": "it", "share": "100%", "price": "1 rial", "stock": 1}],
        "payment": {
            "gateways": [{"preset": "zarinpal"}, {"name": "bank", "preset": "sep"}],
            "methods": [{"method": "online", "share": "60%"}, {"method": "cod", "share": "40%"}],
        },
    }
)


def log() -> Log:
    """Declined, then paid at the other gateway; reversed; returned; open; on delivery."""
    written, noon = Log(), 12 * 3600.0
    first, second = Channel.GATEWAY, Channel.GATEWAY_2

    def attempt(t: float, kind: Kind, order: int, turn: int, channel: int, reason: int = 0) -> None:
        amount = 1_000_000 * (order + 1)
        written.add(t, kind, 70 + order, order, -1, turn, amount, channel, reason)

    attempt(noon, Kind.PAYMENT_STARTED, 0, 0, first)
    attempt(noon + 60, Kind.PAYMENT_FAILED, 0, 0, first, Reason.DECLINED)
    attempt(noon + 90, Kind.PAYMENT_STARTED, 0, 1, second)
    attempt(noon + 150, Kind.PAYMENT_TAKEN, 0, 1, second)
    attempt(noon + 150, Kind.PAYMENT_CAPTURED, 0, 1, second)
    attempt(noon + 200, Kind.PAYMENT_STARTED, 1, 0, first)
    attempt(noon + 210, Kind.PAYMENT_TAKEN, 1, 0, first)
    attempt(noon + 210, Kind.PAYMENT_CAPTURED, 1, 0, first)
    attempt(noon + 210, Kind.PAYMENT_REVERSED, 1, 0, first, Reason.OUT_OF_STOCK)
    attempt(noon + 300, Kind.PAYMENT_STARTED, 2, 0, first)
    attempt(noon + 310, Kind.PAYMENT_TAKEN, 2, 0, first)
    attempt(noon + 900, Kind.PAYMENT_LAPSED, 2, 0, first, Reason.NOT_VERIFIED)
    attempt(noon + 950, Kind.PAYMENT_STARTED, 3, 0, first)
    attempt(noon + 999, Kind.COD_COLLECTED, 4, 0, Channel.COD)
    return written


@pytest.fixture
def table() -> pd.DataFrame:
    return transactions(as_array(log()), SHOP)


def test_every_attempt_has_its_outcome_and_its_reason(table: pd.DataFrame) -> None:
    told = table[["order", "attempt", "method", "gateway", "outcome", "reason"]]
    assert told.to_numpy().tolist() == [
        [0, 1, "online", "zarinpal", "failed", "declined"],
        [0, 2, "online", "bank", "paid", ""],
        [1, 1, "online", "zarinpal", "reversed", "out_of_stock"],
        [2, 1, "online", "zarinpal", "returned by the network", "not_verified"],
        [3, 1, "online", "zarinpal", "open", ""],
        [4, 1, "cod", "", "paid", ""],
    ]


def test_what_was_paid_has_a_fee_and_a_settlement_day(table: pd.DataFrame) -> None:
    # A direct bank takes 0.02 %; the courier nothing; sold on Saturday, settled on Sunday.
    assert table["fee_rial"].tolist() == [0, 200, 0, 0, 0, 0]
    assert table["settlement_day"].tolist() == ["", "1405-10-06", "", "", "", "1405-10-06"]


def test_times_are_local_and_days_jalali(table: pd.DataFrame) -> None:
    assert table["time"][1] == "2026-12-26 12:01:30"
    assert set(table["day"]) == {"1405-10-05"}


def test_nothing_in_it_says_who_paid(table: pd.DataFrame) -> None:
    assert "session" not in table
    assert 70 not in table.to_numpy()


def test_totals_add_up_to_the_attempts(table: pd.DataFrame) -> None:
    totals = totals_by_day(table)
    assert totals["attempts"].sum() == len(table)
    assert totals.loc[totals["gateway"] == "zarinpal", "reversed_rial"].tolist() == [5_000_000]
    assert totals["paid_rial"].sum() == 6_000_000
    assert totals["fee_rial"].sum() == 200


def test_both_tables_are_written_into_the_run_folder(tmp_path: Path) -> None:
    write_transactions(as_array(log()), SHOP, tmp_path)
    assert len(pd.read_csv(tmp_path / "transactions.csv")) == 6
    assert len(pd.read_csv(tmp_path / "transactions_by_day.csv")) == 3


def test_a_run_in_which_nobody_paid_has_the_columns_and_no_rows(tmp_path: Path) -> None:
    write_transactions(as_array(Log()), SHOP, tmp_path)
    by_day = pd.read_csv(tmp_path / "transactions_by_day.csv")
    assert by_day.empty
    assert list(by_day) == list(totals_by_day(transactions(as_array(log()), SHOP)))
    assert pd.read_csv(tmp_path / "transactions.csv").empty
