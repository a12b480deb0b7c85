"""Tags on units, and taps judged against their counters in the database."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from seriatim.access import Actor
from seriatim.base.db import Database
from seriatim.identity import BadField
from seriatim.identity.nfc import (
    Sun,
    Tag,
    TagBound,
    TagKeys,
    TagTwice,
    TapRefused,
    TapVerdict,
    judge_tap,
    register_tags,
    tag_keys,
    tags_of,
)
from seriatim.identity.nfc.sun import mac_of

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
ACTOR = Actor(kind="key", id="k1", name="Encoder", role="administrator")
GTIN, SERIAL = "09506000134352", "MWLW4X449GJ6"
UID = "04DE5F1EACC040"
TAG = Tag(UID, GTIN, SERIAL)
KEYS = tag_keys(bytes(range(32)), GTIN)
FACTORY = TagKeys(bytes(16), bytes(16), is_diversified=False, allow_factory_key=True)
# NXP AN12196: counter 61.
EXAMPLE = Sun(bytes.fromhex("EF963FF7828658A599F3041510671E88"), bytes.fromhex("94EED9EE65337086"))


def tapped(counter: int, uid: str = UID, keys: TagKeys = KEYS) -> Sun:
    number, low_first = bytes.fromhex(uid), counter.to_bytes(3, "little")
    plain = b"\xc7" + number + low_first + bytes(5)
    secret = Cipher(AES(keys.meta_read), modes.CBC(bytes(16))).encryptor().update(plain)
    return Sun(secret, mac_of(keys.of_tag(number), number, low_first))


async def put(db: Database, *tags: Tag) -> int:
    async with db.transaction() as tx:
        return await register_tags(tx, tags, actor=ACTOR, now=NOW)


async def judge(
    db: Database, sun: Sun, *, keys: TagKeys = KEYS, gtin: str = GTIN, serial: str | None = SERIAL
) -> TapVerdict | TapRefused:
    async with db.transaction() as tx:
        return await judge_tap(tx, sun, keys, gtin=gtin, serial=serial, now=NOW + timedelta(days=1))


async def outcome(db: Database, sun: Sun, **asked: str | None) -> str:
    verdict = await judge(db, sun, **asked)  # type: ignore[arg-type]
    assert isinstance(verdict, TapVerdict)
    return verdict.outcome


async def kept_counter(db: Database) -> int:
    async with db.transaction() as tx:
        return int(await tx.value("select counter from identity_tag where uid = $1", UID))


async def test_the_published_tap_is_accepted_then_already_seen_and_a_forged_one_stores_nothing(
    db: Database,
) -> None:
    await put(db, TAG)
    forged = Sun(EXAMPLE.picc_data, bytes([EXAMPLE.mac[0] ^ 1]) + EXAMPLE.mac[1:])

    refused = await judge(db, forged, keys=FACTORY)
    untouched = await kept_counter(db)
    first = await judge(db, EXAMPLE, keys=FACTORY)
    again = await judge(db, EXAMPLE, keys=FACTORY)
    older = await judge(db, tapped(60, keys=FACTORY), keys=FACTORY)

    assert (refused, untouched) == (TapRefused("not_genuine"), -1)
    after = Tag(UID, GTIN, SERIAL, counter=61)
    assert first == TapVerdict("accepted", UID, 61, after, skipped=61, is_first=True)
    assert again == TapVerdict("already_seen", UID, 61, after)
    assert older == TapVerdict("replayed", UID, 60, after)


async def test_T16_of_fifty_copies_at_once_one_is_accepted(db: Database) -> None:
    await put(db, TAG)

    outcomes = Counter(await asyncio.gather(*(outcome(db, tapped(7)) for _ in range(50))))

    assert outcomes == {"accepted": 1, "already_seen": 49}


async def test_T16_of_many_taps_at_once_each_is_accepted_once_at_most_and_the_counter_only_rises(
    db: Database,
) -> None:
    await put(db, TAG)

    async def one(counter: int) -> tuple[int, str]:
        return counter, await outcome(db, tapped(counter))

    answers = await asyncio.gather(*(one(counter) for counter in [*range(20), *range(20)]))

    accepted = [counter for counter, said in answers if said == "accepted"]
    assert len(accepted) == len(set(accepted))
    assert 19 in accepted
    assert {said for _, said in answers} <= {"accepted", "already_seen", "replayed"}
    assert await kept_counter(db) == 19


async def test_T17_a_hoard_is_accepted_once_and_a_jump_is_flagged(db: Database) -> None:
    await put(db, TAG)
    await judge(db, tapped(10))

    near = await judge(db, tapped(511))
    far = await judge(db, tapped(511 + 502))

    assert isinstance(near, TapVerdict)
    assert isinstance(far, TapVerdict)
    assert (near.outcome, near.skipped, near.is_jump, near.is_first) == ("accepted", 500, False, False)
    assert (far.outcome, far.skipped, far.is_jump) == ("accepted", 501, True)


async def test_the_encoders_own_taps_are_not_counted(db: Database) -> None:
    await put(db, Tag(UID, GTIN, SERIAL, counter=3))

    same = await outcome(db, tapped(3))
    next_one = await judge(db, tapped(4))

    assert same == "already_seen"
    assert isinstance(next_one, TapVerdict)
    assert (next_one.outcome, next_one.skipped, next_one.is_first) == ("accepted", 0, True)


async def test_a_tap_shown_at_another_units_link_is_told_and_not_used_up(db: Database) -> None:
    await put(db, TAG)

    elsewhere = await outcome(db, tapped(5), serial="SOMEBODYELSE")
    at_the_product = await outcome(db, tapped(5), serial=None)
    at_home = await outcome(db, tapped(5))

    assert (elsewhere, at_the_product, at_home) == ("other_unit", "accepted", "already_seen")


async def test_a_chip_of_ours_on_no_unit_is_unknown(db: Database) -> None:
    verdict = await judge(db, tapped(5))

    assert verdict == TapVerdict("unknown_tag", UID, 5)


async def test_tags_are_kept_once_and_the_same_again_changes_nothing(db: Database) -> None:
    cap = Tag("04DE5F1EACC041", GTIN, SERIAL)

    first = await put(db, TAG, cap)
    await judge(db, tapped(5))
    again = await put(db, TAG, cap)

    assert (first, again) == (2, 0)
    async with db.transaction() as tx:
        assert await tags_of(tx, GTIN[1:], SERIAL) == [Tag(UID, GTIN, SERIAL, counter=5), cap]
        deeds = await tx.rows("select deed, subject from access_audit order by id")
    assert [tuple(row) for row in deeds] == [("tags.registered", "2 tags")]


async def test_a_chip_is_one_units_for_ever_and_nothing_is_kept_otherwise(db: Database) -> None:
    await put(db, TAG)

    with pytest.raises(TagBound) as error:
        await put(db, Tag("04DE5F1EACC041", GTIN, "OTHER"), Tag(UID, GTIN, "OTHER"))
    with pytest.raises(TagTwice):
        await put(db, TAG, Tag(UID, GTIN, "OTHER"))

    assert error.value.facts == {"uids": [UID]}
    async with db.transaction() as tx:
        assert await tags_of(tx, GTIN, "OTHER") == []


async def test_too_many_tags_at_once_are_refused(db: Database) -> None:
    with pytest.raises(BadField, match="10,000"):
        await put(db, *[TAG] * 10_001)


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": "04de5f1eacc040"},
        {"uid": "04DE5F1EACC0"},
        {"gtin": GTIN[1:]},
        {"serial": ""},
        {"serial": "x" * 21},
        {"serial": "a\0"},
        {"generation": -1},
        {"counter": -2},
        {"counter": 1 << 24},
    ],
)
def test_a_tag_says_which_field_is_wrong(wrong: dict[str, str | int]) -> None:
    with pytest.raises(BadField) as error:
        Tag(**({"uid": UID, "gtin": GTIN, "serial": SERIAL} | wrong))  # type: ignore[arg-type]

    assert error.value.facts == {"field": next(iter(wrong))}


async def test_no_key_stands_in_the_database(db: Database) -> None:
    await put(db, TAG)
    async with db.transaction() as tx:
        columns = await tx.rows(
            "select column_name from information_schema.columns where table_name = 'identity_tag'"
        )

    assert {row["column_name"] for row in columns} == {
        "uid", "gtin", "serial", "generation", "counter", "counter_before", "taps", "registered_at", "tapped_at",
    }  # fmt: skip
