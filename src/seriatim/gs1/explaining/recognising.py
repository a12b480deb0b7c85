"""Which form a text has, and what the strict reader of that form says to it."""

import re
from collections.abc import Callable
from typing import NamedTuple

from seriatim.gs1.checksums import check_digit, weighted_sum
from seriatim.gs1.compression import decompress
from seriatim.gs1.digital_link import SCHEMES, parse_digital_link
from seriatim.gs1.element_string import parse_bracketed, parse_element_string
from seriatim.gs1.epc import decode, from_urn
from seriatim.gs1.epc.schemes import HEADERS
from seriatim.gs1.epc.tag import TAG_URI, Tag, from_tag_uri
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.explaining.model import Form
from seriatim.gs1.message import Message
from seriatim.gs1.options import LENIENT
from seriatim.gs1.scanning import AI_SYMBOLOGIES, EAN_SYMBOLOGIES, PLAIN_SYMBOLOGIES, read_scan
from seriatim.gs1.table import KEYS

_HEX = re.compile(r"(?:0x)?([0-9A-Fa-f]{20,248})")
_KEY_IN_PATH = re.compile(rf"/(?:{'|'.join(sorted(KEYS))})/[^/]")
_KEYS_BY_LENGTH = {8: "01", 12: "01", 13: "01", 14: "01", 17: "402", 18: "00"}
_NUMBERS = {
    8: "GTIN-8, eight digits",
    12: "GTIN-12 (UPC), twelve digits",
    13: "GTIN-13 (EAN) or GLN, thirteen digits",
    14: "GTIN-14, fourteen digits",
    17: "GSIN (shipment), seventeen digits",
    18: "SSCC (logistic unit), eighteen digits",
}
_FORMS: dict[Form, str] = {
    "bracketed": "Element string in brackets, as people read it",
    "element_string": "Element string, as it stands in a bar code",
    "digital_link": "GS1 Digital Link, a web address",
    "compressed_v1": "Compressed Digital Link, old form",
    "compressed_eh": "Compressed Digital Link, EPC bits in hexadecimal digits (eh)",
    "compressed_ex": "Compressed Digital Link, EPC bits in base64url (ex)",
    "epc_urn": "EPC URN",
    "tag_uri": "EPC tag URI",
    "tag": "RFID tag, the bits of its EPC memory in hexadecimal digits",
    "url": "Web address without GS1 data",
    "text": "Plain text",
    "empty": "Nothing",
}
_OTHER_SYMBOLOGIES = {
    "A": "Code 39", "C": "Code 128", "d": "Data Matrix", "e": "GS1 DataBar", "E": "EAN/UPC", "F": "Codabar", "G": "Code 93",
    "I": "ITF", "J": "DotCode", "L": "PDF417", "Q": "QR Code", "z": "Aztec Code",
}  # fmt: skip


class Reading(NamedTuple):
    """What a text turned out to be."""

    form: Form
    form_words: str
    message: Message | None = None
    error: GS1Error | None = None
    """Why the strict reader refused; a message beside it was read leniently."""
    tag: Tag | None = None
    gcp_length: int | None = None
    """Digits of the company prefix, where the form says it."""


def read(text: str) -> Reading:
    """The form of a text and what it holds; an error is part of the answer, never raised."""
    lowered = text[:12].lower()
    if not text:
        return Reading("empty", _FORMS["empty"])
    if text[0] == "]":
        return _scan(text)
    if text[0] == "(":
        return _tried("bracketed", parse_bracketed, text)
    if text[0] in "^\x1d":
        return _tried("element_string", parse_element_string, text)
    if lowered.startswith(("http://", "https://")):
        return _link(text)
    if lowered.startswith(TAG_URI):
        return _tag_uri(text)
    if lowered.startswith("urn:"):
        return _urn(text)
    if text.isascii() and text.isdigit() and len(text) in _KEYS_BY_LENGTH:
        return _number(text)
    if (found := _HEX.fullmatch(text)) and int(found[1][:2], 16) in HEADERS:
        return _tag(found[1])
    return Reading("text", _FORMS["text"])


