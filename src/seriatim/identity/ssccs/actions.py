"""What one may do with SSCCs: number cases and pallets."""

from datetime import datetime
from typing import Final

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.base.errors import Refused
from seriatim.identity.catalogue.model import BadField
from seriatim.identity.ssccs import store
from seriatim.identity.ssccs.model import checked_extension, sscc_capacity, ssccs_of
from seriatim.identity.ssccs.store import PrefixOverlap

SSCCS_MAX: Final = 100_000


class SsccsExhausted(Refused):
    """The company prefix has no SSCCs left for this extension digit; take another digit."""

    code = "ssccs_exhausted"


class CompanyPrefixOverlaps(Refused):
    """Another company prefix in use counts through the same SSCCs; one of the two has a wrong length."""

    code = "company_prefix_overlaps"


async def allocate_ssccs(
    tx: Transaction, gcp: str, count: int, *, extension: str = "0", actor: Actor, now: datetime
) -> list[str]:
    """Fresh SSCCs (18 digits) of a company prefix, never given before.

    Raises BadCompanyPrefix, BadExtension, BadField, SsccsExhausted with the numbers, CompanyPrefixOverlaps.
    """
    capacity = sscc_capacity(gcp)
    checked_extension(extension)
    if not 1 <= count <= SSCCS_MAX:
        raise BadField(f"count is {count}; give 1 to {SSCCS_MAX:,}.", field="count")
    try:
        first = None if count > capacity else await store.take_ssccs(tx, gcp, extension, capacity, count)
    except PrefixOverlap as error:
        raise CompanyPrefixOverlaps(gcp=gcp, extension=extension) from error
    if first is None:
        issued = await store.ssccs_issued(tx, gcp, extension)
        raise SsccsExhausted(
            f"{count:,} SSCCs of {gcp} with extension {extension} were asked for; {issued:,} of {capacity:,} are gone.",
            asked=count,
            issued=issued,
            capacity=capacity,
        )
    ssccs = ssccs_of(gcp, extension, range(first, first + count))
    detail = {"count": count, "first": ssccs[0], "last": ssccs[-1]}
    await access.audit(tx, actor, "ssccs.allocated", f"{extension}{gcp}", detail, now)
    return ssccs
