"""For which party of the master data a key or person speaks, and what he may therefore see (ADR-0018)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from seriatim import access, identity
from seriatim.access import Actor, Permission, audit
from seriatim.base.db import Queries, Transaction
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.history.sight import Sight

QUERIES: Final = Queries.load(__package__, "partners.sql")
CALLER: Final = re.compile(r"(?:key|person):[!-~]{1,180}")


class Speaker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A caller and the party for which it speaks."""

    caller: str
    """As events call it in `captured_by`: `key:k0123456789`."""
    party_gln: str

    def __post_init__(self) -> None:
        if not CALLER.fullmatch(self.caller):
            raise Unprocessable(
                f"A caller is written key:ID or person:ID, not {self.caller[:60]!r}.", field="caller"
            )


async def sight_of(tx: Transaction, actor: Actor, right: Permission = "events:read") -> Sight | None:
    """What the actor may see: None for everything, when he holds the right; else his own part."""
    if access.may(actor, right):
        return None
    caller = f"{actor.kind}:{actor.id}"
    rows = await tx.rows(QUERIES.same_party, caller)
    if not rows:
        return Sight(frozenset({caller}))
    party: str = rows[0]["party_gln"]
    places = await identity.locations_of(tx, party)
    return Sight(
        frozenset(row["caller"] for row in rows), frozenset({party, *(place.gln for place in places)})
    )


async def speakers(tx: Transaction) -> Sequence[Speaker]:
    """Who speaks for whom."""
    return [Speaker(**dict(row)) for row in await tx.rows(QUERIES.speakers)]


async def let_speak(tx: Transaction, speaker: Speaker, *, actor: Actor, now: datetime) -> None:
    """From now on the caller sees what names the party or a place of its. Raises UnknownParty."""
    if await identity.party(tx, speaker.party_gln) is None:
        raise identity.UnknownParty(
            f"There is no party {speaker.party_gln} in the master data.", gln=speaker.party_gln
        )
    await tx.execute(QUERIES.let_speak, speaker.caller, speaker.party_gln, now)
    await audit(tx, actor, "partner.speaks", speaker.caller, {"party_gln": speaker.party_gln}, now)


async def silence(tx: Transaction, caller: str, *, actor: Actor, now: datetime) -> None:
    """The caller speaks for nobody any more; what it has told itself it goes on seeing. Raises NotFound."""
    if await tx.row(QUERIES.silence, caller) is None:
        raise NotFound(f"{caller[:200]} speaks for no party.")
    await audit(tx, actor, "partner.silent", caller, {}, now)
