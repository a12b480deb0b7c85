"""`seriatim demo`: the pilot, with progress bars, then the server with links to open."""

import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import click
import uvloop
from rich.console import Console

from seriatim.app import App, open_app
from seriatim.areas import line
from seriatim.cli.answers import json_line
from seriatim.cli.progress import Bars
from seriatim.cli.report import PilotReport, printed, report_of
from seriatim.cli.serve import administrator_link, environment_of, public_url, require_free_port, run_server
from seriatim.cli.settings import data_option, json_option, settings_from
from seriatim.connectors.camera import FolderCamera, SyntheticCamera, one_thread
from seriatim.journeys.pilot import UNITS_MAX, Pilot
from seriatim.journeys.run_pilot import Outcome, Stage, alerts_raised, counted, run_pilot

EYES: Final = 2
"""Worker processes that take and judge pictures."""


@click.command()
@click.option(
    "--units", default=1200, show_default=True, type=click.IntRange(24, UNITS_MAX), help="Units to make."
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help="The same seed gives the same counts.",
)
@click.option("--exit", "leave", is_flag=True, help="End after the run instead of serving.")
@json_option
@data_option
@click.option(
    "--input",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Files of your own pilot.",
)
@click.option(
    "--frames",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Photographs instead of the synthetic camera.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
@click.option(
    "--port", default=8470, show_default=True, type=click.IntRange(1, 65535), help="Port to serve at."
)
def demo(
    units: int,
    seed: int,
    leave: bool,
    as_json: bool,
    data: Path | None,
    folder: Path | None,
    frames: Path | None,
    host: str,
    port: int,
) -> None:
    """Run the pilot: an order of units is leased, printed, filmed, graded, packed, shipped, sold, scanned, recalled.

    Example:  seriatim demo --units 300 --seed 7 --exit --json
    """
    if not leave:
        require_free_port(host, port)
    settings = settings_from(data, public_url=public_url(host, port))
    pilot = Pilot.load(folder or default_pilot())
    console = Console(stderr=True)
    report, link = uvloop.run(_run(settings, pilot, units, seed, frames, console))
    if as_json:
        json_line(report)
    else:
        printed(report, console=Console())
    if leave:
        return
    console.print()
    if link:
        console.print(f"  Sign in once with   [bold]{link}[/]")
    console.print(f"  Serving at          [bold]{settings.public_url}/console[/]  (Ctrl+C stops)\n")
    sys.stdout.flush()
    environment_of(settings)
    run_server(settings, host, port, workers=1)


def default_pilot() -> Path:
    """The files in examples/pilot: in the package when installed, else in the checkout."""
    packaged = Path(str(files("seriatim"))) / "examples" / "pilot"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "examples" / "pilot"


def _eyes() -> ProcessPoolExecutor:
    """Worker processes for pictures; spawned, not forked: the parent runs threads, whose locks a fork would copy."""
    return ProcessPoolExecutor(EYES, mp_context=get_context("spawn"), initializer=one_thread)


async def _run(
    settings: Any, pilot: Pilot, units: int, seed: int, frames: Path | None, console: Console
) -> tuple[PilotReport, str | None]:
    started, start = datetime.now(UTC), perf_counter()
    with Bars(console) as bars, _eyes() as eyes:
        bars("database", 0, 1)
        async with open_app(settings) as app:
            bars("database", 1, 1)
            stage = Stage(
                database=app.database,
                settings=settings,
                master_key=app.environment.master_key,
                camera=_cameras(pilot, seed, frames),
                eyes=eyes,
                report=bars,
                started_at=started,
            )
            outcome = await run_pilot(stage, pilot, units, seed)
            return await _report(app, outcome, units, seed, perf_counter() - start)


def _cameras(pilot: Pilot, seed: int, frames: Path | None) -> Any:
    """The camera of each order: photographs when a folder is given, else synthetic with the faults planned."""
    photographs = FolderCamera.of(frames) if frames else None

    def camera_for(faults: Mapping[int, line.FaultKind]) -> Any:
        def camera(labels: list[line.Label], first_trigger: int) -> line.FrameSource:
            if photographs is not None:
                return photographs
            mine = {t: kind for t, kind in faults.items() if first_trigger <= t < first_trigger + len(labels)}
            # Faults are planned for the first run only: what is reworked is printed with a clean head.
            return SyntheticCamera(pilot.label, seed).with_faults(mine, labels, first_trigger)

        return camera

    return camera_for


async def _report(
    app: App, outcome: Outcome, units: int, seed: int, seconds: float
) -> tuple[PilotReport, str | None]:
    alerts = await alerts_raised(app.database)
    counts = await counted(app.database)
    report = report_of(
        outcome, alerts, counts, units=units, seed=seed, seconds=seconds, url=app.settings.public_url
    )
    return report, await administrator_link(app)
