"""The door for the terminal: `seriatim COMMAND`.

Each command has `--help` with an example and `--json` for machines; exit 0 done, 1 the answer is no or the input is
bad, 2 usage. Errors go to stderr, one sentence that says what to do.
"""

import importlib
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from seriatim import __version__

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "seriatim.cli.demo:demo",
    "serve": "seriatim.cli.serve:serve",
    "keys": "seriatim.cli.keys:keys",
    "products": "seriatim.cli.products:products",
    "serials": "seriatim.cli.serials:serials",
    "gs1": "seriatim.cli.standards:gs1_group",
    "symbols": "seriatim.cli.standards:symbols_group",
    "labels": "seriatim.cli.printing:labels",
    "printer": "seriatim.cli.printing:printer",
    "epcis": "seriatim.cli.epcis:epcis_group",
    "log": "seriatim.cli.log:log",
    "archive": "seriatim.cli.archive:archive_group",
    "erase": "seriatim.cli.erasing:erase",
    "doctor": "seriatim.cli.doctor:doctor",
    "bench": "seriatim.cli.bench:bench",
}
"""Where each command lives; a command is imported when it is called, so that `--help` answers at once."""


class LazyGroup(click.Group):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="seriatim")
def seriatim() -> None:
    """Seriatim: every unit an identity of its own, and a story that can be proved.

    Start here:  seriatim demo
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs a command; an error of ours becomes one sentence on stderr and exit code 1."""
    from seriatim.base import log  # noqa: PLC0415 -- heavy: not for --help
    from seriatim.base.errors import SeriatimError  # noqa: PLC0415 -- heavy: not for --help

    level = os.environ.get("SERIATIM_LOG_LEVEL", "warning")
    # A level that is none is the settings' to refuse, in one sentence; the standards need no settings.
    log.configure(level if level.upper() in logging.getLevelNamesMapping() else "warning")

    try:
        seriatim.main(args=arguments, prog_name="seriatim", standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort:
        _say("Stopped.")
        sys.exit(130)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(1)
    except SeriatimError as error:
        _say(error.message)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output has seen enough
    except OSError as error:
        _say(f"{error.filename or 'A file'}: {error.strerror}.")
        sys.exit(1)


def _say(sentence: Any) -> None:
    click.echo(f"seriatim: {sentence}", err=True)
