"""A code is scanned: read, identify, standing, judge, choose, record. The shortest way through the whole house.

A bad code is a value, not an exception, and every scan is recorded, the bad ones too. The same nonce twice is one scan.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from seriatim import gs1, history, identity
from seriatim.areas import content, protection
from seriatim.areas.protection import Circumstances, Judgement
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.journeys import scan_facts as facts

__all__ = ["Answer", "Circumstances", "scan"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scan is told, and why."""

    page: content.Page
    judgement: Judgement
    product: identity.Product | None
    """None when the code could not be read or its product is none of ours: a page without any brand."""
    item: history.Item | None
    key: gs1.Key | None
    scan_id: int


async def scan(
    tx: Transaction, raw: str, circumstances: Circumstances, *, environment: Environment, now: datetime
) -> Answer:
    """Answer one scan of `raw`, any spelling of a GS1 code. Raises CannotNow when the store is away."""
    seen, key = facts.read(raw)
    product = await identity.product(tx, seen.gtin) if seen.gtin else None
    origin = await facts.origin_of(tx, seen, product, environment.master_key)
    found = await history.item_and_position(tx, key) if product and key and seen.serial else None
    item, position = found or (None, None)
    notice = await facts.notice_of(tx, seen, item)
    unit = facts.unit_facts(
        seen, product, item, await facts.ship_to(tx, position), is_leased=origin.lease is not None
    )
    is_suspended = origin.is_in_doubt and not unit.issued
    tap, told = await facts.tap(tx, raw, seen, product, environment, now)
    around = replace(circumstances, tap=tap) if product else facts.without_client(circumstances)
    noticed = await protection.notice(tx, seen, around, now=now)
    is_judged = product and seen.serial and not is_suspended
    judgement = protection.judged(noticed, unit) if is_judged else protection.SILENT
    page = content.page(
        facts.standing_of(
            seen, product, item, unit, is_recalled=notice is not None, is_suspended=is_suspended
        ),
        judgement.band,
        facts.subject_of(seen, product, item),
        await content.texts(tx, product.gtin) if product else (),
        language=circumstances.language,
        signals=[reason.rule for reason in judgement.reasons],
        notice=notice.reason if notice else "",
        instructions=notice.instructions if notice else "",
        tap=told,
        now=now,
    )
    scan_id = await protection.record(tx, noticed, judgement, page.state)
    return Answer(page, judgement, product, item, key, scan_id)
