"""Serials: told back to their counter, never foreseen, leading zeros kept."""

import itertools
import json
import random
from collections.abc import Callable
from typing import TypeAlias

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.serials.form import BASE28, CSET32, DIGITS
from seriatim.identity.serials.permutation import counter_of, serials_of_counters, turned_back
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.presets import preset
from seriatim.identity.serials.writing import number_of, texts_of

GTIN = "09506000134352"
MASTER = bytes(range(32))
POLICIES = [
    SerialPolicy(GTIN),
    SerialPolicy(GTIN, alphabet=BASE28),
    SerialPolicy(GTIN, alphabet=DIGITS),
    SerialPolicy(GTIN, alphabet=DIGITS, length=18),
    SerialPolicy(GTIN, alphabet=DIGITS, length=6),
]


@given(st.sampled_from(POLICIES), st.data())
def test_a_serial_tells_its_counter_to_the_owner_of_the_key(
    policy: SerialPolicy, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, policy.space - 5))

    serials = serials_of_counters(range(first, first + 5), policy, MASTER)

    assert [counter_of(serial, policy, MASTER) for serial in serials] == list(range(first, first + 5))
    assert {len(serial) for serial in serials} == {policy.length}
    assert set("".join(serials)) <= set(policy.alphabet)


def test_another_product_generation_or_master_key_gives_other_serials() -> None:
    policies = (SerialPolicy(GTIN), SerialPolicy(GTIN, generation=1), SerialPolicy("09521234543213"))
    serials = [
        serial
        for policy, master in itertools.product(policies, (MASTER, bytes(32)))
        for serial in serials_of_counters(range(100), policy, master)
    ]

    assert len(set(serials)) == 600


def test_leading_zeros_survive() -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, length=7)

    serials = serials_of_counters(range(1_000), policy, MASTER)
    with_zero = [serial for serial in serials if serial.startswith("0")]

    assert 60 < len(with_zero) < 140
    assert json.loads(json.dumps(serials)) == serials
    assert [counter_of(serial, policy, MASTER) for serial in with_zero] == [
        serials.index(s) for s in with_zero
    ]
    assert [number_of(s, policy) for s in ("0000000", "0000012")] == [0, 12]


@pytest.mark.parametrize(
    "foreign", ["", "2222222222", "222222222222O", "22222222222O", "22222222222i", "2222222222 2"]
)
def test_a_serial_of_another_form_has_no_counter(foreign: str) -> None:
    assert counter_of(foreign, SerialPolicy(GTIN), MASTER) is None


@given(text=st.text(max_size=24))
@pytest.mark.parametrize(
    "policy",
    [
        SerialPolicy(GTIN),
        SerialPolicy(GTIN, prefix="A-"),
        SerialPolicy(GTIN, alphabet=DIGITS, length=12, below=1 << 38),
    ],
    ids=["default", "prefixed", "numerals"],
)
def test_any_text_is_turned_back_into_some_counter_and_says_whether_it_has_the_form(
    text: str, policy: SerialPolicy
) -> None:
    counter, fits = turned_back(text, policy, MASTER)

    assert 0 <= counter < policy.space
    assert counter_of(text, policy, MASTER) == (counter if fits else None)


def test_a_counter_past_the_space_is_refused() -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, length=6)

    with pytest.raises(ValueError, match="0 to 999999"):
        serials_of_counters(range(999_999, 1_000_001), policy, MASTER)


# T14: 10,000 known serials of one order are handed to predictors, each names candidates for serials still to come.


def by_difference(known: list[int], space: int) -> set[int]:
    """The steps seen lately, taken again from the last number, once and often."""
    steps = {b - a for a, b in itertools.pairwise(known[-200:])}
    return {(known[-1] + step * times) % space for step in steps for times in range(1, 50)}


def by_congruence(known: list[int], space: int) -> set[int]:
    """x' = a x + c modulo the space, solved from each recent three numbers and rolled on."""
    candidates = set()
    for x, y, z in zip(known[-200:], known[-199:], known[-198:], strict=False):
        difference = (y - x) % space
        try:
            a = (z - y) * pow(difference, -1, space) % space
        except ValueError:
            continue
        c, guess = (y - a * x) % space, known[-1]
        for _ in range(50):
            guess = (a * guess + c) % space
            candidates.add(guess)
    return candidates


def by_bit_flip(known: list[int], space: int) -> set[int]:
    """Each known number with one bit turned over."""
    return {number ^ 1 << bit for number in known for bit in range(space.bit_length() - 1)}


def by_sorting(known: list[int], space: int) -> set[int]:
    """The neighbours of known numbers, and the middles of the gaps between them in order."""
    ordered = sorted(known)
    middles = {(a + b) // 2 for a, b in itertools.pairwise(ordered)}
    return middles | {number + step for number in known for step in (-2, -1, 1, 2)}


Predictor: TypeAlias = Callable[[list[int], int], set[int]]
PREDICTORS: list[Predictor] = [by_difference, by_congruence, by_bit_flip, by_sorting]


def hit_rate(predict: Predictor, known: list[int], to_come: list[int], space: int) -> float:
    """How many of the candidates came, of those that were not known."""
    candidates = predict(known, space) - set(known)
    assert candidates, "whoever guesses nothing proves nothing"
    return len(candidates & set(to_come)) / len(candidates)


@pytest.mark.parametrize("predict", PREDICTORS)
@pytest.mark.parametrize("form", ["default", "no_words", "sgtin_96", "sgtin_96_even", "digits_12"])
def test_t14_ten_thousand_known_serials_foretell_no_other(predict: Predictor, form: str) -> None:
    policy = SerialPolicy(GTIN, **msgspec.structs.asdict(preset(form).form))
    numbers = [number_of(s, policy) or 0 for s in serials_of_counters(range(20_000), policy, MASTER)]

    assert hit_rate(predict, numbers[:10_000], numbers[10_000:], policy.space) <= 1e-4


def counting(step: int, start: int = 0) -> list[int]:
    return [start + step * i for i in range(20_000)]


def congruential() -> list[int]:
    return list(itertools.accumulate(range(19_999), lambda x, _: (25 * x + 3) % 2**60, initial=7))


def shuffled() -> list[int]:
    """In no order, but dense: as a vendor does who shuffles a counter."""
    return random.Random(7).sample(range(20_000), 20_000)


@pytest.mark.parametrize(
    ("predict", "weak"),
    [
        (by_difference, counting(1)),
        (by_difference, counting(1_000_003)),
        (by_congruence, counting(1)),
        (by_congruence, congruential()),
        (by_bit_flip, counting(1)),
        (by_sorting, counting(1)),
        (by_bit_flip, shuffled()),
        (by_sorting, shuffled()),
    ],
)
def test_t14_the_same_predictors_see_through_a_weak_generator(predict: Predictor, weak: list[int]) -> None:
    assert hit_rate(predict, weak[:10_000], weak[10_000:], 2**60) > 1e-4


def test_texts_are_written_most_significant_first() -> None:
    policy = SerialPolicy(GTIN)
    numbers = np.array([0, 1, 31, 32, 32**12 - 1], dtype=np.uint64)

    assert texts_of(numbers, policy) == ["2" * 12, "2" * 11 + "3", "2" * 11 + "Z", "2" * 10 + "32", "Z" * 12]
    assert [number_of(text, policy) for text in texts_of(numbers, policy)] == numbers.tolist()
    assert CSET32[0] == "2"
