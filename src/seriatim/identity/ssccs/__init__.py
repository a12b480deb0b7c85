"""The numbers of cases and pallets: Serial Shipping Container Codes."""

from seriatim.identity.ssccs.actions import CompanyPrefixOverlaps, SsccsExhausted, allocate_ssccs
from seriatim.identity.ssccs.model import BadExtension, ssccs_of

__all__ = ["BadExtension", "CompanyPrefixOverlaps", "SsccsExhausted", "allocate_ssccs", "ssccs_of"]
