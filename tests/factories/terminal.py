"""Seriatim as its users start it: commands at a terminal, and a server of its own process."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx

from seriatim.cli import main

PATIENCE_S = 60.0


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the database's account can reach whoever runs the tests; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory(prefix="seriatim-story-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


def environment(**more: str) -> dict[str, str]:
    """The surroundings of a command, without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERIATIM_")}
    return kept | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"} | more


def seriatim(*arguments: str | Path, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "seriatim", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(**settings),
        check=False,
        timeout=300,
    )


def exit_code(*arguments: str | Path) -> int:
    """Runs a command inside this process; what it prints goes where the test's output goes."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def answer_of(*arguments: str | Path) -> Any:
    """What a command prints with --json."""
    done = seriatim(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(true: Any, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"it did not happen: {what}"
        time.sleep(0.05)


class Server:
    """`seriatim serve` over a data folder; start it, kill it, start it again."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_name(f"{data.name}.log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "seriatim",
                    "serve",
                    "--port",
                    str(self.port),
                    "--data",
                    str(self.data),
                ],
                env=environment(**self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self.is_ready, f"the server is ready; it said: {self.said()}")
        return self

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4_000:]

    def is_ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, f"the server ended: {self.said()}"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            return probe.connect_ex(("127.0.0.1", self.port)) != 0

    def descendants(self) -> list[int]:
        """Every process that the server has started, its own left out."""
        assert self.process is not None
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        found, level = [], [self.process.pid]
        while level:
            level = [pid for pid, parent in parents.items() if parent in level]
            found += level
        return found

    def kill(self) -> None:
        """kill -9 of the main process alone; what it started must notice by itself."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
