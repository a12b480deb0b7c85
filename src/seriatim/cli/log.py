"""`seriatim log`: the verifiable log, for those who keep it, those who check it, and those who witness it."""

import hashlib
import os
import sys
from pathlib import Path

import click
import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from rich.console import Console

from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import LogFolder, LogState, VerifierKey, verifier
from seriatim.access.verifiable_log.witness import witness_signer
from seriatim.app import App
from seriatim.base.errors import NotFound
from seriatim.cli.answers import json_line
from seriatim.cli.opening import on_app
from seriatim.cli.progress import Bars
from seriatim.cli.serve import require_free_port
from seriatim.cli.settings import data_option, json_option
from seriatim.history import absent_by_name, event, event_log

EXPORT = "Documents written"


@click.group()
def log() -> None:
    """The verifiable log: everything that was done, sealed so that no change stays unseen.

    Example:  seriatim log export bundle.zip
    """


@log.command()
@data_option
@json_option
def status(data: Path | None, as_json: bool) -> None:
    """Seal what is new, and say how far the log has come.

    Example:  seriatim log status
    """

    async def deed(app: App) -> LogState:
        await app.keep_log()
        async with app.database.transaction(readonly=True) as tx:
            return await verifiable_log.state_of(tx, LogFolder.of(app.environment))

    state = on_app(data, deed)
    if as_json:
        json_line(state)
        return
    click.echo(
        f"{state.size:,} deeds and events are sealed in {state.origin}.\nKey: {state.key}\n\n{state.note}",
        nl=False,
    )


@log.command()
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--documents/--no-documents", default=True, help="Whether the documents themselves come along.")
@data_option
@json_option
def export(bundle: Path, documents: bool, data: Path | None, as_json: bool) -> None:
    """Write everything into one file that an auditor checks alone.

    Example:  seriatim log export bundle.zip
    """
    with Bars(Console(stderr=True)) as bars:

        async def deed(app: App) -> verifiable_log.Checkpoint:
            await app.keep_log()
            return await verifiable_log.export(
                app.database,
                LogFolder.of(app.environment),
                app.log_sources,
                bundle,
                documents=documents,
                told=lambda done, of: bars(EXPORT, done, of),
            )

        checkpoint = on_app(data, deed)
    answer = {"bundle": str(bundle), "size": checkpoint.size, "root": checkpoint.root.hex()}
    click.echo(
        msgspec.json.encode(answer).decode()
        if as_json
        else f"{bundle}: {checkpoint.size:,} entries. Check it with: seriatim log verify {bundle}"
    )


@log.command(context_settings={"ignore_unknown_options": True})
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--policy", type=click.Path(path_type=Path, exists=True), help="Logs, witnesses and quorum you trust."
)
@click.option(
    "--since", type=click.Path(path_type=Path, exists=True), help="The checkpoint you kept from last time."
)
@json_option
def verify(bundle: Path, policy: Path | None, since: Path | None, as_json: bool) -> None:
    """Check a bundle, offline; exit 0 good, 1 it contradicts itself, 2 it contradicts others, 3 unreadable.

    Example:  seriatim log verify bundle.zip --policy policy.txt --since checkpoint-of-last-year
    """
    arguments = [str(bundle), *(["--json"] if as_json else [])]
    for name, value in (("--policy", policy), ("--since", since)):
        arguments += [name, str(value)] if value else []
    sys.exit(verifier.main(arguments))


@log.command("verifier")
@json_option
def verifier_file(as_json: bool) -> None:
    """Print the check as one Python file that needs nothing else.

    Example:  seriatim log verifier > verify.py && python3 verify.py bundle.zip
    """
    source = Path(verifier.__file__).read_text(encoding="utf-8")
    if as_json:
        digest = hashlib.sha256(source.encode()).hexdigest()
        click.echo(msgspec.json.encode({"sha256": digest, "source": source}).decode())
    else:
        click.echo(source, nl=False)


@log.command()
@click.argument("event_id")
@data_option
@json_option
def proof(event_id: str, data: Path | None, as_json: bool) -> None:
    """Print the proof that an event stands in the log (.tlog-proof).

    Example:  seriatim log proof "ni:///sha-256;...?ver=CBV2.0" > event.tlog-proof
    """

    async def deed(app: App) -> str:
        await app.keep_log()
        async with app.database.transaction(readonly=True) as tx:
            numbers = [one.id for one in await event(tx, event_id)]
            numbers += [one.id for one in await absent_by_name(tx, event_id)]
            if not numbers:
                raise NotFound(f"There is no event {event_id}.")
            proof = await verifiable_log.proof_of(
                tx, LogFolder.of(app.environment), event_log.KIND, numbers[0]
            )
        assert proof is not None, "everything kept is sealed by now"
        return str(proof)

    text = on_app(data, deed)
    if as_json:
        json_line({"proof": text})
    else:
        click.echo(text, nl=False)


@log.command()
@click.option("--name", required=True, help="Under which this witness signs: a host name is usual.")
@click.option(
    "--log",
    "logs",
    multiple=True,
    required=True,
    help="Key of a log to watch (seriatim log status); repeatable.",
)
@click.option(
    "--memory",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("witness.db"),
    show_default=True,
    help="What was signed last.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("witness.key"),
    show_default=True,
    help="Its secret; made (0600) when absent.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8471, show_default=True, help="Port to listen on.")
def witness(name: str, logs: tuple[str, ...], memory: Path, key_file: Path, host: str, port: int) -> None:
    """Run a witness: it signs a log's checkpoints as long as nothing was cut or rewritten.

    Runs away from the log: at a partner's, a notary's, on the quality PC.

    Example:  seriatim log witness --name notary.example --log "id.example/log+4b6f...+AT..."
    """
    require_free_port(host, port)
    signer = witness_signer(name, key_file)
    keys = [VerifierKey.parse(text) for text in logs]
    names = ", ".join(key.name for key in keys)
    click.echo(f"Watching {names} at http://{host}:{port}/add-checkpoint\nKey: {signer.key}")
    os.environ |= {
        "SERIATIM_WITNESS_NAME": name,
        "SERIATIM_WITNESS_LOGS": " ".join(logs),
        "SERIATIM_WITNESS_MEMORY": str(memory.resolve()),
        "SERIATIM_WITNESS_KEY_FILE": str(key_file.resolve()),
    }
    Granian(
        "seriatim.web.witness:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        log_level=LogLevels.warning,
    ).serve()
