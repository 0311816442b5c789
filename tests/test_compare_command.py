"""compare: scenarios against the first one, what it prints and writes, and what it claims."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from commands import SET, invoke, refused, without_pages

from reports import run_folder
from scenarios.errors import UserError
from scenarios.loader import load
from sim.common_numbers import drawn_apart, meet_the_same

SHORT = ("benchmark-w1", "--set", "reservation.timeout=2min")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("compare") / "run"
    how = ("--out", folder, "--jobs", "1", "--language", "en")
    return folder, invoke("compare", *SET, "benchmark-w1", *SHORT, *how)


def test_compare_says_in_one_sentence_what_the_second_does_otherwise(
    two: tuple[Path, Result],
) -> None:
    _, result = two
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "A benchmark-w1 B benchmark-w1, reservation.timeout=2min" in said
    assert "B sells 4.1 ± 1.6% more than A; profit higher by" in said
    assert "sales lost to phantom stockouts down from 2.8 to 1.1 million toman" in said
    assert "no difference can be told in wait for support" in said
    assert "These 4 comparisons hold jointly at the 95% level." in said
    assert "In every replication all scenarios met the same shoppers." in said
    assert result.stdout.splitlines()[-1].startswith("Reports: ")


def test_a_shorter_timeout_frees_scarce_goods_for_those_who_pay(two: tuple[Path, Result]) -> None:
    folder, _ = two
    table = pd.read_csv(folder / "differences.csv", encoding="utf-8-sig").set_index("measure")
    assert (table["scenario"] == "B").all()
    assert (table["against"] == "A").all()
    for more in ("orders_paid", "revenue_rial", "reservations_expired", "late_lost"):
        assert table.loc[more, "low"] > 0
        assert table.loc[more, "told_apart"] == 1
    for fewer in ("phantom_stockouts", "stockouts"):
        assert table.loc[fewer, "high"] < 0
    for untouched in ("sessions", "support_contacts", "support_wait_p95_s"):
        assert table.loc[untouched, ["difference", "low", "high", "told_apart"]].eq(0).all()
    measures = run_folder.read(folder).measures.pivot(index="replication", columns="value")
    paired = measures["profit_rial"]["B"] - measures["profit_rial"]["A"]
    assert table.loc["profit_rial", "difference"] == pytest.approx(paired.mean())
    assert table.loc["profit_rial", "pairs"] == 10


def test_the_folder_holds_every_scenario_and_repeats_the_run(
    two: tuple[Path, Result], tmp_path: Path
) -> None:
    folder, _ = two
    run = run_folder.read(folder)
    assert run.comparison is not None
    a, b = run.comparison.scenarios
    assert (a.file, b.file) == ("scenario.yaml", "scenario-2.yaml")
    assert load(str(folder / a.file)).reservation.timeout == 1800
    assert load(str(folder / b.file)).reservation.timeout == 120
    words = shlex.split(run.manifest.command_line)[1:]
    again = tmp_path / "again"
    with without_pages():
        assert invoke(*words, "--out", again, "--quiet", "--jobs", "1").output == ""
    names = ("measures.csv", "differences.csv", "result.json", "report.en.html")
    for name in names[:3]:
        assert (again / name).read_bytes() == (folder / name).read_bytes()
    (folder / names[3]).unlink()
    assert invoke("report", folder).exit_code == 0
    assert (folder / names[3]).exists()


def test_equal_scenarios_differ_by_exactly_nothing(tmp_path: Path) -> None:
    result = invoke(
        "compare", *SET, "benchmark-w1", "benchmark-w1", "--replications", "3", "--json",
        "--out", tmp_path / "run", "--language", "en", "--jobs", "1",
    )  # fmt: skip
    outcome = json.loads(result.stdout)
    for name, found in outcome["differences"]["B"].items():
        for each in ("mean", "low", "high", "half_width"):
            assert found[each] in (0, None), name
        assert not found["told_apart"]
    page = (tmp_path / "run" / "report.en.html").read_text(encoding="utf-8")
    assert "not one figure of one replication differs" in page


def test_more_than_two_are_each_held_against_the_first_and_the_best_is_named(
    tmp_path: Path,
) -> None:
    result = invoke(
        "compare", *SET, "benchmark-w1", *SHORT, "benchmark-w1", "--set", "shoppers.ready=90%",
        "--replications", "5", "--objective", "orders_paid", "--out", tmp_path / "run", "--json",
        "--seed", "7", "--set", "thresholds=['orders_paid > 1_000']",
        "--language", "en", "--jobs", "1",
    )  # fmt: skip
    assert result.exit_code == 1  # the best one misses its own threshold
    outcome = json.loads(result.stdout)
    assert outcome["seed"] == 7
    compare = outcome["compare"]
    assert (compare["best"], compare["objective"], compare["goal"]) == ("C", "orders_paid", "max")
    assert list(outcome["differences"]) == ["B", "C"]
    assert [each["drawn_apart"] for each in compare["scenarios"]] == [[], [], ["shoppers.ready"]]
    assert outcome["measures"] == outcome["curve"]["C"]
    page = (tmp_path / "run" / "report.en.html").read_text(encoding="utf-8")
    assert "draws its shoppers otherwise than" in page
    assert "<code>shoppers.ready</code>" in page


def test_fields_that_move_the_draw_are_named_and_no_others() -> None:
    today = load("nowruz")
    for setting, fields in (
        ("reservation.timeout=5min", ()),
        ("costs.goods=10%", ()),
        ("support.desks.chat.agents=40", ()),
        ("shoppers.ready=1%", ("shoppers.ready",)),
        ("support.desks.chat.patience.mean=9 min", ("support.desks.0.patience.mean",)),
        ("demand.engaged=5%", ("demand.engaged",)),
    ):
        other = load("nowruz", [setting])
        assert drawn_apart(today, other) == fields
        assert meet_the_same(today, other) == (not fields)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowruz"], "One scenario is nothing to compare"),
        ([], "Missing argument 'SCENARIO SCENARIO...'"),
        (["nowruz", "missing.yaml"], "missing.yaml: no such file"),
        (["nowruz", "nowruz", "--set", "reservation.timeout=5"], "a duration needs a unit"),
        (["nowruz", "nowruz", "--set"], "Option '--set' requires an argument"),
        (["nowruz", "nowruz", "--objective", "gain"], "There is no measure 'gain'"),
        (["nowruz"] * 27, "27 scenarios are too many"),
    ],
)
def test_a_mistake_is_one_clear_message_and_leaves_nothing(
    arguments: Sequence[str], words: str, tmp_path: Path
) -> None:
    assert refused(tmp_path, "compare", *arguments).count(words) == 1


@pytest.mark.parametrize("label", ["C=Third", "b=Second", "B", "B=", "AB=Both"])
def test_a_label_that_no_scenario_can_have_is_a_mistake(label: str, tmp_path: Path) -> None:
    two = ("compare", "benchmark-w1", "benchmark-w1", "--label", label)
    with pytest.raises(
        UserError, match="write LETTER=TEXT; the scenarios are, in their order, A, B"
    ):
        invoke(*two, "--out", tmp_path / "run")
