"""The embedded database through kills and company: it comes back, it is shared, and it is stopped by the last."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from seriatim.base.db import DatabaseAway, EmbeddedPostgres, open_database
from seriatim.base.db.home import DataFolderUnusable
from seriatim.base.settings import Settings

pytestmark = pytest.mark.faults

PATIENCE_S = 30.0

USER = """
import sys
from pathlib import Path
from seriatim.base.db import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.pid(), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the server's account can reach whoever runs the tests; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory(prefix="seriatim-faults-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


def ask(server: EmbeddedPostgres, *statements: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(server.dsn())
        try:
            answer: object = None
            for statement in statements:
                answer = await connection.fetchval(statement)
            return answer
        finally:
            await connection.close()

    return asyncio.run(run())


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def kill(server: EmbeddedPostgres) -> int:
    """kill -9 of the postmaster alone; answers its process id once it has let go of the socket."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not server.is_running() or server.pid() != pid)
    return pid


def start_user(data: Path) -> tuple[subprocess.Popen[str], int]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    return user, int(user.stdout.readline())


def test_the_cluster_is_durable_checked_and_reachable_by_password_alone(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        told = [
            ask(server, f"show {name}")
            for name in ("fsync", "full_page_writes", "data_checksums", "listen_addresses")
        ]
        assert told == ["on", "on", "on", ""]
        assert ask(server, "select datcollate from pg_database where datname = current_database()") == "C"
        assert server.home.password_file.stat().st_mode & 0o777 == 0o600
        assert server.home.socket_folder.stat().st_mode & 0o777 == 0o700
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(asyncpg.connect(server.dsn().replace(server.home.password(), "wrong")))


def test_what_was_kept_is_there_after_a_stop(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        ask(server, "create table kept as select 7 as number")
    assert not server.is_running()

    with EmbeddedPostgres(data) as server:
        assert ask(server, "select number from kept") == 7


def test_F04_a_killed_server_comes_back_with_everything_it_has_acknowledged(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        ask(server, "create table kept (number int)")
        for number in range(3):
            ask(server, f"insert into kept values ({number})")
            killed = kill(server)
            server.ensure_running()
            assert server.pid() != killed
            assert ask(server, "select count(*) from kept") == number + 1


def test_F04_a_killed_server_whose_children_still_work_comes_back(data: Path) -> None:
    async def run() -> object:
        with EmbeddedPostgres(data) as server:
            busy = await asyncpg.connect(server.dsn())
            work = asyncio.create_task(busy.execute("select count(*) from generate_series(1, 10000000)"))
            await asyncio.sleep(0.1)
            kill(server)
            await asyncio.to_thread(server.ensure_running)
            await asyncio.gather(work, return_exceptions=True)
            busy.terminate()
            again = await asyncpg.connect(server.dsn())
            answer: object = await again.fetchval("select 1")
            await again.close()
            return answer

    assert asyncio.run(run()) == 1


def test_F04_an_open_database_recovers_by_itself_when_its_server_dies(data: Path) -> None:
    async def run() -> int:
        settings = Settings.from_environment({}, data=data)
        async with open_database(settings) as db:
            kill(EmbeddedPostgres(data))
            refused = 0
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                try:
                    async with db.transaction() as tx:
                        if await tx.value("select pg_postmaster_start_time() is not null") and refused:
                            return refused
                except DatabaseAway as away:
                    refused += away.facts["retry_after_s"]
                await asyncio.sleep(0.02)
        return 0

    assert asyncio.run(run()) > 0


def test_two_processes_share_one_server_and_the_last_one_stops_it(data: Path) -> None:
    first, pid = start_user(data)
    second, same = start_user(data)
    assert same == pid

    first.communicate("\n")
    os.kill(pid, 0)
    second.communicate("\n")

    assert (first.returncode, second.returncode) == (0, 0)
    assert not EmbeddedPostgres(data).is_running()


def test_processes_that_start_together_make_one_server(data: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    pids = {user.stdout.readline() for user in users if user.stdout}
    for user in users:
        user.communicate("\n")

    assert len(pids) == 1
    assert [user.returncode for user in users] == [0, 0, 0]
    assert not EmbeddedPostgres(data).is_running()


def test_a_user_killed_at_work_does_not_keep_the_server_for_ever(data: Path) -> None:
    killed, pid = start_user(data)
    killed.kill()
    killed.communicate()
    os.kill(pid, 0)

    with EmbeddedPostgres(data) as server:
        assert server.pid() == pid

    assert not server.is_running()


def test_a_user_that_leaves_first_leaves_the_server_to_the_other(data: Path) -> None:
    one, other = EmbeddedPostgres(data), EmbeddedPostgres(data)
    one.open()
    other.open()

    assert one.close() is False
    assert ask(other, "select 1") == 1
    assert other.close() is True


def test_a_first_start_cut_short_leaves_no_half_cluster(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        half = server.home.folder / "cluster.new-1-1"
        half.mkdir()
        (half / "PG_VERSION").write_text("18")
        assert ask(server, "select 1") == 1
    server.home.cluster.rename(half / "whole")

    with EmbeddedPostgres(data) as server:
        assert ask(server, "select 1") == 1


def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        pid_file = server.home.cluster / "postmaster.pid"
        text = pid_file.read_text()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)
    pid_file.write_text("\n".join([str(stranger.pid), *text.splitlines()[1:]]) + "\n")
    server.home.runner.take(pid_file)

    try:
        with EmbeddedPostgres(data) as server:
            assert ask(server, "select 1") == 1
    finally:
        stranger.communicate("\n")


def test_a_long_path_gets_a_short_socket(data: Path) -> None:
    deep = data / ("long" * 25)

    with EmbeddedPostgres(deep) as server:
        assert len(os.fsencode(server.home.socket)) < 104
        assert ask(server, "select 1") == 1
        short = server.home.socket_folder
        assert short.stat().st_mode & 0o777 == 0o700
    short.rmdir()

    with EmbeddedPostgres(deep) as server:
        assert ask(server, "select 1") == 1
    server.home.socket_folder.rmdir()


def test_a_data_folder_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(DataFolderUnusable, match="--data"):
        EmbeddedPostgres(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_started_by_root_the_server_is_not_root_and_closed_folders_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with EmbeddedPostgres(closed / "data") as server:
        pid = server.pid()
        assert Path(f"/proc/{pid}").stat().st_uid == server.home.runner.uid != 0
        assert ask(server, "select 1") == 1
        elsewhere = server.home.folder
    try:
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (closed / "data" / "postgres").is_symlink()
        with EmbeddedPostgres(closed / "data") as server:
            assert server.home.folder == elsewhere
    finally:
        subprocess.run(["rm", "-rf", str(elsewhere)], check=True)
