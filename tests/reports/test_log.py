from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_shop import log, played

from model.events import RECORD, Channel, Event, Kind, Log, Reason
from reports.log import EVENT, as_array, as_frame, read_parquet, write_parquet
from scenarios.errors import UserError


def test_the_array_has_the_fields_and_the_layout_of_the_packed_record() -> None:
    assert EVENT.names == Event._fields
    assert EVENT.itemsize == RECORD.size
    of_format = {"d": "<f8", "B": "|u1", "i": "<i4", "q": "<i8"}
    codes = RECORD.format.removeprefix("<")
    assert [EVENT[name].str for name in EVENT.names] == [of_format[code] for code in codes]


def test_the_array_holds_what_the_log_holds() -> None:
    _, shop = played("suspended")
    events = as_array(shop.log)
    assert [tuple(event) for event in shop.log] == events.tolist()


def test_the_array_is_the_log_itself_and_cannot_change_it() -> None:
    written = Log()
    written.add(1.5, Kind.TRAFFIC, quantity=7)
    events = as_array(written)
    assert np.shares_memory(events, np.frombuffer(written.buffer, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        events["quantity"] = 0

    def write_and_look() -> None:
        written.add(2.0, Kind.TRAFFIC)
        len(written)  # where the log is compiled, only a look notices

    with pytest.raises(BufferError):
        write_and_look()
    del events
    written.add(2.5, Kind.TRAFFIC)
    assert as_array(written)["t"][-1] == 2.5


def test_a_frame_names_kinds_channels_and_reasons() -> None:
    frame = as_frame(
        log((1.5, Kind.CONTACTED, 3, -1, -1, 0, 0, Channel.CHAT, Reason.STOCK_QUESTION))
    )
    assert list(frame.columns) == list(Event._fields)
    assert frame.iloc[0].to_dict() == {
        "t": 1.5, "kind": "contacted", "session": 3, "order": -1, "product": -1, "quantity": 0,
        "amount": 0, "channel": "chat", "reason": "stock_question",
    }  # fmt: skip
    for name in ("kind", "channel", "reason"):
        assert isinstance(frame[name].dtype, pd.CategoricalDtype)


def test_a_code_without_a_name_is_missing_in_a_frame() -> None:
    assert as_frame(log((0.0, 250)))["kind"].isna().all()


def test_a_parquet_file_gives_the_events_back(tmp_path: Path) -> None:
    events = as_array(played("suspended")[1].log)
    write_parquet(events, tmp_path / "0.parquet")
    assert (read_parquet(tmp_path / "0.parquet") == events).all()
    assert [path.name for path in tmp_path.iterdir()] == ["0.parquet"]
    frame = pd.read_parquet(tmp_path / "0.parquet")
    pd.testing.assert_frame_equal(frame, as_frame(events), check_categorical=False)
    write_parquet(events[:0], tmp_path / "empty.parquet")
    assert len(read_parquet(tmp_path / "empty.parquet")) == 0


def test_equal_events_give_equal_bytes(tmp_path: Path) -> None:
    events = as_array(played("suspended")[1].log)
    write_parquet(events, tmp_path / "one.parquet")
    write_parquet(events.copy(), tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_a_file_that_is_no_log_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.parquet cannot be read as an event log"):
        read_parquet(tmp_path / "none.parquet")
    (tmp_path / "text.parquet").write_text("not a table")
    with pytest.raises(UserError, match="cannot be read"):
        read_parquet(tmp_path / "text.parquet")
    pd.DataFrame({"t": [1.0]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(UserError, match="columns t, kind, session"):
        read_parquet(tmp_path / "other.parquet")


def test_a_log_with_an_unknown_kind_of_event_is_refused(tmp_path: Path) -> None:
    frame = as_frame(log((1.0, Kind.ADDED)))
    frame["kind"] = pd.Categorical(["teleported"])
    frame.to_parquet(tmp_path / "later.parquet")
    with pytest.raises(UserError, match="teleported"):
        read_parquet(tmp_path / "later.parquet")


def test_an_event_without_a_name_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no kind has the code 250"):
        write_parquet(log((0.0, 250)), tmp_path / "0.parquet")
    assert list(tmp_path.iterdir()) == []
