import subprocess
from pathlib import Path

import pytest

from seriatim.base.db.binaries import Binaries, NoPostgres, copy_wheel, find_binaries


def make_installation(folder: Path, version: str) -> Path:
    """Two programs that only tell their version, as much as a search looks at."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_pgbin_comes_first(tmp_path: Path) -> None:
    bin_folder = make_installation(tmp_path / "bin", "17.2 (Debian 17.2-1)")

    assert find_binaries(environ={"PGBIN": str(bin_folder)}) == Binaries(bin_folder, 17)


@pytest.mark.parametrize(("version", "cluster"), [("15.9", None), ("17.2", 18), ("nonsense", None)])
def test_a_pgbin_that_does_not_fit_is_refused_and_not_passed_over(
    tmp_path: Path, version: str, cluster: int
) -> None:
    bin_folder = make_installation(tmp_path / "bin", version)

    with pytest.raises(NoPostgres, match="PGBIN"):
        find_binaries(cluster, environ={"PGBIN": str(bin_folder)})


def test_without_pgbin_something_new_enough_is_found() -> None:
    assert find_binaries(environ={}).major >= 16


def test_a_cluster_of_a_version_that_is_not_here_says_which_one_is_needed() -> None:
    with pytest.raises(NoPostgres, match="PostgreSQL 99"):
        find_binaries(99, environ={})


def test_a_copy_of_the_wheels_binaries_runs_by_itself_and_is_made_once(tmp_path: Path) -> None:
    wheel = find_binaries(18, environ={})
    if not wheel.from_wheel:
        pytest.skip("this machine has a PostgreSQL 18 of its own, which comes before the wheel's")

    copy = copy_wheel(wheel, tmp_path)

    told = subprocess.run([copy.initdb, "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("initdb (PostgreSQL) 18")
    assert copy.folder.is_relative_to(tmp_path)
    assert copy_wheel(wheel, tmp_path) == copy
    assert [entry.name for entry in tmp_path.iterdir()] == [copy.folder.relative_to(tmp_path).parts[0]]
