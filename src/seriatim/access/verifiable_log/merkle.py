"""A tree of hashes over a growing list: one root stands for all of it, short proofs tie an entry or an older root to it.

>>> leaves = [leaf_hash(entry) for entry in (b"born", b"packed", b"shipped")]
>>> hashes = in_memory(leaves)
>>> root = root_of(3, hashes)
>>> proof = inclusion_proof(1, 3, hashes)
>>> root_of_inclusion(1, 3, leaves[1], proof) == root
True
>>> is_consistent(2, 3, root_of(2, hashes), root, consistency_proof(2, 3, hashes))
True

Source: RFC 6962, section 2.1 (the tree and both proofs) and RFC 9162, sections 2.1.3.2 and 2.1.4.2 (their checking).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

HASH_BYTES: Final = 32
SIZE_MAX: Final = 1 << 63
"""Beyond this no log grows; a size from outside is refused above it before anything is computed."""
PROOF_HASHES_MAX: Final = 63
LEAF: Final = b"\x00"
NODE: Final = b"\x01"
"""What stands before a leaf and before two subtrees, so that one can never be taken for the other."""
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Hashes: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree over the leaves index * 2^level to (index + 1) * 2^level - 1."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(NODE + left + right).digest()


def root_of(size: int, hashes: Hashes) -> bytes:
    """The root of the first `size` entries."""
    return range_hash(0, size, hashes) if size else EMPTY_ROOT


def range_hash(start: int, stop: int, hashes: Hashes) -> bytes:
    """The hash of the subtree over the leaves start to stop - 1; `start` is a multiple of its complete part."""
    parts = [hashes(level, index) for level, index in subtrees(start, stop)]
    digest = parts.pop()
    while parts:
        digest = node_hash(parts.pop(), digest)
    return digest


def subtrees(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees, (level, index) each from left to right, that cover the leaves start to stop - 1."""
    while start < stop:
        level = (stop - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of `size` entries, from the bottom up.

    Raises ValueError when the log has no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} in a log of {size}")
    return [range_hash(start, stop, hashes) for start, stop in _siblings(index, 0, size)]


def _siblings(index: int, start: int, stop: int) -> list[tuple[int, int]]:
    """The ranges beside the road from the top down to `index`, the lowest first."""
    ranges = []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """The hashes that show that the first `old` of `new` entries are what they were.

    Raises ValueError when `old` is not 0 to `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} entries never had {old}")
    if old in {0, new}:
        return []
    ranges: list[tuple[int, int]] = []
    start, stop, is_whole = 0, new, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        ranges.append((start, stop))
    return [range_hash(begin, end, hashes) for begin, end in reversed(ranges)]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to; None when it has not the length that this place in the log needs."""
    if not 0 <= index < size <= SIZE_MAX or len(proof) != len(_siblings(index, 0, size)):
        return None
    digest, place, last = leaf, index, size - 1
    for step in proof:
        if place & 1 or place == last:
            digest = node_hash(step, digest)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = node_hash(digest, step)
        place, last = place >> 1, last >> 1
    return digest


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the log of `new` entries begins with the log of `old` ones."""
    if not 0 <= old <= new <= SIZE_MAX or len(proof) > PROOF_HASHES_MAX:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def in_memory(leaves: Sequence[bytes]) -> Hashes:
    """The hashes of a short list, for tests and small proofs."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
