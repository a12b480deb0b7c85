"""Options that several commands share, and how they become Settings."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from seriatim.base.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """`--data DIR`: where the embedded database and the keys live."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data folder (default: $SERIATIM_DATA or ./seriatim-data).",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: the answer for machines."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(command)


def always_json_option(command: Command) -> Command:
    """`--json` for a command whose answer is JSON in any case: accepted, so that scripts need not know."""
    return click.option("--json", is_flag=True, expose_value=False, help="JSON lines, as always.")(command)


def settings_from(data: Path | None, **overrides: Any) -> Settings:
    """The environment's settings, with what the command line says on top."""
    given = {"data": data, **overrides}
    return Settings.from_environment(
        os.environ, **{name: value for name, value in given.items() if value is not None}
    )
