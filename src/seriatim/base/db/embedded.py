"""The database that comes with Seriatim: started by the first who needs it, stopped by the last who leaves.

A laptop needs no set-up: PostgreSQL runs from the data folder, reachable only through a unix socket and a random
password. Several processes share one server, each holding a shared lock; a killed process simply loses its lock,
and a killed server is started again by whoever comes next.
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from seriatim.base.db.account import Account
from seriatim.base.db.binaries import Binaries, copy_wheel, find_binaries
from seriatim.base.db.home import STATE_FOLDER, Home, make_folder, prepare_home
from seriatim.base.db.tuning import memory_here, tuning
from seriatim.base.errors import CannotNow

ROLE: Final = "seriatim"
DATABASE: Final = "seriatim"
START_S: Final = 60.0
"""Crash recovery after kill -9 takes 0.1 to 2.3 s; a large, busy cluster longer."""
STOP_S: Final = 30.0
POLL_S: Final = 0.02
LOG_BYTES: Final = 10_000_000

ALWAYS: Final = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
FORGETFUL: Final = dict.fromkeys(DURABLE, "off") | {"shared_buffers": "32MB", "autovacuum": "off"}


class EmbeddedFailed(CannotNow):
    """The embedded database could not be started; its log in the data folder says why."""

    code = "embedded_database_failed"


class EmbeddedPostgres:
    """The server of one data folder; use as `with EmbeddedPostgres(folder) as server: server.dsn()`.

    Blocking: call it from a thread where an event loop runs. Open it after a fork, never before.
    `durable=False` is for tests alone: a crash may lose everything, and Database.open refuses such a server.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.home: Home = prepare_home(data)
        self._durable = durable
        self._using: int | None = None
        self._binaries: Binaries | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Join the users of the server and start it unless it runs. Raises EmbeddedFailed, NoPostgres."""
        if self._using is None:
            with self._one_at_a_time():
                self._using = _lock(self.home.folder / "users.lock", fcntl.LOCK_SH, START_S)
                self.home.keeper.take(self.home.folder / "users.lock")
        try:
            self.ensure_running()
        except BaseException:
            self.close()
            raise

    def ensure_running(self) -> None:
        """Start the server if it does not run; harmless at any time while open."""
        if self.is_running() and self._status() == "ready":
            return
        with self._one_at_a_time():
            self._initialise()
            self._start()

    def close(self) -> bool:
        """Leave; whoever leaves last stops the server. True if that was us."""
        if self._using is None:
            return False
        with self._one_at_a_time():
            try:
                fcntl.flock(self._using, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()
                stopped = True
            except BlockingIOError:
                stopped = False
            finally:
                os.close(self._using)
                self._using = None
        return stopped

    def dsn(self, database: str = DATABASE) -> str:
        """The address of a database of this server, password included: not for logs."""
        secret, folder = quote(self.home.password(), safe=""), quote(str(self.home.socket_folder), safe="")
        return f"postgresql://{ROLE}:{secret}@/{quote(database, safe='')}?host={folder}&port=5432"

    def is_running(self) -> bool:
        """Whether a postmaster listens on our socket; it may still be recovering."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self.home.socket))
            except OSError:
                return False
        return True

    def pid(self) -> int | None:
        """The process id in postmaster.pid; None without such a file."""
        lines = self._pid_lines()
        return int(lines[0]) if lines else None

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        path = self.home.folder / "start.lock"
        held = _lock(path, fcntl.LOCK_EX, START_S + STOP_S)
        try:
            self.home.keeper.take(path)
            yield
        finally:
            os.close(held)

    def _pid_lines(self) -> list[str]:
        try:
            return (self.home.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _status(self) -> str:
        """Line 8 of postmaster.pid: starting, ready, stopping; empty when not yet written."""
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _programs(self) -> Binaries:
        if self._binaries is None:
            found = find_binaries(self.home.cluster_major())
            if not self.home.runner.can_start(found.postgres) and found.from_wheel and os.geteuid() == 0:
                make_folder(STATE_FOLDER, Account.current(), 0o755)
                found = copy_wheel(found, STATE_FOLDER)
            if not self.home.runner.can_start(found.postgres):
                raise EmbeddedFailed(
                    f"the account with uid {self.home.runner.uid} cannot run {found.postgres}; install PostgreSQL on "
                    "the system, or set PGBIN to a bin folder that every account can reach."
                )
            self._binaries = found
        return self._binaries

    def _initialise(self) -> None:
        """Make the cluster in a folder of another name and rename it when whole: never half a cluster."""
        home = self.home
        if home.cluster_major() is not None:
            return
        unfinished = home.folder / f"cluster.new-{os.getpid()}-{time.monotonic_ns()}"
        unfinished.mkdir(mode=0o700)
        home.runner.take(unfinished)
        with tempfile.NamedTemporaryFile(dir=home.socket_folder, prefix=".pw-") as secret:
            secret.write(home.password().encode())
            secret.flush()
            home.runner.take(Path(secret.name))
            self._run(
                self._programs().initdb, "--pgdata", unfinished, "--username", ROLE, "--pwfile", secret.name,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--data-checksums",
                "--no-instructions", *(() if self._durable else ("--no-sync",)),
            )  # fmt: skip
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(tuning(memory_here()))
        created = self._run(
            self._programs().postgres, "--single", "-D", unfinished, "-c", "log_checkpoints=off", "postgres",
            told=f"create database {DATABASE}\n",
        )  # fmt: skip
        if "ERROR" in created:
            raise EmbeddedFailed(f"the database could not be created: {created.strip()}")
        unfinished.rename(home.cluster)

    def _run(self, *command: str | Path, told: str | None = None) -> str:
        done = self.home.runner.run(command, input=told)
        if done.returncode != 0:
            raise EmbeddedFailed(
                f"{Path(command[0]).name} failed in {self.home.folder}: {done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stderr

    def _start(self) -> None:
        """Start the server and wait until it is ready; a crash's left-overs need a few tries.

        After kill -9 of the postmaster its children may hold the shared memory for a moment, and a new one gives up.
        """
        deadline = time.monotonic() + START_S
        launched: int | None = None
        while not (self.is_running() and self._status() == "ready"):
            if time.monotonic() > deadline:
                raise EmbeddedFailed(
                    f"the database in {self.home.folder} does not start:\n{self.home.log_tail()}"
                )
            if launched is None or not _is_alive(launched):
                if launched is not None and not self._worth_another_try():
                    raise EmbeddedFailed(
                        f"the database in {self.home.folder} gave up:\n{self.home.log_tail()}"
                    )
                if not self.is_running():
                    self._forget_stranger()
                    launched = self._launch()
            time.sleep(POLL_S)

    def _launch(self) -> int:
        """Start the postmaster as a child of init, in a session of its own: Ctrl-C in our terminal is not for it."""
        if self.home.log.exists() and self.home.log.stat().st_size > LOG_BYTES:
            self.home.log.replace(self.home.log.with_suffix(".log.1"))
        options = ALWAYS | (DURABLE if self._durable else FORGETFUL)
        options["unix_socket_directories"] = str(self.home.socket_folder)
        arguments = [text for name, value in options.items() for text in ("-c", f"{name}={value}")]
        with self.home.log.open("ab") as log:
            self.home.log.chmod(0o600)  # statements may stand in it
            self.home.keeper.take(self.home.log)
            shell = self.home.runner.run(
                ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh",
                 self._programs().postgres, "-D", self.home.cluster, *arguments],
                capture_output=False, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        return int(shell.stdout)

    def _worth_another_try(self) -> bool:
        tail = self.home.log_tail()
        known = ("pre-existing shared memory block", "lock file", "could not create any Unix-domain sockets")
        if not any(sign in tail for sign in known):
            return False
        time.sleep(0.2)
        return True

    def _forget_stranger(self) -> None:
        """Remove postmaster.pid when its number belongs to another program by now, or to a dead one nobody reaped.

        PostgreSQL would refuse to start beside it. Its own guard, the shared memory of the data folder, stays.
        """
        pid = self.pid()
        if pid is None or not Path("/proc/self").exists():
            return
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return  # no such process: PostgreSQL sees that itself
        if os.fsencode(self.home.cluster) not in command:
            (self.home.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything is flushed."""
        deadline = time.monotonic() + STOP_S
        pid = self.pid()
        if pid is None or not self.is_running():
            return
        os.kill(pid, signal.SIGINT)
        while _is_alive(pid):
            if time.monotonic() > deadline:
                raise EmbeddedFailed(
                    f"the database in {self.home.folder} does not stop; its process id is {pid}."
                )
            time.sleep(POLL_S)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):  # a zombie is dead; some containers have nobody to bury it
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()[0]
            != "Z"
        )
    return True


def _lock(path: Path, kind: int, seconds: float) -> int:
    """An open file with the lock on it; closing it lets go. The file itself stays for ever."""
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(held, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(held)
                raise EmbeddedFailed(f"another process keeps {path} locked; end it and try again.") from None
            time.sleep(POLL_S)
        except BaseException:
            os.close(held)
            raise
        else:
            return held
