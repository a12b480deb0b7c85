"""What was announced against what was scanned."""

from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.warehouse import compared

SSCCS = st.lists(st.sampled_from("ABCDEFG"))


@given(SSCCS, SSCCS)
def test_everything_is_found_missing_or_extra_and_only_once(announced: list[str], scanned: list[str]) -> None:
    comparison = compared(announced, scanned)

    assert set(comparison.found) == set(announced) & set(scanned)
    assert set(comparison.missing) == set(announced) - set(scanned)
    assert set(comparison.extra) == set(scanned) - set(announced)
    named = (*comparison.found, *comparison.missing, *comparison.extra)
    assert len(named) == len(set(named))


def test_the_order_of_the_papers_and_of_the_scans_is_kept() -> None:
    comparison = compared(["C", "A", "B"], ["X", "B", "C", "W"])

    assert (comparison.found, comparison.missing, comparison.extra) == (("C", "B"), ("A",), ("X", "W"))
