"""`seriatim archive` and `seriatim erase` at the terminal."""

import json
from pathlib import Path

import click
from click.testing import CliRunner

from seriatim.cli.archive import archive_group
from seriatim.cli.erasing import erase


def run(command: click.Group, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(command, arguments)
    return done.exit_code, done.output, str(done.exception or "")


def test_nothing_young_may_go_and_the_day_is_named(data: Path, tmp_path: Path) -> None:
    arguments = ("events", "--before", "2999-01-01", "--to", str(tmp_path / "a"), "--data", str(data))

    code, _, words = run(archive_group, *arguments)
    planned = run(archive_group, *arguments, "--dry-run")

    assert code == planned[0] == 1
    assert "Events stay at hand for 365 days" in words
    assert not (tmp_path / "a").exists()


def test_a_plan_and_a_run_with_nothing_to_do(data: Path, tmp_path: Path) -> None:
    arguments = ("events", "--before", "2012-01-01", "--to", str(tmp_path), "--data", str(data))

    assert json.loads(run(archive_group, *arguments, "--dry-run", "--json")[1]) == {"months": [], "events": 0}
    assert json.loads(run(archive_group, *arguments, "--json")[1]) == {"archives": [], "events": 0}
    assert "No event may go" in run(archive_group, *arguments)[1]
    assert json.loads(run(archive_group, "list", "--data", str(data), "--json")[1])["archives"] == []


def test_what_is_no_archive_is_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "events-2024-01.zip").write_bytes(b"no zip")

    checked = run(archive_group, "check", str(tmp_path))
    restored = run(archive_group, "restore", str(tmp_path), "--data", str(data))

    assert (checked[0], restored[0]) == (1, 1)
    assert "does not hold" in checked[2]
    assert "is not an archive of this database" in restored[2]


def test_what_is_not_there_cannot_be_erased(data: Path) -> None:
    event = run(erase, "event", "urn:uuid:none", "--reason", "request 17", "--data", str(data))
    scan = run(erase, "scan", "4711", "--reason", "request 17", "--data", str(data))

    assert (event[0], scan[0]) == (1, 1)
    assert "There is no event urn:uuid:none." in event[2]
    assert "There is no scan 4711" in scan[2]
