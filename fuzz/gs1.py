"""Targets of `seriatim.gs1`: each reads, and what was accepted must read the same once written again."""

import contextlib
from typing import Final

from fuzz.target import Target
from seriatim import gs1
from seriatim.gs1 import epc

LENIENT: Final = gs1.Options(
    short_gtins=True,
    words=True,
    trailing_slash=True,
    any_order=True,
    unknown_ais=True,
    unknown_attributes=True,
)
UNIT: Final = "https://id.gs1.org/01/09521234543213"


def element_string(text: str) -> None:
    message = gs1.parse_element_string(text)
    assert gs1.parse(message.element_string()) == gs1.parse(message.bracketed()) == message
    _leave(message)


def bracketed(text: str) -> None:
    message = gs1.parse_bracketed(text)
    assert gs1.parse(message.bracketed()) == gs1.parse(message.element_string()) == message
    _leave(message)


def scan_data(text: str) -> None:
    scan = gs1.read_scan(text)
    if scan.message is not None:
        assert gs1.parse(scan.message.bracketed()) == scan.message


def digital_link(text: str) -> None:
    with contextlib.suppress(gs1.GS1Error):
        gs1.parse_digital_link(text, options=LENIENT)
    message = gs1.parse_digital_link(text)
    assert gs1.parse_digital_link(text, strict=False) == message
    link = message.digital_link()
    assert sorted(gs1.parse(link).elements) == sorted(message.elements)
    assert gs1.parse(link).digital_link() == link


def compressed_link(text: str) -> None:
    link = gs1.decompress(text)
    message = gs1.parse(link)
    with contextlib.suppress(gs1.GS1Error):  # some links have no compressed form any more
        again = gs1.parse(gs1.decompress(gs1.compress(link)))
        assert sorted(again.elements) == sorted(message.elements)


def short_link(text: str) -> None:
    compressed_link(f"https://a.example/{text}")


def compress(text: str) -> None:
    for form in ("v1", "eh", "ex"):
        short = gs1.compress(text, form)
        assert sorted(gs1.parse(gs1.decompress(short)).elements) == sorted(gs1.parse(text).elements)


def tag(text: str) -> None:
    found = epc.decode(text)
    if found.tag_uri:
        assert epc.decode(epc.encode(found.tag_uri)) == found
    elif found.scheme.endswith("+"):
        with contextlib.suppress(gs1.GS1Error):  # a tag may hold more bits than we write
            assert (
                epc.decode(epc.encode(found.message, found.scheme, found.filter, host=found.host)).key
                == found.key
            )


def tag_uri(text: str) -> None:
    found = epc.from_tag_uri(text)
    assert epc.decode(epc.encode(text)).tag_uri == found.tag_uri


def urn(text: str) -> None:
    message = epc.from_urn(text)
    identity = gs1.key_of(message)
    length = len(text.split(":")[4].partition(".")[0])
    with contextlib.suppress(gs1.GS1Error):
        assert gs1.canonical_key(epc.to_urn(message, length)) == identity


def pure_identity(text: str) -> None:
    identity = epc.PureIdentity.parse(text)
    assert epc.PureIdentity.parse(identity.uri) == identity


def pattern(text: str) -> None:
    found = epc.Pattern.parse(text)
    assert epc.Pattern.parse(found.uri) == found


def raw_uri(text: str) -> None:
    raw = epc.RawTag.parse(text)
    assert epc.RawTag.parse(raw.uri) == raw


def any_spelling(text: str) -> None:
    key = gs1.canonical_key(text)
    assert gs1.canonical_key(key.digital_link()) == key


def _leave(message: gs1.Message) -> None:
    with contextlib.suppress(gs1.GS1Error):
        message.digital_link()
    assert message.hri(titles=True)
    assert len(message.plain_lines(this_year=2026)) == len(message.elements)


