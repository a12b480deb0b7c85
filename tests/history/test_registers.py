from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seriatim import epcis
from seriatim.epcis import Event, Extension
from seriatim.history.ids import event_id_of
from seriatim.history.keys import item_key
from seriatim.history.registers import Registers, fold, has_left, merge, order_of

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
UNIT = "https://id.gs1.org/01/09506000134352/21/A1"
OTHER_UNIT = "https://id.gs1.org/01/09506000134352/21/A2"
CASE = "https://id.gs1.org/00/195060001343520014"
PALLET = "https://id.gs1.org/00/195060001343520021"
PLANT = "https://id.gs1.org/414/9506000134352"
SHOP = "https://id.gs1.org/414/9506000134369"


def at(minutes: int) -> datetime:
    return T0 + timedelta(minutes=minutes)


def numbered(event: Event) -> tuple[int, Event, bool]:
    digest = bytes.fromhex(epcis.event_hash(event).partition(";")[2].partition("?")[0])
    return event_id_of(event.event_time, digest), event, True


def commissioned(minutes: int, *epcs: str) -> Event:
    return epcis.object_event(
        action="ADD",
        event_time=at(minutes),
        epc_list=epcs or (UNIT,),
        biz_step="commissioning",
        disposition="active",
        biz_location=PLANT,
        biz_transactions=[("prodorder", "urn:epcglobal:cbv:bt:9506000134352:PO-17")],
        ilmd=(
            Extension("urn:epcglobal:cbv:mda", "lotNumber", "L1"),
            Extension("urn:epcglobal:cbv:mda", "itemExpirationDate", "2027-11-20"),
        ),
    )


def packed(minutes: int, parent: str, *children: str) -> Event:
    return epcis.aggregation_event(
        action="ADD",
        event_time=at(minutes),
        parent_id=parent,
        child_epcs=children,
        biz_step="packing",
        biz_location=PLANT,
    )


def unpacked(minutes: int, parent: str, *children: str, where: str = SHOP) -> Event:
    return epcis.aggregation_event(
        action="DELETE",
        event_time=at(minutes),
        parent_id=parent,
        child_epcs=children,
        biz_step="unpacking",
        biz_location=where,
    )


def observed(minutes: int, step: str, *epcs: str, where: str = SHOP) -> Event:
    return epcis.object_event(
        action="OBSERVE", event_time=at(minutes), epc_list=epcs, biz_step=step, biz_location=where
    )


STORY = (
    commissioned(0, UNIT, OTHER_UNIT),
    packed(1, CASE, UNIT, OTHER_UNIT),
    packed(2, PALLET, CASE),
    observed(3, "shipping", PALLET, where=PLANT),
    observed(4, "receiving", PALLET),
    unpacked(5, PALLET),
    unpacked(6, CASE, UNIT),
    packed(7, PALLET, UNIT),
    unpacked(8, CASE),
    observed(9, "retail_selling", UNIT),
    epcis.object_event(action="DELETE", event_time=at(10), epc_list=(OTHER_UNIT,), biz_step="destroying"),
)


def test_commissioning_gives_birth_lot_expiry_order_and_place() -> None:
    state = fold([numbered(commissioned(0))])[item_key(UNIT)]

    assert (state.lot, state.expiry, state.order_number) == ("L1", date(2027, 11, 20), "PO-17")
    assert (state.place, state.biz_step, state.disposition) == ("9506000134352", "commissioning", "active")
    assert state.born_event is not None


def test_packing_writes_the_parent_on_the_child_and_the_place_on_the_parent_only() -> None:
    state = fold([numbered(packed(1, CASE, UNIT))])

    assert state[item_key(UNIT)].parent == item_key(CASE)
    assert state[item_key(UNIT)].place is None
    assert state[item_key(CASE)].place == "9506000134352"
    assert state[item_key(CASE)].born_event is not None


