"""How `seriatim gs1 explain` looks on a terminal."""

from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from seriatim.gs1.explaining import Element, Explanation, Problem, Verdict

MARKS: Final[dict[Verdict, tuple[str, str, str]]] = {
    "valid": ("●", "green", "Valid"),
    "nearly": ("▲", "yellow", "Nearly"),
    "invalid": ("◆", "red", "Not valid"),
    "plain": ("○", "dim", "No GS1 code"),
}
"""Shape, colour and word of each verdict: never colour alone."""
SIGNS: Final = {"\x1d": "␝"} | {chr(code): chr(0x2400 + code) for code in range(32) if code != 29}


def show(console: Console, told: Explanation) -> None:
    """Prints one explanation: verdict, the text with its fault underlined, fields, how to mend it, other forms."""
    shape, colour, word = MARKS[told.verdict]
    console.print(Text.assemble((f"{shape} {word}", f"bold {colour}"), f"  {told.form_words}"))
    console.print(Text(told.headline, style="bold"))
    if told.text:
        console.print()
        console.print(underlined(told))
    if told.elements:
        console.print(_fields(told.elements))
    for problem in told.problems:
        console.print(_problem(problem, colour))
    if told.mended:
        console.print(Text.assemble(("Probably meant  ", "dim"), (visible(told.mended), "bold green")))
    for note in told.notes:
        console.print(Text(note, style="dim"))
    if told.spellings:
        console.print(_forms(told))


def visible(text: str) -> str:
    """The text with control signs as the pictures of them, lone surrogates as U+FFFD."""
    return "".join(SIGNS.get(c, c) if c.isprintable() or c in SIGNS else "\ufffd" for c in text)


def underlined(told: Explanation) -> Text:
    text = Text(visible(told.text), overflow="fold")
    for problem in told.problems:
        if problem.length:
            text.stylize("bold red underline", problem.start, problem.start + problem.length)
    return text


def _fields(elements: tuple[Element, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, style in (("AI", "cyan"), ("Field", ""), ("Value", "bold"), ("In words", "")):
        table.add_column(heading, style=style, overflow="fold")
    for one in elements:
        words = Text("; ".join(filter(None, (one.meaning, one.check))))
        if one.fault:
            words = Text(visible(one.fault), style="red")
        table.add_row(f"({one.ai})" if one.ai else "", one.name, Text(visible(one.value)), words)
    return table


def _problem(problem: Problem, colour: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row(
        Text("!", style=f"bold {colour}"),
        Text.assemble(problem.words, (f"\n{problem.mend}" if problem.mend else "", "dim")),
    )
    return table


def _forms(told: Explanation) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for one in told.spellings:
        table.add_row(one.name, Text(visible(one.text)))
    return table
