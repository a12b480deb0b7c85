"""What a company makes, who handles it and where.

Values check themselves: a Product that exists has a right GTIN.

>>> Product(gtin="9506000134352", name="Serum").gtin
'09506000134352'
>>> Product(gtin="9506000134353", name="Serum")
Traceback (most recent call last):
BadGtin: the check digit of GTIN 9506000134353 should be 2, not 3
"""

import re
from typing import Final, Literal

import msgspec

from seriatim import gs1
from seriatim.base.errors import Unprocessable
from seriatim.gs1.code_lists import COUNTRY_ALPHA2

PartyKind = Literal["owner", "maker", "distributor", "retailer", "authority"]
LocationKind = Literal["plant", "warehouse", "shop"]
GCP_LENGTHS: Final = range(4, 13)
NAME_MAX: Final = 200
TEXT_MAX: Final = 4_000
PICTURE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class BadGtin(Unprocessable):
    """A GTIN has 8, 12, 13 or 14 digits, the last one its check digit."""

    code = "bad_gtin"


class BadGln(Unprocessable):
    """A GLN has 13 digits, the last one its check digit."""

    code = "bad_gln"


class BadCompanyPrefix(Unprocessable):
    """A GS1 Company Prefix has 4 to 12 digits."""

    code = "bad_company_prefix"


class UnknownCountry(Unprocessable):
    """A country is written with two capital letters, as in ISO 3166-1: DE, FR, VN."""

    code = "unknown_country"


class BadField(Unprocessable):
    """A field of the record is out of its bounds."""

    code = "bad_field"


def gtin14(text: str) -> str:
    """The GTIN in 14 digits, for its 8, 12, 13 or 14 with a right check digit. Raises BadGtin."""
    if len(text) not in {8, 12, 13, 14} or not (text.isascii() and text.isdigit()):
        raise BadGtin(f"{BadGtin.__doc__} This is none: {text[:40]!r}", gtin=text[:40])
    due = gs1.check_digit(text[:-1])
    if text[-1] != due:
        raise BadGtin(f"the check digit of GTIN {text} should be {due}, not {text[-1]}", gtin=text)
    return text.zfill(14)


def checked_gln(text: str) -> str:
    """The GLN itself. Raises BadGln."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        raise BadGln(f"{BadGln.__doc__} This is none: {text[:40]!r}", gln=text[:40])
    due = gs1.check_digit(text[:-1])
    if text[-1] != due:
        raise BadGln(f"the check digit of GLN {text} should be {due}, not {text[-1]}", gln=text)
    return text


def checked_gcp(text: str) -> str:
    """The company prefix itself. Raises BadCompanyPrefix."""
    if len(text) not in GCP_LENGTHS or not (text.isascii() and text.isdigit()):
        raise BadCompanyPrefix(f"{BadCompanyPrefix.__doc__} This is none: {text[:40]!r}", gcp=text[:40])
    return text


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of thing that is made: everything that all units of one GTIN share.

    Raises BadGtin, UnknownCountry, BadField.
    """

    gtin: str
    """14 digits; shorter ones given are filled with zeros on the left."""
    name: str
    brand: str = ""
    description: str = ""
    net_content: str = ""
    """As printed: `50 ml`."""
    shelf_life_days: int = 730
    markets: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 countries where it may be sold; empty: everywhere."""
    gcp_length: int = 7
    """Digits of the company prefix in the GTIN: no GTIN tells it."""
    units_per_case: int = 1
    cases_per_pallet: int = 1
    picture: str = ""
    """File name of its static picture."""
    look_for: str = ""
    """What a genuine unit shows, in words for the consumer."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "gtin", gtin14(self.gtin))
        _check_name(self.name)
        for field in ("brand", "net_content"):
            _check_length(field, getattr(self, field), NAME_MAX)
        for field in ("description", "look_for"):
            _check_length(field, getattr(self, field), TEXT_MAX)
        for country in self.markets:
            _check_country("markets", country)
        if len(set(self.markets)) != len(self.markets):
            raise BadField("markets names a country twice.", field="markets")
        _check_range("shelf_life_days", self.shelf_life_days, 1, 36_500)
        _check_range("gcp_length", self.gcp_length, GCP_LENGTHS[0], GCP_LENGTHS[-1])
        _check_range("units_per_case", self.units_per_case, 1, 10_000)
        _check_range("cases_per_pallet", self.cases_per_pallet, 1, 10_000)
        if self.picture and not PICTURE.fullmatch(self.picture):
            raise BadField("picture must be a plain file name, without folders.", field="picture")

    @property
    def gcp(self) -> str:
        """The company prefix: the digits after the indicator digit."""
        return self.gtin[1 : 1 + self.gcp_length]

    def may_be_sold_in(self, country: str) -> bool:
        return not self.markets or country in self.markets


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A company or office that makes, moves, sells or watches. Raises BadGln, UnknownCountry, BadField."""

    gln: str
    name: str
    kind: PartyKind
    country: str

    def __post_init__(self) -> None:
        checked_gln(self.gln)
        _check_name(self.name)
        _check_country("country", self.country)


class Location(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place that things pass through, and whose it is. Raises BadGln, UnknownCountry, BadField."""

    gln: str
    name: str
    party_gln: str
    kind: LocationKind
    country: str
    city: str
    latitude: float
    """Degrees, north positive."""
    longitude: float
    """Degrees, east positive."""

    def __post_init__(self) -> None:
        checked_gln(self.gln)
        checked_gln(self.party_gln)
        _check_name(self.name)
        _check_length("city", self.city, NAME_MAX)
        _check_country("country", self.country)
        _check_range("latitude", self.latitude, -90, 90)
        _check_range("longitude", self.longitude, -180, 180)


def _check_name(name: str) -> None:
    if not name.strip():
        raise BadField("name is empty.", field="name")
    _check_length("name", name, NAME_MAX)


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most or "\0" in text:
        raise BadField(f"{field} must have {most} characters at most, none of them NUL.", field=field)


def _check_country(field: str, country: str) -> None:
    if country not in COUNTRY_ALPHA2:
        raise UnknownCountry(
            f"{UnknownCountry.__doc__} This is none: {country[:40]!r}", field=field, country=country[:40]
        )


def _check_range(field: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise BadField(f"{field} is {value}; give {least} to {most}.", field=field)
