"""The thing behind a code: what it is in a sentence, and every form in which it can be written."""

from collections.abc import Callable
from functools import partial

from seriatim.gs1.compression import compress
from seriatim.gs1.epc import encode, to_urn
from seriatim.gs1.errors import GS1Error, printable
from seriatim.gs1.explaining.model import Spelling
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.message import Message

_TAGS = {
    "sgtin": "SGTIN+", "sscc": "SSCC+", "sgln": "SGLN+", "grai": "GRAI+", "giai": "GIAI+", "gsrn": "GSRN+",
    "gsrnp": "GSRNP+", "gdti": "GDTI+", "sgcn": "SGCN+", "itip": "ITIP+", "cpi": "CPI+",
}  # fmt: skip
_CLASSIC = {"sgtin": ("SGTIN-96", "SGTIN-198"), "sscc": ("SSCC-96",)}
_THINGS = {
    "gtin": "A kind of product: {key}.",
    "lgtin": "A lot of a product: {key}, lot {lot}.",
    "sgtin": "One single item: product {key}, serial {serial}.",
    "upui": "One single pack of product {key}, with the code of a third party.",
    "itip": "A piece of a product: {key}.",
    "sscc": "One logistic unit, a case or a pallet: {key}.",
    "sgln": "A place: {key}.",
    "pgln": "A party: {key}.",
    "payto": "A payment: to {key}.",
    "grai": "A returnable asset: {key}.",
    "giai": "An asset: {key}.",
    "gdti": "A document: {key}.",
    "sgcn": "A coupon: {key}.",
    "cpi": "A component or part: {key}.",
    "gsrn": "A recipient of a service: {key}.",
    "gsrnp": "A provider of a service: {key}.",
    "ginc": "A consignment: {key}.",
    "gsin": "A shipment: {key}.",
    "gmn": "A product model: {key}.",
}


def headline_of(message: Message) -> str:
    """The thing a message names, in a sentence."""
    try:
        key = key_of(message)
    except GS1Error:
        return "Data about a thing, but none of the fields says which thing."
    return _THINGS[key.scheme].format(
        key=key.key, serial=printable(key.serial or ""), lot=printable(key.lot or "")
    )


def spellings_of(message: Message, gcp_length: int | None, given: str = "") -> tuple[Spelling, ...]:
    """The same data in every form that exists for it."""
    key = _key(message)
    makers: list[tuple[str, Callable[[], str]]] = [
        ("For people", message.bracketed),
        ("For bar codes", message.element_string),
        ("Digital Link", message.digital_link),
        ("Digital Link, compressed (ex)", lambda: compress(message.digital_link(), "ex")),
        ("Digital Link, compressed (eh)", lambda: compress(message.digital_link(), "eh")),
        ("Digital Link, old compression", lambda: compress(message.digital_link(), "v1")),
    ]
    if key is not None and key.scheme in _TAGS:
        makers.append(
            (f"RFID tag {_TAGS[key.scheme]}", lambda: encode(message, _TAGS[key.scheme], gcp_length=None))
        )
    if key is not None and gcp_length is not None:
        makers.append(("EPC URN", lambda: to_urn(Message(key.elements()), gcp_length)))
        makers += [
            (f"RFID tag {scheme}", partial(encode, message, scheme, gcp_length=gcp_length))
            for scheme in _CLASSIC.get(key.scheme, ())
        ]
    found = []
    for name, make in makers:
        try:
            text = make()
        except GS1Error:
            continue  # some messages have no such form
        if text != given:
            found.append(Spelling(name, text))
    return tuple(found)


def _key(message: Message) -> Key | None:
    try:
        return key_of(message)
    except GS1Error:
        return None
