"""An answer for machines: JSON on standard output, one line each."""

from typing import Any

import click
import msgspec


def json_line(value: Any) -> None:
    """Prints a value as one line of JSON."""
    click.echo(msgspec.json.encode(value).decode())
