"""The numbers of cases and pallets: Serial Shipping Container Codes, counted upwards for each company prefix.

>>> ssccs_of("9521234", "3", range(123, 124))
['395212340000001233']
>>> reference_of("395212340000001233", "9521234")
('3', 123)
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from seriatim import gs1
from seriatim.base.errors import Unprocessable
from seriatim.identity.catalogue.model import BadField, checked_gcp

SSCC_DATA_DIGITS: Final = 17
QUARANTINE_DAYS: Final = 365
"""12 months: what the trade says; the standard's text was not read (unverified), so it is a setting of each prefix."""
QUARANTINE_DAYS_MAX: Final = 36_500


class BadExtension(Unprocessable):
    """The extension digit of an SSCC is one digit, 0 to 9."""

    code = "bad_extension"


class BadSscc(Unprocessable):
    """An SSCC has 18 digits, the last one its check digit, and begins with its company prefix after the first."""

    code = "bad_sscc"


class SsccRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a company prefix does with SSCCs that come free. Raises BadCompanyPrefix, BadField."""

    gcp: str
    may_reuse: bool = False
    """Whether they may ever be given again, once no fresh ones are left."""
    quarantine_days: int = QUARANTINE_DAYS
    """How long they rest before that; counts for those that come free from now on."""

    def __post_init__(self) -> None:
        checked_gcp(self.gcp)
        if not 1 <= self.quarantine_days <= QUARANTINE_DAYS_MAX:
            raise BadField(f"quarantine_days must be 1 to {QUARANTINE_DAYS_MAX:,}.", field="quarantine_days")


class SsccStock(msgspec.Struct, frozen=True):
    """How far one extension digit of a company prefix is used."""

    gcp: str
    extension: str
    capacity: int
    issued: int
    reused: int
    """How many were given a second time."""
    resting: int
    """Free, and in quarantine."""
    rested: int
    """Free, and past it."""
    next_rested_at: datetime | None


def checked_extension(extension: str) -> str:
    """The extension digit itself. Raises BadExtension."""
    if len(extension) != 1 or extension not in "0123456789":
        raise BadExtension(extension=extension[:10])
    return extension


def sscc_capacity(gcp: str) -> int:
    """How many SSCCs a company prefix has for one extension digit. Raises BadCompanyPrefix."""
    return int(10 ** (SSCC_DATA_DIGITS - 1 - len(checked_gcp(gcp))))


def ssccs_of(gcp: str, extension: str, references: Iterable[int]) -> list[str]:
    """The SSCCs (18 digits) of some serial references. Source: GS1 General Specifications 2.2.1 and 7.9."""
    digits = SSCC_DATA_DIGITS - 1 - len(checked_gcp(gcp))
    head = checked_extension(extension) + gcp
    return [gs1.with_check_digit(f"{head}{reference:0{digits}}") for reference in references]


def reference_of(sscc: str, gcp: str) -> tuple[str, int]:
    """Extension digit and serial reference of an SSCC of this company prefix. Raises BadSscc."""
    if len(sscc) != SSCC_DATA_DIGITS + 1 or not (sscc.isascii() and sscc.isdigit()):
        raise BadSscc(f"{BadSscc.__doc__} This is none: {sscc[:40]!r}", sscc=sscc[:40])
    due = gs1.check_digit(sscc[:-1])
    if sscc[-1] != due:
        raise BadSscc(f"the check digit of SSCC {sscc} should be {due}, not {sscc[-1]}", sscc=sscc)
    if not sscc.startswith(gcp, 1):
        raise BadSscc(f"SSCC {sscc} is not of company prefix {gcp}.", sscc=sscc, gcp=gcp)
    return sscc[0], int(sscc[1 + len(gcp) : -1])
