"""T05: the quick reader and a slow one, made independently, say the same of every text."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.messages import messages
from tests.gs1.slow_model import Elements, Model, Refused, urn_elements

from seriatim import gs1
from seriatim.gs1 import epc

COUPONS = {"8110", "8112"}
SIGNS = "()^\x1d/\\%&?=+#.:0123456789AaZz-_ é\0"
FORMS = [gs1.Message.bracketed, gs1.Message.element_string, gs1.Message.digital_link]


@pytest.fixture(scope="module")
def model(vector_text: Callable[[str], str]) -> Model:
    return Model(vector_text("gs1-syntax-dictionary.txt"))


def verdicts(
    text: str, quick: Callable[[str], gs1.Message], slow: Callable[[str], Elements]
) -> tuple[Any, Any]:
    """The elements, or None where refused; the same None twice for a coupon, which the model does not know."""
    try:
        ours: Any = quick(text).elements
    except gs1.GS1Error:
        ours = None
    if ours and COUPONS.intersection(dict(ours)):
        return None, None
    try:
        return ours, tuple(slow(text))
    except Refused:
        return ours, None


def damaged(text: str, chance: random.Random) -> str:
    """The text with a few signs lost, doubled, changed, moved or put in."""
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice([0, 0, 1, 1, 1, 2, 5])
        text = (
            text[:at] + chance.choice(["", chance.choice(SIGNS), text[at:end] * 2, text[:end]]) + text[end:]
        )
    return text


@given(messages(), st.sampled_from(FORMS), st.randoms(use_true_random=False))
def test_both_readers_agree_on_any_message_and_on_what_damage_makes_of_it(
    model: Model,
    message: gs1.Message,
    form: Callable[[gs1.Message], str],
    chance: random.Random,
) -> None:
    try:
        text = form(message)
    except gs1.GS1Error:
        return  # no Digital Link exists

    for _ in range(5):
        ours, theirs = verdicts(text, gs1.parse, model.read)
        assert ours == theirs, text
        text = damaged(text, chance)


def test_both_readers_agree_on_the_published_inputs_and_on_damaged_ones(model: Model, vectors: Any) -> None:
    chance = random.Random(5)
    texts = [row["input"] for row in vectors("syntax_oracle_dev")]
    texts += [damaged(text, chance) for text in texts]

    disputed = [
        text
        for text in texts
        if len(set(verdicts(text, gs1.parse, model.read))) > 1 and starts_like_gs1(text)
    ]

    assert disputed == []


def starts_like_gs1(text: str) -> bool:
    """Whether the text says itself how it wants to be read; parse() asks for no more."""
    return text.startswith(("(", "^", "\x1d", "https://", "http://", "HTTPS://", "HTTP://"))


def test_both_readers_agree_on_urns_and_on_damaged_ones(model: Model, vectors: Any) -> None:
    chance = random.Random(7)
    urns = [row["pure"] for row in vectors("tds_oracle_dev") if row["pure"] and ":itip:" not in row["pure"]]
    urns += [damaged(urn, chance) for urn in urns for _ in range(5)]

    def slow(urn: str) -> Elements:
        return urn_elements(model, urn)

    found = {urn: verdicts(urn, epc.from_urn, slow) for urn in urns}
    disputed = [urn for urn, (ours, theirs) in found.items() if ours != theirs]

    assert sum(ours is not None for ours, _ in found.values()) > 900
    assert sum(ours is None for ours, _ in found.values()) > 1000
    assert disputed == []
