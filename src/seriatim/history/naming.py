"""The names of events: whose an eventID is, and which have not been given yet."""

from collections.abc import Mapping, Sequence

from seriatim.base.db import Transaction
from seriatim.history import store
from seriatim.history.candidates import Candidate
from seriatim.history.model import Verdict
from seriatim.history.rules import EventIdTaken
from seriatim.history.statements import QUERIES


def refuse_taken(
    seen: store.Seen, candidates: Sequence[Candidate], verdicts: dict[int, Verdict]
) -> list[Candidate]:
    """Those whose eventID is free or their own; the others get their verdict. A declaration may share a name (D4)."""
    owners = {name: digest for name, (digest, _) in seen.names.items() if digest is not None}
    kept = []
    for one in candidates:
        owner = one.strict_hash if one.declares_error else owners.setdefault(one.name, one.strict_hash)
        if owner == one.strict_hash:
            kept.append(one)
            continue
        reason = f"The eventID {one.name} belongs to another event; the first one stays as it is."
        verdicts[one.index] = one.verdict("REJECTED", code=EventIdTaken.code, reason=reason)
    return kept


def nameless(
    seen: store.Seen, candidates: Sequence[Candidate], verdicts: Mapping[int, Verdict]
) -> list[Candidate]:
    """Those that are there, or will be, and whose name may not have been given yet."""
    return [
        one
        for one in candidates
        if (one.index not in verdicts or verdicts[one.index].outcome in {"ACCEPTED", "DUPLICATE"})
        and not (
            one.index in verdicts
            and verdicts[one.index].outcome == "DUPLICATE"
            and not one.declares_error
            and seen.names.get(one.name, (None, False))[0] == one.strict_hash
        )
    ]


async def save(
    tx: Transaction,
    verdicts: Mapping[int, Verdict],
    wanted: Sequence[Candidate],
    accepted: Sequence[Candidate],
) -> set[str]:
    """Give the events their names, duplicates under another name too; answers the names declared wrong."""
    ids = {index: verdict.event for index, verdict in verdicts.items() if verdict.event is not None}
    for declaring in (False, True):
        # Once per name: the first of the document that carries it.
        named = {one.name: one for one in reversed(wanted) if one.declares_error is declaring}
        if not named:
            continue
        rows = await tx.rows(
            QUERIES.save_names,
            list(named),
            [None if declaring else one.strict_hash for one in named.values()],
            [ids[one.index] for one in named.values()],
            declaring,
        )
        lost = named.keys() - {row["event_id"] for row in rows}
        if lost:
            raise EventIdTaken(event_id=min(lost))
    rows = await tx.rows(QUERIES.names, sorted({one.name for one in accepted}))
    return {row["event_id"] for row in rows if row["is_declared_wrong"]}
