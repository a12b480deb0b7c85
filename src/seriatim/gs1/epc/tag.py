"""What an RFID tag says: its kind, its filter, and the data in it.

>>> tag = from_tag_uri("urn:epc:tag:sgtin-96:1.9521234.054321.12345")
>>> tag.scheme, tag.filter, tag.digital_link
('SGTIN-96', 1, 'https://id.gs1.org/01/09521234543213/21/12345')
>>> tag.key == tag._replace(filter=5).key
True
"""

from typing import NamedTuple

from seriatim.gs1.element_string import check_values, finish, refuse_long
from seriatim.gs1.epc.foreign import SCHEMES as FOREIGN
from seriatim.gs1.epc.foreign import TAGS
from seriatim.gs1.epc.identities import PureIdentity
from seriatim.gs1.epc.urn import URN_MAX, from_urn, key_to_urn
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT
from seriatim.gs1.writing import GS1_DOMAIN

TAG_URI = "urn:epc:tag:"


class Tag(NamedTuple):
    """The content of an RFID tag. Tags that differ in nothing but the filter name the same thing: compare `key`."""

    scheme: str
    """Kind of tag: `SGTIN-96`, `SGTIN+`, `SSCC-96`, ..."""
    filter: int
    """What kind of object carries the tag, 0 to 7; belongs to the tag, not to the identity."""
    elements: tuple[tuple[str, str], ...]
    """(application identifier, value) pairs: the key, what qualifies it, then further data."""
    gcp_length: int | None = None
    """Digits of the GS1 company prefix; None for '+' and '++' tags, which do not say it."""
    host: str = ""
    """Host name that a '++' tag brings along."""
    foreign: str = ""
    """The URN of a GID-96, USDOD-96 or ADI-var tag, which holds no GS1 data: its `elements` are empty."""

    @property
    def message(self) -> Message:
        """The data as a message."""
        return Message(self.elements)

    @property
    def key(self) -> Key:
        """The identity, whatever the kind of tag and the filter."""
        return key_of(self.message)

    @property
    def digital_link(self) -> str:
        """Its Digital Link, on the tag's own host or on id.gs1.org; raises GS1Error `no_digital_link` where none exists."""
        return self.message.digital_link(f"https://{self.host}" if self.host else GS1_DOMAIN)

    @property
    def pure_uri(self) -> str | None:
        """`urn:epc:id:...`, the identity without the tag; None when the tag does not say where the company prefix ends."""
        if self.foreign:
            return self.foreign
        return None if self.gcp_length is None else key_to_urn(self.key, self.gcp_length)

    @property
    def tag_uri(self) -> str | None:
        """`urn:epc:tag:...`, identity, kind of tag and filter; None for '+' and '++' tags, which have none."""
        pure = self.pure_uri
        label = "" if self.scheme == "GID-96" else f"{self.filter}."  # general identifiers have no filter
        return pure and f"{TAG_URI}{self.scheme.lower()}:{label}{pure.split(':', 4)[4]}"


def checked(tag: Tag) -> Tag:
    """The tag, if its data make a valid message; raises GS1Error as the parsers do."""
    check_values(tag.elements)
    finish(tag.elements, STRICT)
    return tag


def from_tag_uri(uri: str) -> Tag:
    """The tag that a URI such as `urn:epc:tag:sgtin-96:1.9521234.054321.12345` spells; raises GS1Error `bad_urn`."""
    refuse_long(uri, URN_MAX)
    try:
        return _read_tag_uri(uri)
    except GS1Error as error:
        raise error.placed(uri) from None


def _read_tag_uri(uri: str) -> Tag:
    name, _, rest = uri.removeprefix(TAG_URI).partition(":")
    urn_scheme, _, size = name.partition("-")
    if uri.startswith(TAG_URI) and urn_scheme in FOREIGN:
        return _foreign_tag(urn_scheme, size, rest)
    label, _, rest = rest.partition(".")
    if not uri.startswith(TAG_URI) or label not in {*"01234567"} or not size:
        raise GS1Error(
            "bad_urn",
            "expected urn:epc:tag:, a kind of tag such as sgtin-96, a filter 0 to 7 and a full stop",
        )
    scheme = f"{urn_scheme.upper()}-{size}"
    try:
        message = from_urn(f"urn:epc:id:{urn_scheme}:{rest}")
    except GS1Error as error:
        raise error.moved(uri, len(uri) - len(rest) - len(f"urn:epc:id:{urn_scheme}:")) from None
    return Tag(scheme, int(label), message.elements, len(rest.partition(".")[0]))


def _foreign_tag(scheme: str, size: str, rest: str) -> Tag:
    kind = f"{scheme.upper()}-{size}"
    if kind not in TAGS:
        raise GS1Error("bad_urn", f"no tag of the scheme {scheme} is called so")
    label, most = "0", (1 << FOREIGN[scheme].filter_bits) - 1
    if most:
        label, _, rest = rest.partition(".")
    if not (label.isascii() and label.isdigit() and len(label) <= 2 and int(label) <= most):
        raise GS1Error("bad_urn", f"expected a filter from 0 to {most} and a full stop")
    identity = PureIdentity.parse(f"urn:epc:id:{scheme}:{rest}")
    return Tag(kind, int(label), (), foreign=identity.uri)
