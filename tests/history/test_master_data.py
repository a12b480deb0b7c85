"""Master data are kept with every version, and answer queries as the query language means them."""

import asyncio
import itertools
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import access, epcis, history, identity
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Attribute, Extension, Vocabulary, VocabularyElement
from seriatim.epcis.master_facts import Known
from seriatim.history import master_data, queries
from seriatim.history.master_data import Kept, actions
from seriatim.history.master_data.model import Change, ElementKey, Told, merged, tangled, written

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACTOR = Actor(kind="key", id="k", name="k", role="integration")
BUSINESS_LOCATION = "urn:epcglobal:epcis:vtype:BusinessLocation"
READ_POINT = "urn:epcglobal:epcis:vtype:ReadPoint"
MDA = "urn:epcglobal:cbv:mda:"
SITE, SITE_URN, SITE_ELSEWHERE = (
    "https://id.gs1.org/414/9506000134352",
    "urn:epc:id:sgln:9506000.13435.0",
    "https://example.com/414/9506000134352?linkType=all",
)
HALL, SHELF = f"{SITE}/254/hall", "urn:epc:id:sgln:9506000.13435.shelf"


def element(uri: str, *children: str, **attributes: Any) -> VocabularyElement:
    told = (
        Attribute(MDA + name, one)
        for name, value in attributes.items()
        for one in (value if isinstance(value, list) else [value])
    )
    return VocabularyElement(uri, tuple(told), children)


async def tell(
    tx: Transaction, *elements: VocabularyElement, kind: str = BUSINESS_LOCATION, now: datetime = NOW
) -> Kept:
    return await master_data.keep(tx, [Vocabulary(kind, elements)], actor=ACTOR, now=now)


def values(one: VocabularyElement) -> list[tuple[str, Any]]:
    return [(attribute.id.removeprefix(MDA), attribute.value) for attribute in one.attributes]


