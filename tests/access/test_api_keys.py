"""API keys: shown once, kept as a hash, gone the moment they are revoked (T31)."""

import base64
from datetime import UTC, datetime, timedelta
from typing import get_args

import asyncpg
import pytest

from seriatim import access
from seriatim.access import SYSTEM, Role
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound, Unprocessable

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("role", get_args(Role))
async def test_a_key_acts_with_its_role(db: Database, role: Role) -> None:
    async with db.transaction() as tx:
        key = await access.create_key(tx, role, "ERP", actor=SYSTEM, now=NOW)

        assert await access.actor_of_key(tx, key.secret, NOW) == access.Actor("key", key.id, "ERP", role)


async def test_T31_a_secret_has_256_random_bits(db: Database) -> None:
    async with db.transaction() as tx:
        made = [await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW) for _ in range(3)]

    assert [len(base64.urlsafe_b64decode(key.secret + "=")) for key in made] == [32, 32, 32]
    assert len({key.secret for key in made} | {key.id for key in made}) == 6


async def test_T31_a_revoked_key_is_worth_nothing_on_the_next_request(db: Database) -> None:
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW)
        await access.revoke_key(tx, key.id, actor=SYSTEM, now=NOW)

    async with db.transaction() as tx:
        assert await access.actor_of_key(tx, key.secret, NOW) is None
        with pytest.raises(NotFound):
            await access.revoke_key(tx, key.id, actor=SYSTEM, now=NOW)


async def test_T31_a_key_expires(db: Database) -> None:
    until = NOW + timedelta(days=1)
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW, expires_at=until)

        assert await access.actor_of_key(tx, key.secret, until - timedelta(seconds=1)) is not None
        assert await access.actor_of_key(tx, key.secret, until) is None


async def test_a_key_that_is_over_before_it_begins_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(Unprocessable):
            await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW, expires_at=NOW)


@pytest.mark.parametrize("key_id", ["", "k", "k0000000000", "\x00", "k000000000\x00", "x" * 5_000])
async def test_an_unknown_key_cannot_be_revoked(db: Database, key_id: str) -> None:
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await access.revoke_key(tx, key_id, actor=SYSTEM, now=NOW)


async def test_the_id_of_a_key_does_not_open(db: Database) -> None:
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW)

        assert await access.actor_of_key(tx, key.id, NOW) is None


async def test_the_list_of_keys_shows_no_secret(db: Database) -> None:
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "", actor=SYSTEM, now=NOW)

        assert await access.keys(tx) == [
            access.Key(key.id, "integration", "integration", NOW, None, None),
        ]


async def test_the_database_itself_refuses_a_role_that_cannot_be_given(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(asyncpg.CheckViolationError):
            await access.create_key(tx, "public", "", actor=SYSTEM, now=NOW)  # type: ignore[arg-type]


async def test_T31_no_secret_stands_in_the_database(db: Database) -> None:
    password = "a very private pass phrase"
    async with db.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW)
        person = await access.add_person(tx, "a@b.example", "A", "quality", actor=SYSTEM, now=NOW)
        link = await access.make_once_link(tx, "set_password", person.id, now=NOW)
        first = await access.use_once_link(tx, link, password, now=NOW)
        second = await access.sign_in(tx, "a@b.example", password, now=NOW, address="192.0.2.1")
        unused = await access.make_once_link(tx, "sign_in", person.id, now=NOW)

    secrets = [key.secret, password, link, first, second, unused]
    hidden = [*secrets, *(access.csrf_of(secret) for secret in (first, second))]
    async with db.transaction() as tx:
        dump = await everything_in(tx)

    assert key.id.encode() in dump
    assert b"a@b.example" in dump
    assert [secret for secret in hidden if secret.encode() in dump] == []
    assert [secret for secret in secrets if secret.encode().hex().encode() in dump] == []


async def everything_in(tx: Transaction) -> bytes:
    """Every row of every table as text, and every column of bytes as it is."""
    tables = await tx.rows(
        "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'"
    )
    parts: list[bytes] = []
    for table in tables:
        for row in await tx.rows(f"select t.*, t::text as whole from {table['name']} as t"):
            parts.append(row["whole"].encode())
            parts.extend(value for value in row if isinstance(value, bytes))
    return b"\n".join(parts)


async def test_who_acts_later_has_todays_role_or_none(db: Database) -> None:
    """REL-R9: a right is asked for when the deed is done, never remembered."""
    until = NOW + timedelta(days=1)
    async with db.transaction() as tx:
        key = await access.create_key(tx, "partner", "Shop", actor=SYSTEM, now=NOW, expires_at=until)
        other = await access.create_key(tx, "integration", "ERP", actor=SYSTEM, now=NOW)
        ada, bob = [
            await access.add_person(tx, f"{name}@plant.example", name, "quality", actor=SYSTEM, now=NOW)
            for name in ("ada", "bob")
        ]
        await access.revoke_key(tx, other.id, actor=SYSTEM, now=NOW)
        await access.disable_person(tx, bob.id, actor=SYSTEM, now=NOW)
        asked = (
            f"key:{key.id}",
            f"key:{other.id}",
            f"person:{ada.id}",
            f"person:{bob.id}",
            "system:system",
            "key:",
        )

        found = [await access.active_actor(tx, name, NOW) for name in asked]
        later = await access.active_actor(tx, f"key:{key.id}", until)

    assert found == [
        access.Actor("key", key.id, "Shop", "partner"),
        None,
        access.Actor("person", str(ada.id), "ada", "quality"),
        None,
        None,
        None,
    ]
    assert later is None
