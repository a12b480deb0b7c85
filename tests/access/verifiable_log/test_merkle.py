"""The tree against a second, slow one written straight from RFC 6962; and proofs, right and spoilt."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.access.verifiable_log.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    in_memory,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root_of,
    root_of_inclusion,
)

LEAVES = [leaf_hash(bytes([n % 256, n // 256])) for n in range(600)]
HASHES = in_memory(LEAVES)
SIZES = st.integers(1, len(LEAVES))


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 7, 8, 255, 256, 257, 600])
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    assert root_of(size, HASHES) == slow_root(LEAVES[:size])


def test_an_empty_log_has_the_hash_of_nothing_as_its_root() -> None:
    assert root_of(0, HASHES) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(SIZES, st.data())
def test_every_entry_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    proof = inclusion_proof(index, size, HASHES)

    assert root_of_inclusion(index, size, LEAVES[index], proof) == root_of(size, HASHES)


@given(SIZES, st.data())
def test_a_proof_of_another_place_or_leaf_leads_elsewhere(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, HASHES)

    found = root_of_inclusion(index, size, LEAVES[other], proof)

    assert (found == root_of(size, HASHES)) == (index == other)


@given(SIZES, st.data())
def test_every_older_log_is_the_beginning_of_the_newer_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))

    proof = consistency_proof(old, new, HASHES)

    assert is_consistent(old, new, root_of(old, HASHES), root_of(new, HASHES), proof)
    assert len(proof) <= 63


@given(st.integers(2, 600), st.data())
def test_a_rewritten_history_is_not_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*LEAVES[:changed], leaf_hash(b"forged"), *LEAVES[changed + 1 : new]]
    hashes = in_memory(forged)

    proof = consistency_proof(old, new, hashes)

    assert not is_consistent(old, new, root_of(old, HASHES), root_of(new, hashes), proof)


@given(SIZES, st.data())
def test_a_spoilt_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    proof = consistency_proof(old, new, HASHES)
    roots = root_of(old, HASHES), root_of(new, HASHES)
    for place in range(len(proof)):
        spoilt = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not is_consistent(old, new, *roots, spoilt)
    assert not is_consistent(old, new, *roots, [*proof, bytes(32)])
    if proof:
        assert not is_consistent(old, new, *roots, proof[:-1])


def test_what_the_log_never_had_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no entry 5 in a log of 5"):
        inclusion_proof(5, 5, HASHES)
    with pytest.raises(ValueError, match="a log of 5 entries never had 6"):
        consistency_proof(6, 5, HASHES)
    assert root_of_inclusion(5, 5, LEAVES[0], []) is None
    assert root_of_inclusion(0, 1 << 70, LEAVES[0], []) is None
    assert not is_consistent(6, 5, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not is_consistent(5, 5, EMPTY_ROOT, root_of(5, HASHES), [])
    assert not is_consistent(0, 5, bytes(32), root_of(5, HASHES), [])
