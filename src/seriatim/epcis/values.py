"""Reads single values from JSON: identifiers, times, words, numbers; and arrays of them.

Each method answers the value, or None after noting a fault; so one pass over a document finds everything.
`where` is the JSON Pointer of the object, `name` the member in it: the full pointer is built only for a fault.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from seriatim.epcis import limits, vocabulary
from seriatim.epcis.canon import are_plain_units, fault_of_identifier
from seriatim.epcis.contexts import Prefixes, is_uri
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.model import Instant
from seriatim.epcis.vocabulary import WordList

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_CLOCK = r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,32})?"
_is_time = re.compile(_CLOCK + _ZONE, re.ASCII).fullmatch
_is_time_without_zone = re.compile(_CLOCK, re.ASCII).fullmatch
_is_uom = re.compile(r"[A-Z0-9]{2,3}", re.ASCII).fullmatch
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII).fullmatch

_OFFSETS = frozenset(
    f"{sign}{hour:02}:{minute:02}" for sign in "+-" for hour in range(14) for minute in range(60)
) | {"+14:00", "-14:00"}
_TYPE_NAMES = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
REMEMBERED_MAX = 10_000
_SUGGESTIONS_MAX = 20  # looking for similar words is slow; a document with more faults has another trouble


class ValueReader:
    """Reads values at one place of a document, where certain prefixes hold."""

    def __init__(self, found: Findings, prefixes: Prefixes) -> None:
        self.found = found
        self.prefixes = prefixes
        self._expanding = frozenset(prefixes.custom())
        self._uris: dict[str, str] = {}

    def forget(self) -> None:
        """Drops what was remembered of identifiers once it is much: a stream has no end."""
        if len(self._uris) > REMEMBERED_MAX:
            self._uris.clear()

    def refuse(self, where: str, name: str | int, code: str, message: str) -> None:
        self.found.refuse(pointer(where, name), code, message)

    def wrong_type(self, where: str, name: str | int, value: Any, expected: str) -> None:
        came = _TYPE_NAMES.get(type(value), "a number")
        hint = ": leave the field out when there is no value" if value is None else ""
        self.refuse(where, name, "wrong_type", f"expected {expected}, came {came}{hint}")

    # Single values ---------------------------------------------------------------------------------------------

    def text(self, where: str, name: str | int, value: Any) -> str | None:
        if type(value) is not str:
            self.wrong_type(where, name, value, "a text")
        elif len(value) > limits.TEXT_CHARACTERS_MAX:
            self.refuse(where, name, "text_too_long", too_long(value))
        else:
            return value
        return None

    def uri(self, where: str, name: str | int, value: Any) -> str | None:
        """An identifier or other absolute URI, a prefix that the document declared written out."""
        if type(value) is not str:
            self.wrong_type(where, name, value, "a URI")
            return None
        known = self._uris.get(value)
        if known is not None:
            return known
        if not is_uri(value):
            message = (
                f"{shown(value)} is not an absolute URI: write urn:epc:..., a GS1 Digital Link or another URI"
            )
            self.refuse(where, name, "not_a_uri", message + ", other characters percent-encoded")
            return None
        if len(value) > limits.URI_CHARACTERS_MAX:
            message = f"the URI has {len(value)} characters, at most {limits.URI_CHARACTERS_MAX} are taken: shorten it"
            self.refuse(where, name, "uri_too_long", message)
            return None
        fault = fault_of_identifier(value)
        if fault is not None:
            message = f"{shown(value)} is no valid identifier: {fault}"
            self.refuse(where, name, "identifier_malformed", message)
            return None
        expands = self._expanding and value.partition(":")[0] in self._expanding
        result = self._uris[value] = self.prefixes.expand(value) if expands else value
        return result

    def moment(self, where: str, name: str, value: Any) -> datetime | None:
        """A time in UTC; form as XML Schema's dateTime with zone."""
        if type(value) is not str:
            self.wrong_type(where, name, value, "a time")
            return None
        if _is_time(value):
            try:
                return datetime.fromisoformat(value).astimezone(UTC)
            except (ValueError, OverflowError):  # 31 February, or the year 0001 moved into the year 0
                self.refuse(where, name, "bad_time", f"{value} is not in the calendar: mend the date")
        elif _is_time_without_zone(value):
            message = f"{value} has no time zone: add Z for UTC or an offset such as +02:00"
            self.refuse(where, name, "time_without_zone", message)
        else:
            message = f"{shown(value)} is not a time: write it like 2026-01-31T09:30:00.000+01:00"
            self.refuse(where, name, "bad_time", message)
        return None

    def instant(self, where: str, name: str, value: Any) -> Instant | None:
        at = self.moment(where, name, value)
        return None if at is None else Instant(at, value)

    def offset(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and value in _OFFSETS:
            return value
        message = f"{shown(value)} is not an offset: write +hh:mm or -hh:mm, at most 14:00 (UTC is +00:00)"
        self.refuse(where, name, "bad_offset", message)
        return None

    def number(self, where: str, name: str, value: Any) -> Decimal | None:
        if type(value) is Decimal:
            return value
        if type(value) is int:
            return Decimal(value)
        self.wrong_type(where, name, value, "a number without quotes")
        return None

    def boolean(self, where: str, name: str, value: Any) -> bool | None:
        if type(value) is bool:
            return value
        self.wrong_type(where, name, value, "true or false without quotes")
        return None

    def hexadecimal(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and _is_hex(value):
            return self.text(where, name, value)
        message = f"{shown(value)} is not hexadecimal: write two digits 0-9 A-F for each octet"
        self.refuse(where, name, "bad_hexadecimal", message)
        return None

    def action(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and value in vocabulary.ACTIONS:
            return value
        self.refuse(where, name, "bad_action", f"{shown(value)} is no action: write ADD, OBSERVE or DELETE")
        return None

    def uom(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and _is_uom(value):
            return value
        message = f"{shown(value)} is no unit code: use UN/ECE Recommendation 20, for instance KGM, LTR, C62"
        self.refuse(where, name, "bad_uom", message)
        return None

    def word(self, where: str, name: str | int, value: Any, words: WordList) -> str | None:
        """A bare word of the list, or a URI of somebody else's vocabulary."""
        if type(value) is not str:
            self.wrong_type(where, name, value, f"a {words.name}")
            return None
        if value in words.words:
            return value
        full = value if words.claims(value) else self.prefixes.expand(value)
        word = words.find(value) or words.find(full)
        if word is not None:
            self._not_bare(where, name, value, word)
            return word
        if ":" in value and not words.claims(full):
            return self.uri(where, name, value)
        full = self.prefixes.expand(value)
        if full.startswith(vocabulary.GS1_WEB) and words.prefix == vocabulary.GS1_WEB:
            message = (
                f"{shown(value)} is no {words.name} of CBV 2.0: use one of its words or a URI of your own"
            )
            self.found.forgive(pointer(where, name), "unknown_word", message)
            return self.uri(where, name, full)
        self._unknown_word(where, name, value, words)
        return None

    def _not_bare(self, where: str, name: str | int, value: str, word: str) -> None:
        path = pointer(where, name)
        if value.startswith((vocabulary.CBV_WEB, "cbv:", "gs1:")):
            self.found.warn(
                path, "word_as_uri", f"{shown(value)} is read as {word}: in JSON write the bare word"
            )
        else:
            message = f"{shown(value)} is the spelling of XML: in JSON write the bare word {word}"
            self.found.forgive(path, "word_not_bare", message)

    def _unknown_word(self, where: str, name: str | int, value: str, words: WordList) -> None:
        near = self.similar(value.rpartition("-")[2].rpartition(":")[2], words.words)
        message = (
            f"{shown(value)} is no {words.name} of CBV 2.0{near}: use one of its words or a URI of your own"
        )
        self.refuse(where, name, "unknown_word", message)

    def similar(self, text: str, words: frozenset[str]) -> str:
        """`, perhaps packing?` when something like it exists."""
        if self.found.count > _SUGGESTIONS_MAX:
            return ""
        near = get_close_matches(text[:64], sorted(words), n=1, cutoff=0.75)
        return f" (perhaps {near[0]}?)" if near else ""

    def version(self, where: str, name: str, value: Any) -> str | None:
        """The version of the schema: 1.x or 2.x."""
        text = value if type(value) is str else ""
        if all(part.isascii() and part.isdecimal() for part in text.split(".")) and len(text) < 32:
            if text.split(".")[0].lstrip("0") in {"1", "2"}:
                return text
            message = f"version {text} is not known here: 1.x and 2.x are read"
        else:
            message = "schemaVersion is a text of digits and dots: write 2.0"
        self.refuse(where, name, "bad_version", message)
        return None

    def biz_step(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.BIZ_STEP)

    def disposition(self, where: str, name: str | int, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.DISPOSITION)

    def measurement_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.MEASUREMENT_TYPE)

    def sensor_alert(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.SENSOR_ALERT)

    def component(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.COMPONENT)

    def error_reason(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.ERROR_REASON)

    def biz_transaction_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.BIZ_TRANSACTION_TYPE)

    def source_dest_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.SOURCE_DEST_TYPE)

    # Lists -----------------------------------------------------------------------------------------------------

    def members(
        self, where: str, name: str, value: Any, read: Callable[[str, int, Any], Any]
    ) -> tuple[Any, ...]:
        if type(value) is not list:
            self.wrong_type(where, name, value, "an array")
            return ()
        path = pointer(where, name)
        return tuple(item for i, one in enumerate(value) if (item := read(path, i, one)) is not None)

    def uris(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        if type(value) is list and set(map(type, value)) == {str} and self._are_sound(value):
            return tuple(value)
        return self.members(where, name, value, self.uri)

    def _are_sound(self, uris: list[str]) -> bool:
        """Links of units in their usual form, which mean themselves."""
        return "https" not in self._expanding and are_plain_units(uris)

    def certificates(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        if type(value) is list:
            return self.uris(where, name, value)
        one = self.uri(where, name, value)
        return () if one is None else (one,)

    def dispositions(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        words: tuple[str, ...] = self.members(where, name, value, self.disposition)
        if value == []:
            self.refuse(where, name, "empty_list", "the list is empty: name a disposition or leave it out")
        if len(set(words)) != len(words):
            self.refuse(where, name, "duplicate_value", "a disposition stands twice in this list: keep one")
        return words


def too_long(text: str) -> str:
    most = limits.TEXT_CHARACTERS_MAX
    return f"the text has {len(text)} characters, at most {most} are taken: store it elsewhere and give its address"


def shown(value: Any) -> str:
    """A value for a message: short, a text in quotes."""
    if not isinstance(value, str):
        return _TYPE_NAMES.get(type(value)) or str(value)[:80]
    return f'"{value}"' if len(value) <= 80 else f'"{value[:80]}..."'
