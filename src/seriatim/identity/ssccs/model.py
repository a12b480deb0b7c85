"""The numbers of cases and pallets: Serial Shipping Container Codes, counted upwards for each company prefix.

>>> ssccs_of("9521234", "3", range(123, 124))
['395212340000001233']
"""

from typing import Final

from seriatim import gs1
from seriatim.base.errors import Unprocessable
from seriatim.identity.catalogue.model import checked_gcp

SSCC_DATA_DIGITS: Final = 17


class BadExtension(Unprocessable):
    """The extension digit of an SSCC is one digit, 0 to 9."""

    code = "bad_extension"


def checked_extension(extension: str) -> str:
    """The extension digit itself. Raises BadExtension."""
    if len(extension) != 1 or extension not in "0123456789":
        raise BadExtension(extension=extension[:10])
    return extension


def sscc_capacity(gcp: str) -> int:
    """How many SSCCs a company prefix has for one extension digit. Raises BadCompanyPrefix."""
    return int(10 ** (SSCC_DATA_DIGITS - 1 - len(checked_gcp(gcp))))


def ssccs_of(gcp: str, extension: str, references: range) -> list[str]:
    """The SSCCs (18 digits) of some serial references. Source: GS1 General Specifications 2.2.1 and 7.9."""
    digits = SSCC_DATA_DIGITS - 1 - len(checked_gcp(gcp))
    head = checked_extension(extension) + gcp
    return [gs1.with_check_digit(f"{head}{reference:0{digits}}") for reference in references]
