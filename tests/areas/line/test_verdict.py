"""Every reason to reject a unit, and which one counts when there are several."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.line import make_code, make_sighting, make_target

from seriatim.areas.line import BAND_WORDS, REMEDIES, SeenCode, Sighting, Verdict, judge
from seriatim.areas.line.faults import EXPECTED_REASONS
from seriatim.areas.line.verdict import Reason

TARGET = make_target(["A1", "A2", "A3"])
REASONS = msgspec.json.schema(Reason)["enum"]


def judged(*codes: SeenCode, seen: frozenset[str] = frozenset()) -> Verdict:
    return judge(Sighting(codes, something_there=True), TARGET, seen)


def test_a_good_unit_passes_with_its_serial() -> None:
    verdict = judge(make_sighting("A2"), TARGET, frozenset({"A1"}))

    assert (verdict.passed, verdict.reason, verdict.also, verdict.serial) == (True, None, (), "A2")
    assert verdict.explanation == ""


@pytest.mark.parametrize(
    ("sighting", "reason"),
    [
        (Sighting(fault="the file ends early"), "invalid_image"),
        (Sighting(), "absent"),
        (Sighting(something_there=True), "unreadable"),
        (Sighting((make_code("A1"), make_code("A2"))), "multiple"),
        (make_sighting("A1", rescued=True), "unreadable"),
        (make_sighting("A1", symbology_id="]Q3"), "wrong_symbology"),
        (make_sighting("A1", symbology_id="]d1"), "wrong_symbology"),
        (make_sighting("A1", elements={"01": "09506000134369"}), "wrong_content"),
        (make_sighting("A1", elements={"10": "X26K20"}), "wrong_content"),
        (make_sighting("A1", elements={"17": "271121"}), "wrong_content"),
        (make_sighting("A1", elements={"10": ""}), "wrong_content"),
        (make_sighting("A1", fault="the check digit is wrong"), "wrong_content"),
        (make_sighting("Z9"), "unknown_serial"),
        (make_sighting(""), "unknown_serial"),
        (make_sighting("A3"), "duplicate"),
        (make_sighting("A1", grade=1.4), "low_grade"),
    ],
)
def test_each_fault_has_its_reason(sighting: Sighting, reason: str) -> None:
    verdict = judge(sighting, TARGET, frozenset({"A3"}))

    assert (verdict.passed, verdict.reason) == (False, reason)
    assert verdict.explanation


def test_the_first_reason_counts_and_the_others_are_kept() -> None:
    verdict = judged(
        make_code("Z9", {"10": "OLD"}, symbology_id="]Q3", rescued=True, grade=0.0),
        make_code("Z8"),
        seen=frozenset({"Z9"}),
    )

    assert verdict.reason == "multiple"
    assert verdict.also == (
        "unreadable",
        "wrong_symbology",
        "wrong_content",
        "unknown_serial",
        "duplicate",
        "low_grade",
    )


def test_a_wrong_lot_outranks_a_serial_that_has_passed() -> None:
    verdict = judged(make_code("A1", {"10": "OLD"}), seen=frozenset({"A1"}))

    assert (verdict.reason, verdict.also) == ("wrong_content", ("duplicate",))
    assert verdict.explanation == "lot (10) is OLD, the order says H26K20."


def test_the_same_text_twice_is_one_code() -> None:
    assert judged(make_code("A1"), make_code("A1")).passed


def test_a_rejected_unit_of_ours_is_named_and_a_stranger_is_not() -> None:
    assert judged(make_code("A1", grade=0.0)).serial == "A1"
    assert judged(make_code("Z9")).serial is None


def test_a_grade_at_the_limit_passes() -> None:
    assert judge(make_sighting("A1", grade=1.5), TARGET, frozenset()).passed


def test_the_limit_of_the_grade_is_the_orders() -> None:
    strict = make_target(["A1"], minimum_grade=2.5)

    assert judge(make_sighting("A1", grade=2.4), strict, frozenset()).reason == "low_grade"


def test_a_picture_that_is_no_picture_says_so_whatever_else_is_known() -> None:
    verdict = judge(
        Sighting((make_code("A1"),), something_there=True, fault="half a file"), TARGET, frozenset()
    )

    assert (verdict.reason, verdict.explanation) == ("invalid_image", "half a file")


CODES = st.builds(
    make_code,
    st.sampled_from(["A1", "A2", "Z9", ""]),
    st.fixed_dictionaries({}, optional={"10": st.sampled_from(["H26K20", "OLD", ""])}),
    rescued=st.booleans(),
    symbology_id=st.sampled_from(["]d2", "]d1", "]Q3"]),
    grade=st.sampled_from([0.0, 1.4, 1.5, 4.0]),
    fault=st.sampled_from(["", "bad check digit"]),
)
SIGHTINGS = st.builds(
    Sighting,
    st.lists(CODES, max_size=3).map(tuple),
    something_there=st.booleans(),
    fault=st.sampled_from(["", "no picture"]),
)


@given(SIGHTINGS, st.frozensets(st.sampled_from(["A1", "A2"])))
def test_a_unit_passes_only_if_nothing_at_all_speaks_against_it(
    sighting: Sighting, seen: frozenset[str]
) -> None:
    verdict = judge(sighting, TARGET, seen)

    assert verdict.passed == (verdict.reason is None)
    assert verdict.reason not in verdict.also
    if verdict.passed:
        (code, *others) = sighting.codes
        assert not sighting.fault
        assert not code.rescued, "a rescue read names the unit, and never passes it"
        assert (code.symbology_id, code.fault) == ("]d2", "")
        assert code.elements["10"] == TARGET.lot
        assert verdict.serial in TARGET.serials
        assert verdict.serial not in seen
        assert code.grade >= TARGET.minimum_grade
        assert all(other.text == code.text for other in others)


def test_every_reason_has_a_word_for_the_band_and_a_remedy() -> None:
    assert set(BAND_WORDS) == {"pass", *REASONS}
    assert set(REMEDIES) == set(REASONS)
    assert set(EXPECTED_REASONS.values()) <= set(REASONS)
