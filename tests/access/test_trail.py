"""The trail: deeds, refusals, and answers that a repeated request gets again."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import access
from seriatim.access import PUBLIC, SYSTEM, Actor, Refusal
from seriatim.access.trail import as_text
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound

NOW = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
STATION = Actor(kind="key", id="k0123456789", name="Station 4", role="line_operator")
BODY = hashlib.sha256(b'{"quantity":10}').digest()
ROUTE = "POST /api/v1/orders"
WAITING = """
    select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


def test_a_leaf_hashes_version_kind_salted_bytes_and_record_time() -> None:
    sealed = hashlib.sha256(b"salt" + b"entry").digest()
    expected = hashlib.sha256(
        b"\x00\x01audit" + bytes(11) + sealed + (1_795_165_200_123_456).to_bytes(8, "big")
    )

    assert access.leaf_of("audit", b"entry", b"salt", NOW) == expected.digest()


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 10**9), st.integers(0, 10**9))
def test_another_entry_or_record_time_is_another_leaf(
    one: bytes, two: bytes, first: int, second: int
) -> None:
    def leaf(entry: bytes, seconds: int) -> bytes:
        return access.leaf_of("audit", entry, bytes(16), NOW + timedelta(seconds=seconds))

    assert (leaf(one, first) == leaf(two, second)) == ((one, first) == (two, second))


@given(st.text(), st.integers(1, 50))
def test_words_that_echo_hostile_input_fit_a_text_column(words: str, characters_max: int) -> None:
    kept = as_text(words + "\x00\ud800", characters_max)

    assert "\x00" not in kept
    assert 0 < len(kept) <= characters_max
    assert kept.encode().decode() == kept


@pytest.mark.anyio
async def test_A8_a_deed_that_is_rolled_back_leaves_no_line_and_a_kept_one_does(db: Database) -> None:
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await access.audit(tx, SYSTEM, "order.opened", "4711", {}, NOW)
            raise NotFound
    async with db.transaction() as tx:
        await access.audit(tx, STATION, "order.closed", "4711", {"made": 10}, NOW)

    async with db.transaction() as tx:
        lines = await access.audit_trail(tx, None, None, 10)

    assert [(line.deed, line.actor, line.actor_name, line.detail) for line in lines] == [
        ("order.closed", "k0123456789", "Station 4", {"made": 10})
    ]


@pytest.mark.anyio
async def test_the_kept_bytes_and_salt_give_the_kept_leaf(db: Database) -> None:
    async with db.transaction() as tx:
        await access.audit(tx, STATION, "order.closed", "4711", {"b": 1, "a": NOW}, NOW)
        row = await tx.row("select * from access_audit")

    assert row is not None
    assert row["leaf"] == access.leaf_of("audit", row["entry"], row["salt"], row["at"])
    assert msgspec.json.decode(row["entry"]) == {
        "actor": {"id": "k0123456789", "kind": "key", "name": "Station 4", "role": "line_operator"},
        "at": "2026-11-20T09:00:00.123456Z",
        "deed": "order.closed",
        "detail": {"a": "2026-11-20T09:00:00.123456Z", "b": 1},
        "subject": "4711",
    }


@pytest.mark.anyio
async def test_A11_the_same_deed_twice_has_two_salts_and_two_leaves(db: Database) -> None:
    async with db.transaction() as tx:
        for _ in range(2):
            await access.audit(tx, SYSTEM, "order.closed", "4711", {}, NOW)
        rows = await tx.rows("select salt, leaf from access_audit")

    assert len({row["salt"] for row in rows}) == len({row["leaf"] for row in rows}) == 2


@pytest.mark.anyio
@pytest.mark.parametrize(
    "change",
    ["delete from access_audit", "update access_audit set deed = 'other'", "truncate access_audit"],
)
async def test_the_audit_trail_only_grows(db: Database, change: str) -> None:
    async with db.transaction() as tx:
        await access.audit(tx, SYSTEM, "order.closed", "4711", {}, NOW)
        with pytest.raises(asyncpg.RestrictViolationError):
            await tx.execute(change)


