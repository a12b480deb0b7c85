"""Kinds, lots and parties are found by an index, and the index is complete."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from seriatim import epcis, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event, Quantity
from seriatim.history import queries, terms
from seriatim.history.queries import QueryTooComplex
from seriatim.history.terms import class_term, enter_missing, indexable, terms_of

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACTOR = Actor(kind="key", id="k", name="k", role="integration")
KIND = "https://id.gs1.org/01/09506000134352"
LOT = "urn:epc:class:lgtin:9506000.013435.L1"
SHOP = "https://id.gs1.org/417/9506000134369"


def event(number: int) -> Event:
    """Each tenth has a quantity of the lot, each tenth goes to the shop."""
    amounts = [Quantity(epc_class=LOT if number == 10 else KIND)] if number % 10 == 0 else []
    shop = [("owning_party", SHOP)] if number % 10 == 5 else []
    return epcis.object_event(
        action="OBSERVE",
        event_time=NOW + timedelta(seconds=number),
        epc_list=[f"https://id.gs1.org/01/09506000134369/21/{number}"],
        quantity_list=amounts,
        destinations=shop,
    )


async def seconds(tx: Transaction, **asked: str) -> list[int]:
    page = await queries.find(tx, epcis.query_from_url(list(asked.items())), 100)
    return [int((one.event_time - NOW).total_seconds()) for one in page.items]


async def test_kinds_lots_patterns_and_parties_are_found_without_a_look_at_every_event(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E27, D4: an index answers, where a scan would have been too long."""
    monkeypatch.setattr(queries, "CHUNK", 5)
    monkeypatch.setattr(limits, "QUERY_SCAN_EVENTS", 20)
    async with db.transaction() as tx:
        await history.capture(tx, [event(number) for number in range(60)], actor=ACTOR, now=NOW)

        assert await seconds(tx, MATCH_epcClass=LOT) == [10]
        assert await seconds(tx, MATCH_anyEPCClass=KIND) == [0, 20, 30, 40, 50]
        assert await seconds(tx, MATCH_epcClass="urn:epc:idpat:sgtin:9506000.013435.*") == [0, 20, 30, 40, 50]
        assert await seconds(tx, EQ_destination_owning_party=SHOP) == [5, 15, 25, 35, 45, 55]
        assert await seconds(tx, MATCH_epc="urn:epc:idpat:sgtin:9506000.013435.*") == []
        with pytest.raises(QueryTooComplex):
            await seconds(tx, GT_quantity="5")


async def test_an_index_with_too_many_entries_is_left_out(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "QUERY_INDEX_ENTRIES", 5)
    async with db.transaction() as tx:
        await history.capture(tx, [event(number) for number in range(60)], actor=ACTOR, now=NOW)

        assert await seconds(tx, MATCH_anyEPCClass=KIND) == [0, 20, 30, 40, 50]
        assert await seconds(
            tx, MATCH_epc="urn:epc:idpat:sgtin:9506000.013436.5*|urn:epc:id:sgtin:9506000.013436.5"
        ) == [5]
        assert len(await seconds(tx, MATCH_epc="urn:epc:idpat:sgtin:9506000.*.*")) == 60


@pytest.mark.parametrize("octets", [1, terms.CATCH_UP_OCTETS])
async def test_events_of_an_older_version_are_entered_when_seriatim_starts(
    octets: int, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large ones in small steps: a page of events of 10,000 units each would be a gigabyte."""
    monkeypatch.setattr(terms, "CATCH_UP_OCTETS", octets)
    async with db.transaction() as tx:
        await history.capture(tx, [event(number) for number in range(60)], actor=ACTOR, now=NOW)
        entries = await tx.rows("select term, event from history_event_term order by term, event")
        await tx.execute("delete from history_event_term")
        await tx.execute("insert into history_term_gap values (9223372036854775807)")
        some = await tx.rows(terms.QUERIES.not_entered, 50, octets)

    assert len(some) == (1 if octets == 1 else 50)
    assert await enter_missing(db) == 60
    assert await enter_missing(db) == 0
    async with db.transaction() as tx:
        assert await tx.rows("select term, event from history_event_term order by term, event") == entries
        assert await tx.value("select count(*) from history_term_gap") == 0
    assert len(entries) == 12


def test_terms_are_the_same_in_every_spelling_and_of_every_list() -> None:
    lists = ("quantity_list", "child_quantity_list", "input_quantity_list", "output_quantity_list")
    spellings = ("https://shop.example/01/09506000134352/10/L1", LOT)

    bare = epcis.object_event(action="OBSERVE", event_time=NOW, epc_list=[])

    assert {
        terms_of(msgspec.structs.replace(bare, **{name: (Quantity(epc_class=spelling),)}))
        for name in lists
        for spelling in spellings
    } == {frozenset({class_term(LOT)})}


@pytest.mark.parametrize("text", ["x" * 5_000, "class:\x00"])
def test_a_term_that_no_index_can_hold_is_hashed(text: str) -> None:
    assert indexable(text).startswith("sha256:")
    assert indexable(text) != indexable(text + "y")
