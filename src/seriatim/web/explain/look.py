"""The code drawn in pieces: each part by itself, its application identifier apart, the faulty signs marked."""

from typing import NamedTuple

from seriatim.gs1.explaining import Explanation


class Piece(NamedTuple):
    """A run of signs that look alike."""

    text: str
    kind: str
    """`ai`, `value`, `gs` (one separator) or `rest`."""
    at_fault: bool


def pieces_of(told: Explanation) -> tuple[tuple[Piece, ...], ...]:
    """The text as groups, one for each part and one for what stands between parts.

    >>> from seriatim.gs1 import explain
    >>> pieces_of(explain("(01)09506000134353", this_year=2026))[0][1:]
    (Piece(text='0950600013435', kind='value', at_fault=False), Piece(text='3', kind='value', at_fault=True))
    """
    text = told.text
    kinds = ["rest"] * len(text)
    owners = [-1] * len(text)
    for number, element in enumerate(told.elements):
        value_at = max(element.start, element.start + element.length - _shown_length(told, number))
        for at in range(element.start, min(element.start + element.length, len(text))):
            kinds[at] = "value" if at >= value_at else "ai"
            owners[at] = number
    faulty = {at for problem in told.problems for at in range(problem.start, problem.start + problem.length)}
    groups: list[list[Piece]] = []
    last: tuple[int, str, bool] | None = None
    for at, sign in enumerate(text):
        kind = "gs" if sign == "\x1d" else kinds[at]
        here = (owners[at], kind, at in faulty)
        shown = sign if sign.isprintable() or sign == "\x1d" else "\ufffd"
        if last is None or here[0] != last[0]:
            groups.append([Piece(shown, kind, at in faulty)])
        elif here == last and kind != "gs":
            groups[-1][-1] = groups[-1][-1]._replace(text=groups[-1][-1].text + shown)
        else:
            groups[-1].append(Piece(shown, kind, at in faulty))
        last = here
    return tuple(tuple(group) for group in groups)


def _shown_length(told: Explanation, number: int) -> int:
    """Signs of the value as it stands in the text: what is left behind `(01)`, `01`, `01/` or `01=`."""
    element = told.elements[number]
    written = told.text[element.start : element.start + element.length]
    head = written.find(element.ai) + len(element.ai) if element.ai and element.ai in written[:6] else 0
    return len(written) - head - (written[head : head + 1] in {")", "/", "="})
