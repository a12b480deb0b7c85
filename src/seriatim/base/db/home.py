"""Where the embedded database lives: its folder, its socket, its password and its locks.

    DATA/postgres            the home, or a link to /var/lib/seriatim/... when the server's account cannot reach DATA
        cluster/             PostgreSQL's own files
        socket/              the unix socket, or a link to a short private folder when the path is too long
        password             of the one role, 0600
        postgres.log
        users.lock           every process that uses the server holds it shared
        start.lock           starting and stopping, one process at a time

When Seriatim runs as root, `cluster` and `socket` belong to the account that runs the server, the rest to root.
"""

import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seriatim.base.db.account import Account
from seriatim.base.errors import CannotNow
from seriatim.base.files import write_atomic

STATE_FOLDER: Final = Path("/var/lib/seriatim")
SOCKET_PATH_BYTES: Final = 100
"""sockaddr_un holds 107 bytes on Linux and 103 on macOS."""
SOCKET_NAME: Final = ".s.PGSQL.5432"


class DataFolderUnusable(CannotNow):
    """The data folder cannot be used; choose another one with --data or SERIATIM_DATA."""

    code = "data_folder_unusable"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one embedded database and the accounts they belong to."""

    folder: Path
    keeper: Account
    """Owns the home, the locks and the password: whoever runs Seriatim."""
    runner: Account
    """Runs the server and owns the cluster; never root."""

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def socket_link(self) -> Path:
        return self.folder / "socket"

    @property
    def socket_folder(self) -> Path:
        return self.socket_link.resolve()

    @property
    def socket(self) -> Path:
        return self.socket_folder / SOCKET_NAME

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def cluster_major(self) -> int | None:
        """The PostgreSQL version that made the cluster; None when there is no cluster yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None

    def password(self) -> str:
        """The password of the database role, made at random on first use."""
        if not self.password_file.exists():
            write_atomic(self.password_file, secrets.token_urlsafe(32).encode(), mode=0o600)
            self.keeper.take(self.password_file)
        return self.password_file.read_text(encoding="ascii")

    def log_tail(self, lines: int = 6) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def prepare_home(data: Path) -> Home:
    """Make or find the home of the database of a data folder. Raises DataFolderUnusable."""
    data = data.absolute()
    try:
        data.mkdir(parents=True, exist_ok=True)
        keeper, runner = _accounts(data)
        home = Home(_home_folder(data, keeper, runner), keeper, runner)
        _prepare_socket(home)
        _check_writable(home.folder)
    except OSError as error:
        raise DataFolderUnusable(
            f"the data folder {data} cannot be used ({error.strerror or error}); "
            "make it writable for this account, or choose another one with --data or SERIATIM_DATA."
        ) from error
    return home


def _accounts(data: Path) -> tuple[Account, Account]:
    if os.geteuid() != 0:
        return Account.current(), Account.current()
    owner = Account.owning(data)
    if owner.uid != 0:
        return owner, owner
    try:
        return owner, Account.named("nobody")
    except KeyError:
        raise DataFolderUnusable(
            "PostgreSQL refuses to run as root and this machine has no account `nobody`; "
            "run Seriatim as an ordinary account, or give it the data folder of one."
        ) from None


def _home_folder(data: Path, keeper: Account, runner: Account) -> Path:
    home = data / "postgres"
    if home.is_symlink() or home.exists():
        if not home.is_dir():
            raise DataFolderUnusable(
                f"{home} leads nowhere: bring back {home.resolve()}, or remove {home} to begin with an empty database."
            )
        return home.resolve()
    if runner.can_enter(data):
        # The server's account must pass through, and nothing in here but its own folders is open to it.
        make_folder(home, keeper, 0o700 if keeper == runner else 0o711)
        return home
    make_folder(STATE_FOLDER, keeper, 0o755)
    elsewhere = STATE_FOLDER / f"{data.name}-{secrets.token_hex(4)}"
    make_folder(elsewhere, keeper, 0o711)
    home.symlink_to(elsewhere)
    keeper.take(home)
    return elsewhere


def _prepare_socket(home: Home) -> None:
    link = home.socket_link
    if link.is_symlink() and _is_private(link.resolve(), home.runner):
        return
    if len(os.fsencode(link / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        if link.is_symlink():
            link.unlink()
        make_folder(link, home.runner, 0o700)
        return
    short = Path(tempfile.mkdtemp(prefix="seriatim-", dir="/tmp"))
    home.runner.take(short)
    link.unlink(missing_ok=True)
    link.symlink_to(short)


def _is_private(folder: Path, owner: Account) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == owner.uid and not status.st_mode & 0o077


def make_folder(folder: Path, owner: Account, mode: int) -> None:
    """Make a folder of ours with these rights; one that exists already is left as it is."""
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        return
    folder.chmod(mode)  # mkdir obeys the umask, this does not
    owner.take(folder)


def _check_writable(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass
