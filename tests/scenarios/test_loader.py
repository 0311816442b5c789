"""Scenario files: what they may say, and what a planner hears about a mistake."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.loader import check, library, load
from scenarios.schema import Scenario

SMALL = """\
name: small
season: {start: 1405-12-01, duration: 2 d}
demand:
  sessions_per_day: 1_000
  shape:
    1405-12-01: 100%
    1405-12-02: 150%
catalogue:
  - name: ajil
    share: 40%
    price: 950_000 toman
    stock: 60
  - name: everything-else
    products: 20
    share: 60%
    price: 2_000_000 rial
    cover: 3 d
shoppers:
  lines: {1: 70%, 2: 30%}
  decide: {law: lognormal, median: 6 min, sigma: 1}
reservation:
  timeout: 20 min
support:
  desks:
    - {channel: chat, share: 80%, agents: 5}
    - {channel: phone, share: 20%, agents: 2}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, name: str = "s.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def mistakes_of(path: Path) -> list[str]:
    """The mistakes of a file, without its folder."""
    return [line.replace(f"{path.parent}/", "") for line in check(str(path))]


def with_set(path: Path, *overrides: str) -> Scenario:
    return load(str(path), overrides)


def test_a_file_becomes_a_typed_scenario(write: Write) -> None:
    scenario = load(str(write(SMALL)))
    assert scenario.reservation.timeout == 1200
    assert scenario.catalogue[0].price == 9_500_000
    assert scenario.shoppers.lines == {1: 0.7, 2: 0.3}
    assert sorted(scenario.demand.shape.values()) == [1.0, 1.5]


def test_yaml_guesses_nothing(write: Write) -> None:
    text = SMALL.replace("stock: 60", "stock: 010\n    restocked: no") + (
        "restocking: {at: 20:30}\nsummary: off\n"
    )
    scenario = load(str(write(text)))
    assert scenario.catalogue[0].stock == 10
    assert scenario.catalogue[0].restocked is False
    assert scenario.restocking is not None
    assert scenario.restocking.at.hour == 20
    assert scenario.summary == "off"


def test_persian_digits_count_as_digits(write: Write) -> None:
    text = SMALL.replace("1_000", "۱٬۰۰۰").replace("20 min", "۲۰ min").replace("40%", "۴۰٪")
    assert load(str(write(text))) == load(str(write(SMALL, "latin.yaml")))


# mistakes


