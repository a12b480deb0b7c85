"""A second reader of GS1 data, written to be obviously right and nothing else: it is compared with the quick one (T05).

It works on the text of the published dictionary, one character after another, with rules in its own words. Of the
product it borrows only the lists of countries, currencies, packages and media. Coupons (8110, 8112) are not its trade.
"""

from typing import NamedTuple

from seriatim.gs1 import code_lists

SET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
SET39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SET64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
DIGITS = "0123456789"
HEX = DIGITS + "ABCDEFabcdef"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


class Refused(Exception):
    """The model says no."""


class Field(NamedTuple):
    fixed: bool
    attribute: bool
    parts: list[str]
    needs: list[str]
    excludes: list[str]
    orders: list[list[str]] | None


Elements = list[tuple[str, str]]


def demand(yes: object) -> None:
    if not yes:
        raise Refused


def dictionary(text: str) -> dict[str, Field]:
    fields = {}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        first, _, last = words.pop(0).partition("-")
        flags = words.pop(0) if set(words[0]) <= {"*", "?"} else ""
        parts = [w for w in words if "=" not in w and w != "dlpkey"]
        needs = [w[4:] for w in words if w.startswith("req=")]
        excludes = [w[3:] for w in words if w.startswith("ex=")]
        orders = None
        for w in words:
            if w == "dlpkey":
                orders = [[]]
            if w.startswith("dlpkey="):
                orders = [order.split(",") for order in w[7:].split("|")]
        for number in range(int(first), int(last or first) + 1):
            fields[str(number).zfill(len(first))] = Field(
                "*" in flags, "?" in flags, parts, needs, excludes, orders
            )
    return fields


class Model:
    """Reads a text into elements, or raises Refused."""

    def __init__(self, published: str) -> None:
        self.fields = dictionary(published)

    def read(self, text: str) -> Elements:
        if text.startswith("("):
            elements = self.bracketed(text)
        elif text.startswith(("^", "\x1d")):
            elements = self.raw(text.replace("\x1d", "^"))
        else:
            elements = self.link(text)
        self.together(elements)
        return elements

    def bracketed(self, text: str) -> Elements:
        demand(len(text) <= 16384)
        elements: Elements = []
        while text:
            demand(text[0] == "(" and ")" in text)
            ai, text = text[1:].split(")", 1)
            demand(ai in self.fields)
            value = ""
            while text and text[0] != "(":
                if text.startswith("\\("):
                    value, text = value + "(", text[2:]
                else:
                    value, text = value + text[0], text[1:]
            demand(value)
            elements.append((ai, value))
        self.values(elements)
        return elements

    def raw(self, text: str) -> Elements:
        demand(len(text) <= 16384)
        text = text[1:]
        demand(text)
        elements: Elements = []
        while text:
            fitting = [ai for ai in self.fields if text.startswith(ai)]
            demand(fitting)
            ai = fitting[0]
            text = text[len(ai) :]
            longest = sum(int(part.split(",")[0].strip("[]NXYZ.")) for part in self.fields[ai].parts)
            value = ""
            while text and text[0] != "^" and not (self.fields[ai].fixed and len(value) == longest):
                value, text = value + text[0], text[1:]
            elements.append((ai, value))
            text = text.removeprefix("^")
        self.values(elements)
        return elements

    def link(self, uri: str) -> Elements:
        demand(len(uri) <= 4096)
        scheme, slashes, rest = uri.partition("://")
        demand(slashes and scheme in {"http", "https", "HTTP", "HTTPS"})
        rest, _, fragment = rest.partition("#")
        host, slash, path = rest.partition("/")
        demand(slash and host and all(c in PLAIN[:-1].replace("_", "") + ":[]" for c in host))
        path, _, query = path.partition("?")
        demand(all(c in PLAIN + ":/[]@!$&'()*+,;=%" for c in path))
        demand(all(c in PLAIN + ":/?[]@!$&'()*+,;=%" for c in query))
        demand(all(c in PLAIN + ":/?#[]@!$&'()*+,;=%" for c in fragment))
        pairs = self.pairs(path.split("/"))
        names = [ai for ai, _ in pairs]
        orders = self.fields[names[0]].orders or []
        demand(any([q for q in order if q in names] == names[1:] for order in orders))
        attributes = self.attributes(query)
        for ai, _ in attributes:
            demand(self.fields[ai].attribute)
            demand([n for n, _ in pairs + attributes].count(ai) == 1)
            for order in orders:  # would it have a place in the path?
                demand(ai not in order or any(q not in order for q in names[1:]))
        demand(len(pairs) + len(attributes) <= 64)
        self.values(pairs + attributes)
        return pairs + attributes

    def pairs(self, segments: list[str]) -> Elements:
        at = len(segments) - 2
        while at >= 0 and segments[at] in self.fields and self.fields[segments[at]].orders is None:
            at -= 2
        demand(at >= 0 and segments[at] in self.fields)
        pairs = [(segments[i], decoded(segments[i + 1], plus=False)) for i in range(at, len(segments), 2)]
        demand(all(value and "\0" not in value for _, value in pairs))
        return pairs

    def attributes(self, query: str) -> Elements:
        found = []
        for piece in query.split("&"):
            name, equals, value = piece.partition("=")
            if equals and name and all(c in DIGITS for c in name):
                demand(name in self.fields and value and "%00" not in value)
                found.append((name, decoded(value, plus=True)))
        return found

    def values(self, elements: Elements) -> None:
        demand(len(elements) <= 64)
        for ai, value in elements:
            rest = value
            for spec in self.fields[ai].parts:
                shape, *linters = spec.strip("[]").replace("]", "").split(",")
                most = int(shape[1:].strip("."))
                text, rest = rest[:most], rest[most:]
                if spec.startswith("[") and not text:
                    continue
                demand(text if ".." in shape else len(text) == most)
                demand(
                    all(c in {"N": DIGITS, "X": SET82, "Y": SET39, "Z": SET64 + "="}[shape[0]] for c in text)
                )
                for linter in [*linters, *(["cset64"] if shape[0] == "Z" else [])]:
                    demand(RULES[linter](text))
            demand(not rest)

    def together(self, elements: Elements) -> None:
        present = {ai for ai, _ in elements}
        for ai, value in elements:
            demand(all(other != ai or same == value for other, same in elements))
            for need in self.fields[ai].needs:
                demand(any(all(stands(p, present) for p in group.split("+")) for group in need.split(",")))
            for pattern in (p for group in self.fields[ai].excludes for p in group.split(",")):
                demand(not stands(pattern, present - {ai}))
        if "8030" in present:
            for key, length in (("253", 13), ("255", 13), ("8003", 14)):
                demand(all(ai != key or len(value) > length for ai, value in elements))


