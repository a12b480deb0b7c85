"""EPC: identities as RFID systems and older partners write them, as URNs and as the bits of tags.

>>> encode("https://id.gs1.org/01/09521234543213/21/12345", gcp_length=7)
'3036452148350C4000003039'
>>> tag = decode("3036452148350C4000003039")
>>> tag.scheme, tag.filter, tag.pure_uri
('SGTIN-96', 1, 'urn:epc:id:sgtin:9521234.054321.12345')
>>> decode(encode(tag.message, "SGTIN+", filter=5)).key == tag.key
True

Tags with a host name ('++') are PROVISIONAL: their layout was derived from published examples.
"""

from seriatim.gs1.epc.identities import PureIdentity
from seriatim.gs1.epc.pattern import Numbers, Pattern
from seriatim.gs1.epc.raw import RawTag
from seriatim.gs1.epc.tag import Tag, from_tag_uri
from seriatim.gs1.epc.tagging import decode, encode
from seriatim.gs1.epc.urn import URN_MAX, from_urn, key_to_urn, to_urn

__all__ = [
    "URN_MAX",
    "Numbers",
    "Pattern",
    "PureIdentity",
    "RawTag",
    "Tag",
    "decode",
    "encode",
    "from_tag_uri",
    "from_urn",
    "key_to_urn",
    "to_urn",
]
