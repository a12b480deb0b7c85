"""What one may do with NFC tags: put them on units, and judge a tap.

A tap is judged in two steps: `verify_sun` says whether one of our chips made it, the counter says whether we saw it
before. Both are facts about the chip; no answer here says that the pack lies in front of somebody (T17).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.nfc import store
from seriatim.identity.nfc.keys import Mode, TagKeys, tag_keys
from seriatim.identity.nfc.links import layout_in, read_sun
from seriatim.identity.nfc.store import Tag
from seriatim.identity.nfc.sun import PICC_DATA_BYTES, Sun, SunReason, SunRefused, Tamper, verify_sun

TAGS_MAX: Final = 10_000
"""Most tags registered at once: one statement, one audit row."""
EXPORT_MAX: Final = 1_000
GENERATIONS_MAX: Final = 8
"""Of keys that are tried for one tap; a product changes them once in years."""
JUMP: Final = 500
"""Taps that were skipped, from which on somebody may be harvesting them."""

TapOutcome: TypeAlias = Literal["accepted", "already_seen", "replayed", "unknown_tag", "other_unit"]


class TagBound(Refused):
    """The chip belongs to another unit already, or holds other keys; nothing was kept."""

    code = "tag_bound"


class TagTwice(BadField):
    """The same chip stands twice in what was sent; nothing was kept."""

    code = "tag_twice"


class TapVerdict(msgspec.Struct, frozen=True):
    """What a tap whose MAC was right is worth."""

    outcome: TapOutcome
    """`accepted`: the first time we see it. `already_seen`: the last one again, most often a page loaded anew; never
    call it fake. `replayed`: older than the last one. `unknown_tag`: our keys, but on no unit.
    `other_unit`: the link names a unit that the chip does not sit on; the counter stays as it was."""
    uid: str
    counter: int
    tag: Tag | None = None
    """The chip and its unit, as kept; None when unknown."""
    skipped: int = 0
    """How many taps between this one and the last accepted one never came here."""
    is_jump: bool = False
    """More than 500 were skipped: accepted, but harvested taps look like this."""
    is_first: bool = False
    tamper: Tamper | None = None
    is_provisional: bool = False


class TapRefused(msgspec.Struct, frozen=True):
    """No proof at all; nothing was stored."""

    reason: SunReason


async def register_tags(tx: Transaction, tags: Sequence[Tag], *, actor: Actor, now: datetime) -> int:
    """Puts chips on units, all or none; answers how many are new. Saying the same again changes nothing.

    Raises BadField, TagTwice, TagBound with the chips that belong elsewhere.
    """
    if len(tags) > TAGS_MAX:
        raise BadField(f"{len(tags):,} tags were sent; {TAGS_MAX:,} is the most.", field="tags")
    if len({tag.uid for tag in tags}) != len(tags):
        raise TagTwice
    new = await store.add_tags(tx, tags, now)
    if len(new) != len(tags):
        bound = await store.strangers(tx, tags)
        if bound:
            raise TagBound(f"Chip {bound[0]} belongs to another unit; nothing was kept.", uids=bound)
    if new:
        detail = {"count": len(new), "first": min(new), "last": max(new)}
        await access.audit(tx, actor, "tags.registered", f"{len(new)} tags", detail, now)
    return len(new)


async def judge_tap(
    tx: Transaction, sun: Sun, keys: TagKeys, *, gtin: str, serial: str | None, now: datetime
) -> TapVerdict | TapRefused:
    """The worth of a tap at the link of this product, and of this unit where the link names one.

    Of any number of copies of one tap, together or one after another, exactly one is `accepted`. Raises BadGtin.
    """
    product = gtin14(gtin)
    tap = verify_sun(sun, keys)
    if isinstance(tap, SunRefused):
        return TapRefused(tap.reason)
    taken = await store.take_counter(tx, tap.uid, product, serial, tap.counter, now)
    known = TapVerdict("accepted", tap.uid, tap.counter, tamper=tap.tamper, is_provisional=tap.is_provisional)
    if taken is None:
        kept = await store.tag(tx, tap.uid)
        outcome = _outcome_without_row(kept, product, serial, tap.counter)
        return msgspec.structs.replace(known, outcome=outcome, tag=kept)
    skipped = tap.counter - taken.counter_before - 1
    return msgspec.structs.replace(
        known,
        tag=taken.tag,
        skipped=skipped,
        is_jump=skipped > JUMP,
        is_first=taken.taps == 1,
    )


async def judge_link(
    tx: Transaction, query: str, *, gtin: str, serial: str | None, master_key: bytes, now: datetime
) -> TapVerdict | TapRefused | None:
    """The worth of the tap in the query of a link, raw as it came; None when there is none in it.

    The keys are those of the product, in every generation that its tags hold: the tag's own is known only after its
    UID has been read. Raises BadGtin.
    """
    layout = layout_in(query)
    if layout is None:
        return None
    sun = read_sun(query, layout)
    if isinstance(sun, SunRefused):
        return TapRefused(sun.reason)
    product = gtin14(gtin)
    mode: Mode = "lrp" if len(sun.picc_data) == PICC_DATA_BYTES["lrp"] else "aes"
    verdict: TapVerdict | TapRefused = TapRefused("not_genuine")
    for generation in await store.generations(tx, product, serial, GENERATIONS_MAX) or [0]:
        keys = tag_keys(master_key, product, generation, mode)
        verdict = await judge_tap(tx, sun, keys, gtin=product, serial=serial, now=now)
        if isinstance(verdict, TapVerdict):
            return verdict
    return verdict


async def personalisation(
    tx: Transaction, uids: Sequence[str], *, mode: Mode, master_key: bytes, actor: Actor, now: datetime
) -> list[tuple[Tag, bytes, bytes]]:
    """What an encoder writes into these tags: each with its SDMMetaReadKey and its SDMFileReadKey, 16 bytes each.

    The one way by which keys leave; it leaves an audit row, without the keys. Raises BadField, NotFound for a chip
    that is on no unit.
    """
    if not 1 <= len(uids) <= EXPORT_MAX:
        raise BadField(f"{len(uids):,} tags were asked for; give 1 to {EXPORT_MAX:,}.", field="uids")
    tags = await store.tags_by_uid(tx, uids)
    if missing := sorted(set(uids) - {tag.uid for tag in tags}):
        raise NotFound(f"Chip {missing[0][:20]!a} is on no unit; enrol it first.", uids=missing[:100])
    detail = {"count": len(tags), "first": tags[0].uid, "last": tags[-1].uid, "mode": mode}
    await access.audit(tx, actor, "tags.keys_exported", f"{len(tags)} tags", detail, now)
    return [
        (tag, keys.meta_read, keys.of_tag(bytes.fromhex(tag.uid)))
        for tag in tags
        for keys in (tag_keys(master_key, tag.gtin, tag.generation, mode),)
    ]


def _outcome_without_row(kept: Tag | None, gtin: str, serial: str | None, counter: int) -> TapOutcome:
    if kept is None:
        return "unknown_tag"
    if kept.gtin != gtin or (serial is not None and kept.serial != serial):
        return "other_unit"
    return "already_seen" if counter == kept.counter else "replayed"


async def tags_of(tx: Transaction, gtin: str, serial: str) -> list[Tag]:
    """The chips on one unit, in the order of their UIDs. Raises BadGtin."""
    return await store.tags_of(tx, gtin14(gtin), serial)