def _tried(form: Form, reader: Callable[[str], Message], text: str) -> Reading:
    try:
        return Reading(form, _FORMS[form], reader(text))
    except GS1Error as error:
        return Reading(form, _FORMS[form], None, error)


def _scan(text: str) -> Reading:
    identifier = text[:3]
    name = (
        AI_SYMBOLOGIES.get(identifier)
        or PLAIN_SYMBOLOGIES.get(identifier)
        or (EAN_SYMBOLOGIES[identifier][0] if identifier in EAN_SYMBOLOGIES else "")
        or _OTHER_SYMBOLOGIES.get(text[1:2], "")
    )
    article = "an" if name[:1] in {"A", "E", "I"} else "a"
    words = f"Scan of {article} {name} symbol ({identifier})" if name else "Scan data"
    try:
        scan = read_scan(text)
    except GS1Error as error:
        return Reading("scan_data", words, None, error)
    return Reading("scan_data", words, scan.message)


def _link(text: str) -> Reading:
    strict = _tried("digital_link", parse_digital_link, text)
    if strict.message is not None:
        return strict
    try:
        message = parse_digital_link(text, options=LENIENT)
    except GS1Error:
        pass
    else:
        return strict._replace(message=message)
    if compressed := _compressed(text):
        return compressed
    if _KEY_IN_PATH.search(text.partition("?")[0]) or not text.startswith(SCHEMES):
        return strict
    return Reading("url", _FORMS["url"])


def _compressed(text: str) -> Reading | None:
    try:
        message = parse_digital_link(decompress(text))
    except GS1Error:
        return None
    kind = text.partition("?")[0].partition("#")[0].rpartition("/")[2][:2]
    form: Form = "compressed_v1"
    if kind == "eh":
        form = "compressed_eh"
    elif kind == "ex":
        form = "compressed_ex"
    return Reading(form, _FORMS[form], message)


def _tag_uri(text: str) -> Reading:
    try:
        tag = from_tag_uri(text)
    except GS1Error as error:
        return Reading("tag_uri", _FORMS["tag_uri"], None, error)
    words = f"{_FORMS['tag_uri']}: {tag.scheme}, filter {tag.filter}"
    return Reading("tag_uri", words, tag.message, None, tag, tag.gcp_length)


def _urn(text: str) -> Reading:
    kinds = {"urn:epc:id:": "one thing", "urn:epc:class:": "a class", "urn:epc:idpat:": "a pattern"}
    kind = next((words for head, words in kinds.items() if text.lower().startswith(head)), "")
    words = f"{_FORMS['epc_urn']}, {kind}" if kind else "URN"
    try:
        message = from_urn(text)
    except GS1Error as error:
        return Reading("epc_urn", words, None, error)
    return Reading("epc_urn", words, message, None, None, len(text.split(":")[4].partition(".")[0]))


def _tag(digits: str) -> Reading:
    try:
        tag = decode(digits)
    except GS1Error as error:
        return Reading("tag", _FORMS["tag"], None, error)
    words = f"RFID tag {tag.scheme}, filter {tag.filter}, in hexadecimal digits"
    return Reading("tag", words, tag.message, None, tag, tag.gcp_length)


def _number(digits: str) -> Reading:
    words = _NUMBERS[len(digits)]
    ai = _KEYS_BY_LENGTH[len(digits)]
    value = digits.zfill(14) if ai == "01" else digits
    if weighted_sum(digits) % 10:
        due = f"the check digit should be {check_digit(digits[:-1])}, not {digits[-1]}"
        last = len(value) - 1
        return Reading(
            "number",
            words,
            None,
            GS1Error("incorrect_check_digit", due, ai=ai, value=value, position=last, length=1),
        )
    return Reading("number", words, Message(((ai, value),)))
