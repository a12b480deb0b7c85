"""What was probably meant: a text that is nearly a code becomes one, step by step, and each step says what it did.

>>> mend("(01) 0950 6000 1343 52 (21) A1")
('(01)09506000134352(21)A1', ('Leave out the blanks.',))
>>> mend("(01)09506000134353")
('(01)09506000134352', ('Put a right check digit at the end of (01), or look for a mistyped digit before it.',))

A mended text is a guess for a person to confirm; nothing in the product acts on it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from seriatim.gs1.checksums import check_digit
from seriatim.gs1.dates import yymmd0
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import escape_path, unescape_path
from seriatim.gs1.explaining.recognising import Reading, read
from seriatim.gs1.explaining.tokens import Token, tokens_of
from seriatim.gs1.table import ENTRIES
from seriatim.gs1.values import CHECKS

LOOKALIKES = str.maketrans(
    "АВЕЅЗІЈКМНОРСТХУаеіјорсхуѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο–—−‐‑’‘“”⟮⟯［］",  # noqa: RUF001 -- the signs that deceive
    "ABES3IJKMHOPCTXYaeijopcxysABEZHIKMNOPTYXo-----''\"\"()[]",
)
"""Letters of other alphabets, dashes and quotes that look like the ones of GS1 codes."""
_DIGIT_LIKE = str.maketrans("OoIlSBZ", "0011582")
_GTINS = frozenset({"01", "02", "03"})
_OTHER_BRACKETS = re.compile(r"[\[{<](\d{2,4})[\]}>]")
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_LABEL = re.compile(r"^[^()\]]{1,80}?(?=\(\d{2,4}\)[^(])")
_HOST_FIRST = re.compile(r"(?i)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?/\S+")
_SHORT = 400  # a text longer than this is not searched for a lost separator

Step = tuple[str, Callable[[str], str]]
Spot = Callable[[str, str], str]


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as it was probably meant, with what to do in sentences; ("", ()) when nobody can know."""
    done: list[Step] = []
    now = text
    for words, change in STEPS:
        changed = change(now)
        if changed == now:
            continue
        done.append((words, change))
        now = changed
        if _good(read(now)):
            needed = _needed(text, done)
            return _applied(text, needed), tuple(_worded(words, text, needed) for words, _ in needed)
    return "", ()


def _good(reading: Reading) -> bool:
    return reading.message is not None and reading.error is None


def _applied(text: str, steps: Sequence[Step]) -> str:
    for _, change in steps:
        text = change(text)
    return text


def _needed(text: str, steps: list[Step]) -> list[Step]:
    """The steps without those that the result does not need."""
    needed = list(steps)
    for step in steps:
        fewer = [one for one in needed if one is not step]
        if _good(read(_applied(text, fewer))):
            needed = fewer
    return needed


def _worded(words: str, text: str, steps: Sequence[Step]) -> str:
    if "{ai}" not in words:
        return words
    before = _applied(text, [step for step in steps if step[0] != words])
    reading = read(before)
    ai = reading.error.ai if reading.error else ""
    where = f"({ai})" if ai and reading.form != "number" else "the number"
    return words.replace("{ai}", where)


def _without_strange_signs(text: str) -> str:
    return "".join(c for c in text if c == "\x1d" or unicodedata.category(c) not in {"Cf", "Cc", "Co", "Cn"})