def test_all_mistakes_come_at_once_each_with_its_line(write: Write) -> None:
    path = write(
        SMALL.replace("timeout: 20 min", "timout: 20 min")
        .replace("stock: 60", "stock: -5")
        .replace("950_000 toman", "950_000")
        .replace("channel: phone", "channel: fone")
    )
    assert mistakes_of(path) == [
        "s.yaml:11:5: catalogue.ajil.price: say rial or toman, for example '250_000 toman', "
        "not '950000'",
        "s.yaml:12:5: catalogue.ajil.stock: must be at least 0, found '-5'",
        "s.yaml:22:3: reservation.timout: unknown field; did you mean 'timeout'?",
        "s.yaml:26:8: support.desks.fone.channel: 'fone' is not one of chat, email, phone, "
        "whatsapp, social_comments, site_comments; did you mean 'phone'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("20 min", "20", "22:3: reservation.timeout: a duration needs a unit, for example"),
        ("20 min", "0", "22:3: reservation.timeout: must be more than 0 s, found '0'; write for"),
        ("20 min", "0 min", "22:3: reservation.timeout: must be more than 0 s, found '0 min'"),
        ("2 d}", "400 d}", "season.duration: must be at most 366 d, found '400 d'"),
        ("950_000 toman", "-5 rial", "ajil.price: must be at least 0 rial, found '-5 rial'"),
        ("2: 30%", "99: 30%", "19:3: shoppers.lines: 99 different products in a basket, but"),
        (
            "law: lognormal, median: 6 min, sigma: 1",
            "law: uniform, low: 2 h, high: 1 h",
            "20:3: shoppers.decide: low lies above high",
        ),
        ("20 min", "", "22:3: reservation.timeout: has no value"),
        ("2 d}", "none}", "2:29: season.duration: must be finite, found 'none'"),
        ("share: 40%", "share: 0.4", "10:5: catalogue.ajil.share: write a share with a percent"),
        ("share: 40%", "share: 400%", "catalogue.ajil.share: must be at most 100%, found '400%'"),
        ("stock: 60", "stock: 2.5", "catalogue.ajil.stock: expected a whole number, found '2.5'"),
        ("stock: 60", "stok: 60", "12:5: catalogue.ajil.stok: unknown field; did you mean"),
        ("name: small", "name: Small Shop", "1:1: name: expected small Latin letters, digits"),
        (", duration: 2 d", "", "2:1: season.duration: is missing"),
        (
            "duration: 2 d",
            "days: 2",
            "2:29: season.days: unknown field; did you mean 'holidays'? Known: start, duration, ",
        ),
        ("name: everything-else", "name: ajil", "catalogue.ajil.name: 'ajil' stands here twice"),
        ("median: 6 min, ", "", "20:3: shoppers.decide.median: is missing"),
        ("sigma: 1", "sgma: 1", "20:43: shoppers.decide.sgma: unknown field; did you mean"),
        ("law: lognormal", "law: normal", "'normal' is not one of constant, exponential, "),
        ("decide: {", "decide: 5 min #", "20:3: shoppers.decide: expected a distribution such as"),
        ("2: 30%", "2: 20%", "19:3: shoppers.lines: the shares add up to 90.0%"),
        ("share: 60%", "share: 61%", "8:1: catalogue: the shares add up to 101.00%, not 100%"),
        ("1405-12-02:", "1405-12-32:", "'1405-12-32' is no day of the Jalali calendar"),
        ("agents: 5", "agents: [5]", "support.desks.chat.agents: expected a whole number, found"),
        ("{1: 70%, 2: 30%}", "1", "19:3: shoppers.lines: expected a section of"),
        ("stock: 60", "stock: 60\n    stock: 61", "13:5: catalogue.0.stock: stands twice; first"),
    ],
)
def test_a_mistake_names_its_field_what_was_found_and_the_mend(
    write: Write, old: str, new: str, mistake: str
) -> None:
    assert old in SMALL
    found = mistakes_of(write(SMALL.replace(old, new, 1)))
    assert any(mistake in line for line in found), found


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("", "s.yaml:1:1: a scenario is a list of `field: value` lines; the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("- a\n- b\n", "s.yaml:1:1: a scenario is a list of `field: value` lines; this is not"),
        ("name: a\n\tseason: b\n", "s.yaml:2:1: a tab; YAML is indented with spaces only"),
        ("name: a: b\n", "s.yaml:1:8: a second ': ' in one line, or a line too far"),
        ("name: [a\n", "s.yaml:2:1: not valid YAML: expected ',' or ']'"),
        ("name: a\n- b\n", "s.yaml:2:1: does not fit the lines above"),
        ("name: a\nsummary: \x07\n", "s.yaml:2:10: an unprintable character (U+0007)"),
        (b"name: a\nsummary: caf\xe9\n", "s.yaml:2:13: not UTF-8 text"),
        ("name: &a [*a]\n", "nested too deeply, or an anchor contains itself"),
        ("[" * 5000, "nested too deeply"),
        ("? {a: b}\n: c\n", "a field's name must be a plain word"),
    ],
)
def test_a_file_that_is_no_scenario_says_so_in_one_sentence(
    write: Write, content: str | bytes, mistake: str
) -> None:
    assert any(mistake in line for line in mistakes_of(write(content)))


def test_a_file_saved_with_a_byte_order_mark_is_read(write: Write) -> None:
    assert load(str(write(SMALL.encode("utf-8-sig")))).name == "small"


def test_a_missing_file_is_one_clear_sentence_with_the_nearest_scenario() -> None:
    with pytest.raises(UserError) as refusal:
        load("nowroz")
    assert str(refusal.value) == (
        "nowroz: no such file, and no scenario of the library; did you mean 'nowruz'?"
    )
    with pytest.raises(UserError, match=r"it has: benchmark-w1, .*flash-sale, .*nowruz"):
        load("xyz.yaml")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        load(str(tmp_path))


# extends


def test_extending_changes_some_fields_and_keeps_the_rest(write: Write) -> None:
    write(SMALL, "base.yaml")
    scenario = load(str(write("extends: base.yaml\nname: quick\nreservation: {timeout: 5 min}\n")))
    assert scenario.name == "quick"
    assert scenario.reservation.timeout == 300
    assert scenario.demand.sessions_per_day == 1000


def test_distributions_and_lists_are_replaced_as_a_whole(write: Write) -> None:
    write(SMALL, "base.yaml")
    over = """\
extends: base.yaml
demand: {shape: {1405-12-01: 80%}}
shoppers:
  lines: {3: 100%}
  decide: {law: constant, value: 1 min}
support: {desks: [{channel: chat, agents: 1}]}
"""
    scenario = load(str(write(over)))
    assert list(scenario.demand.shape.values()) == [0.8]
    assert scenario.shoppers.lines == {3: 1.0}
    assert scenario.shoppers.decide.mean_seconds == 60
    assert [desk.channel for desk in scenario.support.desks] == ["chat"]


