"""`seriatim epcis`: documents of events at the terminal, without a database.

A document past the limit of one capture is read event by event, in flat memory.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from rich.console import Console

from seriatim import epcis
from seriatim.base.files import writing
from seriatim.cli.progress import Bars
from seriatim.cli.settings import always_json_option, json_option
from seriatim.epcis import limits
from seriatim.epcis.load import Profile

_FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE ...",
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
)
_STRICT = click.option("--strict", is_flag=True, help="Refuse what GS1's own published documents get wrong.")
_SUFFIX = {"json": ".jsonld", "xml": ".xml"}


def _line(value: Any) -> None:
    click.echo(msgspec.json.encode(value).decode())


@click.group("epcis")
def epcis_group() -> None:
    """EPCIS 2.0 documents.

    Example:  seriatim epcis check events.jsonld
    """


@epcis_group.command()
@_FILES
@always_json_option
@_STRICT
def check(files: tuple[Path, ...], strict: bool) -> None:
    """Check documents (JSON-LD or XML); one JSON line each, with every fault and where.

    Example:  seriatim epcis check events.jsonld delivery.xml
    """
    answers = [_checked(file, "strict" if strict else "published") for file in files]
    for answer in answers:
        _line(answer)
    sys.exit(0 if all(answer["valid"] for answer in answers) else 1)


def _is_long(file: Path) -> bool:
    return file.stat().st_size > limits.DOCUMENT_BYTES_MAX


def _readings(file: Path, profile: Profile = "published") -> Iterator[epcis.Reading]:
    """Each event of a long document, with a bar on a terminal. Raises EPCISError."""
    total = file.stat().st_size
    with file.open("rb") as stream, Bars(Console(stderr=True)) as bars:
        for reading in epcis.read_events(stream, profile=profile):
            if reading.index % 1_000 == 0:
                bars(file.name, stream.tell(), total)
            yield reading
        bars(file.name, total, total)


def _checked_long(file: Path, profile: Profile) -> dict[str, Any]:
    """As `_checked`; a fault of the envelope ends the reading, and stands last."""
    problems: list[epcis.Problem] = []
    warnings: list[epcis.Problem] = []
    count = events = 0
    try:
        for reading in _readings(file, profile):
            events += 1
            count += len(reading.problems)
            problems += reading.problems[: limits.PROBLEMS_MAX - len(problems)]
            warnings += reading.warnings[: limits.PROBLEMS_MAX - len(warnings)]
    except epcis.EPCISError as error:
        problems += error.problems
        count += error.count
    if count:
        return {"file": str(file), "valid": False, "count": count, "problems": msgspec.to_builtins(problems)}
    return {"file": str(file), "valid": True, "events": events, "warnings": msgspec.to_builtins(warnings)}


def _checked(file: Path, profile: Profile) -> dict[str, Any]:
    if _is_long(file):
        return _checked_long(file, profile)
    try:
        document = epcis.loads(file.read_bytes(), profile=profile)
    except epcis.EPCISError as error:
        problems = msgspec.to_builtins(error.problems)
        return {"file": str(file), "valid": False, "count": error.count, "problems": problems}
    warnings = msgspec.to_builtins(document.warnings)
    return {"file": str(file), "valid": True, "events": len(document.events), "warnings": warnings}


@epcis_group.command()
@_FILES
@click.option(
    "--to", "target", type=click.Choice(["json", "xml"]), help="The format; without it the other one."
)
@click.option(
    "--web-words", is_flag=True, help="Words in XML as https://ref.gs1.org/cbv/... instead of URNs."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new files.")
@json_option
def convert(
    files: tuple[Path, ...], target: str | None, web_words: bool, out: Path | None, as_json: bool
) -> None:
    """Convert documents to the other format; to standard output, or to files in a folder.

    Example:  seriatim epcis convert delivery.xml --out converted
    """
    if out is None and len(files) > 1:
        raise click.UsageError("Several files need a folder to go to: add --out FOLDER.")
    for file in files:
        kind = target or _other_format(file)
        words: Any = "web" if web_words else "urn"
        if out is None:
            _convert(file, sys.stdout.buffer, kind, words)
            continue
        out.mkdir(parents=True, exist_ok=True)
        goal = out / (file.stem + _SUFFIX[kind])
        with writing(goal) as stream:
            _convert(file, stream, kind, words)
        if as_json:
            _line({"file": str(file), "written": str(goal)})
        else:
            click.echo(str(goal))


def _other_format(file: Path) -> str:
    with file.open("rb") as stream:
        return "json" if epcis.is_xml(stream.read(1_024)) else "xml"


def _convert(file: Path, goal: BinaryIO, kind: Any, cbv: Any) -> None:
    try:
        if _is_long(file):
            with file.open("rb") as stream:
                envelope = epcis.read_envelope(stream)
            epcis.write_events(goal, _sound(_readings(file)), kind, envelope=envelope, cbv=cbv)
        else:
            goal.write(epcis.dumps(epcis.loads(file.read_bytes()), kind, cbv=cbv) + b"\n")
    except epcis.EPCISError as error:
        raise click.ClickException(f"{file}: {error}") from error


def _sound(readings: Iterator[epcis.Reading]) -> Iterator[epcis.Event]:
    """The events, up to the first fault. Raises EPCISError with it."""
    for reading in readings:
        if reading.event is None:
            raise epcis.EPCISError(list(reading.problems))
        yield reading.event


@epcis_group.command("hash")
@_FILES
@click.option(
    "--mode",
    type=click.Choice(["strict", "reference"]),
    default="strict",
    show_default=True,
    help="strict: one event, one hash; reference: as GS1's reference generator, for exchange.",
)
@click.option(
    "--algorithm",
    type=click.Choice(["sha-256", "sha3-256", "sha-384", "sha-512"]),
    default="sha-256",
    show_default=True,
    help="The hash function.",
)
@json_option
def hash_events(files: tuple[Path, ...], mode: Any, algorithm: Any, as_json: bool) -> None:
    """Print one hash for each event.

    Example:  seriatim epcis hash events.jsonld
    """
    failed = False
    for file in files:
        try:
            for index, result in enumerate(_hashes(file, mode, algorithm)):
                failed |= not isinstance(result, str)
                _hash_line(file, index, result, mode, as_json=as_json)
        except epcis.EPCISError as error:
            raise click.ClickException(f"{file}: {error}") from error
    sys.exit(1 if failed else 0)


def _hashes(file: Path, mode: Any, algorithm: Any) -> Iterator[str | epcis.Problem]:
    if not _is_long(file):
        yield from epcis.event_hashes(file.read_bytes(), mode, algorithm)
        return
    if mode == "reference":
        message = f"{file} has more than {limits.DOCUMENT_BYTES_MAX} octets: split it, or use --mode strict"
        raise click.ClickException(message)
    for reading in _readings(file):
        yield (
            reading.problems[0] if reading.event is None else epcis.event_hash(reading.event, mode, algorithm)
        )


def _hash_line(file: Path, index: int, result: str | epcis.Problem, mode: str, *, as_json: bool) -> None:
    if isinstance(result, str):
        answer = {"file": str(file), "event": index, "mode": mode, "hash": result}
    else:
        answer = {"file": str(file), "event": index, "mode": mode, "error": msgspec.to_builtins(result)}
    if as_json:
        _line(answer)
    elif isinstance(result, str):
        click.echo(result)
    else:
        click.echo(f"{file}: {result}", err=True)
