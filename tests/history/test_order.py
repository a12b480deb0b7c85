"""Whatever the order, the documents and the repeats, the kept state is the one that the events tell (I4)."""

from random import Random

import msgspec
import pytest
from tests.history.test_intake import at, commission, differing, dump, keep, pack, see, unit, unpack

from seriatim import epcis, gs1
from seriatim.base.db import Database
from seriatim.epcis import ErrorDeclaration, Event, Instant

pytestmark = pytest.mark.anyio

UNITS = 260
"""So many that a document of them all takes the road of large documents."""
CASES = [f"https://id.gs1.org/00/{gs1.with_check_digit(f'1950600{n:010d}')}" for n in range(12)]
REPEATED = 0.25


def events_of(random: Random) -> list[Event]:
    """A history without any plan: contradictions are welcome, the record takes them."""
    serials = [f"U{n}" for n in range(UNITS)]
    told = [commission(0, *serials), see(1, "storing", *map(unit, serials))]
    for minute in range(2, 60):
        some = [unit(serial) for serial in random.sample(serials, random.randint(1, 30))]
        case, other = random.sample(CASES, 2)
        told.append(
            random.choice(
                [
                    pack(minute, case, *some),
                    pack(minute, other, case),
                    unpack(minute, case, *some),
                    unpack(minute, case),
                    see(minute, random.choice(["shipping", "receiving", "retail_selling"]), case, *some[:3]),
                    epcis.object_event(action="DELETE", event_time=at(minute), epc_list=some[:2]),
                ]
            )
        )
    named = [
        epcis.object_event(
            action="OBSERVE",
            event_time=at(70 + n),
            epc_list=[unit(serials[n]), CASES[n]],
            biz_step="shipping",
            event_id=f"urn:uuid:00000000-0000-4000-8000-{n:012d}",
        )
        for n in range(4)
    ]
    wrong = ErrorDeclaration(declaration_time=Instant(at(99), "2026-11-20T09:39:00Z"), reason="did_not_occur")
    declared = [msgspec.structs.replace(one, error_declaration=wrong) for one in named[:2]]
    return [*told, *named, *declared]


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_with_a_quarter_repeated_gives_the_state_of_the_events_one_by_one(
    seed: int, db: Database
) -> None:
    random = Random(seed)
    events = events_of(random)
    shuffled = [*events, *random.sample(events, int(REPEATED * len(events)))]
    random.shuffle(shuffled)

    while shuffled:
        size = random.randint(1, 20)
        document, shuffled = shuffled[:size], shuffled[size:]
        await keep(db, *document)
    state, wrong = await dump(db), await differing(db)
    async with db.transaction() as tx:
        for table in ("event", "event_name", "item", "item_events"):
            await tx.execute(f"delete from history_{table}")
    for event in events:
        await keep(db, event)

    assert wrong == 0
    assert await differing(db) == 0
    assert state == await dump(db)
