"""How an answer about serials is told: JSON for machines, a name and a value in each line for people."""

from datetime import datetime
from typing import Any

import click
import msgspec

from seriatim.cli.answers import json_line
from seriatim.identity import Lease


def lease_row(one: Lease) -> dict[str, Any]:
    """A lease without its counters: these never leave the server."""
    return {
        "id": one.id,
        "gtin": one.gtin,
        "line": one.line,
        "order_number": one.order_number,
        "count": one.count,
        "used": one.used,
        "state": one.state,
        "granted_at": one.granted_at,
        "expires_at": one.expires_at,
    }


def tell(answer: Any, *, as_json: bool, words: str | None = None) -> None:
    """Prints the answer; `words` is one sentence in place of its lines."""
    if as_json:
        json_line(answer)
    elif words is not None:
        click.echo(words)
    else:
        for name, value in msgspec.to_builtins(answer).items():
            click.echo(f"{name:<14} {value}")


def moment(at: datetime | None) -> str:
    """When something runs out, for a person."""
    return f"{at:%a %Y-%m-%d %H:%M} UTC" if at else "no end in sight"
