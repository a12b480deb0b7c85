from datetime import UTC, datetime, timedelta

import pytest

from seriatim import epcis, gs1
from seriatim.base import limits
from seriatim.epcis import Event
from seriatim.history.keys import ItemKey, item_key
from seriatim.history.rules import (
    AlreadyCommissioned,
    AlreadyPacked,
    Breach,
    ContainmentCycle,
    ContainmentTooDeep,
    Known,
    NoLongerThere,
    NotCommissioned,
    NotPacked,
    first_breach,
)

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
UNIT = "https://id.gs1.org/01/09506000134352/21/A1"
CASES = [f"https://id.gs1.org/00/{gs1.with_check_digit(f'1950600013435200{n}')}" for n in range(9)]
EXTRA = "https://id.gs1.org/01/09506000134352/21/PALLET"
BORN = Known(born_event=1)


def pack(parent: str, *children: str, minute: int = 0) -> Event:
    return epcis.aggregation_event(
        action="ADD",
        event_time=T0 + timedelta(minutes=minute),
        parent_id=parent,
        child_epcs=children,
        biz_step="packing",
    )


def unpack(parent: str, *children: str) -> Event:
    return epcis.aggregation_event(
        action="DELETE", event_time=T0, parent_id=parent, child_epcs=children, biz_step="unpacking"
    )


def thing(action: str, epc: str, step: str) -> Event:
    return epcis.object_event(action=action, event_time=T0, epc_list=(epc,), biz_step=step)


def breach(
    known: dict[str, Known], *events: Event, heights: dict[ItemKey, int] | None = None
) -> Breach | None:
    given = [(index, (index + 10) << 22, event) for index, event in enumerate(events)]
    return first_breach(given, {item_key(epc): state for epc, state in known.items()}, heights)


def test_the_life_of_a_unit_from_the_line_to_the_bin_breaks_no_rule() -> None:
    story = (
        thing("ADD", UNIT, "commissioning"),
        pack(CASES[0], UNIT),
        pack(CASES[1], CASES[0]),
        thing("OBSERVE", CASES[1], "shipping"),
        unpack(CASES[1]),
        unpack(CASES[0], UNIT),
        pack(CASES[2], UNIT),
        unpack(CASES[2], UNIT),
        thing("DELETE", UNIT, "destroying"),
    )

    assert breach({}, *story) is None


@pytest.mark.parametrize(
    ("known", "event", "error"),
    [
        (Known(), pack(CASES[0], UNIT), NotCommissioned),
        (Known(), thing("OBSERVE", UNIT, "shipping"), NotCommissioned),
        (BORN, thing("ADD", UNIT, "commissioning"), AlreadyCommissioned),
        (Known(born_event=1, ended="destroyed", ended_event=2), thing("ADD", UNIT, "commissioning"), NoLongerThere),
        (Known(born_event=1, ended="destroyed", ended_event=2), pack(CASES[0], UNIT), NoLongerThere),
        (Known(born_event=1, parent=item_key(CASES[1]), parent_event=2), pack(CASES[0], UNIT), AlreadyPacked),
        (BORN, unpack(CASES[0], UNIT), NotPacked),
        (Known(born_event=1, parent=item_key(CASES[1]), parent_event=2), unpack(CASES[0], UNIT), NotPacked),
    ],
)  # fmt: skip
def test_illegal_history_is_named(known: Known, event: Event, error: type) -> None:
    """Acceptance: EPCIS 53, T12."""
    found = breach({UNIT: known, CASES[0]: BORN, CASES[1]: BORN}, event)

    assert found is not None
    assert (found.error, found.thing) == (error, item_key(UNIT))


def test_the_packing_that_stands_in_the_way_is_named() -> None:
    known = {UNIT: Known(born_event=1, parent=item_key(CASES[1]), parent_event=77)}

    found = breach(known, pack(CASES[0], UNIT))

    assert found == Breach(AlreadyPacked, 0, item_key(UNIT), parent=item_key(CASES[1]), blocking=77)


def test_a_case_is_not_packed_into_what_stands_inside_it() -> None:
    found = breach({}, pack(CASES[0], CASES[0]))

    assert found is not None
    assert found.error is ContainmentCycle


def test_a_cycle_through_others_is_found() -> None:
    known = {
        CASES[0]: Known(born_event=1, parent=item_key(CASES[1]), parent_event=5),
        CASES[1]: Known(born_event=1, parent=item_key(CASES[2]), parent_event=6),
        CASES[2]: BORN,
    }

    found = breach(known, pack(CASES[0], CASES[2]))

    assert found == Breach(ContainmentCycle, 0, item_key(CASES[2]), parent=item_key(CASES[0]), blocking=6)


def test_eight_levels_inside_each_other_are_allowed_and_nine_are_not() -> None:
    assert limits.CONTAINMENT_DEPTH == 8
    inside_out = [pack(CASES[level + 1], CASES[level], minute=level) for level in range(8)]
    first = thing("ADD", UNIT, "commissioning")

    assert breach({CASES[0]: BORN}, *inside_out) is None

    found = breach({CASES[0]: BORN, EXTRA: BORN}, first, *inside_out, pack(CASES[0], UNIT))
    assert found is not None
    assert (found.error, found.thing) == (ContainmentTooDeep, item_key(UNIT))


def test_what_the_store_knows_of_the_inside_counts_for_the_depth() -> None:
    assert breach({CASES[0]: BORN}, pack(CASES[1], CASES[0]), heights={item_key(CASES[0]): 7}) is None

    found = breach({CASES[0]: BORN}, pack(CASES[1], CASES[0]), heights={item_key(CASES[0]): 8})
    assert found is not None
    assert found.error is ContainmentTooDeep


def test_the_same_event_again_does_not_stand_in_its_own_way() -> None:
    event = pack(CASES[0], UNIT)
    known = {item_key(UNIT): Known(born_event=1, parent=item_key(CASES[0]), parent_event=42)}

    assert first_breach([(0, 42, event)], known) is None
