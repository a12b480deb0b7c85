"""Which account of the machine runs the embedded database, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, the database runs as the owner of the data folder or, if that
is root too, as `nobody`; the folders it needs are handed over, and no folder that is not ours is opened wider.
"""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

PLAIN_ENVIRONMENT: Final[Mapping[str, str]] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""PG* variables of the caller must not reach the server."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the machine, by numbers."""

    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> Self:
        """Raises KeyError when there is no such account."""
        entry = pwd.getpwnam(name)
        return cls(entry.pw_uid, entry.pw_gid)

    @classmethod
    def owning(cls, path: Path) -> Self:
        status = path.stat()
        return cls(status.st_uid, status.st_gid)

    @classmethod
    def current(cls) -> Self:
        return cls(os.geteuid(), os.getegid())

    @property
    def is_current(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this account, in `/`, with a plain environment and its output as text."""
        become: dict[str, Any] = (
            {} if self.is_current else {"user": self.uid, "group": self.gid, "extra_groups": []}
        )
        merged: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 120, **options}
        return subprocess.run(  # noqa: S603, PLW1510 -- our own command lines; callers look at the exit
            command, cwd="/", env=dict(PLAIN_ENVIRONMENT), **become, **merged
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may walk into `folder`, tried in earnest since rights have many sources."""
        if self.is_current:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def can_start(self, program: Path) -> bool:
        """Whether this account can run `program` at all."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except OSError:
            return False

    def take(self, path: Path) -> None:
        """Make this account the owner of `path`; nothing happens unless we are root."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
