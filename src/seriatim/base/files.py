"""Writing a file so that a power cut leaves either the old one or the new one, never half of it."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

OPEN_FILES: Final = 64
"""Of one call at a time; a process may have a few hundred."""


def write_atomic(path: Path, content: bytes, *, mode: int = 0o644, replace: bool = True) -> None:
    """Put `content` at `path` in one step and on the disk: temporary file, fsync, rename, fsync of the folder.

    With `replace=False` a file that is already there wins: FileExistsError, and nothing has changed.
    """
    with writing(path, mode=mode, replace=replace) as file:
        file.write(content)


@contextmanager
def writing(path: Path, *, mode: int = 0o644, replace: bool = True) -> Iterator[BinaryIO]:
    """`write_atomic` for what comes in pieces: the file is there, whole, when the block ends without an error."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            unfinished.replace(path)
        else:
            os.link(unfinished, path)  # link, unlike rename, refuses to write over another file
            unfinished.unlink()
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_together(files: Mapping[Path, bytes]) -> None:
    """Many files, each whole or not at all, and all of them on the disk afterwards; far faster than one by one.

    A crash in between leaves some of them written. Temporary files begin with a dot and may be thrown away.
    """
    mark = secrets.token_hex(4)
    unfinished = {os.fspath(path): f"{path.parent}/.{path.name}.{mark}" for path in files}
    try:
        for some in _portions(list(zip(unfinished.values(), files.values(), strict=True))):
            _write_all(some)
        for path, temporary in unfinished.items():
            os.replace(temporary, path)  # noqa: PTH105 -- text: a Path for each costs as much as the renaming
    except BaseException:
        for temporary in unfinished.values():
            Path(temporary).unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def _portions(files: list[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    for first in range(0, len(files), OPEN_FILES):
        yield files[first : first + OPEN_FILES]


def _write_all(files: list[tuple[str, bytes]]) -> None:
    """All are written before the first is forced to the disk: the disk then takes many at once."""
    handles: list[int] = []
    try:
        for name, content in files:
            handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            handles.append(handle)
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
        for handle in handles:
            os.fsync(handle)
    finally:
        for handle in handles:
            os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last through a power cut."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
