"""What is wrong with a code, said so that a person at the line can see it.

>>> GS1Error("incorrect_check_digit", ai="01", value="09506000134353", position=13, length=1).markup
'(01)0950600013435|3|'
"""

from typing import NamedTuple

from seriatim.gs1.meanings import meaning_of

SURROUNDINGS = 40
"""Characters of a text that are shown before and after the faulty part."""

FAULT_MAX = 200
"""Longest faulty part of a text that is shown, in characters."""

MARKUP_MAX = 400
"""Longest markup kept with an error: a hostile code must not travel on in a log."""


class Fault(NamedTuple):
    """What a linter found: a code and the faulty part of the component it looked at."""

    code: str
    """Stable name, for example `incorrect_check_digit`."""
    position: int
    """Offset of the faulty part in characters."""
    length: int
    """Length of the faulty part in characters."""


class GS1Error(ValueError):
    """The text is not a valid GS1 message; says what is wrong and where (spec: GS1 Syntax Engine's markup)."""

    code: str
    """Stable name of the fault, see `meanings`; the words of the message may change, this may not."""
    ai: str
    """Application identifier the fault belongs to, "" when it belongs to none."""
    position: int | None
    """Offset of the faulty part in the value of `ai`; without an AI, in the text; None when it is about no place in them."""
    markup: str
    """The faulty part between bars: `(01)0950600013435|3|` in a value, which is shown up to the end of its component;
    `|(37)|` when it is the AI that may not stand there; `urn:epc:id:|nothing|:1.2` in a text, of which the surroundings
    are shown; "" when there is no place: an empty input, or an argument that is not the text."""
    sentence: str
    """What is wrong, without the AI before it and the markup behind it."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        ai: str = "",
        value: str = "",
        position: int | None = None,
        length: int = 0,
    ) -> None:
        self.code = code
        self.ai = ai
        self.position = position
        self.markup = ""
        if ai and position is not None:
            end = position + length
            self.markup = f"({ai}){value[:position]}|{value[position:end]}|{value[end:]}"[:MARKUP_MAX]
        elif ai:
            self.markup = f"|({ai})|"[:MARKUP_MAX]
        self.sentence = detail or meaning_of(code) or code.replace("_", " ")
        super().__init__(self._message())

    def placed(self, text: str, start: int = 0, end: int | None = None) -> "GS1Error":
        """This error, the fault being `text[start:end]` unless its place is known already."""
        if self.ai or self.markup or not text:
            return self
        self.position = start
        end = max(start, len(text) if end is None else min(end, len(text)))
        before, after = text[max(0, start - SURROUNDINGS) : start], text[end : end + SURROUNDINGS]
        self.markup = f"{before}|{text[start : min(end, start + FAULT_MAX)]}|{after}"
        self.args = (self._message(),)
        return self

    def moved(self, text: str, by: int) -> "GS1Error":
        """This error, found in a part of `text` that begins `by` characters later than that part's own count."""
        if self.ai or self.position is None:
            return self.placed(text, max(0, by))
        bars = self.markup.split("|")
        length = len(bars[1]) if len(bars) == 3 else 1
        start = self.position + by
        return GS1Error(self.code, self.sentence).placed(text, start, start + length)

    def _message(self) -> str:
        shown = self.markup and self.position is not None
        place = f"; here: {printable(self.markup)}" if shown else ""
        return f"{f'AI ({self.ai}): ' if self.ai else ''}{self.sentence}{place}"

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders (worker pools) with all their fields."""
        return (_rebuild, (self.code, self.ai, self.position, self.markup, self.sentence))


def _rebuild(code: str, ai: str, position: int | None, markup: str, sentence: str) -> GS1Error:
    error = GS1Error(code, sentence, ai=ai)
    error.position, error.markup = position, markup
    error.args = (error._message(),)  # noqa: SLF001 -- its own constructor, in a second step
    return error


def printable(text: str) -> str:
    """Text of unknown origin made safe for a message: control signs and lone surrogates are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
