"""What goes onto a tag comes off it again, for every kind of tag; and nothing a reader sends breaks the decoder."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.checksums import CSET82
from seriatim.gs1.epc import schemes, tagging
from seriatim.gs1.epc.sgtin96 import read_sgtin_96, write_sgtin_96

Elements = tuple[tuple[str, str], ...]

PATIENT = settings(deadline=None, max_examples=50)
CSET39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LABELS = st.integers(0, 7)
GCP_LENGTHS = st.integers(6, 12)


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def keys(length: int) -> st.SearchStrategy[str]:
    return digits(length - 1).map(gs1.with_check_digit)


def numbers(bits: int, most_digits: int = 12, least: int = 0) -> st.SearchStrategy[str]:
    return st.integers(least, min((1 << bits), 10**most_digits) - 1).map(str)


def texts(most: int, alphabet: str = CSET82) -> st.SearchStrategy[str]:
    kinds = ["0123456789", "0123456789ABCDEF", "0123456789abcdef", "ABC-.:019", "Aa_-9", alphabet]
    return st.sampled_from([kind for kind in kinds if set(kind) <= set(alphabet)]).flatmap(
        lambda kind: st.text(kind, min_size=1, max_size=most)
    )


def pairs(
    ai: str, values: st.SearchStrategy[str], *more: tuple[str, st.SearchStrategy[str]]
) -> st.SearchStrategy[Elements]:
    columns = [(ai, values), *more]
    return st.tuples(*(column for _, column in columns)).map(
        lambda row: tuple(zip([name for name, _ in columns], row, strict=True))
    )


def joined(*columns: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*columns).map("".join)


PIECES = st.tuples(st.integers(1, 99), st.integers(1, 99)).map(lambda two: f"{min(two):02}{max(two):02}")
ITIPS = joined(keys(14), PIECES)
GTIN_TEXT = pairs("01", keys(14), ("21", texts(20)))
ASSETS = joined(digits(12), texts(18))
PARTS = joined(digits(12), texts(18, CSET39))

CONTENT: dict[str, st.SearchStrategy[Elements]] = {
    "SGTIN-96": pairs("01", keys(14), ("21", numbers(38))),
    "SGTIN-198": GTIN_TEXT,
    "SGTIN+": GTIN_TEXT,
    "SGTIN++": GTIN_TEXT,
    "DSGTIN+": pairs("01", keys(14), ("21", texts(20)), ("17", st.just("261231"))),
    "DSGTIN++": pairs("01", keys(14), ("21", texts(20)), ("11", st.just("260200"))),
    "SSCC-96": pairs("00", keys(18)),
    "SSCC+": pairs("00", keys(18)),
    "SSCC++": pairs("00", keys(18)),
    "SGLN-96": pairs("414", keys(13), ("254", numbers(41).filter(lambda text: text != "0"))),
    "SGLN-195": pairs("414", keys(13), ("254", texts(20).filter(lambda text: text != "0"))),
    "SGLN+": pairs("414", keys(13)),
    "GRAI-96": pairs("8003", joined(st.just("0"), keys(13), numbers(38))),
    "GRAI-170": pairs("8003", joined(st.just("0"), keys(13), texts(16))),
    "GRAI+": pairs("8003", joined(st.just("0"), keys(13), texts(16))),
    "GIAI-96": pairs("8004", joined(digits(12), numbers(42))),
    "GIAI-202": pairs("8004", ASSETS),
    "GIAI+": pairs("8004", ASSETS),
    "GSRN-96": pairs("8018", keys(18)),
    "GSRN+": pairs("8018", keys(18)),
    "GSRNP-96": pairs("8017", keys(18)),
    "GSRNP+": pairs("8017", keys(18)),
    "GDTI-96": pairs("253", joined(keys(13), numbers(41))),
    "GDTI-113": pairs("253", joined(keys(13), numbers(57, 17))),
    "GDTI-174": pairs("253", joined(keys(13), texts(17))),
    "GDTI+": pairs("253", joined(keys(13), texts(17))),
    "SGCN-96": pairs("255", joined(keys(13), numbers(38))),
    "SGCN+": pairs("255", joined(keys(13), st.text("0123456789", min_size=1, max_size=12))),
    "ITIP-110": pairs("8006", ITIPS, ("21", numbers(38))),
    "ITIP-212": pairs("8006", ITIPS, ("21", texts(20))),
    "ITIP+": pairs("8006", ITIPS, ("21", texts(20))),
    "ITIP++": pairs("8006", ITIPS, ("21", texts(20))),
    "CPI-96": pairs("8010", joined(digits(12), numbers(11)), ("8011", numbers(31, least=1))),
    "CPI-var": pairs("8010", PARTS, ("8011", numbers(40, least=1))),
    "CPI+": pairs("8010", PARTS, ("8011", numbers(40, least=1))),
}
# Assets and parts begin with a company prefix of 12 digits here, so that no reference begins with a zero.
ASSET_SCHEMES = {"GIAI-96", "CPI-96"}


def test_every_kind_of_tag_takes_part() -> None:
    assert CONTENT.keys() == schemes.CLASSIC.keys() | schemes.PLUS.keys()
    assert len(schemes.HEADERS) == len(CONTENT)


@pytest.mark.parametrize("scheme", sorted(CONTENT))
@PATIENT
@given(st.data(), LABELS, GCP_LENGTHS)
def test_what_is_written_is_read_again(scheme: str, data: st.DataObject, label: int, gcp_length: int) -> None:
    message = gs1.Message(data.draw(CONTENT[scheme]))
    length = 12 if scheme in ASSET_SCHEMES else gcp_length
    host = "id.brand.example" if scheme.endswith("++") else ""

    text = gs1.epc.encode(message, scheme, label, length, host=host)
    tag = gs1.epc.decode(text.lower())

    assert (tag.scheme, tag.filter, tag.host) == (scheme, label, host)
    assert tag.message == message
    assert tag.key == gs1.key_of(message)
    assert tag.gcp_length == (None if "+" in scheme else length)
    assert len(text) % 4 == 0
    if tag.tag_uri:
        assert gs1.epc.encode(tag.tag_uri) == text


@pytest.mark.parametrize(
    "text",
    [
        "(10)LOT/7(11)260200(17)261231",
        "(20)07(240)" + "x" * 30,
        "(30)00000012",
        "(3103)001250(3922)000000000001299",
        "(3103)001250(3932)978001299",
        "(7003)2612312359(7004)0001(10)A",
        "(7007)260101",
        "(7007)260101260228(7008)COD",
        "(7011)261231",
        "(7011)2612310930",
        "(8008)26010111",
        "(8008)2601011130",
        "(8008)260101113059",
        "(7030)276AB12(7231)XYabc",
        "(710)A.:9(8005)000199(91)" + "=" * 90,
        "(422)276(423)276250040",
        "(7023)95212345(8001)00010000100110",
        "(00)106141412345678908(4307)DE(4322)1(4324)2612312359",
        "(00)106141412345678908(4309)12345678901234567890(4330)000450-(4332)000450",
        "(00)106141412345678908(421)2760A1(402)95212340000000013(410)4012345000054",
        "(415)4012345000054(8020)R1(8007)DE89370400440532013000(3910)978001299",
        "(253)4012345111118A/1",
        "(8003)040123455555549_x",
        "(417)4012345002256(7040)1ABC",
        "(8018)061414100000102534(8019)0000000001(7241)80(7250)19801231(7252)9",
    ],
)
def test_further_data_come_off_the_tag_as_they_went_on(text: str) -> None:
    message = gs1.parse("(01)09521234543213(21)12345" + text)

    written = tagging.write_tag(message, "SGTIN+", 1, None).hex(words=True)

    assert gs1.epc.decode(written).message == message


HEADERS = [f"{header:02X}" for header in schemes.HEADERS]
HEX = st.text("0123456789abcdefABCDEF", max_size=80)


@PATIENT
@given(st.sampled_from(["", *HEADERS]), HEX | st.text(max_size=40))
@example("F7", "8" + "0" * 40)
@example("FA", "0" + "1" * 400)
@example("3D", "1" * 400)
def test_whatever_a_reader_sends_gives_a_tag_or_a_named_error(header: str, rest: str) -> None:
    try:
        tag = gs1.epc.decode(header + rest)
    except gs1.GS1Error:
        return

    with contextlib.suppress(gs1.GS1Error):
        assert gs1.parse(tag.digital_link).elements
    if tag.gcp_length is not None:
        assert gs1.epc.decode(gs1.epc.encode(str(tag.tag_uri))) == tag


@PATIENT
@given(
    st.sampled_from(["", "urn:epc:tag:", "urn:epc:tag:sgtin-96:1.", "urn:epc:id:", "https://a/01/", "(01)"]),
    st.text(max_size=40),
)
def test_whatever_is_to_be_written_gives_a_tag_or_a_named_error(beginning: str, text: str) -> None:
    for scheme in ("SGTIN-96", "SGTIN++", "GIAI-202", text):
        with contextlib.suppress(gs1.GS1Error):
            gs1.epc.encode(beginning + text, scheme)


@PATIENT
@given(CONTENT["SGTIN-96"], LABELS, GCP_LENGTHS)
def test_the_short_road_and_the_general_road_meet(elements: Elements, label: int, gcp_length: int) -> None:
    general = tagging.write_tag(gs1.Message(elements), "SGTIN-96", label, gcp_length)

    assert write_sgtin_96(elements, label, gcp_length) in {"", general.hex(words=True)}
    assert read_sgtin_96(general.hex(words=True)) == tagging.read_tag(
        tagging.BitReader(general.value, general.size)
    )


@PATIENT
@given(HEX.filter(lambda text: len(text) >= 22).map(lambda text: "30" + text[:22]))
def test_the_short_road_reads_nothing_that_the_general_road_refuses(text: str) -> None:
    short = read_sgtin_96(text)
    general: Callable[[], gs1.epc.Tag] = lambda: tagging.read_tag(tagging.BitReader.of_hex(text))  # noqa: E731

    if short is None:
        with pytest.raises(gs1.GS1Error):
            general()
    else:
        assert short == general()


@pytest.mark.parametrize(
    ("host", "bits"),
    [
        ("id.gs1.org", 1 + 6 + 7 * 5),
        ("www.brand.com", 1 + 6 + 7 * 7),
        ("a.com.example", 1 + 6 + 7 * 13),
        ("xn--brnd-loa.eco", 1 + 6 + 7 * 13),
    ],
)
def test_short_cuts_stand_for_the_beginning_and_the_end_of_a_host(host: str, bits: int) -> None:
    plain = tagging.write_tag(gs1.parse("(00)106141412345678908"), "SSCC+", 0, None)
    hosted = tagging.write_tag(gs1.parse("(00)106141412345678908"), "SSCC++", 0, None, host=host)

    assert hosted.size - plain.size == bits
    assert gs1.epc.decode(hosted.hex(words=True)).host == host


@pytest.mark.parametrize(
    "host", ["", "brand", "Brand.com", "a..com", "-a.com", "a.com:8080", "a.com/x", "x" * 64 + ".example"]
)
def test_a_text_that_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.encode("(00)106141412345678908", "SSCC++", host=host)
    assert refused.value.code == "bad_host"
