"""Guessing passwords is slowed down, and the person whose password is guessed still gets in (T30)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from seriatim import access
from seriatim.access import SYSTEM
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough pass phrase"
HOME, AWAY = "192.0.2.1", "198.51.100.7"


async def tries_let_in(db: Database, email: str, address: str, count: int, now: datetime = NOW) -> int:
    let_in = 0
    for number in range(count):
        async with db.transaction() as tx:
            try:
                await access.admit(tx, email.format(number), address=address.format(number), now=now)
                let_in += 1
            except access.TooManyTries:
                continue
    return let_in


async def test_T30_one_address_gets_ten_tries_a_minute_whomever_it_tries(db: Database) -> None:
    assert await tries_let_in(db, "user{}@plant.example", AWAY, 15) == 10


async def test_T30_one_email_gets_ten_tries_a_minute_wherever_they_come_from(db: Database) -> None:
    assert await tries_let_in(db, "ada@plant.example", "198.51.100.{}", 15) == 10


async def test_T30_the_letters_of_an_email_make_no_second_pace(db: Database) -> None:
    assert await tries_let_in(db, "ada@plant.example", "198.51.100.{}", 10) == 10
    assert await tries_let_in(db, " ADA@plant.example", "203.0.113.{}", 1) == 0


async def test_T30_the_refused_say_when_to_come_again(db: Database) -> None:
    await tries_let_in(db, "ada@plant.example", AWAY, 10)

    async with db.transaction() as tx:
        with pytest.raises(access.TooManyTries) as refused:
            await access.admit(tx, "ada@plant.example", address=AWAY, now=NOW)

    assert (refused.value.status, refused.value.code) == (429, "too_many_attempts")
    assert refused.value.facts == {"retry_after_s": 7}


async def test_T30_nobody_is_locked_out_for_ever_however_often_was_tried(db: Database) -> None:
    await tries_let_in(db, "ada@plant.example", AWAY, 40)

    assert await tries_let_in(db, "ada@plant.example", AWAY, 3, NOW + timedelta(seconds=6)) == 1
    assert await tries_let_in(db, "ada@plant.example", AWAY, 15, NOW + timedelta(seconds=66)) == 10


async def test_T30_the_victim_gets_in_from_a_familiar_address_during_an_attack(db: Database) -> None:
    async with db.transaction() as tx:
        person = await access.add_person(tx, "ada@plant.example", "Ada", "quality", actor=SYSTEM, now=NOW)
        await access.set_password(tx, person.id, PASSWORD, actor=SYSTEM, now=NOW)
        await access.sign_in(tx, person.email, PASSWORD, now=NOW, address=HOME)

    await tries_let_in(db, "ada@plant.example", "198.51.100.{}", 20)

    assert await tries_let_in(db, "ada@plant.example", AWAY, 1) == 0
    assert await tries_let_in(db, "ada@plant.example", HOME, 15) == 10


async def test_T30_tries_in_the_same_moment_are_all_counted(db: Database) -> None:
    async def attempt() -> bool:
        async with db.transaction() as tx:
            try:
                await access.admit(tx, "ada@plant.example", address=AWAY, now=NOW)
            except access.TooManyTries:
                return False
            return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(30)))) == 10


async def test_an_email_that_is_no_text_can_be_counted(db: Database) -> None:
    assert await tries_let_in(db, "\x00\ud800", AWAY, 1) == 1
