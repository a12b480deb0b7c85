"""The GS1 language: reading what scanners and phones send."""

from collections.abc import Iterator

from bench.figures import Figure, Sizes, rate_of
from seriatim import gs1

GTIN = "09506000134352"


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Every input differs in its serial and lot; all linters and associations are on, as they are by default."""
    serials = [f"{number:08X}K7QX" for number in range(sizes.inputs)]
    strings = [f"^01{GTIN}1727112010L{i % 997:04}^21{serial}" for i, serial in enumerate(serials)]
    brackets = [f"(01){GTIN}(17)271120(10)L{i % 997:04}(21){serial}" for i, serial in enumerate(serials)]
    links = [f"https://id.gs1.org/01/{GTIN}/10/L{i % 997:04}/21/{s}?17=271120" for i, s in enumerate(serials)]
    four = "GTIN, expiry, lot, serial; fully validated"
    yield rate_of("gs1.element_string", gs1.parse, strings, "1/s", four, sizes)
    yield rate_of("gs1.bracketed", gs1.parse, brackets, "1/s", four, sizes)
    yield rate_of("gs1.digital_link", gs1.parse, links, "1/s", four, sizes)
    yield rate_of(
        "gs1.canonical_key", gs1.canonical_key, links, "1/s", f"of a Digital Link with {four}", sizes
    )
    messages = [gs1.parse(text) for text in strings]
    yield rate_of(
        "gs1.write_digital_link",
        gs1.Message.digital_link,
        messages,
        "1/s",
        "GTIN, lot, serial, expiry",
        sizes,
    )
    urns = [gs1.epc.to_urn(message, 7) for message in messages]
    yield rate_of("gs1.from_urn", gs1.epc.from_urn, urns, "1/s", "SGTIN pure identity URI", sizes)
