"""The numbers of cases and pallets: Serial Shipping Container Codes."""

from seriatim.identity.ssccs.actions import (
    CompanyPrefixOverlaps,
    Released,
    SsccNotIssued,
    SsccsExhausted,
    allocate_ssccs,
    release_ssccs,
    save_sscc_rule,
    sscc_prefixes,
    sscc_rule,
    sscc_stocks,
)
from seriatim.identity.ssccs.model import BadExtension, BadSscc, SsccRule, SsccStock, ssccs_of

__all__ = [
    "BadExtension",
    "BadSscc",
    "CompanyPrefixOverlaps",
    "Released",
    "SsccNotIssued",
    "SsccRule",
    "SsccStock",
    "SsccsExhausted",
    "allocate_ssccs",
    "release_ssccs",
    "save_sscc_rule",
    "sscc_prefixes",
    "sscc_rule",
    "sscc_stocks",
    "ssccs_of",
]
