"""A message: the data of one code, field by field, in the order in which it was given.

>>> message = Message((("01", "09506000134352"), ("17", "261231"), ("10", "A1")))
>>> message.get("10"), message.get("21")
('A1', None)
>>> message.bracketed(), message.element_string()
('(01)09506000134352(17)261231(10)A1', '^01095060001343521726123110A1')
>>> message.digital_link("https://shop.example")
'https://shop.example/01/09506000134352/10/A1?17=261231'
"""

from dataclasses import dataclass, field

from seriatim.gs1 import interpretation, writing
from seriatim.gs1.writing import GS1_DOMAIN


@dataclass(frozen=True, slots=True)
class Message:
    """A valid GS1 message. Two messages are equal when their elements are."""

    elements: tuple[tuple[str, str], ...]
    """(application identifier, value) pairs as given, values decoded."""
    path_length: int = field(default=0, compare=False)
    """How many of the elements stood in the path of a Digital Link; 0 when it came from elsewhere."""
    stem: str = field(default="", compare=False, repr=False)
    """What stood before the key in a Digital Link: scheme, host, perhaps leading folders; no trailing slash."""
    extras: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Query parts of a Digital Link that are no GS1 data, undecoded, to be passed on: `linkType=gs1:pip`, `lang=en`."""

    def get(self, ai: str, default: str | None = None) -> str | None:
        """The value of `ai`, or `default` when the message has none."""
        for name, value in self.elements:
            if name == ai:
                return value
        return default

    def value(self, ai: str) -> str:
        """The value of `ai`; raises KeyError when the message has none."""
        for name, value in self.elements:
            if name == ai:
                return value
        raise KeyError(ai)

    def bracketed(self) -> str:
        r"""`(01)...(21)...`, a bracket inside a value written `\(`."""
        return writing.bracketed(self.elements)

    def hri(self, *, titles: bool = False) -> str:
        """Human readable interpretation, as printed beside a symbol; with `titles`, the data titles between."""
        return interpretation.human_readable(self.elements, titles=titles)

    def plain_lines(self, *, this_year: int) -> tuple[interpretation.Line, ...]:
        """The elements in plain words: titles, GTINs in their native length, dates as YYYY-MM-DD."""
        return interpretation.plain_lines(self.elements, this_year=this_year)

    def element_string(self) -> str:
        """`^01...21...`, where `^` stands for FNC1; none after values of predefined length."""
        return writing.element_string(self.elements)

    def digital_link(self, domain: str = GS1_DOMAIN) -> str:
        """The GS1 Digital Link URI on `domain`, without `extras`; raises GS1Error `no_digital_link`, `bad_uri`."""
        return writing.digital_link(self.elements, domain, path_length=self.path_length)
