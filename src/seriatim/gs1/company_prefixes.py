"""Where a GS1 company prefix ends: no number shows it, so a list must say it.

URNs and classic tags need this length, Digital Links and '+' tags do not.

>>> prefixes = PrefixList({"952": 7, "95212": 9})
>>> prefixes.length_of("9521234543213"), prefixes.length_of("4012345000054")
(9, None)
>>> from seriatim.gs1 import epc, parse
>>> epc.to_urn(parse("(01)09506000134352(21)A1"), PrefixList({"9506": 7}))
'urn:epc:id:sgtin:9506000.013435.A1'

Whoever gives neither a length nor a source asks the prefix table of the package `biip`, where that is installed.
Source: GS1 General Specifications 1.4.4; GS1's file "GCP length table".
"""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, runtime_checkable

from seriatim.gs1.errors import GS1Error

GCP_LENGTHS = range(6, 13)
"""Digits that a GS1 company prefix has in a URN or on a tag."""

_PREFIX_MAX = 12


@runtime_checkable
class CompanyPrefixes(Protocol):
    """Knows the company prefixes: master data, a file of GS1, a partner's list.

    MUST answer for any text of ASCII digits, and answer the same for the same digits.
    MUST answer None for what it does not know, never a guess: a wrong length names another company's thing.
    MUST NOT fetch anything while it is asked.
    """

    def length_of(self, digits: str) -> int | None:
        """Digits of the company prefix that `digits` begins with, None when unknown."""
        ...


class PrefixList:
    """Company prefixes by what they begin with; the longest beginning that fits decides."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        """`lengths`: beginning (digits) -> length of the company prefix. Raises GS1Error `bad_prefix_list`."""
        for beginning, length in lengths.items():
            digits = beginning.isascii() and beginning.isdigit() and len(beginning) <= _PREFIX_MAX
            if not digits or not 0 <= length <= _PREFIX_MAX:
                raise GS1Error(
                    "bad_prefix_list", f"expected digits and a length up to 12, got {beginning[:20]!a}"
                )
        # Length 0 marks a range that belongs to nobody.
        self._lengths = dict(lengths)
        self._sizes = sorted({len(beginning) for beginning in lengths}, reverse=True)

    @classmethod
    def from_json(cls, data: bytes | str) -> "PrefixList":
        """From the file that GS1 publishes: `{"GCPPrefixFormatList": {"entry": [{"prefix": ..., "gcpLength": ...}]}}`.

        Raises GS1Error `bad_prefix_list`.
        """
        import json  # noqa: PLC0415 -- one use; seriatim.gs1 is to be imported fast

        try:
            entries = json.loads(data)["GCPPrefixFormatList"]["entry"]
            return cls({str(entry["prefix"]): int(entry["gcpLength"]) for entry in entries})
        except GS1Error:
            raise
        except (ValueError, KeyError, TypeError, RecursionError):
            raise GS1Error(
                "bad_prefix_list", "expected GCPPrefixFormatList with entries of prefix and gcpLength"
            ) from None

    def length_of(self, digits: str) -> int | None:
        """Digits of the company prefix that `digits` begins with, None when unknown."""
        for size in self._sizes:
            if (length := self._lengths.get(digits[:size])) is not None:
                return length or None
        return None


class _Biip:
    """The prefix table that comes with the package biip."""

    def __init__(self, prefixes: Any) -> None:
        self._prefix = prefixes.GS1CompanyPrefix

    def length_of(self, digits: str) -> int | None:
        found = self._prefix.extract(digits)
        return None if found is None else len(found.value)


@cache
def installed_prefixes() -> CompanyPrefixes | None:
    """The table of biip, loaded when it is first asked for; None where biip is not installed."""
    try:
        return _Biip(importlib.import_module("biip.gs1_prefixes"))
    except ImportError:
        return None


def gcp_length_of(digits: str, given: "int | CompanyPrefixes | None") -> int:
    """The length of the company prefix that `digits` begins with, out of what the caller gave: itself, a source, nothing.

    Raises GS1Error `bad_gcp_length` (no such length), `unknown_gcp_length` (nobody knows it).
    """
    if given is None:
        given = installed_prefixes()
        if given is None:
            raise GS1Error(
                "unknown_gcp_length", "give gcp_length or a list of prefixes, install biip, or use a '+' tag"
            )
    if not isinstance(given, int):
        digits = digits[: len(digits) - len(digits.lstrip("0123456789"))]
        length = given.length_of(digits) if digits else None
        if length is None:
            raise GS1Error(
                "unknown_gcp_length", f"the list knows no company prefix that {digits[:12]} begins with"
            )
        given = length
    if given not in GCP_LENGTHS:
        raise GS1Error("bad_gcp_length")
    return given
