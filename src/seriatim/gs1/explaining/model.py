"""What an explanation holds."""

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "bracketed",
    "element_string",
    "scan_data",
    "digital_link",
    "compressed_v1",
    "compressed_eh",
    "compressed_ex",
    "epc_urn",
    "tag_uri",
    "tag",
    "number",
    "url",
    "text",
    "empty",
]
Verdict = Literal["valid", "nearly", "invalid", "plain"]
"""`nearly`: the standard refuses it, but it is plain what was meant. `plain`: no GS1 data, and nothing wrong with it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One field of the code."""

    ai: str
    name: str
    """In words: `Expiry date`; "" for an application identifier that is not assigned."""
    title: str
    """The standard's data title: `USE BY or EXPIRY`."""
    value: str
    meaning: str
    """The value in words; "" when it says nothing beyond itself."""
    check: str
    """Whether its check digit is right, in words; "" when it has none."""
    fault: str
    """What is wrong with it; "" when nothing is."""
    start: int = 0
    """Offset of the whole field in the explained text."""
    length: int = 0
    """Its length; 0 where the form does not show fields."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or doubtful."""

    code: str
    """Stable name, as GS1Error has."""
    words: str
    """What is wrong, in a sentence."""
    mend: str
    """How to mend it, in a sentence; "" when nobody can know."""
    start: int
    """Offset of the faulty part in the explained text."""
    length: int
    """Its length; 0 when it is not about a place."""
    ai: str = ""
    markup: str = ""
    """`(01)0950600013435|3|`; "" without a place in a field."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The same thing in another form."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text means, what is wrong with it and where."""

    text: str
    """What was explained: the given text without blanks around it, separators typed as {GS} made real ones."""
    form: Form
    form_words: str
    verdict: Verdict
    headline: str
    """One sentence: what it is, or what is the matter."""
    elements: tuple[Element, ...] = ()
    problems: tuple[Problem, ...] = ()
    mended: str = ""
    """The text as it was probably meant; "" when it is valid or nobody can know."""
    spellings: tuple[Spelling, ...] = ()
    notes: tuple[str, ...] = ()
    """What else is worth knowing, in sentences."""
