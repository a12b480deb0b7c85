"""`seriatim archive`: old events into files that prove themselves, and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from seriatim.access.verifiable_log import LogFolder
from seriatim.app import App
from seriatim.base import limits
from seriatim.cli.answers import json_line
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.progress import Bars
from seriatim.cli.settings import data_option, json_option
from seriatim.history import archive
from seriatim.history.archive import Archive, Planned

FOLDER = click.Path(path_type=Path, file_okay=False)
FOUND = click.Path(path_type=Path, exists=True)
DAY = click.DateTime(["%Y-%m-%d"])
PROVED = "Events proved"


@click.group("archive")
def archive_group() -> None:
    """Old events into files that prove themselves, and back.

    Example:  seriatim archive events --before 2025-01-01 --to /mnt/archive
    """


@archive_group.command()
@click.option("--before", type=DAY, required=True, help="Events that happened before this day, in UTC.")
@click.option("--to", type=FOLDER, required=True, help="Folder for the files; keep it, and a copy of it.")
@click.option("--dry-run", is_flag=True, help="Say what would go, month by month, and do nothing.")
@data_option
@json_option
def events(before: datetime, to: Path, dry_run: bool, data: Path | None, as_json: bool) -> None:
    """Move old events into archives, one for each month; each is read back and proved before its events go.

    State, containment, recalls, duplicates and proofs do not need them. Interrupted at any moment, nothing is lost:
    run it again.

    Example:  seriatim archive events --before 2025-01-01 --to /mnt/archive
    """
    moment = before.replace(tzinfo=UTC)
    if dry_run:
        _tell_plan(on_app(data, lambda app: _plan(app, moment)), as_json=as_json)
        return
    with Bars(Console(stderr=True)) as bars:

        async def deed(app: App) -> tuple[Archive, ...]:
            await app.keep_log()  # so that what is new can be proved
            return await archive.archive_events(
                app.database,
                LogFolder.of(app.environment),
                to,
                await app.archive_rule(moment),
                actor=TERMINAL,
                now=app.environment.clock.now(),
                told=bars,
            )

        done = on_app(data, deed)
    if as_json:
        json_line({"archives": done, "events": sum(one.events for one in done)})
        return
    for one in done:
        click.echo(f"{to / one.name}: {_told(one.events)}, {one.bytes / 1e6:.1f} MB, sha256 {one.sha256}")
    click.echo(_closing(done, to))


def _told(events: int) -> str:
    return f"{events:,} event{'' if events == 1 else 's'}"


def _closing(done: tuple[Archive, ...], to: Path) -> str:
    if not done:
        return "No event may go: see what stays, and why, with --dry-run."
    return f"{_told(sum(one.events for one in done))} archived in {to}. Copy it to a second place."


async def _plan(app: App, before: datetime) -> tuple[Planned, ...]:
    rule = await app.archive_rule(before)
    async with app.database.transaction(readonly=True, timeout_ms=limits.IMPORT_MS) as tx:
        return await archive.plan(tx, rule, now=app.environment.clock.now())


def _tell_plan(planned: tuple[Planned, ...], *, as_json: bool) -> None:
    if as_json:
        json_line({"months": planned, "events": sum(one.events for one in planned)})
        return
    for one in planned:
        stay = f", {one.kept:,} must stay" if one.kept else ""
        click.echo(f"{one.period}: {_told(one.events)} would go{stay}")
    if any(one.kept for one in planned):
        click.echo(
            "Events stay that were recorded too lately, that somebody who follows them has not read, that have an open "
            "finding, or whose units are recalled or blocked."
        )
    if not planned:
        click.echo("There are no events before that day.")


@archive_group.command()
@click.argument("path", type=FOUND)
@data_option
@json_option
def restore(path: Path, data: Path | None, as_json: bool) -> None:
    """Bring the events of an archive, or of all in a folder, back into the database, byte for byte.

    Example:  seriatim archive restore /mnt/archive/events-2024-03.zip
    """
    found = sorted(path.glob("events-*.zip")) if path.is_dir() else [path]
    with Bars(Console(stderr=True)) as bars:

        async def deed(app: App) -> list[int]:
            log, now = LogFolder.of(app.environment), app.environment.clock.now()
            return [
                await archive.restore_archive(app.database, log, one, actor=TERMINAL, now=now, told=bars)
                for one in found
            ]

        back = on_app(data, deed)
    answer = [{"archive": str(one), "events": events} for one, events in zip(found, back, strict=True)]
    if as_json:
        json_line({"restored": answer, "events": sum(back)})
        return
    for one, number in zip(found, back, strict=True):
        click.echo(f"{one}: {_told(number)} brought back" if number else f"{one}: all its events were here")


@archive_group.command()
@click.argument("path", type=FOUND)
@json_option
def check(path: Path, as_json: bool) -> None:
    """Check archives without a database: every file, every event against the log, every hash.

    Whose log it is, is not asked: for that, give your policy to `seriatim log verify`.

    Example:  seriatim archive check /mnt/archive
    """
    found = sorted(path.glob("events-*.zip")) if path.is_dir() else [path]
    counts: list[dict[str, Any]] = []
    with Bars(Console(stderr=True)) as bars:
        for one in found:
            checked = archive.check_archive(one, told=lambda done, of: bars(PROVED, done, of))
            counts.append({"archive": str(one), "events": len(checked)})
    if as_json:
        json_line({"archives": counts})
        return
    for told in counts:
        click.echo(f"{told['archive']}: {_told(told['events'])} checked, all as they were logged")


@archive_group.command("list")
@data_option
@json_option
def list_archives(data: Path | None, as_json: bool) -> None:
    """List the archives that were written, and the months of the events that are here.

    Example:  seriatim archive list
    """

    async def deed(app: App) -> tuple[tuple[Archive, ...], tuple[archive.Month, ...]]:
        async with app.database.transaction(readonly=True, timeout_ms=limits.IMPORT_MS) as tx:
            return await archive.archives(tx), await archive.months(tx)

    written, months = on_app(data, deed)
    if as_json:
        json_line({"archives": written, "months": months})
        return
    for one in written:
        state = "away" if one.away == one.events else f"{one.away:,} away"
        click.echo(f"{one.name}  {_told(one.events)}, {one.bytes / 1e6:.1f} MB, {state}")
    for month in months:
        click.echo(
            f"{month.month:%Y-%m} in the database: {_told(month.events)}, {month.bytes / 1e6:.1f} MB of documents"
        )
