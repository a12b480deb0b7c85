"""NFC tags on units: which chip sits where, whether a tap came from it, and whether that tap was seen before.

    keys = tag_keys(master_key, gtin)
    sun = read_sun(query)                     # what the tag wrote into the link, or SunRefused
    verdict = await judge_tap(tx, sun, keys, gtin=gtin, serial=serial, now=now)

The tags are NTAG 424 DNA, in AES or LRP mode. What a good tap proves and what not stands in `sun`; in short: that our chip made
this link once, not when, and not that the chip is still on the pack.
"""

from seriatim.identity.nfc import api
from seriatim.identity.nfc.actions import (
    TagBound,
    TagTwice,
    TapRefused,
    TapVerdict,
    judge_link,
    judge_tap,
    personalisation,
    register_tags,
    tags_of,
)
from seriatim.identity.nfc.keys import FactoryNfcKey, TagKeys, tag_keys
from seriatim.identity.nfc.links import PARAMETERS, SunLayout, read_sun
from seriatim.identity.nfc.store import Tag
from seriatim.identity.nfc.sun import Sun, SunRefused, Tap, verify_sun

__all__ = [
    "PARAMETERS",
    "FactoryNfcKey",
    "Sun",
    "SunLayout",
    "SunRefused",
    "Tag",
    "TagBound",
    "TagKeys",
    "TagTwice",
    "Tap",
    "TapRefused",
    "TapVerdict",
    "api",
    "judge_link",
    "judge_tap",
    "personalisation",
    "read_sun",
    "register_tags",
    "tag_keys",
    "tags_of",
    "verify_sun",
]