@pytest.mark.anyio
async def test_each_deed_of_access_leaves_a_line(db: Database) -> None:
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW)
        await access.revoke_key(tx, key.id, actor=SYSTEM, now=NOW)
        person = await access.add_person(tx, "a@b.example", "A", "quality", actor=SYSTEM, now=NOW)
        link = await access.make_once_link(tx, "set_password", person.id, now=NOW)
        await access.use_once_link(tx, link, "a long enough pass phrase", now=NOW)
        await access.disable_person(tx, person.id, actor=SYSTEM, now=NOW)

        lines = await access.audit_trail(tx, None, None, 10)

    assert [(line.deed, line.subject) for line in reversed(lines)] == [
        ("key.created", key.id),
        ("key.revoked", key.id),
        ("person.added", str(person.id)),
        ("link.made", str(person.id)),
        ("password.set", str(person.id)),
        ("person.disabled", str(person.id)),
    ]


def a_refusal(raw: bytes = b"]d2010950600013435221A", **changes: object) -> Refusal:
    plain = Refusal("station 4", "not_issued", "We did not issue this code.", raw, STATION, NOW)
    return msgspec.structs.replace(plain, **changes)


async def the_refusals(tx: Transaction) -> list[access.RefusalEntry]:
    return await access.refusals(tx, None, None, 100)


@pytest.mark.anyio
async def test_R7_a_refusal_is_a_row_with_the_raw_input(db: Database) -> None:
    raw = b"]d2010950600013435221A\x1d\xff"
    async with db.transaction() as tx:
        row_id = await access.refuse(tx, a_refusal(raw, blocking="ni:///sha-256;ab"))

        assert await the_refusals(tx) == [
            access.RefusalEntry(
                id=row_id,
                at=NOW,
                door="station 4",
                code="not_issued",
                reason="We did not issue this code.",
                raw="]d2010950600013435221A\x1d\\xff",
                raw_bytes=24,
                raw_sha256=hashlib.sha256(raw).hexdigest(),
                actor_kind="key",
                actor="k0123456789",
                nonce=None,
                blocking="ni:///sha-256;ab",
            )
        ]


@pytest.mark.anyio
@pytest.mark.parametrize(("scanned", "kept"), [(True, 2_048), (False, 65_536)])
async def test_of_a_large_input_a_part_is_kept_with_size_and_hash_of_all(
    db: Database, scanned: bool, kept: int
) -> None:
    raw = b"x" * 100_000
    async with db.transaction() as tx:
        await access.refuse(tx, a_refusal(raw, scanned=scanned))
        [row] = await the_refusals(tx)

    assert (len(row.raw), row.raw_bytes, row.raw_sha256) == (kept, 100_000, hashlib.sha256(raw).hexdigest())


@pytest.mark.anyio
async def test_the_same_nonce_again_is_the_same_refusal(db: Database) -> None:
    async with db.transaction() as tx:
        first = await access.refuse(tx, a_refusal(nonce="boot7-19"))
        again = await access.refuse(tx, a_refusal(nonce="boot7-19", at=NOW + timedelta(hours=8)))
        other = await access.refuse(tx, a_refusal(nonce="boot7-19", actor=PUBLIC))

        assert first == again
        assert [(row.id, row.at) for row in await the_refusals(tx)] == [(other, NOW), (first, NOW)]


@pytest.mark.anyio
async def test_a_refusal_of_hostile_words_is_kept_all_the_same(db: Database) -> None:
    async with db.transaction() as tx:
        await access.refuse(tx, a_refusal(door="GET /\x00", reason="no \ud800" + "y" * 5_000))
        [row] = await the_refusals(tx)

    assert row.door == "GET /\ufffd"
    assert (row.reason[:4], len(row.reason), row.reason[-1]) == ("no ?", 2_000, "…")