def stands(pattern: str, present: set[str]) -> bool:
    return any(
        len(ai) == len(pattern) and all(p in ("n", c) for p, c in zip(pattern, ai, strict=True))
        for ai in present
    )


def decoded(text: str, *, plus: bool) -> str:
    value = ""
    while text:
        if text[0] == "%" and len(text) > 2 and text[1] in HEX and text[2] in HEX:
            value, text = value + chr(int(text[1:3], 16)), text[3:]
        else:
            value, text = value + (" " if plus and text[0] == "+" else text[0]), text[1:]
    return value


def check_digit_is_right(text: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(text)):
        total += int(digit) * (3 if place % 2 else 1)
    return bool(text) and total % 10 == 0


def check_pair_is_right(text: str) -> bool:
    if len(text) < 2 or any(c not in SET82 for c in text[:-2]):
        return False
    total, prime = 0, 2
    for c in reversed(text[:-2]):
        total += SET82.index(c) * prime
        prime += 1
        while any(prime % n == 0 for n in range(2, prime)):
            prime += 1
    total %= 1021
    return text[-2:] == SET32[total // 32] + SET32[total % 32]


def date(text: str, *, zero: bool) -> bool:
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if len(text) == 6:
        year += 2000
    days = [
        31,
        29 if year % 400 == 0 or (year % 4 == 0 and year % 100) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ]
    return 1 <= month <= 12 and (0 if zero else 1) <= day <= days[month - 1]


def padded(text: str) -> bool:
    body = text.rstrip("=")
    fill = len(text) - len(body)
    return all(c in SET64 for c in body) and (fill == 0 or (fill <= 2 and len(text) % 3 == 0))


def account(text: str) -> bool:
    if text[:2] not in code_lists.COUNTRY_ALPHA2 or not 10 < len(text) <= 34:
        return False
    if any(c not in SET39[3:] for c in text):
        return False
    number = "".join(str(DIGITS.index(c) if c in DIGITS else ord(c) - 55) for c in text[4:] + text[:4])
    return int(number) % 97 == 1


def position(text: str) -> bool:
    here, slash, end = text.partition("/")
    numbers = bool(slash) and all(t and all(c in DIGITS for c in t) and t[0] != "0" for t in (here, end))
    return numbers and int(here) <= int(end)


def escapes(text: str) -> bool:
    return all(len(p) >= 2 and p[0] in HEX and p[1] in HEX for p in text.split("%")[1:])


RULES = {
    "csum": check_digit_is_right,
    "csumalpha": check_pair_is_right,
    "gcppos1": lambda t: len(t) >= 4 and all(c in DIGITS for c in t[:4]),
    "gcppos2": lambda t: len(t) >= 5 and all(c in DIGITS for c in t[1:5]),
    "cset64": padded,
    "yymmd0": lambda t: date(t, zero=True),
    "yymmdd": lambda t: date(t, zero=False),
    "yyyymmd0": lambda t: date(t, zero=True),
    "yyyymmdd": lambda t: date(t, zero=False),
    "hhmi": lambda t: int(t[:2]) < 24 and int(t[2:]) < 60,
    "hh": lambda t: int(t) < 24,
    "mi": lambda t: int(t) < 60,
    "ss": lambda t: int(t) < 60,
    "iso3166": lambda t: t in code_lists.COUNTRY_NUMERIC,
    "iso3166999": lambda t: t == "999" or t in code_lists.COUNTRY_NUMERIC,
    "iso3166alpha2": lambda t: t in code_lists.COUNTRY_ALPHA2,
    "iso4217": lambda t: t in code_lists.CURRENCY_NUMERIC,
    "iso5218": lambda t: t in {"0", "1", "2", "9"},
    "packagetype": lambda t: t in code_lists.PACKAGE_TYPES,
    "mediatype": lambda t: t in code_lists.MEDIA_TYPES,
    "iban": account,
    "pcenc": escapes,
    "pieceoftotal": lambda t: 0 < int(t[: len(t) // 2]) <= int(t[len(t) // 2 :]),
    "posinseqslash": position,
    "zero": lambda t: set(t) <= {"0"},
    "nonzero": lambda t: int(t) > 0,
    "nozeroprefix": lambda t: t[0] != "0",
    "hasnondigit": lambda t: any(c not in DIGITS for c in t),
    "hyphen": lambda t: set(t) == {"-"},
    "yesno": lambda t: t in {"0", "1"},
    "winding": lambda t: t in {"0", "1", "9"},
    "importeridx": lambda t: len(t) == 1 and t in SET64,
    "latitude": lambda t: int(t) <= 1800000000,
    "longitude": lambda t: int(t) <= 3600000000,
    "couponcode": lambda t: False,
    "couponposoffer": lambda t: False,
}

# Scheme -> AI, digits of prefix and reference (0: free text), first digit of the key moved?, AI of the serial.
URNS = {
    "sgtin": ("01", 13, True, "21"), "lgtin": ("01", 13, True, "10"), "upui": ("01", 13, True, "235"),
    "sscc": ("00", 17, True, None), "sgln": ("414", 12, False, "254"), "pgln": ("417", 12, False, None),
    "grai": ("8003", 12, False, ""), "gdti": ("253", 12, False, ""), "sgcn": ("255", 12, False, ""),
    "gsrn": ("8018", 17, False, None), "gsrnp": ("8017", 17, False, None), "gsin": ("402", 16, False, None),
    "giai": ("8004", 0, False, None), "ginc": ("401", 0, False, None), "cpi": ("8010", 0, False, "8011"),
}  # fmt: skip


def urn_elements(model: Model, urn: str) -> Elements:
    """A pure identity of one thing, or a lot; patterns and ITIPs are left to the other tests."""
    demand(len(urn) <= 1024)
    word, epc, kind, name, rest = (urn.split(":", 4) + [""] * 5)[:5]
    demand((word, epc) == ("urn", "epc") and name in URNS and kind == ("class" if name == "lgtin" else "id"))
    ai, digits, moved, serial_ai = URNS[name]
    prefix, dot, rest = rest.partition(".")
    demand(dot and 6 <= len(prefix) <= 12 and all(c in DIGITS for c in prefix))
    reference, dot, serial = (rest, ".", None) if serial_ai is None else rest.partition(".")
    demand(dot)
    if digits:
        demand(all(c in DIGITS for c in reference) and len(prefix) + len(reference) == digits)
        body = reference[:1] + prefix + reference[1:] if moved else prefix + reference
        value = next(body + c for c in DIGITS if check_digit_is_right(body + c))
    else:
        demand(reference)
        value = prefix + decoded(reference, plus=False)
    elements = [(ai, "0" + value if name == "grai" else value)]
    if serial is not None and not (name == "sgln" and serial == "0"):
        serial = decoded(serial, plus=False)
        demand(serial)
        elements = [*elements, (serial_ai, serial)] if serial_ai else [(ai, elements[0][1] + serial)]
    model.values(elements)
    model.together(elements)
    return elements
