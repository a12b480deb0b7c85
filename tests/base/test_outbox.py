import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from seriatim.base.db import Database, Transaction
from seriatim.base.outbox import Dispatcher, Handler, Message, post, sweep

pytestmark = pytest.mark.anyio


class Notebook:
    """A handler that writes each message down in the database, with the transaction it was given."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.fail_times = 0

    async def make(self, db: Database) -> None:
        async with db.transaction() as tx:
            await tx.execute(f"create table {self.table} (place bigserial, number int)")

    async def write(self, tx: Transaction, messages: Sequence[Message]) -> None:
        await tx.copy(self.table, ["number"], [(message.payload["number"],) for message in messages])
        if self.fail_times:
            self.fail_times -= 1
            raise RuntimeError("the handler failed after it had written")

    async def numbers(self, db: Database) -> list[int]:
        async with db.transaction(readonly=True) as tx:
            return [row["number"] for row in await tx.rows(f"select number from {self.table} order by place")]


async def say(db: Database, *numbers: int, topic: str = "number") -> None:
    async with db.transaction() as tx:
        await post(tx, topic, [{"number": number} for number in numbers])


async def hear(dispatcher: Dispatcher, count: int) -> None:
    """Let the dispatcher handle `count` messages.

    A transaction of any other database of the same server may hold the horizon back for a moment.
    """
    heard = 0
    while heard < count:
        heard += await dispatcher.run_once()
        await asyncio.sleep(0.002)
    assert heard == count


async def test_messages_arrive_in_order_and_once(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)
    dispatcher = Dispatcher(db, {"book": (["number"], book.write)})

    await say(db, 1, 2, 3)
    await say(db, 4)

    await hear(dispatcher, 4)
    assert await dispatcher.run_once() == 0
    assert await book.numbers(db) == [1, 2, 3, 4]


async def test_a_change_undone_sends_no_message(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)

    with contextlib.suppress(LookupError):
        async with db.transaction() as tx:
            await post(tx, "number", [{"number": 1}])
            raise LookupError
    await Dispatcher(db, {"book": (["number"], book.write)}).run_once()

    assert await book.numbers(db) == []


async def test_a_message_whose_transaction_ends_late_is_not_missed(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)
    dispatcher = Dispatcher(db, {"book": (["number"], book.write)})

    async with db.transaction() as slow:
        await post(slow, "number", [{"number": 1}])
        await say(db, 2)
        assert await dispatcher.run_once() == 0  # 2 is above the horizon that 1 still holds
    await hear(dispatcher, 2)

    assert await book.numbers(db) == [1, 2]


async def test_transaction_numbers_are_sorted_as_numbers_and_not_as_text(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)
    async with db.transaction() as tx:
        for number in (10, 9, 100, 8):
            await tx.execute(
                "insert into base_outbox (tx, topic, payload) values ($1::text::xid8, 'number', $2)",
                str(number), {"number": number},
            )  # fmt: skip

    await hear(Dispatcher(db, {"book": (["number"], book.write)}, page=1), 4)

    assert await book.numbers(db) == [8, 9, 10, 100]


async def test_a_handler_hears_its_own_topics_and_passes_the_others(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)
    dispatcher = Dispatcher(db, {"book": Handler(["number", "also"], book.write)}, page=2)

    for number in range(6):
        await say(db, number, topic=("number", "other", "also")[number % 3])

    await hear(dispatcher, 4)
    assert await book.numbers(db) == [0, 2, 3, 5]


async def test_a_handler_that_fails_stops_nobody_else_and_gets_its_messages_again(db: Database) -> None:
    sound, shaky = Notebook("sound"), Notebook("shaky")
    await sound.make(db)
    await shaky.make(db)
    shaky.fail_times = 1
    dispatcher = Dispatcher(db, {"shaky": (["number"], shaky.write), "sound": (["number"], sound.write)})
    await say(db, 1, 2)

    await hear(dispatcher, 4)
    assert shaky.fail_times == 0
    assert (await sound.numbers(db), await shaky.numbers(db)) == ([1, 2], [1, 2])


async def test_nothing_is_missed_and_nothing_comes_twice_with_four_writers_and_two_dispatchers(
    db: Database,
) -> None:
    """G3: random transactions, a third of them rolled back, some slow; two dispatchers race and one handler fails."""
    book = Notebook("book")
    await book.make(db)
    book.fail_times = 2
    kept: list[int] = []

    async def writer(seed: int) -> None:
        rng = random.Random(seed)
        for turn in range(25):
            numbers = [seed * 10_000 + turn * 10 + place for place in range(rng.randint(1, 5))]
            with contextlib.suppress(LookupError):
                async with db.transaction() as tx:
                    await post(tx, "number", [{"number": number} for number in numbers])
                    await asyncio.sleep(rng.choice([0, 0, 0.001, 0.01]))
                    if rng.random() < 1 / 3:
                        raise LookupError
                kept.extend(numbers)

    dispatchers = [Dispatcher(db, {"book": (["number"], book.write)}, page=7) for _ in range(2)]
    running = [asyncio.create_task(dispatcher.run_forever(poll_ms=1)) for dispatcher in dispatchers]
    await asyncio.gather(*(writer(seed) for seed in range(1, 5)))
    while len(await book.numbers(db)) < len(kept):  # noqa: ASYNC110 -- what we wait for happens in the database
        await asyncio.sleep(0.01)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)

    heard = await book.numbers(db)
    assert sorted(heard) == sorted(kept)
    for seed in range(1, 5):
        of_one = [number for number in heard if number // 10_000 == seed]
        assert of_one == sorted(of_one)


async def test_who_has_nothing_to_read_writes_nothing(db: Database) -> None:
    """Else an idle house would force its disk some 75 times a second."""
    book = Notebook("book")
    await book.make(db)
    dispatcher = Dispatcher(db, {"book": (["number"], book.write)})
    await say(db, 1)
    await hear(dispatcher, 1)

    async def last_touched() -> str:
        async with db.reading() as tx:
            return str(await tx.value("select xmin || '/' || xmax from base_outbox_cursor"))

    at_rest = await last_touched()
    running = asyncio.create_task(dispatcher.run_forever(poll_ms=1))
    while await last_touched() == at_rest:  # noqa: ASYNC110 -- its first look is not idle: it takes the cursor
        await asyncio.sleep(0.002)
    before = await last_touched()
    await asyncio.sleep(0.3)
    after = await last_touched()
    await say(db, 2)
    while await book.numbers(db) != [1, 2]:  # noqa: ASYNC110 -- what is waited for happens in the database
        await asyncio.sleep(0.002)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

    assert after == before
    assert await last_touched() != after


async def test_only_messages_that_every_handler_has_passed_are_forgotten(db: Database) -> None:
    book, other = Notebook("book"), Notebook("other")
    await book.make(db)
    await other.make(db)
    later = datetime.now(UTC) + timedelta(hours=1)
    both = Dispatcher(db, {"book": (["number"], book.write), "other": (["number"], other.write)})
    await say(db, 1)
    await hear(both, 2)
    await say(db, 2)
    await hear(Dispatcher(db, {"book": (["number"], book.write)}), 1)

    async with db.transaction() as tx:
        assert await sweep(tx, before=later) == 1
        assert await tx.value("select payload -> 'number' from base_outbox") == 2


async def test_the_age_of_what_waits_is_told_per_handler(db: Database) -> None:
    book = Notebook("book")
    await book.make(db)
    dispatcher = Dispatcher(db, {"book": (["number"], book.write)})
    await dispatcher.run_once()
    assert await dispatcher.ages() == {"book": 0.0}

    async with db.transaction() as tx:
        await post(tx, "number", [{"number": 1}])
        await tx.execute("update base_outbox set created_at = now() - interval '90 seconds'")

    assert (await dispatcher.ages())["book"] >= 90