def _plain_letters(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(LOOKALIKES)


def _without_blanks(text: str) -> str:
    return "".join(text.split(" ")) if "\x1d" in text else "".join(text.split())


def _without_hyphens(text: str) -> str:
    bare = text.replace("-", "").replace(".", "")
    return bare if bare.isascii() and bare.isdigit() else text


def _unescaped(text: str) -> str:
    return text if text[:4].lower() in {"http", "urn:"} or "%" not in text else unescape_path(text)


def _with_case(text: str) -> str:
    """Scheme and host, the beginning of a URN, and symbology identifiers as they are written."""
    if text[:1] == "]" and len(text) > 3:
        return f"]{ {'D': 'd', 'q': 'Q', 'c': 'C', 'j': 'J'}.get(text[1], text[1]) }{text[2:]}".replace(
            " ", ""
        )
    if text[:8].lower().startswith(("http:", "https:")):
        scheme, _, rest = text.partition(":")
        return f"{scheme.lower()}:{rest}"
    if text[:8].lower() == "urn:epc:":
        kind, name, rest = [*text.split(":", 4)[2:], "", ""][:3]
        return f"urn:epc:{kind.lower()}:{name.lower()}:{rest}"
    return text


def _with_scheme(text: str) -> str:
    return f"https://{text}" if _HOST_FIRST.fullmatch(text) else text


def _plain_address(text: str) -> str:
    """An address without backslashes, doubled slashes, and what a sentence puts behind it."""
    if text[:4].lower() != "http":
        return text
    scheme, _, rest = text.replace("\\", "/").partition("://")
    path, question, query = rest.partition("?")
    return f"{scheme}://{re.sub('/{2,}', '/', path)}{question}{query}".rstrip(".,;)>\"'")


def _with_brackets(text: str) -> str:
    return _OTHER_BRACKETS.sub(r"(\1)", text) if _OTHER_BRACKETS.match(text) else text


def _without_label(text: str) -> str:
    return _LABEL.sub("", text)


def _with_start(text: str) -> str:
    """An element string without its start sign; a bare number is none, nor is what begins like company data (9x)."""
    if not text[:2].isdigit() or len(text) < 10 or "://" in text or read(text).form == "number":
        return text
    first = tokens_of(f"^{text}", "element_string")[0].ai
    return f"^{text}" if first in ENTRIES and first[0] != "9" else text


def _rewritten(text: str, spot: Spot) -> str:
    """The text with each value replaced by what `spot` makes of it."""
    reading = read(text)
    if reading.form == "number":
        return spot("01" if len(text) < 17 else "00", text)
    tokens = tokens_of(text, reading.form)
    for token in reversed(tokens):
        value = spot(token.ai, token.value)
        if value != token.value:
            text = text[: token.places[0]] + _written(value, reading.form) + text[token.places[-1] :]
    return text


def _written(value: str, form: str) -> str:
    if form == "bracketed":
        return value.replace("(", "\\(")
    return escape_path(value) if form == "digital_link" else value


def _digits_for_letters(text: str) -> str:
    def spot(ai: str, value: str) -> str:
        entry = ENTRIES.get(ai)
        only_digits = entry is not None and all(part.cset == "n" for part in entry.parts)
        return value.translate(_DIGIT_LIKE) if only_digits else value

    if len(text) in {8, 12, 13, 14, 17, 18} and sum(c.isdigit() for c in text) * 4 > len(text) * 3:
        text = text.translate(_DIGIT_LIKE) if text.translate(_DIGIT_LIKE).isdigit() else text
    text = re.sub(r"\(([0-9OIl]{2,4})\)", lambda found: f"({found[1].translate(_DIGIT_LIKE)})", text)
    return _rewritten(text, spot)


def _upper(text: str) -> str:
    def spot(ai: str, value: str) -> str:
        entry = ENTRIES.get(ai)
        return value.upper() if entry is not None and any(part.cset == "y" for part in entry.parts) else value

    return _rewritten(text, spot)


def _padded(text: str) -> str:
    def spot(ai: str, value: str) -> str:
        short = ai in _GTINS and len(value) in {8, 12, 13} and value.isascii() and value.isdigit()
        return value.zfill(14) if short else value

    return text if read(text).form == "number" else _rewritten(text, spot)


def _turned_dates(text: str) -> str:
    """DDMMYY, MMDDYY or YYDDMM as YYMMDD, where only one of them is a date."""

    def spot(ai: str, value: str) -> str:
        if ai not in _DATES or len(value) != 6 or yymmd0(value) is None:
            return value
        one, two, three = value[:2], value[2:4], value[4:]
        turned = {
            day for day in (three + two + one, three + one + two, one + three + two) if yymmd0(day) is None
        }
        return turned.pop() if len(turned) == 1 else value

    return _rewritten(text, spot)


def _with_separators(text: str) -> str:
    """A separator where a value goes on into what reads as further fields."""
    reading = read(text)
    if len(text) > _SHORT or reading.form not in {"element_string", "scan_data"}:
        return text
    for token in reversed(tokens_of(text, reading.form)):
        if token.ai in ENTRIES and CHECKS[token.ai](token.value):
            continue
        if at := lost_separator(token):
            place = token.places[at]
            return f"{text[:place]}{'^' if reading.form == 'element_string' else chr(29)}{text[place:]}"
    return text


def lost_separator(token: Token) -> int:
    """Where in the value of a field another field seems to begin, that names a thing or a day; 0 when nowhere.

    Only what reads to its end as good fields counts, so that a serial is seldom suspected.
    """
    entry = ENTRIES.get(token.ai)
    if entry is None or entry.predefined or len(token.value) > _SHORT:
        return 0
    for at in range(1, len(token.value) - 3):
        head, tail = token.value[:at], token.value[at:]
        if tail[:2] not in _STARTS or not CHECKS[token.ai](head):
            continue
        fields = tokens_of(f"^{tail}", "element_string")
        if all(field.ai in ENTRIES and CHECKS[field.ai](field.value) for field in fields):
            return at
    return 0


_STARTS = frozenset({"00", "01", "02", *_DATES})


def _with_check_digits(text: str) -> str:
    def spot(ai: str, value: str) -> str:
        entry = ENTRIES.get(ai)
        if entry is None:
            return value
        size = next((part.most for part in entry.parts if "csum" in part.linters), 0)
        start = 1 if ai == "8003" else 0
        digits = value[start : start + size]
        if ai in _GTINS and len(value) in {8, 12, 13}:
            digits = value
        elif not size or len(digits) != size:
            return value
        if not (digits.isascii() and digits.isdigit()):
            return value
        return value[:start] + digits[:-1] + check_digit(digits[:-1]) + value[start + len(digits) :]

    try:
        return _rewritten(text, spot)
    except GS1Error:
        return text


STEPS: tuple[Step, ...] = (
    ("Leave out the signs that cannot be seen.", _without_strange_signs),
    ("Leave out the blanks.", _without_blanks),
    ("Write plain letters and digits: some only look like them.", _plain_letters),
    ("Write the signs themselves instead of %XX.", _unescaped),
    ("Leave out what stands before the code.", _without_label),
    ("Put round brackets around the application identifiers.", _with_brackets),
    ("Mind small and capital letters at the beginning.", _with_case),
    ("Write https:// in front.", _with_scheme),
    ("Write the address without backslashes, doubled slashes or a sign behind it.", _plain_address),
    ("Leave out the hyphens and stops.", _without_hyphens),
    ("Start with FNC1 (written ^): set the scanner to send symbology identifiers.", _with_start),
    ("Write digits where letters look like them: 0 for O, 1 for I.", _digits_for_letters),
    ("Fill the GTIN with zeros on the left, to 14 digits.", _padded),
    ("Write capital letters: this field has no small ones.", _upper),
    ("Write dates as YYMMDD, the year first.", _turned_dates),
    ("Put a separator (FNC1, sent as GS) where the value ends.", _with_separators),
    (
        "Put a right check digit at the end of {ai}, or look for a mistyped digit before it.",
        _with_check_digits,
    ),
)
"""In the order in which they are tried; each takes up where the one before left off."""