MESSAGES: Final = tuple(
    gs1.parse(text)
    for text in (
        "(01)09506000134352(17)261231(10)A1(21)x/Y%",
        "(00)006141411234567890(02)09506000134352(37)12",
        "(8003)09506000134352A",
        "(8006)095060001343520102(21)A",
        "(414)4012345000054(254)32a/b",
        "(253)9526064000028000001(99)000001",
        "(01)09506000134352(3103)001250(30)5(3922)1299(8008)260101120000",
        "(255)9506000134352(8110)012345612345611110123",
        "(8018)061414100000102534(7258)1/2(7259)A%20B",
    )
)
LINKS: Final = (
    f"{UNIT}/21/12345",
    f"{UNIT}/10/A/21/a%2Fb?17=261231",
    "https://a/00/006141411234567890",
    *(message.digital_link("https://a.example/x") for message in MESSAGES[:6]),
)
URNS: Final = (
    "urn:epc:id:sgtin:9521234.054321.a%2Fb",
    "urn:epc:id:sscc:0614141.1234567890",
    "urn:epc:class:lgtin:9521234.054321.A",
    "urn:epc:id:itip:9521234.054321.01.02.A1",
    "urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345",
    "urn:epc:id:sgln:4012345.00005.0",
    "urn:epc:id:giai:4000001.111",
)
OTHER_URNS: Final = (
    "urn:epc:id:gid:952056.2718.1414",
    "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92",
    "urn:epc:id:usdod:CAGEY.5678",
    "urn:epc:id:bic:CSQU3054383",
    "urn:epc:id:imovn:9176187",
)
TAGS: Final = (
    "3036452148350C4000003039",
    "F710952123454321305181C8",
    "FD10952123454321305181CC7418B961DD92D800",
    "3500E86F8000A9E000000586",
    "2F320434147455900000162E",
    "3B0E0CF5E76C9047759AD00373DC7602E7200000",
    epc.encode("urn:epc:id:sscc:0614141.1234567890", "SSCC-96"),
    epc.encode("urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345", "CPI-var"),
    epc.encode("urn:epc:id:itip:9521234.054321.01.02.A1", "ITIP-212"),
    epc.encode(f"{UNIT}/10/A%2F/21/x-9?17=261231&3103=001250&8008=26010110", "SGTIN+", 2),
    epc.encode(f"{UNIT}/21/x-9?17=261231", "DSGTIN+", 2),
)
TAG_URIS: Final = tuple(uri for bits in TAGS if (uri := epc.decode(bits).tag_uri))
PATTERNS: Final = (
    *(f"urn:epc:idpat:{urn.removeprefix('urn:epc:id:')}" for urn in (*URNS, *OTHER_URNS) if ":id:" in urn),
    "urn:epc:idpat:sgtin:9521234.*.*",
    "urn:epc:pat:sgtin-96:3.9521234.054321.[100-199]",
)
SCANS: Final = (
    *(f"]d2{message.element_string()[1:]}".replace("^", "\x1d") for message in MESSAGES),
    "]E09506000134352|]e010A1",
    "]E402345673",
    f"]Q1{UNIT}",
    "]J0hello",
)
SHORT_LINKS: Final = tuple(gs1.compress(link, form) for link in LINKS[:2] for form in ("v1", "eh", "ex"))
STRINGS: Final = tuple(message.element_string() for message in MESSAGES)
BRACKETS: Final = tuple(message.bracketed() for message in MESSAGES)

TARGETS: Final = tuple(
    Target(run.__name__, run, (gs1.GS1Error,), samples)
    for run, samples in (
        (element_string, STRINGS),
        (bracketed, BRACKETS),
        (scan_data, SCANS),
        (digital_link, LINKS),
        (compressed_link, SHORT_LINKS),
        (short_link, tuple(link.rpartition("/")[2] for link in SHORT_LINKS)),
        (compress, LINKS),
        (tag, TAGS),
        (tag_uri, TAG_URIS),
        (urn, URNS),
        (pure_identity, (*URNS, *OTHER_URNS)),
        (pattern, PATTERNS),
        (
            raw_uri,
            (
                *(epc.RawTag.of_hex(bits).uri for bits in TAGS),
                "urn:epc:raw:64.255",
                "urn:epc:raw:16.xA1.x00FF",
            ),
        ),
        (any_spelling, (*BRACKETS[:3], *STRINGS[:3], *LINKS, *URNS, *SCANS[:2])),
    )
)
