"""A block of counters, split among leases."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.serials.taking import Taken


def count_of(block: Taken) -> int:
    return block.past - block.first - sum(past - first for first, past in block.voided)


def test_void_counters_stay_with_the_block_they_stand_in() -> None:
    taken = Taken("09506000134352", 0, 100, 113, voided=((100, 101), (104, 106)))

    assert [(one.first, one.past, one.voided) for one in taken.split([3, 2, 5])] == [
        (100, 104, ((100, 101),)),
        (104, 108, ((104, 106),)),
        (108, 113, ()),
    ]


@given(
    counts=st.lists(st.integers(1, 20), min_size=1, max_size=8),
    gaps=st.lists(st.tuples(st.integers(1, 15), st.integers(1, 5)), max_size=8),
)
def test_the_blocks_follow_each_other_and_yield_what_was_asked(
    counts: list[int], gaps: list[tuple[int, int]]
) -> None:
    voided, place, missing = [], 1_000, sum(counts)
    for live, void in gaps:
        if live >= missing:
            break
        voided.append((place + live, place + live + void))
        place, missing = place + live + void, missing - live
    taken = Taken("09506000134352", 0, 1_000, place + missing, voided=tuple(voided))

    blocks = taken.split(counts)

    assert [count_of(block) for block in blocks] == counts
    assert (blocks[0].first, blocks[-1].past) == (taken.first, taken.past)
    assert all(a.past == b.first for a, b in itertools.pairwise(blocks))
    assert tuple(itertools.chain.from_iterable(block.voided for block in blocks)) == taken.voided
