"""REL-R1: two generations are two shuffles of one space, and yet no serial comes twice."""

import itertools

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.serials.form import BASE28, CSET32, DIGITS, SerialForm
from seriatim.identity.serials.overlap import ranges_of, void_counters
from seriatim.identity.serials.permutation import counter_of, serials_of_counters
from seriatim.identity.serials.policy import SerialPolicy

GTIN = "09506000134352"
MASTER = bytes(range(32))


def two_generations(old: SerialForm, new: SerialForm, issued: int) -> SerialPolicy:
    first = SerialPolicy(GTIN, issued=issued, **msgspec.structs.asdict(old))
    return SerialPolicy(
        GTIN, generation=1, issued_before=issued, older=(first,), **msgspec.structs.asdict(new)
    )


def test_r1_two_generations_of_a_million_meet_ten_thousand_times_without_the_guard_and_never_with_it() -> (
    None
):
    six_digits = SerialForm(alphabet=DIGITS, length=6)
    policy = two_generations(six_digits, six_digits, 100_000)
    old = set(serials_of_counters(range(100_000), policy.older[0], MASTER))
    counters, void = range(100_000), void_counters(range(112_000), policy, MASTER)

    unguarded = serials_of_counters(counters, policy, MASTER)
    valid = np.setdiff1d(np.arange(112_000, dtype=np.uint64), np.array(void, dtype=np.uint64))[:100_000]
    guarded = serials_of_counters(valid, policy, MASTER)

    assert 9_500 < len(old.intersection(unguarded)) < 10_500
    assert len(void) == sum(serial in old for serial in serials_of_counters(range(112_000), policy, MASTER))
    assert (len(guarded), len(old.intersection(guarded)), len(set(guarded))) == (100_000, 0, 100_000)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SerialForm(alphabet=DIGITS, length=6), SerialForm(alphabet=DIGITS[::-1], length=6)),
        (SerialForm(alphabet=DIGITS, length=7), SerialForm(alphabet=DIGITS, length=6, prefix="4")),
        (SerialForm(alphabet=DIGITS, length=6, prefix="4"), SerialForm(alphabet=DIGITS, length=7)),
        (SerialForm(alphabet=DIGITS, length=7, below=2_000_000), SerialForm(alphabet=DIGITS, length=7)),
        (SerialForm(alphabet=DIGITS, length=7), SerialForm(alphabet=DIGITS, length=7, below=2_000_000)),
    ],
)
def test_r1_generations_of_different_forms_meet_and_are_kept_apart(old: SerialForm, new: SerialForm) -> None:
    policy = two_generations(old, new, 50_000)
    given_out = set(serials_of_counters(range(50_000), policy.older[0], MASTER))

    void = void_counters(range(50_000), policy, MASTER)

    new_ones = serials_of_counters(range(50_000), policy, MASTER)
    assert void == [counter for counter, serial in enumerate(new_ones) if serial in given_out]
    assert len(void) > 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SerialForm(), SerialForm(length=11)),
        (
            SerialForm(alphabet=DIGITS, length=6, prefix="4"),
            SerialForm(alphabet=DIGITS, length=6, prefix="5"),
        ),
        (SerialForm(alphabet=CSET32), SerialForm(alphabet=BASE28)),
    ],
)
def test_r1_forms_that_cannot_meet_or_hardly_ever_lose_no_counter(old: SerialForm, new: SerialForm) -> None:
    assert void_counters(range(20_000), two_generations(old, new, 90), MASTER) == []


def test_r1_a_third_generation_is_kept_apart_from_both_before_it() -> None:
    form = msgspec.structs.asdict(SerialForm(alphabet=DIGITS, length=6))
    first = SerialPolicy(GTIN, issued=80_000, **form)
    second = SerialPolicy(GTIN, generation=1, issued=80_000, issued_before=80_000, older=(first,), **form)
    third = SerialPolicy(GTIN, generation=2, issued_before=160_000, older=(first, second), **form)
    given_out = {s for one in (first, second) for s in serials_of_counters(range(80_000), one, MASTER)}

    void = set(void_counters(range(50_000), third, MASTER))

    fresh = [s for c, s in enumerate(serials_of_counters(range(50_000), third, MASTER)) if c not in void]
    assert 6_500 < len(void) < 8_500
    assert given_out.isdisjoint(fresh)


def test_the_void_counters_are_the_same_whenever_and_in_whichever_pieces_they_are_asked() -> None:
    six_digits = SerialForm(alphabet=DIGITS, length=6)
    policy = two_generations(six_digits, six_digits, 30_000)

    whole = void_counters(range(150_000), policy, MASTER)
    pieces = [v for first in range(0, 150_000, 7_001) for v in
              void_counters(range(first, min(first + 7_001, 150_000)), policy, MASTER)]  # fmt: skip

    assert whole == pieces
    for counter in whole[:20]:
        serial = serials_of_counters(range(counter, counter + 1), policy, MASTER)[0]
        told = counter_of(serial, policy.older[0], MASTER)
        assert told is not None
        assert told < 30_000


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_just_their_counters(counters: set[int]) -> None:
    ranges = ranges_of(sorted(counters))

    assert [c for first, past in ranges for c in range(first, past)] == sorted(counters)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(ranges))
