"""North American coupon codes: what is bought, what is saved, until when.

>>> couponcode("0123456123456111101231").code
'coupon_missing_additional_purchase_rules_code'

Source: GS1 North American Coupon Application Guideline, as tested by the GS1 Barcode Syntax Tests (AI 8110, 8112).
"""

import re
from collections.abc import Callable

from seriatim.gs1.dates import yymmdd
from seriatim.gs1.errors import Fault

_NOT_DIGIT = re.compile(r"[^0-9]")

GcpSource = Callable[[str], str | None]
"""Asked for each company prefix: None when it may stand, else the code of the fault."""


class _Stop(Exception):
    """Leaves the field reader, never the module."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class _Fields:
    """Reads a coupon from left to right, one field after another."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, what: str, start: int, length: int) -> _Stop:
        # Nothing left to point at: the whole coupon is marked.
        if start >= len(self.text):
            start, length = 0, len(self.text)
        return _Stop(Fault(f"coupon_{what}", start, length))

    def take(self, length: int, missing: str) -> str:
        """The next `length` digits."""
        start = self.at
        if start + length > len(self.text):
            raise self.fail(missing, start, len(self.text) - start)
        self.at += length
        return self.text[start : self.at]

    def one_of(self, allowed: str, missing: str, invalid: str) -> str:
        """The next digit, which must be one of `allowed`."""
        digit = self.take(1, missing)
        if digit not in allowed:
            raise self.fail(invalid, self.at - 1, 1)
        return digit

    def variable(self, allowed: str, missing: str, invalid: str, truncated: str, *, extra: int = 0) -> str:
        """A field that says its own length in a first digit, to which `extra` is added."""
        digit = self.one_of(allowed, missing, invalid)
        return self.take(int(digit) + extra, truncated)

    def skip(self, field: str) -> bool:
        """Steps over the sign of an optional field when it comes next."""
        found = self.text[self.at : self.at + 1] == field
        self.at += found
        return found


def couponcode(text: str, gcp_source: GcpSource | None = None) -> Fault | None:
    """AI (8110), the coupon printed on paper."""
    return _read(text, lambda fields: _coupon(fields, gcp_source))


def couponposoffer(text: str, gcp_source: GcpSource | None = None) -> Fault | None:
    """AI (8112), the offer accepted at the point of sale without paper."""
    return _read(text, lambda fields: _offer(fields, gcp_source))


def _read(text: str, read: Callable[[_Fields], None]) -> Fault | None:
    if found := _NOT_DIGIT.search(text):
        return Fault("non_digit_character", found.start(), 1)
    fields = _Fields(text)
    try:
        read(fields)
        if fields.at < len(text):
            raise fields.fail("excess_data", fields.at, len(text) - fields.at)
    except _Stop as stop:
        return stop.fault
    return None


def _known_gcp(fields: _Fields, gcp: str, gcp_source: GcpSource | None) -> None:
    code = gcp_source(gcp) if gcp_source else None
    if code:
        raise _Stop(Fault(code, fields.at - len(gcp), len(gcp)))


def _offer(fields: _Fields, gcp_source: GcpSource | None) -> None:
    fields.one_of("01", "missing_format_code", "invalid_format_code")
    funder = fields.variable(
        "0123456", "missing_funder_vli", "invalid_funder_length", "truncated_funder", extra=6
    )
    _known_gcp(fields, funder, gcp_source)
    fields.take(6, "truncated_offer_code")
    _serial_number(fields)


def _serial_number(fields: _Fields) -> None:
    missing = "missing_serial_number_vli"
    fields.variable("0123456789", missing, "", "truncated_serial_number", extra=6)


def _coupon(fields: _Fields, gcp_source: GcpSource | None) -> None:
    gcp = fields.variable("0123456", "missing_gcp_vli", "invalid_gcp_length", "truncated_gcp", extra=6)
    _known_gcp(fields, gcp, gcp_source)
    fields.take(6, "truncated_offer_code")
    fields.variable("12345", "missing_save_value_vli", "invalid_save_value_length", "truncated_save_value")
    _requirement(fields, "1st")
    if fields.skip("1"):
        missing, invalid = "additional_purchase_rules_code", "invalid_additional_purchase_rules_code"
        fields.one_of("0123", f"missing_{missing}", invalid)
        _further_purchase(fields, "2nd", gcp_source)
    if fields.skip("2"):
        _further_purchase(fields, "3rd", gcp_source)
    _validity(fields)
    if fields.skip("5"):
        _serial_number(fields)
    if fields.skip("6"):
        what = "retailer_gcp_or_gln"
        gcp = fields.variable(
            "1234567", f"missing_{what}_vli", f"invalid_{what}_length", f"truncated_{what}", extra=6
        )
        _known_gcp(fields, gcp, gcp_source)
    if fields.skip("9"):
        _how_to_save(fields)


def _requirement(fields: _Fields, ordinal: str) -> None:
    what = f"{ordinal}_purchase_requirement"
    fields.variable("12345", f"missing_{what}_vli", f"invalid_{what}_length", f"truncated_{what}")
    fields.one_of("012349", f"missing_{what}_code", f"invalid_{what}_code")
    fields.take(3, f"truncated_{ordinal}_purchase_family_code")


def _further_purchase(fields: _Fields, ordinal: str, gcp_source: GcpSource | None) -> None:
    _requirement(fields, ordinal)
    what = f"{ordinal}_purchase_gcp"
    length = fields.one_of("01234569", f"missing_{what}_vli", f"invalid_{what}_length")
    if length != "9":  # 9: the same company prefix as before
        _known_gcp(fields, fields.take(int(length) + 6, f"truncated_{what}"), gcp_source)


def _validity(fields: _Fields) -> None:
    opened = fields.at
    expiry = _day(fields, "expiration_date") if fields.skip("3") else None
    start = _day(fields, "start_date") if fields.skip("4") else None
    if expiry and start and start > expiry:
        raise fields.fail("expiration_before_start", opened, fields.at - opened)


def _day(fields: _Fields, what: str) -> str:
    day = fields.take(6, f"too_short_for_{what}")
    if yymmdd(day):
        raise fields.fail(f"invalid_{what}", fields.at - 6, 6)
    return day


def _how_to_save(fields: _Fields) -> None:
    fields.one_of("01256", "missing_save_value_code", "invalid_save_value_code")
    what = "save_value_applies_to_item"
    fields.one_of("012", f"missing_{what}", f"invalid_{what}")
    fields.take(1, "missing_store_coupon_flag")
    fields.one_of("01", "missing_dont_multiply_flag", "invalid_dont_multiply_flag")