@pytest.mark.anyio
async def test_a_later_document_replaces_the_attributes_it_names_and_nothing_is_forgotten(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        await tell(tx, element(SITE, city="Lyon", name=["Plant", "Usine"], sst="201"))
        await tell(tx, element(SITE_URN, name="Works"), now=NOW + timedelta(days=1))

        (now,) = await master_data.known(tx, SITE_ELSEWHERE)
        versions = await master_data.versions_of(tx, SITE)

    assert values(now.element) == [("city", "Lyon"), ("name", "Works"), ("sst", "201")]
    assert [(one.version, one.recorded_at.day, one.captured_by) for one in versions] == [
        (2, 21, "key:k"),
        (1, 20, "key:k"),
    ]
    assert values(versions[1].element) == [
        ("city", "Lyon"),
        ("name", "Plant"),
        ("name", "Usine"),
        ("sst", "201"),
    ]


@pytest.mark.anyio
async def test_what_is_known_in_other_words_changes_nothing(db: Database) -> None:
    parts = (
        Extension("https://ns.example.com/", "City", "Lyon"),
        Extension("https://ns.example.com/", "No", 3),
    )
    told = VocabularyElement(
        SITE, (Attribute(f"{MDA}sst", 201), Attribute("urn:x:address", parts)), (HALL, SHELF)
    )
    in_xml = VocabularyElement(
        SITE_URN,
        (
            Attribute(f"{MDA.rstrip(':')}#sst", "201"),
            Attribute("urn:x:address", (parts[0], Extension("https://ns.example.com/", "No", "3"))),
        ),
        (SHELF, HALL, HALL),
    )
    async with db.transaction() as tx:
        assert await tell(tx, told) == Kept(stored=1)
        assert await tell(tx, told) == Kept(unchanged=1)
        assert await tell(tx, in_xml) == Kept(unchanged=1)
        assert await tell(tx, in_xml, in_xml) == Kept(unchanged=1)
        assert len(await master_data.versions_of(tx, SITE)) == 1


@pytest.mark.anyio
async def test_a_place_lies_in_another_until_a_document_says_otherwise_e35(db: Database) -> None:
    async with db.transaction() as tx:
        await tell(tx, element(SITE, HALL), element(HALL, SHELF))
        await tell(tx, element(SITE, "urn:example:yard"), kind=READ_POINT)
        whole = await master_data.within(tx, [SITE_ELSEWHERE])
        assert whole == set(map(epcis.canonical_identifier, (SITE, HALL, SHELF, "urn:example:yard")))

        await tell(tx, element(SITE_URN))
        assert await master_data.within(tx, [SITE]) == {SITE, "urn:example:yard"}
        assert await master_data.within(tx, [HALL]) == {HALL, epcis.canonical_identifier(SHELF)}


@pytest.mark.anyio
async def test_a_circle_of_places_is_refused_by_its_name_and_the_rest_is_kept(db: Database) -> None:
    async with db.transaction() as tx:
        await tell(tx, element(SITE, HALL, city="Lyon"), element(HALL, SHELF))

        kept = await tell(
            tx,
            element("urn:example:yard", city="Lille"),
            element(SHELF, SITE_URN),
            element("urn:example:a", "urn:example:a"),
        )

        assert (kept.stored, kept.unchanged) == (1, 0)
        shelf = epcis.canonical_identifier(SHELF)
        assert [(one.path, one.code) for one in kept.faults] == [
            ("/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/1", "master_data_cycle"),
            ("/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/2", "master_data_cycle"),
        ]
        assert kept.faults[0].message.startswith(f"{shelf} in {HALL} in {SITE} in {shelf}")
        assert await master_data.within(tx, [SHELF]) == {shelf}
        assert await master_data.known(tx, "urn:example:yard") != []


@pytest.mark.anyio
async def test_one_document_may_turn_two_places_round(db: Database) -> None:
    async with db.transaction() as tx:
        await tell(tx, element("urn:example:a", "urn:example:b"))
        assert await tell(tx, element("urn:example:b", "urn:example:a"), element("urn:example:a")) == Kept(
            stored=2
        )
        assert await master_data.within(tx, ["urn:example:b"]) == {"urn:example:a", "urn:example:b"}


@pytest.mark.anyio
async def test_two_documents_at_once_make_no_circle_together(db: Database) -> None:
    async def turned_round() -> Kept:
        async with db.transaction() as tx:
            return await tell(tx, element("urn:example:b", "urn:example:a"))

    async with db.transaction() as tx:
        await tell(tx, element("urn:example:a", "urn:example:b"))
        other = asyncio.create_task(turned_round())
        await asyncio.sleep(0.05)
    assert [one.code for one in (await other).faults] == ["master_data_cycle"]


@pytest.mark.anyio
async def test_places_lie_in_each_other_so_deep_and_no_deeper(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MASTER_DATA_DEPTH", 3)
    chain = [f"urn:example:{number}" for number in range(5)]
    links = [element(outer, inner) for outer, inner in itertools.pairwise(chain)]
    async with db.transaction() as tx:
        assert await tell(tx, *links[:3]) == Kept(stored=3)
        assert len(await master_data.within(tx, chain[:1])) == 4
        for deeper in (links[3], element("urn:example:outer", chain[0])):
            (fault,) = (await tell(tx, deeper)).faults
            assert fault.code == "master_data_too_deep"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("limit", "told", "code"),
    [
        ("MASTER_DATA_ATTRIBUTES", element(SITE, name=["a", "b", "c"]), "master_data_too_large"),
        ("MASTER_DATA_CHILDREN", element(SITE, "urn:x:a", "urn:x:b", "urn:x:c"), "master_data_too_large"),
        ("MASTER_DATA_BYTES", element(SITE, name="a"), "master_data_too_large"),
        ("MASTER_DATA_NAME_BYTES", element(SITE, name="a"), "master_data_unusable"),
    ],
)
async def test_more_than_the_limit_is_refused_with_a_reason(
    db: Database, monkeypatch: pytest.MonkeyPatch, limit: str, told: VocabularyElement, code: str
) -> None:
    monkeypatch.setattr(limits, limit, 2)
    async with db.transaction() as tx:
        kept = await tell(tx, told)
        assert [(one.code, bool(one.message)) for one in kept.faults] == [(code, True)]
        assert await master_data.known(tx, SITE) == []


@pytest.mark.anyio
async def test_more_places_than_a_query_can_stand_for_are_refused_not_left_out(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with db.transaction() as tx:
        await tell(tx, element(SITE, HALL, SHELF, city="Lyon"), element(HALL, city="Lyon"))
        monkeypatch.setattr(limits, "MASTER_DATA_PLACES", 1)
        with pytest.raises(master_data.HierarchyTooLarge):
            await master_data.within(tx, [SITE])
        with pytest.raises(master_data.HierarchyTooLarge):
            await master_data.having(tx, [f"{MDA}city"], [])


@pytest.mark.anyio
async def test_places_that_several_vocabularies_name_are_all_found_or_it_is_said_that_they_are_too_many(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with db.transaction() as tx:
        for kind in (BUSINESS_LOCATION, READ_POINT):
            await tell(tx, element("urn:example:yard", "urn:example:a", "urn:example:b"), kind=kind)
        children = [f"urn:example:{letter}" for letter in "abc"]
        await tell(tx, element("urn:example:yard", *children), kind="urn:example:vtype")
        monkeypatch.setattr(limits, "MASTER_DATA_PLACES", 4)
        assert await master_data.within(tx, ["urn:example:yard"]) == {"urn:example:yard", *children}

        monkeypatch.setattr(actions, "LINKS_PER_PLACE", 1)
        with pytest.raises(master_data.HierarchyTooLarge):
            await master_data.within(tx, ["urn:example:yard"])


@pytest.mark.anyio
async def test_the_catalogue_answers_as_master_data_do(db: Database) -> None:
    async with db.transaction() as tx:
        product = identity.Product(gtin="09506000134352", name="Tea", net_content="50 g")
        await identity.save_products(tx, [product], actor=access.SYSTEM, now=NOW)

        assert await master_data.having(tx, [f"{MDA}descriptionShort"], ["Tea", "Coffee"]) == {
            "https://id.gs1.org/01/09506000134352"
        }
        assert await master_data.having(tx, [f"{MDA}descriptionShort"], ["Coffee"]) == set()
        assert await master_data.having(tx, [f"{MDA}netContentDescription"], []) != set()
        ((vocabulary,),) = (await master_data.in_catalogue(tx, "https://id.gs1.org/01/09506000134352"),)
        assert values(vocabulary.elements[0]) == [
            ("descriptionShort", "Tea"),
            ("netContentDescription", "50 g"),
        ]
        for stranger in ("https://id.gs1.org/01/09506000134352/10/L", "https://id.gs1.org/414/9506000134352"):
            assert await master_data.in_catalogue(tx, stranger) == []


PLACES = [SITE, HALL, SHELF, "urn:example:yard", "urn:example:gate"]
SPELLINGS = {SITE: [SITE, SITE_URN, SITE_ELSEWHERE], SHELF: [SHELF, epcis.canonical_identifier(SHELF)]}


def some_vocabularies(dice: random.Random) -> list[Vocabulary]:
    """A forest over the places, in any order of telling and any spelling."""
    order = dice.sample(PLACES, len(PLACES))
    children: dict[str, list[str]] = {place: [] for place in order}
    for place in range(1, len(order)):
        if dice.random() < 0.7:
            children[order[dice.randrange(place)]].append(
                dice.choice(SPELLINGS.get(order[place], [order[place]]))
            )
    elements = [
        element(
            dice.choice(SPELLINGS.get(place, [place])),
            *inside,
            **dice.choice([{}, {"city": dice.choice(["Lyon", "Lille"])}, {"city": ["Lyon", 7]}]),
        )
        for place, inside in children.items()
    ]
    words = element("urn:epcglobal:cbv:bizstep:shipping", city="Lyon")
    return [
        Vocabulary(BUSINESS_LOCATION, tuple(elements[:3])),
        Vocabulary(READ_POINT, tuple(elements[3:])),
        Vocabulary("urn:epcglobal:epcis:vtype:BusinessStep", (words,)),
        Vocabulary(
            "urn:epcglobal:epcis:vtype:EPCClass",
            (element("urn:epc:idpat:sgtin:9506000.013435.*", city="Lyon"),),
        ),
    ]


def some_event(dice: random.Random, number: int) -> epcis.Event:
    def place() -> str | None:
        chosen = dice.choice([*PLACES, None])
        return None if chosen is None else dice.choice(SPELLINGS.get(chosen, [chosen]))

    return epcis.object_event(
        action="OBSERVE",
        event_time=NOW - timedelta(minutes=number),
        epc_list=[f"https://id.gs1.org/01/09506000134352/21/{number}"],
        quantity_list=[epcis.Quantity(epc_class="https://id.gs1.org/01/09506000134352", quantity=Decimal(1))],
        biz_step=dice.choice(["shipping", "receiving"]),
        read_point=place(),
        biz_location=place(),
    )


def some_query(dice: random.Random) -> epcis.Query:
    place = dice.choice(PLACES)
    every = {
        "WD_bizLocation": dice.choice(SPELLINGS.get(place, [place])),
        "WD_readPoint": "|".join(dice.sample(PLACES, 2)),
        "EQ_bizLocation": "|".join(dice.sample(PLACES, 3)),
        "HASATTR_bizLocation": f"{MDA}city",
        "EQ_ATTR_readPoint_cbvmda:city": dice.choice(["Lyon", "Lille|7", "Paris"]),
        "EQATTR_bizStep_cbvmda:city": "Lyon",
        "EQ_ATTR_epcClass_cbvmda:city": dice.choice(["Lyon", "Paris"]),
        "HASATTR_epcList": f"{MDA}city",
    }
    return epcis.query_from_url(
        (name, every[name]) for name in dice.sample(sorted(every), dice.randrange(1, 4))
    )


@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(3))
async def test_the_store_finds_by_master_data_what_the_language_means(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    told = some_vocabularies(dice)
    async with db.transaction() as tx:
        kept = await master_data.keep(tx, told, actor=ACTOR, now=NOW)
        assert kept.faults == ()
        await history.capture(tx, [some_event(dice, number) for number in range(40)], actor=ACTOR, now=NOW)
    hits = 0
    async with db.transaction(readonly=True) as tx:
        stored = (await history.query(tx, history.EventQuery(), 1_000)).items
        events = {one.id: epcis.load_event(one.document, written=True) for one in stored}
        for _ in range(60):
            query = some_query(dice)
            meant = {number for number, event in events.items() if epcis.matches(query, event, told)}

            assert {one.id for one in (await queries.find(tx, query, 1_000)).items} == meant, query
            assert await queries.exceeds(tx, query, len(meant)) is False
            hits += bool(meant)
    assert hits > 10


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.frozensets(st.sampled_from("abcd"))), max_size=4),
    st.data(),
)
def test_what_is_let_through_never_holds_a_circle(
    told: list[tuple[str, frozenset[str]]], data: st.DataObject
) -> None:
    acyclic = {ElementKey("old", place): frozenset(data.draw(st.sets(st.sampled_from("abcd"[at + 1 :])))) if at < 3 else
               frozenset() for at, place in enumerate("abcd")}  # fmt: skip
    changes = [change_of(kind, place, inside) for kind, (place, inside) in enumerate(told)]

    refused = tangled(acyclic, changes, 0)

    after = {
        **acyclic,
        **{one.key: frozenset(one.after.children) for one in changes if one.key not in refused},
    }
    children: dict[str, set[str]] = {}
    for key, inside in after.items():
        children.setdefault(key.thing, set()).update(inside)
    known = Known([Vocabulary("", tuple(element(place, *inside) for place, inside in children.items()))])
    for place, inside in children.items():
        assert place not in known.within(tuple(inside)), (place, refused)
    assert all(message for _, message in refused.values())


def change_of(kind: int, place: str, inside: frozenset[str]) -> Change:
    after = element(place, *sorted(inside))
    return Change((Told(f"new{kind}", after, f"/{kind}"),), None, after, written("urn:x:v", after))


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=4), min_size=1, max_size=4
    )
)
def test_merging_keeps_of_each_attribute_what_was_told_last(documents: list[list[tuple[str, int]]]) -> None:
    known = None
    meant: dict[str, list[int]] = {}
    for told in documents:
        known = merged(known, VocabularyElement("urn:x:y", tuple(Attribute(f"urn:{n}", v) for n, v in told)))
        meant |= {name: [value for other, value in told if other == name] for name, _ in told}
        again = merged(known, VocabularyElement("urn:x:y", tuple(Attribute(f"urn:{n}", v) for n, v in told)))
        assert again == known
    assert known is not None
    assert {
        name: [one.value for one in known.attributes if one.id == f"urn:{name}"] for name in meant
    } == meant