def test_unpacking_clears_the_parent_and_puts_the_unit_where_it_was_taken_out() -> None:
    unit = fold([numbered(packed(1, CASE, UNIT)), numbered(unpacked(2, CASE, UNIT))])[item_key(UNIT)]

    assert (unit.parent, unit.place) == (None, "9506000134369")


def test_unpacking_without_children_lets_everything_leave_that_was_in_before() -> None:
    state = fold(
        [numbered(packed(1, CASE, UNIT)), numbered(unpacked(2, CASE)), numbered(packed(3, CASE, OTHER_UNIT))]
    )

    assert has_left(state[item_key(UNIT)], state[item_key(CASE)])
    assert not has_left(state[item_key(OTHER_UNIT)], state[item_key(CASE)])


def test_what_is_gone_stays_gone_whatever_is_observed_later() -> None:
    events = [
        commissioned(0),
        epcis.object_event(action="DELETE", event_time=at(1), epc_list=(UNIT,)),
        commissioned(2),
    ]

    assert fold(map(numbered, events))[item_key(UNIT)].ended == "decommissioned"


def test_a_disposition_says_more_than_the_step_of_the_same_event() -> None:
    back = epcis.object_event(
        action="OBSERVE", event_time=at(1), epc_list=(UNIT,), biz_step="receiving", disposition="returned"
    )

    assert fold([numbered(back)])[item_key(UNIT)].custody == "returned"


def test_an_association_moves_nothing() -> None:
    fixed = epcis.association_event(
        action="ADD", event_time=at(1), parent_id=PALLET, child_epcs=(UNIT,), biz_step="shipping"
    )

    unit = fold([numbered(fixed)])[item_key(UNIT)]

    assert (unit.parent, unit.custody, unit.biz_step) == (None, None, "shipping")


def test_a_transformation_uses_up_its_inputs_and_gives_birth_to_its_outputs() -> None:
    mixed = epcis.transformation_event(
        event_time=at(1), input_epc_list=(UNIT,), output_epc_list=(OTHER_UNIT,)
    )

    state = fold([numbered(mixed)])

    assert state[item_key(UNIT)].ended == "consumed"
    assert state[item_key(OTHER_UNIT)].born_event is not None


def test_an_event_declared_wrong_says_no_more_than_that_it_was_told() -> None:
    number, event, _ = numbered(observed(3, "shipping", UNIT))

    assert fold([(number, event, False)])[item_key(UNIT)] == Registers(first_time=at(3), last_time=at(3))


@given(
    st.lists(st.sampled_from([numbered(event) for event in STORY]), max_size=30).flatmap(
        lambda repeats: st.permutations([*map(numbered, STORY), *repeats])
    )
)
def test_any_order_with_any_repeats_gives_the_state_of_the_story_in_order(
    events: list[tuple[int, Event, bool]],
) -> None:
    assert fold(events) == fold(map(numbered, STORY))


numbers = st.none() | st.integers(0, 5)


@st.composite
def registers(draw: st.DrawFn) -> Registers:
    """Values follow from the id of their event, as they do in life."""
    place, parent, ended = draw(numbers), draw(numbers), draw(numbers)
    return Registers(
        first_time=draw(st.none() | st.integers(0, 5).map(at)),
        born_event=draw(numbers),
        place=None if place is None else f"place {place}",
        place_event=place,
        parent=item_key(f"urn:case:{parent}") if parent is not None and parent % 2 else None,
        parent_event=parent,
        ended=None if ended is None else f"ended {ended}",
        ended_event=ended,
    )


@given(registers(), registers(), registers())
def test_merging_is_commutative_associative_and_idempotent(a: Registers, b: Registers, c: Registers) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(a, merge(b, c)) == merge(merge(a, b), c)
    assert merge(a, a) == a
    assert merge(merge(a, b), b) == merge(a, b)


def test_an_order_is_called_by_the_last_part_of_its_uri() -> None:
    assert order_of("https://example.com/orders/4711") == "4711"