async def one_request(
    db: Database, key: str, answer: bytes, *, actor: str = "k1", body: bytes = BODY
) -> bytes:
    async with db.transaction() as tx:
        kept = await access.claim(tx, key, actor, ROUTE, body, NOW)
        if kept is not None:
            return kept.body
        await asyncio.sleep(0)  # the twin may come in between
        await access.remember(tx, key, actor, 201, answer)
        return answer


@pytest.mark.anyio
async def test_R4_the_same_key_and_body_get_the_first_answer_again(db: Database) -> None:
    assert await one_request(db, "order-1", b"first") == b"first"
    assert await one_request(db, "order-1", b"second") == b"first"


@pytest.mark.anyio
async def test_R4_twins_at_the_same_time_do_the_deed_once(db: Database) -> None:
    answers = await asyncio.gather(*(one_request(db, "order-1", b"%d" % n) for n in range(6)))

    assert len(set(answers)) == 1


@pytest.mark.anyio
async def test_R4_a_twin_waits_for_the_first_and_gets_its_answer(db: Database) -> None:
    async with db.transaction() as tx:
        await access.claim(tx, "order-1", "k1", ROUTE, BODY, NOW)
        twin = asyncio.create_task(one_request(db, "order-1", b"second"))
        await until_it_waits_or_ends(db, twin)
        await access.remember(tx, "order-1", "k1", 201, b"first")

    assert await twin == b"first"


@pytest.mark.anyio
async def test_R4_a_twin_goes_ahead_when_the_first_was_rolled_back(db: Database) -> None:
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await access.claim(tx, "order-1", "k1", ROUTE, BODY, NOW)
            twin = asyncio.create_task(one_request(db, "order-1", b"second"))
            await until_it_waits_or_ends(db, twin)
            raise NotFound

    assert await twin == b"second"


async def until_it_waits_or_ends(db: Database, task: "asyncio.Task[bytes]") -> None:
    while not task.done():
        async with db.transaction() as tx:
            if await tx.value(WAITING):
                return


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("route", "body"), [(ROUTE, bytes(32)), ("POST /api/v1/keys", BODY)], ids=["other body", "other route"]
)
async def test_R4_the_same_key_for_another_request_is_refused(db: Database, route: str, body: bytes) -> None:
    await one_request(db, "order-1", b"first")

    async with db.transaction() as tx:
        with pytest.raises(access.KeyReused) as refused:
            await access.claim(tx, "order-1", "k1", route, body, NOW)

    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")


@pytest.mark.anyio
async def test_R4_two_callers_may_choose_the_same_key(db: Database) -> None:
    assert await one_request(db, "order-1", b"mine", actor="k1") == b"mine"
    assert await one_request(db, "order-1", b"yours", actor="k2") == b"yours"


@pytest.mark.anyio
async def test_what_is_past_its_time_is_forgotten_and_the_rest_stays(db: Database) -> None:
    await one_request(db, "order-1", b"first")
    async with db.transaction() as tx:
        person = await access.add_person(tx, "a@b.example", "A", "quality", actor=SYSTEM, now=NOW)
        session = await access.start_session(tx, person.id, now=NOW)
        link = await access.make_once_link(tx, "sign_in", person.id, now=NOW)
        await access.admit(tx, "a@b.example", address="192.0.2.1", now=NOW)

        assert await access.forget_expired(tx, NOW) == 0
        assert await access.session_of(tx, session, NOW) is not None
        assert (await access.peek_once_link(tx, link, now=NOW, purpose="sign_in")).id == person.id

        after_two_days = await access.forget_expired(tx, NOW + timedelta(hours=48, seconds=1))
        after_three_days = await access.forget_expired(tx, NOW + timedelta(hours=72))

    assert (after_two_days, after_three_days) == (4, 1)  # answer, session, two paces; then the link
