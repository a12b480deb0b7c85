"""SSCCs in the database."""

import asyncio

import pytest
from tests.factories.identities import (
    ACTOR,
    NOW,
    deeds,
)

from seriatim import identity
from seriatim.base.db import Database
from seriatim.identity import BadField

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("count", [0, 100_001])
async def test_a_count_of_ssccs_out_of_its_bounds_is_refused(db: Database, count: int) -> None:
    with pytest.raises(BadField):
        await ssccs(db, "9521234", count)


async def ssccs(db: Database, gcp: str, count: int, extension: str = "0") -> list[str]:
    async with db.transaction() as tx:
        return await identity.allocate_ssccs(tx, gcp, count, extension=extension, actor=ACTOR, now=NOW)


async def test_ssccs_are_counted_for_each_prefix_and_extension(db: Database) -> None:
    first = await ssccs(db, "9521234", 2)
    second = await ssccs(db, "9521234", 1)
    other = await ssccs(db, "9521234", 1, extension="3")

    assert first == ["095212340000000006", "095212340000000013"]
    assert second == ["095212340000000020"]
    assert other == ["395212340000000007"]
    assert (await deeds(db))[0] == ("ssccs.allocated", "09521234")


async def test_ssccs_of_many_stations_are_all_different(db: Database) -> None:
    async def station() -> list[str]:
        return [sscc for _ in range(25) for sscc in await ssccs(db, "9521234", 4)]

    taken = await asyncio.gather(*(station() for _ in range(4)))

    assert len({sscc for some in taken for sscc in some}) == 400


async def test_a_prefix_runs_out_of_ssccs(db: Database) -> None:
    await ssccs(db, "950600013435", 9_990)

    with pytest.raises(identity.SsccsExhausted) as refused:
        await ssccs(db, "950600013435", 11)
    last = await ssccs(db, "950600013435", 10)

    assert refused.value.facts == {"asked": 11, "issued": 9_990, "capacity": 10_000}
    assert last[-1][:17] == "09506000134359999"
    with pytest.raises(identity.SsccsExhausted):
        await ssccs(db, "950600013436", 10_001)


async def test_a_prefix_that_begins_with_another_one_is_refused(db: Database) -> None:
    await ssccs(db, "9521234", 1)
    await ssccs(db, "9521235", 1)

    for overlapping in ("95212", "952123400"):
        with pytest.raises(identity.CompanyPrefixOverlaps):
            await ssccs(db, overlapping, 1)
    assert len(await ssccs(db, "952123400", 1, extension="1")) == 1
