"""The GS1 language: reading what scanners and phones send, writing links and tags; beside biip and epcpy."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bench.figures import BenchmarkFailed, Figure, Sizes, figure, not_installed, rate_of
from bench.peers import Peer
from seriatim import gs1

GTIN: Final = "09506000134352"
FOUR: Final = "GTIN, expiry, lot, serial; fully validated"
LINTER_ROWS: Final = Path(__file__).parents[2] / "shared" / "vectors" / "gs1" / "ai_linters.json"
SYNTAX_ONLY: Final = gs1.Options(associations=False)
IMPORT: Final = (
    "import time; start = time.process_time(); import seriatim.gs1; print(time.process_time() - start)"
)
IMPORT_CASE: Final = "import seriatim.gs1 in a new interpreter, processor time, bytecode cached"

biip, epcpy = Peer("biip"), Peer("epcpy")


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Every input differs in its serial and lot; all linters and associations are on, as they are by default."""
    serials = [f"{number:08X}K7QX" for number in range(sizes.inputs)]
    yield from _reading(serials, sizes)
    yield from _tags(sizes)
    yield from _compression(serials, sizes)
    yield from _invalid_values()
    yield _import_time(sizes)


def _reading(serials: Sequence[str], sizes: Sizes) -> Iterator[Figure]:
    strings = [f"^01{GTIN}1727112010L{i % 997:04}^21{serial}" for i, serial in enumerate(serials)]
    brackets = [f"(01){GTIN}(17)271120(10)L{i % 997:04}(21){serial}" for i, serial in enumerate(serials)]
    links = [f"https://id.gs1.org/01/{GTIN}/10/L{i % 997:04}/21/{s}?17=271120" for i, s in enumerate(serials)]
    yield rate_of("gs1.element_string", gs1.parse, strings, "1/s", FOUR, sizes)
    scans = [text[1:].replace("^", "\x1d") for text in strings]
    case = "the same data; each AI judged alone"
    yield biip.rate_of(
        "element_string", lambda: biip.module("gs1_messages").GS1Message.parse, scans, case, sizes
    )
    yield rate_of("gs1.bracketed", gs1.parse, brackets, "1/s", FOUR, sizes)
    yield biip.rate_of(
        "bracketed", lambda: biip.module("gs1_messages").GS1Message.parse_hri, brackets, case, sizes
    )
    yield rate_of("gs1.digital_link", gs1.parse, links, "1/s", FOUR, sizes)
    yield biip.rate_of(
        "digital_link",
        lambda: biip.module("gs1_digital_link_uris").GS1DigitalLinkURI.parse,
        links,
        case,
        sizes,
    )
    yield rate_of(
        "gs1.canonical_key", gs1.canonical_key, links, "1/s", f"of a Digital Link with {FOUR}", sizes
    )
    messages = [gs1.parse(text) for text in strings]
    written = "GTIN, lot, serial, expiry"
    yield rate_of("gs1.write_digital_link", gs1.Message.digital_link, messages, "1/s", written, sizes)
    if biip.installed:
        link = biip.module("gs1_digital_link_uris").GS1DigitalLinkURI
        theirs = [link.parse(text) for text in links]
        yield biip.rate_of("write_digital_link", lambda: link.as_canonical_uri, theirs, written, sizes)
    else:
        yield not_installed("peer.biip.write_digital_link", "1/s", "biip")
    urns = [gs1.epc.to_urn(message, 7) for message in messages]
    yield rate_of("gs1.from_urn", gs1.epc.from_urn, urns, "1/s", "SGTIN pure identity URI", sizes)


