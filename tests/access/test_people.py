"""People: invited by a link that works once, in by a password, remembered by a session."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from seriatim import access
from seriatim.access import SYSTEM, Person, Role
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PASSWORD = "a long enough pass phrase"
WAITING = """
    select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


async def make_person(
    tx: Transaction, email: str = "ada@plant.example", role: Role = "administrator"
) -> Person:
    return await access.add_person(tx, email, "Ada", role, actor=SYSTEM, now=NOW)


async def make_member(tx: Transaction, email: str = "ada@plant.example") -> Person:
    person = await make_person(tx, email)
    await access.set_password(tx, person.id, PASSWORD, actor=SYSTEM, now=NOW)
    return person


async def test_an_email_belongs_to_one_person_whatever_its_letters(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx, " Ada@Plant.Example ")
        with pytest.raises(access.EmailTaken):
            await make_person(tx, "ADA@plant.example")

        assert person.email == "ada@plant.example"
        assert [found.id for found in await access.people(tx)] == [person.id]


@pytest.mark.parametrize(
    "email", ["", "@", "a@", "@b", "no address", "a b@c", "a\x00@b.c", "a@b\n.c", "a" * 251 + "@b.c"]
)
async def test_what_is_no_email_is_refused(db: Database, email: str) -> None:
    async with db.transaction() as tx:
        with pytest.raises(access.BadEmail):
            await make_person(tx, email)


@pytest.mark.parametrize("name", ["x" * 201, "a\x00b", "a\nb"])
async def test_what_is_no_name_is_refused(db: Database, name: str) -> None:
    async with db.transaction() as tx:
        with pytest.raises(access.BadName):
            await access.add_person(tx, "ada@plant.example", name, "quality", actor=SYSTEM, now=NOW)


