"""`seriatim gs1`, `seriatim symbols`: the standards at the terminal, without a database."""

import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from seriatim import gs1
from seriatim.cli import explaining, grading, printing, reading
from seriatim.cli.answers import json_line
from seriatim.cli.settings import always_json_option, json_option
from seriatim.cli.synth import synth


@click.group("gs1")
def gs1_group() -> None:
    """The GS1 language.

    Example:  seriatim gs1 parse "(01)09506000134352(21)A1"
    """


@gs1_group.command()
@click.argument("texts", nargs=-1, metavar="[TEXT ...]")
@always_json_option
def parse(texts: tuple[str, ...]) -> None:
    """Parse element strings, scan data, Digital Links and EPC URNs; one JSON line each.

    Example:  echo "https://id.gs1.org/01/09506000134352/21/A1" | seriatim gs1 parse
    """
    answers = [_parsed(text) for text in _given(texts)]
    for answer in answers:
        json_line(answer)
    sys.exit(1 if any("error" in answer for answer in answers) else 0)


@gs1_group.command()
@click.argument("texts", nargs=-1, metavar="[TEXT ...]")
@click.option(
    "--gcp-length",
    type=click.IntRange(6, 12),
    help="Digits of the company prefix: then URN and classic tags too.",
)
@json_option
def explain(texts: tuple[str, ...], gcp_length: int | None, as_json: bool) -> None:
    """Explain codes in any form: what each says, what is wrong with it and where, how to mend it.

    Example:  seriatim gs1 explain "(01)09506000134352(17)261231(21)A1"
    """
    year = datetime.now(UTC).year
    told = [gs1.explain(text, this_year=year, gcp_length=gcp_length) for text in _given(texts)]
    console = Console(highlight=False)
    for number, one in enumerate(told):
        if as_json:
            json_line(one)
        else:
            if number:
                console.rule(style="dim")
            explaining.show(console, one)
    sys.exit(0 if all(one.verdict == "valid" for one in told) else 1)


def _given(texts: tuple[str, ...]) -> list[str]:
    """The arguments, or the lines of standard input."""
    return [_as_text(text) for text in texts] or [
        line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer
    ]


def _as_text(argument: str) -> str:
    """Bytes that are no UTF-8 come as lone surrogates, which no JSON can hold; they become U+FFFD."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parsed(text: str) -> dict[str, Any]:
    try:
        message = gs1.epc.from_urn(text) if text.startswith("urn:") else gs1.parse(text)
    except gs1.GS1Error as error:
        fault = {"code": error.code, "ai": error.ai, "position": error.position, "markup": error.markup}
        return {"input": text, "error": {**fault, "message": str(error)}}
    try:
        link: str | None = message.digital_link()
    except gs1.GS1Error:
        link = None  # some valid messages have no Digital Link form: not an error of the input
    return {
        "input": text,
        "elements": message.elements,
        "bracketed": message.bracketed(),
        "element_string": message.element_string(),
        "digital_link": link,
    }


@click.group("symbols")
def symbols_group() -> None:
    """Codes as pictures.

    Example:  seriatim symbols encode "(01)09506000134352(21)A1" --format datamatrix --out code.svg
    """


symbols_group.add_command(reading.read)
symbols_group.add_command(printing.encode)
symbols_group.add_command(grading.grade)


symbols_group.add_command(synth)
