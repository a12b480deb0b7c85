"""What is wrong with a code, said so that a person at the line can see it.

>>> GS1Error("incorrect_check_digit", ai="01", value="09506000134353", position=13, length=1).markup
'(01)0950600013435|3|'
"""

from typing import NamedTuple

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
    """Stable name of the fault; the words of the message may change, this may not."""
    ai: str
    """Application identifier the fault belongs to, "" when it belongs to none."""
    position: int | None
    """Offset of the faulty part in the value of `ai`; without an AI, in the text; None when not about a place."""
    markup: str
    """`(01)0950600013435|3|`: the component up to its end with the faulty part between bars, "" without a place."""

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
        sentence = detail or MEANINGS.get(code) or code.replace("_", " ")
        place = f"; here: {printable(self.markup)}" if self.markup else ""
        super().__init__(f"{f'AI ({ai}): ' if ai else ''}{sentence}{place}")

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders (worker pools) with all their fields."""
        return (_rebuild, (self.code, self.ai, self.position, self.markup, str(self)))


def _rebuild(code: str, ai: str, position: int | None, markup: str, message: str) -> GS1Error:
    error = GS1Error(code, ai=ai)
    error.position, error.markup, error.args = position, markup, (message,)
    return error


def printable(text: str) -> str:
    """Text of unknown origin made safe for a message: control signs and lone surrogates are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


MEANINGS = {
    "empty": "there is nothing to read",
    "too_long_input": "the input is longer than any GS1 message may be",
    "not_gs1": "this is neither a GS1 message, nor a GS1 Digital Link, nor an EPC URN",
    "missing_fnc1": "the element string must start with FNC1 (written ^ or sent as GS)",
    "unknown_ai": "no such application identifier is known",
    "bad_brackets": "expected (AI)value pairs, each with a value",
    "too_many_elements": "a message may hold 64 elements at most",
    "value_empty": "the value is missing",
    "value_too_short": "the value is too short",
    "value_too_long": "the value is too long",
    "value_wrong_length": "the value has a wrong length",
    "fnc1_in_value": "a value must not contain ^, it stands for FNC1",
    "non_digit_character": "a digit is expected here",
    "invalid_cset82_character": "this character is not in GS1 character set 82",
    "invalid_cset39_character": "this character is not in GS1 character set 39",
    "invalid_cset64_character": "this character is not in the base64url set",
    "invalid_cset64_padding": "the base64url padding is wrong",
    "incorrect_check_digit": "the check digit is wrong",
    "incorrect_check_pair": "the pair of check characters is wrong",
    "too_short_for_gcp": "too short to begin with a GS1 company prefix (4 digits at least)",
    "invalid_gcp_prefix": "does not begin with a GS1 company prefix",
    "illegal_month": "no such month",
    "illegal_day": "no such day in this month",
    "illegal_hour": "hours run from 00 to 23",
    "illegal_minute": "minutes run from 00 to 59",
    "illegal_second": "seconds run from 00 to 59",
    "excluded_pair": "these application identifiers must not meet",
    "missing_association": "another application identifier is required beside this one",
    "different_repeat": "the element is repeated with another value",
    "serial_required": "a digital signature needs a serialised key, the serial is missing",
    "bad_uri": "this is not a well-formed http or https URI",
    "no_key": "no GS1 key is found in the path of the URI",
    "bad_key_sequence": "the key and its qualifiers are not in an allowed order",
    "not_an_attribute": "this application identifier is not allowed in the query of a Digital Link",
    "belongs_in_path": "this qualifier belongs into the path of the Digital Link",
    "duplicate": "the application identifier stands twice in the Digital Link",
    "null_character": "%00 is not allowed",
    "no_digital_link": "no Digital Link exists for this message",
    "bad_symbology_identifier": "expected scan data beginning with a symbology identifier such as ]d2",
    "bad_urn": "this is not a well-formed EPC URN",
    "no_urn": "no EPC URN exists for this message",
    "not_compressed": "this is no compressed Digital Link",
    "bad_compression": "the compressed part of the Digital Link cannot be read",
    "no_compressed_form": "the old compression has no form for this; use eh or ex",
    "unknown_form": "no such form of compression is known",
    "bad_tag": "these are not the bits of a GS1 tag",
    "no_tag": "no tag of this kind can carry this",
    "unknown_scheme": "no such kind of EPC tag is known",
    "bad_filter": "a filter lies between 0 and 7",
    "bad_host": "expected a host name such as id.brand.example",
    "unknown_gcp_length": "nothing says where the GS1 company prefix ends",
    "bad_prefix_list": "this is no list of GS1 company prefixes",
    "bad_gcp_length": "the length of a GS1 company prefix lies between 6 and 12 digits",
}
