"""What every test may ask for: a PostgreSQL of its own, empty but for the tables, and asyncio.

An async test is written so:

    import pytest
    from seriatim.base.db import Database

    pytestmark = pytest.mark.anyio

    async def test_a_row_is_kept(db: Database) -> None:
        async with db.transaction() as tx:
            assert await tx.value("select 1") == 1

`db` is a fresh, migrated database for this one test (about 20 ms); `database_url` is its address, for programs that
open it themselves; `empty_database_url` has no tables. The server is one for the whole run, shared by all workers.
"""

import asyncio
import contextlib
import fcntl
import itertools
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from seriatim.base.db import Database, EmbeddedPostgres, migrate

# No test asserts on a time: a busy machine must not turn a property red.
settings.register_profile("seriatim", deadline=None)
settings.load_profile("seriatim")


FOLDER = "seriatim-tests"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The event loop that the server and its worker run on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A throw-away server in memory, the only place where `durable=False` is right."""
    memory = Path("/dev/shm")
    parent = memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(parent)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(6)
    folder = parent / f"{FOLDER}-{os.getuid()}-{run[:12]}"
    server = EmbeddedPostgres(folder, durable=False)
    server.open()
    try:
        yield server
    finally:
        if server.close():
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Stop and remove what killed test runs have left behind."""
    for folder in parent.glob(f"{FOLDER}-{os.getuid()}-*"):
        if time.time() - folder.stat().st_mtime < 3600:
            continue
        with contextlib.suppress(OSError), (folder / "postgres" / "users.lock").open() as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(OSError, ValueError):
                pid = (folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
                if str(folder) in Path(f"/proc/{pid}/cmdline").read_text():
                    os.kill(int(pid), signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database to copy; each worker makes its own, so that nobody waits."""
    name = f"template_{WORKER}"

    async def build() -> None:
        await _administer(postgres, f'create database "{name}"')
        db = await Database.open(postgres.dsn(name), max_size=1, allow_unsafe=True)
        await migrate(db)
        await db.close()

    asyncio.run(build())
    return name


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str, _numbers: Iterator[int]) -> Iterator[str]:
    """The address of a fresh, migrated database; it may be opened with `allow_unsafe=True` only."""
    with _fresh(postgres, f"test_{WORKER}_{next(_numbers)}", template) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres, _numbers: Iterator[int]) -> Iterator[str]:
    """The address of a fresh database without tables."""
    with _fresh(postgres, f"test_{WORKER}_{next(_numbers)}", "template1") as url:
        yield url


@pytest.fixture
async def db(anyio_backend: object, database_url: str, postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A fresh, migrated database for this one test, with a data folder of its own beside it."""
    folder = postgres.home.folder.parent / "data" / secrets.token_hex(8)
    database = await Database.open(database_url, folder=folder, max_size=8, allow_unsafe=True)
    yield database
    await database.close()


@contextlib.contextmanager
def _fresh(server: EmbeddedPostgres, name: str, template: str) -> Iterator[str]:
    with asyncio.Runner() as runner:
        runner.run(_administer(server, f'create database "{name}" template "{template}"'))
    try:
        yield server.dsn(name)
    finally:
        with asyncio.Runner() as runner:
            runner.run(_administer(server, f'drop database "{name}" with (force)'))


async def _administer(server: EmbeddedPostgres, command: str) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        await connection.execute(command)
    finally:
        await connection.close()
