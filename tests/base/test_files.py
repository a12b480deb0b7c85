from pathlib import Path

import pytest

from seriatim.base.files import write_atomic


def test_a_file_is_replaced_whole_with_the_rights_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old")

    write_atomic(path, b"new", mode=0o600)

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_file_that_is_there_wins_when_asked_so(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old", replace=False)

    with pytest.raises(FileExistsError):
        write_atomic(path, b"new", replace=False)

    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()

    with pytest.raises(IsADirectoryError):
        write_atomic(folder, b"new")

    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]
