"""Opening a store: a new one from a scenario, one that was there before from its journal."""

from __future__ import annotations

import time
from collections.abc import Sequence

from loadtests.reference_store.clock import Clock
from loadtests.reference_store.databases import open_journal
from loadtests.reference_store.faults import Faults, FaultyStore
from loadtests.reference_store.journal import Commit, Facts, Journal, Past
from loadtests.reference_store.store import Store
from model.events import RECORD
from model.replay import replay
from model.shop import Shop
from scenarios.assortment import assort
from scenarios.errors import UserError
from scenarios.loader import load, load_text
from scenarios.schema import Scenario
from scenarios.writer import dump

DEFAULT_SCENARIO = "nowruz"


def open_store(
    url: str,
    scenario: str | None = None,
    overrides: Sequence[str] = (),
    faults: Faults | None = None,
) -> Store:
    """The store whose journal is at `url`.

    A new store takes its catalogue, stock and policy from `scenario`. One that has opened before
    keeps those it has; to name a scenario that differs is a mistake. Raises UserError.
    """
    asked = load(scenario or DEFAULT_SCENARIO, overrides) if scenario or overrides else None
    journal = open_journal(url)
    try:
        past = journal.read() or _first_day(journal, asked or load(DEFAULT_SCENARIO))
        kept = load_text(past.facts.scenario, f"the scenario in {journal.shown}")
        if asked is not None and asked != kept:
            raise UserError(
                f"{journal.shown} holds a store of the scenario {kept.name}, which is not the same "
                "as the one asked for. Leave --scenario and --set out, or name another database."
            )
        shop = _rebuilt(kept, past, journal)
    except BaseException:
        journal.close()
        raise
    clock = Clock(past.facts.started, _last(past))
    parts = kept.name, shop, clock, journal, past.answers, past.sessions
    return FaultyStore(faults, *parts) if faults else Store(*parts)


def _first_day(journal: Journal, scenario: Scenario) -> Past:
    """Fill the shelves, and write down what is settled from now on."""
    shop = Shop(assort(scenario).products, scenario.policy())
    shop.open()
    facts = Facts(dump(scenario), time.time())
    journal.begin(facts, Commit(bytes(shop.log.buffer)))
    return Past(facts, shop.log, commits=1)


def _rebuilt(scenario: Scenario, past: Past, journal: Journal) -> Shop:
    try:
        return replay(assort(scenario).products, scenario.policy(), past.log)
    except (KeyError, ValueError, IndexError) as error:
        raise UserError(
            f"{journal.shown}: the journal contradicts itself and cannot be replayed ({error})."
        ) from None


def _last(past: Past) -> float:
    """The time of the last event; a journal without events stands at 0."""
    buffer = past.log.buffer
    return float(RECORD.unpack(buffer[-RECORD.size :])[0]) if buffer else 0.0
