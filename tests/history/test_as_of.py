"""How things stood at a moment: exactly as the store said it then, whatever has been told since."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs
from tests.factories.archives import shelf_in
from tests.history.test_reads import CASE, NOW, PLANT, SHOP, T0, born, keep, key, packed, seen, unit

from seriatim import epcis, gs1, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event

pytestmark = pytest.mark.anyio

PARTNER = Actor(kind="key", id="k", name="k", role="integration")
UNITS = [unit(letter) for letter in "ABCDE"]
CASES = [f"https://id.gs1.org/00/{gs1.with_check_digit(f'1950600013435200{n}')}" for n in range(3)]
PALLET = f"https://id.gs1.org/00/{gs1.with_check_digit('19506000134352009')}"
THINGS = [*UNITS, *CASES, PALLET]


class Stood(NamedTuple):
    """What the store answers of one thing."""

    status: str
    position: history.Position | None
    chain: tuple[gs1.Key, ...]
    contents: tuple[history.ContentRow, ...]


def some_event(dice: random.Random, minute: int) -> Event:
    match dice.randrange(8):
        case 0:
            return born(minute, dice.sample(UNITS, 2), lot=f"L{minute}")
        case 1 | 2:
            return moved_into(
                minute, dice.choice(CASES), dice.sample(UNITS, 2), dice.choice(["ADD", "ADD", "DELETE"])
            )
        case 3:
            return moved_into(minute, PALLET, dice.sample(CASES, 2), dice.choice(["ADD", "ADD", "DELETE"]))
        case 4:
            return moved_into(minute, dice.choice([*CASES, PALLET]), [], "DELETE")
        case 5:
            return structs.replace(seen(minute, "decommissioning", dice.choice(THINGS)), action="DELETE")
        case _:
            step = dice.choice(["shipping", "receiving", "retail_selling"])
            return seen(minute, step, dice.choice(THINGS), where=dice.choice([PLANT, SHOP]))


def moved_into(minute: int, parent: str, children: Sequence[str], action: str) -> Event:
    return epcis.aggregation_event(
        action=action,
        event_time=T0 + timedelta(minutes=minute),
        parent_id=parent,
        child_epcs=children,
        biz_step="packing" if action == "ADD" else "unpacking",
        biz_location=f"https://id.gs1.org/414/{PLANT}",
    )


async def now_in_store(tx: Transaction) -> dict[str, Stood | None]:
    stood: dict[str, Stood | None] = {}
    for name in THINGS:
        item = await history.item(tx, key(name))
        stood[name] = item and Stood(
            item.status,
            await history.position(tx, key(name)),
            await history.ancestors(tx, key(name)),
            sorted_rows(await history.contents(tx, key(name))),
        )
    return stood


def sorted_rows(rows: Sequence[history.ContentRow]) -> tuple[history.ContentRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.depth, str(row.key))))


@pytest.mark.parametrize("seed", range(2))
async def test_every_moment_is_told_as_the_store_told_it_then(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    events = [some_event(dice, minute) for minute in range(40)]
    snapshots: list[dict[str, Stood | None]] = []
    async with db.transaction() as tx:
        await history.set_policy(tx, "off", actor=PARTNER, now=NOW)
        for event in events:
            await history.capture(tx, [event], actor=PARTNER, now=NOW)
            snapshots.append(await now_in_store(tx))

        for minute in range(0, 40, 3):
            at = T0 + timedelta(minutes=minute)
            for name in THINGS:
                then = await history.as_of(tx, key(name), at)
                inside = sorted_rows((await history.contents_as_of(tx, key(name), at)).rows)
                told = then and Stood(then.status, then.position, then.chain, inside)
                assert told == snapshots[minute][name], f"{name} at minute {minute}"


async def test_before_the_first_event_nothing_is_known_and_the_moment_itself_counts(db: Database) -> None:
    await keep(db, born(5, [unit("A")]))

    async with db.transaction() as tx:
        before = await history.as_of(tx, key(unit("A")), T0 + timedelta(minutes=5, microseconds=-1))
        then = await history.as_of(tx, key(unit("A")), T0 + timedelta(minutes=5))

    assert before is None
    assert then is not None
    assert (then.status, then.lot, then.position.place) == ("commissioned", "L1", PLANT)


async def test_what_was_declared_wrong_since_has_not_happened_then_either(db: Database) -> None:
    sold = structs.replace(seen(9, "retail_selling", unit("A")), event_id="urn:uuid:of-the-sale")
    wrong = epcis.ErrorDeclaration(
        declaration_time=epcis.Instant(NOW, NOW.isoformat()), reason="did_not_occur"
    )
    await keep(db, born(5, [unit("A")]), sold)
    await keep(db, structs.replace(sold, error_declaration=wrong))

    async with db.transaction() as tx:
        then = await history.as_of(tx, key(unit("A")), T0 + timedelta(minutes=20))

    assert then is not None
    assert then.status == "commissioned"


async def test_a_decision_counts_as_long_as_it_stood(db: Database) -> None:
    await keep(db, born(0, [unit("A")]))
    async with db.transaction() as tx:
        start, end = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
        await history.stand(tx, "recalled", [key(unit("A"))], "recall:1", now=start)
        await history.lift(tx, "recalled", "recall:1", now=end)
        kinds = [
            [one.kind for one in then.standings]
            if (then := await history.as_of(tx, key(unit("A")), at))
            else None
            for at in (start - timedelta(seconds=1), start, end - timedelta(seconds=1), end)
        ]

    assert kinds == [[], ["recalled"], ["recalled"], []]


async def test_too_many_things_are_refused_and_nothing_is_cut_off_in_silence(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EVENT_EPCS", 2)
    await keep(db, born(0, UNITS), packed(1, *UNITS[:3]))

    async with db.transaction() as tx:
        with pytest.raises(history.TooManyThings):
            await history.contents_as_of(tx, key(CASE), NOW)


async def test_a_moment_is_told_from_what_is_left_when_its_events_are_archived(
    db: Database, tmp_path: Path
) -> None:
    await keep(
        db,
        born(0, [unit("A"), unit("B")]),
        packed(1, unit("A"), unit("B")),
        seen(2, "shipping", CASE),
        moved_into(3, CASE, [unit("A")], "DELETE"),
    )
    at = T0 + timedelta(minutes=2)
    async with db.transaction() as tx:
        before = await history.as_of(tx, key(unit("A")), at)
        inside = await history.contents_as_of(tx, key(CASE), at)

    assert await shelf_in(db, tmp_path).put_away()

    async with db.transaction() as tx:
        assert await history.as_of(tx, key(unit("A")), at) == before
        left = await history.contents_as_of(tx, key(CASE), at)
    assert (len(inside.rows), inside.unnamed) == (2, 0)
    assert (left.rows, left.unnamed) == ((), 1)
