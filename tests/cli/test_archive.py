"""`seriatim archive` and `seriatim erase` at the terminal."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from click.testing import CliRunner

from seriatim import epcis, history
from seriatim.app import App
from seriatim.cli.archive import archive_group
from seriatim.cli.erasing import erase
from seriatim.cli.log import log
from seriatim.cli.opening import TERMINAL, on_app


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


async def old_event(app: App) -> str:
    """An event of 2012 that was captured then, as far as the database knows."""
    event = epcis.object_event(
        event_time=datetime(2012, 6, 1, tzinfo=UTC),
        action="ADD",
        epc_list=["https://id.gs1.org/01/09506000134352/21/OLD1"],
        biz_step="commissioning",
    )
    async with app.database.transaction() as tx:
        captured = await history.capture(tx, [event], actor=TERMINAL, now=event.event_time)
        return captured.verdicts[0].event_id


def test_an_old_event_goes_is_checked_comes_back_and_is_erased(data: Path, tmp_path: Path) -> None:
    name = on_app(data, old_event)
    to = ("--to", str(tmp_path), "--data", str(data), "--json")
    (tmp_path / ".2011-01.unfinished").write_bytes(b"of a run that broke off")

    planned = run(archive_group, "events", "--before", "2013-01-01", *to, "--dry-run")
    moved = run(archive_group, "events", "--before", "2013-01-01", *to)
    file = tmp_path / "events-2012-06.zip"
    listed = run(archive_group, "list", "--data", str(data))
    proof = run(log, "proof", name, "--data", str(data))
    too_late = run(erase, "event", name, "--reason", "request 17", "--data", str(data))

    assert json.loads(planned[1])["months"] == [{"period": "2012-06", "events": 1, "kept": 0}]
    assert [one["events"] for one in json.loads(moved[1])["archives"]] == [1]
    assert sorted(one.name for one in tmp_path.iterdir()) == [".archiving", file.name]
    assert f"{file.name}  1 event, " in listed[1]
    assert proof[1].startswith("c2sp.org/tlog-proof@v1")
    assert f"archived in {file.name}" in too_late[2]
    assert run(log, "verify", str(file))[0] == 0
    assert (
        run(archive_group, "check", str(tmp_path))[1] == f"{file}: 1 event checked, all as they were logged\n"
    )
    for back in (1, 0):
        answer = run(archive_group, "restore", str(tmp_path), "--data", str(data), "--json")[1]
        assert json.loads(answer)["events"] == back
    erased = run(erase, "event", name, "--reason", "request 17", "--data", str(data), "--json")
    again = run(erase, "event", name, "--reason", "request 17", "--data", str(data))
    assert len(json.loads(erased[1])["places"]) == 1
    assert again[1] == "It had been erased before.\n"


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
