"""`seriatim doctor`: settings, key, database, invariants, clock, backlog, disk; and what to do about each."""

import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final, Literal

import click
import msgspec
import uvloop
from rich.console import Console

from seriatim import identity
from seriatim.app import App, open_app
from seriatim.areas.exchange import subscriptions
from seriatim.base.errors import SeriatimError
from seriatim.base.settings import Settings
from seriatim.cli.answers import json_line
from seriatim.cli.settings import data_option, json_option, settings_from
from seriatim.history import archive, counts, rebuild

State = Literal["good", "watch", "bad"]
SHAPES: Final = {"good": "[green]●[/]", "watch": "[yellow]▲[/]", "bad": "[red]◆[/]"}
CLOCK_SKEW_S: Final = 5.0
BACKLOG_S: Final = 60.0
DISK_SHARE: Final = 0.85
REBUILD_ITEMS_MAX: Final = 200_000
"""Past this the comparison of state and events is left to a quiet hour: `--deep`."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    state: State
    words: str


@click.command()
@click.option(
    "--deep", is_flag=True, help="Compare kept state with the events even when there are very many."
)
@data_option
@json_option
def doctor(deep: bool, data: Path | None, as_json: bool) -> None:
    """Check settings, keys, database, invariants, clock, backlog and disk, and say what to do.

    Example:  seriatim doctor --data ./seriatim-data
    """
    settings = settings_from(data)
    findings = uvloop.run(_examine(settings, deep=deep))
    if as_json:
        answer = {"settings": settings.shown(), "findings": msgspec.to_builtins(findings)}
        json_line(answer)
    else:
        _print(settings, findings)
    sys.exit(1 if any(finding.state == "bad" for finding in findings) else 0)


def _print(settings: Settings, findings: list[Finding]) -> None:
    console = Console()
    for name, value in settings.shown().items():
        console.print(f"  [dim]{name:<22}[/] {value}", highlight=False)
    console.print()
    for finding in findings:
        console.print(f"  {SHAPES[finding.state]} {finding.what:<20} {finding.words}", highlight=False)


async def _examine(settings: Settings, *, deep: bool) -> list[Finding]:
    findings = [_disk(settings)]
    if settings.oidc_issuer:
        findings.append(
            Finding(
                "Company sign-in",
                "watch",
                "SERIATIM_OIDC_ISSUER has no effect yet; people sign in by password.",
            )
        )
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        words = "none is trusted. Behind one, set SERIATIM_TRUSTED_PROXIES, or all visitors seem to be one."
        findings.append(Finding("Proxies", "watch", words))
    try:
        async with open_app(settings) as app:
            findings.append(
                Finding("Database", "good", f"PostgreSQL {await _version(app)}, durable, schema up to date")
            )
            findings += [finding async for finding in _look_inside(app, deep=deep)]
    except SeriatimError as error:
        findings.append(Finding("Database", "bad", error.message))
    return findings


async def _version(app: App) -> str:
    async with app.database.transaction(readonly=True) as tx:
        version: str = await tx.value("select current_setting('server_version')")
    return version


async def _look_inside(app: App, *, deep: bool) -> AsyncIterator[Finding]:
    looks: list[Callable[[App], Awaitable[Finding]]] = [
        _clock,
        _backlog,
        _subscriptions,
        _issuing,
        _events,
        lambda a: _state(a, deep=deep),
    ]
    for look in looks:
        yield await look(app)


def _disk(settings: Settings) -> Finding:
    folder = settings.data if settings.data.exists() else settings.data.parent
    usage = shutil.disk_usage(folder.resolve() if folder.exists() else Path.cwd())
    share = usage.used / usage.total
    words = f"{usage.free / 1e9:.1f} GB free at {settings.data}"
    if share > DISK_SHARE:
        return Finding("Disk", "watch", f"{words}: {share:.0%} full; make room before the line must stop.")
    return Finding("Disk", "good", words)


async def _clock(app: App) -> Finding:
    async with app.database.transaction(readonly=True) as tx:
        theirs = await tx.value("select clock_timestamp()")
    skew = abs((app.environment.clock.now() - theirs).total_seconds())
    if skew > CLOCK_SKEW_S:
        return Finding("Clock", "bad", f"{skew:.1f} s apart from the database; set both by NTP.")
    return Finding("Clock", "good", f"{skew * 1000:.0f} ms apart from the database")


async def _backlog(app: App) -> Finding:
    ages = await app.dispatcher().ages()
    oldest = max(ages.values(), default=0.0)
    if oldest > BACKLOG_S:
        return Finding(
            "Backlog", "watch", f"a message has waited {oldest:.0f} s; is a worker running (seriatim serve)?"
        )
    return Finding(
        "Backlog", "good", "nothing waits" if oldest == 0 else f"the oldest message waits {oldest:.1f} s"
    )


async def _subscriptions(app: App) -> Finding:
    async with app.database.transaction(readonly=True) as tx:
        found = await subscriptions.health(tx)
    words = f"{found.active} served"
    if found.suspended or found.dead:
        words += f", {found.suspended} suspended, {found.dead} dead letters; /api/v1/subscriptions says why"
        return Finding("Subscriptions", "watch", f"{words}, and sends them again.")
    return Finding("Subscriptions", "good", words)


async def _issuing(app: App) -> Finding:
    """Numbers that have left must be known to the database (I15)."""
    async with app.database.transaction(readonly=True) as tx:
        found = await identity.differs(tx)
    if found.is_frozen:
        return Finding(
            "Issuing", "bad", f"stands still. {found.why} See what is missing: seriatim serials reconcile"
        )
    kept = f"{found.marks:,} high-water marks beside the database, none above its counters"
    return Finding("Issuing", "good", f"goes on, epoch {found.epoch_here}; {kept}")


async def _events(app: App) -> Finding:
    """How large the events are, and where the others lie."""
    async with app.database.transaction(readonly=True) as tx:
        held = await archive.holdings(tx)
    words = f"{held.bytes / 1e6:,.0f} MB here"
    if held.oldest is not None:
        words += f", the oldest of {held.oldest:%B %Y}"
    if held.archives:
        words += f"; {held.archived:,} away in {held.archives:,} archives"
    if held.erased:
        words += f"; {held.erased:,} erased"
    return Finding("Events", "good", words)


async def _state(app: App, *, deep: bool) -> Finding:
    """State is a projection of the events: recomputed, it must be the same."""
    async with app.database.transaction() as tx:
        counted = await counts(tx)
        items = sum(counted.by_status.values())
        if items > REBUILD_ITEMS_MAX and not deep:
            return Finding(
                "Kept state", "good", f"{items:,} things; not compared with the events, use --deep"
            )
        differing = await rebuild(tx)
    if differing:
        return Finding(
            "Kept state",
            "bad",
            f"{differing:,} of {items:,} things differ from what their events say. Stop capturing and report this.",
        )
    return Finding("Kept state", "good", f"{items:,} things, all equal to what their events say")
