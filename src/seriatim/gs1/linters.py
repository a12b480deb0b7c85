"""The checks of single fields: one small rule each, answering None or what is wrong and where.

>>> LINTERS["csum"]("09506000134353")
Fault(code='incorrect_check_digit', position=13, length=1)
>>> LINTERS["winding"]("9") is None
True

Source of the rules: GS1 Barcode Syntax Tests, state of 2026-07-27; codes are the names used there, in lower case.
"""

import re
from collections.abc import Callable

from seriatim.gs1 import checksums, coupons, dates
from seriatim.gs1.code_lists import (
    COUNTRY_ALPHA2,
    COUNTRY_NUMERIC,
    CURRENCY_NUMERIC,
    MEDIA_TYPES,
    PACKAGE_TYPES,
)
from seriatim.gs1.errors import Fault

Linter = Callable[[str], Fault | None]

_NOT_CSET39 = re.compile(r"[^#\-/0-9A-Z]")
_NOT_CSET64 = re.compile(r"[^A-Za-z0-9_\-]")
_NOT_CSET82 = re.compile(r"[^!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IBAN = re.compile(r"[^0-9A-Z]")
_POSITION = re.compile(r"([0-9]+)/([0-9]+)")


def _whole(code: str, text: str) -> Fault:
    return Fault(code, 0, len(text))


def _first(pattern: re.Pattern[str], code: str, text: str) -> Fault | None:
    found = pattern.search(text)
    return Fault(code, found.start(), 1) if found else None


def csetnumeric(text: str) -> Fault | None:
    return _first(_NOT_DIGIT, "non_digit_character", text)


def cset82(text: str) -> Fault | None:
    return _first(_NOT_CSET82, "invalid_cset82_character", text)


def cset39(text: str) -> Fault | None:
    return _first(_NOT_CSET39, "invalid_cset39_character", text)


def cset64(text: str) -> Fault | None:
    body = text.rstrip("=")
    padding = len(text) - len(body)
    if padding > 2 or (padding and len(text) % 3):
        return Fault("invalid_cset64_padding", len(body), padding)
    return _first(_NOT_CSET64, "invalid_cset64_character", body)


def csum(text: str) -> Fault | None:
    if not text:
        return _whole("too_short_for_check_digit", text)
    if fault := csetnumeric(text):
        return fault
    if checksums.weighted_sum(text) % 10:
        return Fault("incorrect_check_digit", len(text) - 1, 1)
    return None


def csumalpha(text: str) -> Fault | None:
    if len(text) < 2:
        return _whole("too_short_for_check_pair", text)
    body = text[:-2]
    if len(body) > checksums.CHECK_PAIR_TEXT_MAX:
        return _whole("too_long_for_check_pair", text)
    if fault := cset82(body):
        return fault
    if checksums.check_pair(body) != text[-2:]:
        return Fault("incorrect_check_pair", len(body), 2)
    return None


def gcppos1(text: str, gcp_source: coupons.GcpSource | None = None) -> Fault | None:
    """Begins with four digits at least, as every GS1 company prefix does; `gcp_source` may know more."""
    return _prefix(text, 0, gcp_source)


def gcppos2(text: str, gcp_source: coupons.GcpSource | None = None) -> Fault | None:
    """As `gcppos1`, after an indicator or extension digit."""
    return _prefix(text, 1, gcp_source)


def _prefix(text: str, start: int, gcp_source: coupons.GcpSource | None) -> Fault | None:
    if code := gcp_source(text[start:]) if gcp_source else None:
        return Fault(code, start, len(text) - start)
    if len(text) < start + 4:
        return _whole("too_short_for_gcp", text)
    found = _NOT_DIGIT.search(text[start : start + 4])
    return Fault("invalid_gcp_prefix", start + found.start(), 1) if found else None


def zero(text: str) -> Fault | None:
    return _whole("not_zero", text) if text.strip("0") else None


def nonzero(text: str) -> Fault | None:
    if fault := csetnumeric(text):
        return fault
    return None if text.strip("0") else _whole("illegal_zero_value", text)


def nozeroprefix(text: str) -> Fault | None:
    if fault := csetnumeric(text):
        return fault
    return Fault("illegal_zero_prefix", 0, 1) if text.startswith("0") else None


def hasnondigit(text: str) -> Fault | None:
    return None if _NOT_DIGIT.search(text) else _whole("requires_non_digit_character", text)


def hyphen(text: str) -> Fault | None:
    return _whole("not_hyphen", text) if text.strip("-") or not text else None


def yesno(text: str) -> Fault | None:
    return None if text in {"0", "1"} else _whole("not_zero_or_one", text)


def winding(text: str) -> Fault | None:
    return None if text in {"0", "1", "9"} else _whole("invalid_winding_direction", text)


def importeridx(text: str) -> Fault | None:
    if len(text) == 1 and not _NOT_CSET64.match(text):
        return None
    return _whole("invalid_import_idx_character", text)


def iso3166(text: str) -> Fault | None:
    return None if text in COUNTRY_NUMERIC else _whole("not_iso3166", text)


def iso3166999(text: str) -> Fault | None:
    return None if text == "999" or text in COUNTRY_NUMERIC else _whole("not_iso3166_or_999", text)


def iso3166alpha2(text: str) -> Fault | None:
    return None if text in COUNTRY_ALPHA2 else _whole("not_iso3166_alpha2", text)


def iso4217(text: str) -> Fault | None:
    return None if text in CURRENCY_NUMERIC else _whole("not_iso4217", text)


def iso5218(text: str) -> Fault | None:
    return None if text in {"0", "1", "2", "9"} else _whole("invalid_biological_sex_code", text)


def packagetype(text: str) -> Fault | None:
    return None if text in PACKAGE_TYPES else _whole("invalid_package_type", text)


def mediatype(text: str) -> Fault | None:
    return None if text in MEDIA_TYPES else _whole("invalid_media_type", text)


def iban(text: str) -> Fault | None:
    """International bank account number: country, check digits modulo 97 (ISO 13616)."""
    if len(text) > 1 and text[:2] not in COUNTRY_ALPHA2:
        return Fault("illegal_iban_country_code", 0, 2)
    if len(text) <= 10:
        return _whole("iban_too_short", text)
    if len(text) > 34:
        return _whole("iban_too_long", text)
    if fault := _first(_NOT_IBAN, "invalid_iban_character", text):
        return fault
    if int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 != 1:
        return Fault("incorrect_iban_checksum", 2, 2)
    return None


def pcenc(text: str) -> Fault | None:
    """Percent text: two hex digits follow every percent sign."""
    found = _BAD_PERCENT.search(text)
    if not found:
        return None
    return Fault("invalid_percent_sequence", found.start(), min(3, len(text) - found.start()))


def pieceoftotal(text: str) -> Fault | None:
    if not text or len(text) % 2:
        return _whole("invalid_length_for_piece_of_total", text)
    if fault := csetnumeric(text):
        return fault
    half = len(text) // 2
    piece, total = text[:half], text[half:]
    if not piece.strip("0"):
        return Fault("zero_piece_number", 0, half)
    if not total.strip("0"):
        return Fault("zero_total_pieces", half, half)
    return _whole("piece_number_exceeds_total", text) if piece > total else None


def posinseqslash(text: str) -> Fault | None:
    found = _POSITION.fullmatch(text)
    if not found:
        return _whole("position_in_sequence_malformed", text)
    position, end = found.groups()
    if position.startswith("0"):
        return Fault("illegal_zero_prefix", 0, len(position))
    if end.startswith("0"):
        return Fault("illegal_zero_prefix", len(position) + 1, len(end))
    # Longer is larger when there are no leading zeros; int() of a hostile length would be slow.
    if (len(position), position) > (len(end), end):
        return _whole("position_exceeds_end", text)
    return None


def _degrees(name: str, most: str) -> Linter:
    def lint(text: str) -> Fault | None:
        if len(text) != len(most):
            return _whole(f"{name}_invalid_length", text)
        if fault := csetnumeric(text):
            return fault
        return _whole(f"invalid_{name}", text) if text > most else None

    return lint


latitude = _degrees("latitude", "1800000000")
longitude = _degrees("longitude", "3600000000")

LINTERS: dict[str, Linter] = {
    "csetnumeric": csetnumeric,
    "cset82": cset82,
    "cset39": cset39,
    "cset64": cset64,
    "csum": csum,
    "csumalpha": csumalpha,
    "gcppos1": gcppos1,
    "gcppos2": gcppos2,
    "yymmd0": dates.yymmd0,
    "yymmdd": dates.yymmdd,
    "yyyymmd0": dates.yyyymmd0,
    "yyyymmdd": dates.yyyymmdd,
    "hhmi": dates.hhmi,
    "hh": dates.hh,
    "mi": dates.mi,
    "ss": dates.ss,
    "iso3166": iso3166,
    "iso3166999": iso3166999,
    "iso3166alpha2": iso3166alpha2,
    "iso4217": iso4217,
    "iso5218": iso5218,
    "packagetype": packagetype,
    "mediatype": mediatype,
    "iban": iban,
    "pcenc": pcenc,
    "pieceoftotal": pieceoftotal,
    "posinseqslash": posinseqslash,
    "zero": zero,
    "nonzero": nonzero,
    "nozeroprefix": nozeroprefix,
    "hasnondigit": hasnondigit,
    "hyphen": hyphen,
    "yesno": yesno,
    "winding": winding,
    "importeridx": importeridx,
    "latitude": latitude,
    "longitude": longitude,
    "couponcode": coupons.couponcode,
    "couponposoffer": coupons.couponposoffer,
}
"""Every check by the name that the list of application identifiers uses."""
