"""Every word of the page, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seriatim.gs1.explaining import Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """The page's own words; those of an explanation come from `gs1.explaining`."""

    title: str = "What does this code say?"
    lead: str = (
        "Paste or scan a code in any form. See what each part means, what is wrong with it, and where."
    )
    field: str = "Code"
    hint: str = "A scanner may type straight in here. Write the separator as {GS} or ^ if you type it."
    verb: str = "Explain"
    text: str = "The code, part by part"
    problems: str = "What to look at"
    doubtful: str = "Valid, but look twice"
    meant: str = "Probably meant"
    explain_meant: str = "Explain this one"
    fields: str = "Part by part"
    ai: str = "AI"
    name: str = "Part"
    value: str = "Value"
    meaning: str = "In words"
    spellings: str = "The same in other forms"
    spellings_hint: str = "press one to copy it"
    copy: str = "Copy"
    details: str = "How it was read"
    form: str = "Form"
    characters: str = "Characters"
    examples: str = "Try one of these"
    privacy: str = "Nothing is looked up and nothing is kept: the text is read, answered and forgotten."
    what: str = "What can be explained"
    separator: str = "separator"
    home: str = "Console"
    length_label: str = "Digits of the company prefix"
    length_unknown: str = "not known"
    length_verb: str = "Write the EPC URN too"


WORDS: Final = Words()

VERDICTS: Final[Mapping[Verdict, tuple[str, str]]] = {
    "valid": ("good", "Valid"),
    "nearly": ("watch", "Nearly right"),
    "invalid": ("bad", "Not valid"),
    "plain": ("idle", "No GS1 code"),
}
"""State (its shape and colour) and word."""

EXAMPLES: Final = (
    ("A pack of coffee, as printed", "(01)09506000134352(17)271105(10)H26K05(21)7K2M9QXR4TBV"),
    ("A scan of its Data Matrix", "]d201095060001343521727110510H26K05{GS}217K2M9QXR4TBV"),
    ("A web address", "https://id.gs1.org/01/09506000134352/21/7K2M9QXR4TBV?17=271105"),
    ("A case or a pallet", "195060001343520014"),
    ("An RFID tag", "3036452148350C4000003039"),
    ("A mistyped number", "9506000134353"),
    ("A lost separator", "]d2010950600013435210H26K0517271105"),
    ("A weight and a price", "(01)99506000134355(3103)000250(3932)978000499"),
)
"""What each is, and its text."""

KINDS: Final = (
    ("Bar codes and Data Matrix", "with or without brackets, as a scanner sends them"),
    ("Digital Links", "web addresses with GS1 data, also compressed ones"),
    ("RFID", "EPC URNs, tag URIs, the hexadecimal digits of a tag"),
    ("Bare numbers", "GTIN, SSCC, GLN: is the check digit right?"),
)
"""What can be explained."""
