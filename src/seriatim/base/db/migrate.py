"""Bringing the tables up to date: numbered SQL files, each applied once, in order, in a transaction of its own.

`migrations/0042_recall_reason.sql` is number 42. What is applied is written down with its hash, so that a file
changed afterwards is noticed. Two processes that start together do the work once.
"""

import asyncio
import hashlib
import importlib.resources
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Final

import asyncpg

from seriatim.base.db.pool import Database
from seriatim.base.db.transaction import Transaction
from seriatim.base.errors import CannotNow

FILE: Final = re.compile(r"(?P<number>\d{4})_(?P<title>[a-z0-9_]+)\.sql")
LOCK: Final = 0x5E71A71A
"""The advisory lock of this work; any number, as long as nobody else uses it."""
LOCK_TIMEOUT_MS: Final = 100
"""A migration must not hold up those who work: it steps back and tries again (rule R15)."""
TRIES: Final = 100
WAIT_S: Final = 0.2
NOTEBOOK: Final = """
create table if not exists base_migration (
    number int primary key,
    title text not null,
    sha256 bytea not null,
    applied_at timestamptz not null default now()
)
"""


class MigrationRefused(CannotNow):
    """The database and the program do not fit together."""

    code = "migration_refused"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the tables' history."""

    number: int
    title: str
    sql: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()

    @property
    def name(self) -> str:
        return f"{self.number:04}_{self.title}"


def read_migrations(folder: Traversable | None = None) -> Sequence[Migration]:
    """The migrations of a folder, in order. Raises MigrationRefused for two of one number or a strange name."""
    folder = folder or importlib.resources.files("seriatim") / "migrations"
    found: dict[int, Migration] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".sql"):
            continue
        name = FILE.fullmatch(file.name)
        if name is None:
            raise MigrationRefused(f"{file.name} is no name for a migration; expected 0042_some_title.sql")
        migration = Migration(int(name["number"]), name["title"], file.read_text(encoding="utf-8"))
        if twin := found.get(migration.number):
            raise MigrationRefused(
                f"{twin.name} and {migration.name} have the same number; give one a new one"
            )
        found[migration.number] = migration
    return [found[number] for number in sorted(found)]


async def migrate(db: Database, migrations: Sequence[Migration] | None = None) -> list[Migration]:
    """Apply what is missing; answers what was applied. Raises MigrationRefused, DatabaseAway."""
    wanted = read_migrations() if migrations is None else migrations
    applied: list[Migration] = []
    while (step := await _patiently(db, wanted)) is not None:
        applied.append(step)
    return applied


async def pending(db: Database, migrations: Sequence[Migration] | None = None) -> list[Migration]:
    """What `migrate` would apply; for `doctor`. Raises MigrationRefused."""
    wanted = read_migrations() if migrations is None else migrations
    async with db.transaction(readonly=True) as tx:
        if await tx.value("select to_regclass('base_migration')") is None:
            return list(wanted)
        return await _missing(tx, wanted)


async def _patiently(db: Database, wanted: Sequence[Migration]) -> Migration | None:
    for _ in range(TRIES):
        try:
            return await _apply_next(db, wanted)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(WAIT_S)
    raise MigrationRefused(
        f"a table was busy for {TRIES * WAIT_S:.0f} seconds; look for a long transaction, end it and start again."
    )


async def _apply_next(db: Database, wanted: Sequence[Migration]) -> Migration | None:
    async with db.transaction(timeout_ms=0) as tx:
        await tx.value("select pg_advisory_xact_lock($1)", LOCK)
        await tx.execute(NOTEBOOK)
        missing = await _missing(tx, wanted)
        if not missing:
            return None
        step = missing[0]
        await tx.execute(f"set local lock_timeout = {LOCK_TIMEOUT_MS}")
        try:
            await tx.execute(step.sql)
        except asyncpg.LockNotAvailableError:
            raise
        except asyncpg.PostgresError as error:
            raise MigrationRefused(f"migration {step.name} failed and was undone: {error}") from error
        await tx.execute(
            "insert into base_migration (number, title, sha256) values ($1, $2, $3)",
            step.number, step.title, step.sha256,
        )  # fmt: skip
        return step


async def _missing(tx: Transaction, wanted: Sequence[Migration]) -> list[Migration]:
    known = {row["number"]: row for row in await tx.rows("select number, title, sha256 from base_migration")}
    for number in sorted(known.keys() - {migration.number for migration in wanted}):
        raise MigrationRefused(
            f"the database already has migration {number:04}_{known[number]['title']}, which this program does not "
            "know: it was used by a newer Seriatim; upgrade."
        )
    for migration in wanted:
        row = known.get(migration.number)
        if row is not None and row["sha256"] != migration.sha256:
            raise MigrationRefused(
                f"migration {migration.name} was changed after it had been applied to this database; "
                "put the file back and write a new migration instead."
            )
    return [migration for migration in wanted if migration.number not in known]
