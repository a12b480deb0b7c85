"""What one may do with SSCCs: number cases and pallets, and let numbers come free and rest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.base.errors import Refused
from seriatim.identity import marks
from seriatim.identity.catalogue.model import BadField, checked_gcp
from seriatim.identity.marks.model import reuse_key, sscc_key
from seriatim.identity.ssccs import store
from seriatim.identity.ssccs.model import (
    SsccRule,
    SsccStock,
    checked_extension,
    reference_of,
    sscc_capacity,
    ssccs_of,
)
from seriatim.identity.ssccs.store import PrefixOverlap, Run

SSCCS_MAX: Final = 100_000
RELEASED_MAX: Final = 10_000
REASON_MAX: Final = 500


class SsccsExhausted(Refused):
    """The company prefix has no SSCCs left for this extension digit; take another digit."""

    code = "ssccs_exhausted"


class CompanyPrefixOverlaps(Refused):
    """Another company prefix in use counts through the same SSCCs; one of the two has a wrong length."""

    code = "company_prefix_overlaps"


class SsccNotIssued(Refused):
    """This SSCC was never given by us, so it cannot come free."""

    code = "sscc_not_issued"


class Released(msgspec.Struct, frozen=True):
    """SSCCs that came free, and until when they rest."""

    released: tuple[str, ...]
    rests_until: datetime
    may_reuse: bool


async def allocate_ssccs(
    tx: Transaction, gcp: str, count: int, *, extension: str = "0", actor: Actor, now: datetime
) -> list[str]:
    """SSCCs (18 digits) of a company prefix: fresh ones, in a row.

    When fewer are left, and the prefix has said that it may, the last fresh ones and then those that came free and have
    rested their quarantine, the longest rested first. Raises BadCompanyPrefix, BadExtension, BadField, SsccsExhausted
    with the numbers, CompanyPrefixOverlaps, IssuingFrozen.
    """
    capacity = sscc_capacity(gcp)
    checked_extension(extension)
    if not 1 <= count <= SSCCS_MAX:
        raise BadField(f"count is {count}; give 1 to {SSCCS_MAX:,}.", field="count")
    marks.require_issuing(tx)
    run = await _take(tx, gcp, extension, capacity, count, now)
    again: list[int] = []
    if run is None:
        run, again = await _take_again(tx, gcp, extension, capacity, count, now)
    ssccs = ssccs_of(gcp, extension, [*range(*run), *again])
    detail = {"count": count, "first": ssccs[0], "last": ssccs[-1], "given_again": len(again)}
    await access.audit(tx, actor, "ssccs.allocated", f"{extension}{gcp}", detail, now)
    return ssccs


async def release_ssccs(
    tx: Transaction, gcp: str, ssccs: Sequence[str], *, reason: str, actor: Actor, now: datetime
) -> Released:
    """These cases and pallets are gone for good, for instance received and opened: their numbers come free and rest.

    Whoever says so has made sure of it. One that is free already stays as it is. Raises BadCompanyPrefix, BadSscc,
    BadField, SsccNotIssued.
    """
    checked_gcp(gcp)
    if not 1 <= len(ssccs) <= RELEASED_MAX:
        raise BadField(f"{len(ssccs):,} SSCCs were sent; give 1 to {RELEASED_MAX:,}.", field="ssccs")
    if not reason.strip() or len(reason) > REASON_MAX or "\0" in reason:
        raise BadField(f"say why they come free, in {REASON_MAX} characters at most.", field="reason")
    by_extension: dict[str, list[int]] = defaultdict(list)
    for sscc in dict.fromkeys(ssccs):
        extension, reference = reference_of(sscc, gcp)
        by_extension[extension].append(reference)
    rule = await store.rule(tx, gcp)
    rests_until = now + timedelta(days=rule.quarantine_days)
    released: list[str] = []
    for extension, references in by_extension.items():
        issued = await store.ssccs_issued(tx, gcp, extension)
        if max(references) >= issued:
            (strange,) = ssccs_of(gcp, extension, [max(references)])
            raise SsccNotIssued(f"SSCC {strange} was never given, so it cannot come free.", sscc=strange)
        free = await store.release(tx, gcp, extension, references, now, rests_until, reason)
        released += ssccs_of(gcp, extension, sorted(free))
    if released:
        detail = {"ssccs": released, "reason": reason, "rests_until": rests_until}
        await access.audit(tx, actor, "ssccs.released", gcp, detail, now)
    return Released(tuple(released), rests_until, rule.may_reuse)


async def sscc_rule(tx: Transaction, gcp: str) -> SsccRule:
    """What a company prefix does with SSCCs that come free. Raises BadCompanyPrefix."""
    return await store.rule(tx, checked_gcp(gcp))


async def save_sscc_rule(tx: Transaction, rule: SsccRule, *, actor: Actor, now: datetime) -> SsccRule:
    """From now on; those that rest already rest as long as they were told."""
    before = await store.rule(tx, rule.gcp)
    if before != rule:
        await store.save_rule(tx, rule)
        detail = {"before": msgspec.to_builtins(before), "after": msgspec.to_builtins(rule)}
        await access.audit(tx, actor, "sscc_rule.saved", rule.gcp, detail, now)
    return rule


async def sscc_stocks(tx: Transaction, gcp: str, *, now: datetime) -> list[SsccStock]:
    """How far each extension digit of a company prefix is used. Raises BadCompanyPrefix."""
    return await store.stocks(tx, checked_gcp(gcp), now)


async def sscc_prefixes(tx: Transaction) -> list[str]:
    """Company prefixes that count SSCCs or have a rule, in their order; a company has a few."""
    return await store.prefixes(tx)


async def _take(
    tx: Transaction, gcp: str, extension: str, capacity: int, count: int, now: datetime
) -> Run | None:
    """Fresh references, with their mark on its way to the disk; those that a crash left in doubt are passed over."""
    while count <= capacity:
        try:
            run = await store.take_ssccs(tx, gcp, extension, capacity, count)
        except PrefixOverlap as error:
            raise CompanyPrefixOverlaps(gcp=gcp, extension=extension) from error
        if run is None or await marks.took(tx, sscc_key(gcp, extension), *run, now=now):
            return run
    return None


async def _take_again(
    tx: Transaction, gcp: str, extension: str, capacity: int, count: int, now: datetime
) -> tuple[Run, list[int]]:
    await store.hold(tx, gcp, extension)
    issued = await store.ssccs_issued(tx, gcp, extension)
    rule = await store.rule(tx, gcp)
    fresh = capacity - issued
    run = Run(issued, issued)
    if rule.may_reuse and 0 < fresh < count:
        run = await _take(tx, gcp, extension, capacity, fresh, now) or run
    wanted = count - (run.past - run.first)
    again = await store.take_rested(tx, gcp, extension, wanted, now) if rule.may_reuse else []
    if len(again) < wanted:
        raise SsccsExhausted(
            f"{count:,} SSCCs of {gcp} with extension {extension} were asked for; {issued:,} of {capacity:,} are gone"
            + (f" and {len(again):,} of those that came free have rested." if rule.may_reuse else "."),
            asked=count,
            issued=issued,
            capacity=capacity,
        )
    past = await store.count_reused(tx, gcp, extension, len(again))
    await marks.took(tx, reuse_key(gcp, extension), past - len(again), past, now=now)
    return run, again