def _tags(sizes: Sizes) -> Iterator[Figure]:
    """One product, as a tunnel of readers sees it, and many: what a product's tags have in common is remembered."""
    chance = random.Random(1)
    serials = [str(chance.randrange(1, 2**38)) for _ in range(sizes.inputs)]
    units = [gs1.Message((("01", GTIN), ("21", serial))) for serial in serials]
    urns = [f"urn:epc:id:sgtin:9506000.013435.{serial}" for serial in serials]
    tags = [gs1.epc.encode(unit, "SGTIN-96", 1, 7) for unit in units]
    many = [
        gs1.epc.encode(f"urn:epc:id:sgtin:9506000.{n % 1_000_000:06}.{s}", "SGTIN-96", 1)
        for n, s in enumerate(serials)
    ]
    encode = gs1.epc.encode
    one = "SGTIN-96, serials of one product"
    yield rate_of("gs1.sgtin96_encode", lambda unit: encode(unit, "SGTIN-96", 1, 7), units, "1/s", one, sizes)
    yield rate_of(
        "gs1.sgtin96_encode_urn",
        lambda urn: encode(urn, "SGTIN-96", 1),
        urns,
        "1/s",
        f"{one}, from URNs",
        sizes,
    )
    yield epcpy.rate_of("sgtin96_encode_urn", _epcpy_encode, urns, f"{one}, from URNs", sizes)
    yield rate_of("gs1.sgtin96_decode", gs1.epc.decode, tags, "1/s", one, sizes)
    yield rate_of(
        "gs1.sgtin96_decode_products", gs1.epc.decode, many, "1/s", "SGTIN-96, each of another product", sizes
    )
    yield epcpy.rate_of(
        "sgtin96_decode", lambda: epcpy.module("epc_schemes").SGTIN.from_hex, tags, one, sizes
    )


def _epcpy_encode() -> Callable[[str], Any]:
    sgtin = epcpy.module("epc_schemes").SGTIN
    scheme = sgtin.BinaryCodingScheme.SGTIN_96
    item = epcpy.module("epc_schemes.sgtin").SGTINFilterValue.POS_ITEM
    return lambda urn: sgtin(urn).hex(binary_coding_scheme=scheme, filter_value=item)


def _compression(serials: Sequence[str], sizes: Sizes) -> Iterator[Figure]:
    links = [f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in serials]
    short = [gs1.compress(link) for link in links]
    yield rate_of("gs1.compress", gs1.compress, links, "1/s", "v1, GTIN and serial", sizes)
    yield rate_of("gs1.decompress", gs1.decompress, short, "1/s", "v1, GTIN and serial, validated", sizes)


def _invalid_values() -> Iterator[Figure]:
    """How many invalid values of the published linter rows pass: fewer is better, and it costs nothing to count."""
    if not LINTER_ROWS.exists():
        return
    invalid = [
        row["ai"]
        for row in json.loads(LINTER_ROWS.read_text(encoding="utf-8"))
        if row["linter"] != "GS1_LINTER_OK"
    ]
    case = f"of {len(invalid)} invalid values of the published linter rows"
    ours = sum(_passes(lambda text: gs1.parse(text, options=SYNTAX_ONLY), text) for text in invalid)
    yield figure("gs1.invalid_values_accepted", [ours], "values", case, better="less")
    if not biip.installed:
        yield not_installed("peer.biip.invalid_values_accepted", "values", "biip")
        return
    theirs = sum(_passes(biip.module("gs1_messages").GS1Message.parse_hri, text) for text in invalid)
    yield figure("peer.biip.invalid_values_accepted", [theirs], "values", case, better="less")


def _passes(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except (gs1.GS1Error, *biip.errors):
        return False
    return True


def _import_time(sizes: Sizes) -> Figure:
    runs = []
    with tempfile.TemporaryDirectory() as compiled:
        # Compiled files count as for every user, also where the environment forbids to write them.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", IMPORT]
        for _ in range(sizes.runs + 1):  # the first one compiles
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
            if done.returncode:
                raise BenchmarkFailed(done.stderr)
            runs.append(float(done.stdout) * 1000)
    return figure("gs1.import", runs[1:], "ms", IMPORT_CASE, better="less", clock="processor")