def test_one_parameter_of_a_law_can_be_changed_alone(write: Write) -> None:
    write(SMALL, "base.yaml")
    scenario = load(str(write("extends: base.yaml\nshoppers: {decide: {median: 9 min}}\n")))
    assert scenario.shoppers.decide.model_dump()["median"] == "9 min"


def test_a_mistake_in_the_extended_file_names_that_file(write: Write) -> None:
    write(SMALL.replace("20 min", "20"), "base.yaml")
    path = write("extends: base.yaml\nname: quick\nreservaton: {}\n")
    assert [line.split(": ")[0] for line in mistakes_of(path)] == ["base.yaml:22:3", "s.yaml:3:1"]


def test_a_library_scenario_can_be_extended_even_by_a_file_of_its_name(write: Write) -> None:
    path = write("extends: nowruz\nname: mine\n", "nowruz.yaml")
    assert load(str(path)).demand == load("nowruz").demand


@pytest.mark.parametrize(
    ("extends", "mistake"),
    [
        ("s.yaml", "s.yaml:1:1: extends: a circle: s.yaml > s.yaml"),
        ("other.yaml", "other.yaml:1:1: extends: a circle: s.yaml > other.yaml > s.yaml"),
        ("nowroz", "s.yaml:1:1: extends: 'nowroz': no such file, and no scenario"),
        ("[a, b]", "s.yaml:1:1: extends: expected one file or one name of the library"),
    ],
)
def test_what_cannot_be_extended_is_a_mistake(write: Write, extends: str, mistake: str) -> None:
    write("extends: s.yaml\n", "other.yaml")
    assert mistakes_of(write(f"extends: {extends}\n"))[0].startswith(mistake)


# --set


def test_fields_are_set_by_path_and_entries_by_name_channel_or_number(write: Write) -> None:
    scenario = with_set(
        write(SMALL),
        "reservation.timeout=5min",
        "catalogue.ajil.stock=100",
        "support.desks.chat.agents=20",
        "support.desks.1.agents=3",
        "restocking.lead_time=2 d",
        "shoppers.lines={1: 100%}",
    )
    assert scenario.reservation.timeout == 300
    assert scenario.catalogue[0].stock == 100
    assert [desk.agents for desk in scenario.support.desks] == [20, 3]
    assert scenario.restocking is not None
    assert scenario.restocking.lead_time == 2 * 86400
    assert scenario.shoppers.lines == {1: 1.0}


@pytest.mark.parametrize(
    ("setting", "mistake"),
    [
        ("reservation.timeout", "write field=value, for example reservation.timeout=20min"),
        ("reservation..timeout=5min", "write field=value, for example"),
        ("reservation.timout=5min", "reservation.timout: unknown field; did you mean 'timeout'?"),
        ("reservation.timeout=5", "reservation.timeout: a duration needs a unit"),
        ("reservation.timeout=", "reservation.timeout: has no value"),
        ("support.desks.cat.agents=5", "support.desks: has no entry 'cat'; did you mean 'chat'?"),
        ("support.desks.7.agents=5", "support.desks: has no entry '7'; there are: chat, phone"),
        ("name.first=x", "name: is a value and has no fields"),
        ("summary=[", "not valid YAML"),
    ],
)
def test_a_mistaken_setting_is_named_instead_of_a_line(
    write: Write, setting: str, mistake: str
) -> None:
    with pytest.raises(UserError) as refusal:
        with_set(write(SMALL), setting)
    assert str(refusal.value).startswith(f"--set {setting}: {mistake}")


@pytest.mark.parametrize(
    ("setting", "mistake"),
    [
        ("catalogue.ajil.cover=2 d", "catalogue.ajil: give either stock (units) or cover"),
        ("support.desks.chat.share=50%", "support.desks: the shares of contacts add up to"),
    ],
)
def test_what_a_setting_leaves_without_sense_is_blamed_on_it_and_not_on_the_file(
    write: Write, setting: str, mistake: str
) -> None:
    with pytest.raises(UserError) as refusal:
        with_set(write(SMALL), setting)
    assert str(refusal.value).startswith(f"--set {setting}: {mistake}")
    scenario = with_set(write(SMALL), "catalogue.ajil.cover=2 d", "catalogue.ajil.stock=null")
    assert scenario.catalogue[0].cover == 2 * 86400


def test_a_setting_does_not_outlive_its_load(write: Write) -> None:
    path = write(SMALL)
    with_set(path, "reservation.timeout=5min")
    assert load(str(path)).reservation.timeout == 1200


def test_the_library_is_listed_by_name() -> None:
    names: Sequence[str] = [name for name, _ in library()]
    assert names == sorted(names)
    assert {"benchmark-w1", "flash-sale", "nowruz"} <= set(names)


def test_a_folder_does_not_hide_the_scenario_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nowruz").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load("nowruz").name == "nowruz"