async def test_a_link_sets_the_password_and_signs_in(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        link = await access.make_once_link(tx, "set_password", person.id, now=NOW)
        assert (await access.peek_once_link(tx, link, now=NOW)).id == person.id

        session = await access.session_of(tx, await access.use_once_link(tx, link, PASSWORD, now=NOW), NOW)

        assert session is not None
        assert session.actor == access.Actor(
            kind="person", id=str(person.id), name="Ada", role="administrator"
        )
        assert await access.somebody_can_sign_in(tx)


async def test_a_link_works_once(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        link = await access.make_once_link(tx, "sign_in", person.id, now=NOW)
        await access.open_once_link(tx, link, now=NOW)

        with pytest.raises(access.LinkUsedUp):
            await access.open_once_link(tx, link, now=NOW)


async def test_of_two_who_open_a_link_at_once_one_gets_in(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        link = await access.make_once_link(tx, "sign_in", person.id, now=NOW)

    async def open_it() -> str:
        async with db.transaction() as tx:
            await access.open_once_link(tx, link, now=NOW)
            return "in"

    outcomes = await asyncio.gather(*(open_it() for _ in range(4)), return_exceptions=True)

    assert [outcome for outcome in outcomes if outcome == "in"] == ["in"]
    assert [type(o) for o in outcomes if o != "in"] == [access.LinkUsedUp] * 3


async def test_a_link_ends_after_three_days(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        link = await access.make_once_link(tx, "set_password", person.id, now=NOW)

        with pytest.raises(access.LinkUsedUp):
            await access.use_once_link(tx, link, PASSWORD, now=NOW + timedelta(hours=72))


async def test_a_link_to_sign_in_sets_no_password_nor_the_other_way_round(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        to_sign_in = await access.make_once_link(tx, "sign_in", person.id, now=NOW)
        to_set_password = await access.make_once_link(tx, "set_password", person.id, now=NOW)

        with pytest.raises(access.LinkUsedUp):
            await access.peek_once_link(tx, to_sign_in, now=NOW)
        with pytest.raises(access.LinkUsedUp):
            await access.use_once_link(tx, to_sign_in, PASSWORD, now=NOW)
        with pytest.raises(access.LinkUsedUp):
            await access.open_once_link(tx, to_set_password, now=NOW)


async def test_nobody_gets_a_link_for_somebody_who_is_not_there(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx, role="quality")
        await access.disable_person(tx, person.id, actor=SYSTEM, now=NOW)

        with pytest.raises(NotFound):
            await access.make_once_link(tx, "sign_in", person.id, now=NOW)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1_001])
async def test_a_weak_password_is_refused_and_the_link_stays_good(db: Database, password: str) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)
        link = await access.make_once_link(tx, "set_password", person.id, now=NOW)

    with pytest.raises(access.WeakPassword):
        async with db.transaction() as tx:
            await access.use_once_link(tx, link, password, now=NOW)

    async with db.transaction() as tx:
        assert (await access.peek_once_link(tx, link, now=NOW)).id == person.id


async def test_a_new_password_ends_sessions_and_links_from_before(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)
        old_session = await access.start_session(tx, person.id, now=NOW)
        old_link = await access.make_once_link(tx, "sign_in", person.id, now=NOW)

        await access.set_password(tx, person.id, PASSWORD + "!", actor=SYSTEM, now=LATER)

        assert await access.session_of(tx, old_session, LATER) is None
        with pytest.raises(access.LinkUsedUp):
            await access.open_once_link(tx, old_link, now=LATER)
        with pytest.raises(access.WrongCredentials):
            await access.sign_in(tx, person.email, PASSWORD, now=LATER)


async def test_T29_each_sign_in_makes_a_new_session(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)

        first = await access.sign_in(tx, " ADA@plant.example", PASSWORD, now=NOW)
        second = await access.sign_in(tx, person.email, PASSWORD, now=NOW)

        assert first != second
        assert len(first) >= 43  # 256 bits in base64


async def test_T29_a_session_id_that_somebody_else_chose_is_worth_nothing(db: Database) -> None:
    planted = "A" * 43
    async with db.transaction() as tx:
        person = await make_member(tx)
        assert await access.session_of(tx, planted, NOW) is None

        await access.sign_in(tx, person.email, PASSWORD, now=NOW)

        assert await access.session_of(tx, planted, NOW) is None


async def test_T29_signing_out_ends_the_session(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)
        secret = await access.start_session(tx, person.id, now=NOW)
        other = await access.start_session(tx, person.id, now=NOW)

        await access.end_session(tx, secret)

        assert await access.session_of(tx, secret, NOW) is None
        assert await access.session_of(tx, other, NOW) is not None


async def test_T29_a_change_of_role_acts_on_the_next_request(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)
        secret = await access.start_session(tx, person.id, now=NOW)

        await tx.execute("update access_person set role = 'auditor' where id = $1", person.id)

        session = await access.session_of(tx, secret, NOW)
        assert session is not None
        assert session.actor.role == "auditor"


async def test_T29_a_person_who_is_disabled_is_out_on_the_next_request(db: Database) -> None:
    async with db.transaction() as tx:
        await make_member(tx)
        person = await make_member(tx, "bob@plant.example")
        secret = await access.start_session(tx, person.id, now=NOW)

        await access.disable_person(tx, person.id, actor=SYSTEM, now=LATER)

        assert await access.session_of(tx, secret, LATER) is None
        with pytest.raises(access.WrongCredentials):
            await access.sign_in(tx, person.email, PASSWORD, now=LATER)
        with pytest.raises(NotFound):
            await access.disable_person(tx, person.id, actor=SYSTEM, now=LATER)


async def test_a_session_ends_after_twelve_hours(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)
        secret = await access.start_session(tx, person.id, now=NOW)

        assert await access.session_of(tx, secret, NOW + timedelta(hours=12, seconds=-1)) is not None
        assert await access.session_of(tx, secret, NOW + timedelta(hours=12)) is None


async def test_the_form_token_derives_from_the_session_and_is_not_its_secret(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_member(tx)
        one = await access.start_session(tx, person.id, now=NOW)
        two = await access.start_session(tx, person.id, now=NOW)

        first = await access.session_of(tx, one, NOW)
        again = await access.session_of(tx, one, LATER)

        assert first is not None
        assert again is not None
        assert first.csrf == again.csrf == access.csrf_of(one)
        assert len({first.csrf, access.csrf_of(two), one, two}) == 4


@pytest.mark.parametrize("secret", ["", "\x00", "\ud800", "ä" * 5_000])
async def test_a_hostile_secret_opens_nothing(db: Database, secret: str) -> None:
    async with db.transaction() as tx:
        assert await access.session_of(tx, secret, NOW) is None
        assert await access.actor_of_key(tx, secret, NOW) is None
        with pytest.raises(access.LinkUsedUp):
            await access.peek_once_link(tx, secret, now=NOW)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@plant.example", "not the pass phrase"),
        ("nobody@plant.example", PASSWORD),
        ("ada@plant.example\x00", PASSWORD),
        ("", ""),
    ],
)
async def test_T30_a_wrong_email_and_a_wrong_password_get_the_same_answer(
    db: Database, email: str, password: str
) -> None:
    async with db.transaction() as tx:
        await make_member(tx)

        with pytest.raises(access.WrongCredentials) as refused:
            await access.sign_in(tx, email, password, now=NOW)

    assert refused.value.message == "The e-mail or the password is not right."
    assert refused.value.facts == {}


async def test_a_person_without_a_password_cannot_sign_in_by_an_empty_one(db: Database) -> None:
    async with db.transaction() as tx:
        person = await make_person(tx)

        with pytest.raises(access.WrongCredentials):
            await access.sign_in(tx, person.email, "", now=NOW)


async def test_the_last_administrator_stays(db: Database) -> None:
    async with db.transaction() as tx:
        ada = await make_person(tx)
        bob = await make_person(tx, "bob@plant.example")
        await access.disable_person(tx, ada.id, actor=SYSTEM, now=NOW)

        with pytest.raises(access.LastAdministrator):
            await access.disable_person(tx, bob.id, actor=SYSTEM, now=NOW)


async def test_two_administrators_who_disable_each_other_at_once_leave_one(db: Database) -> None:
    async with db.transaction() as tx:
        ada, bob = await make_person(tx), await make_person(tx, "bob@plant.example")

    async def disable_bob() -> None:
        async with db.transaction() as tx:
            await access.disable_person(tx, bob.id, actor=SYSTEM, now=NOW)

    async with db.transaction() as tx:
        await access.disable_person(tx, ada.id, actor=SYSTEM, now=NOW)
        at_once = asyncio.create_task(disable_bob())
        while not at_once.done():
            async with db.transaction() as watch:
                if await watch.value(WAITING):
                    break

    with pytest.raises(access.LastAdministrator):
        await at_once
