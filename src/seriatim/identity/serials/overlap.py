"""No serial twice over all generations of a product (REL-R1).

Inside a generation that is a theorem: the shuffle is one to one. Two generations are two shuffles of one space and can
meet, so a new serial is first shown to every older generation. Where an older one gave it out (it decrypts to a counter
below the count that generation ended with), its new counter is void. Older generations never issue again, so the answer
is the same whenever it is asked: what a lease holds follows from the lease, the policy and the key.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from seriatim.identity.serials.permutation import shuffle_of
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.writing import Characters, Mask, read, written

CHUNK = 65_536
"""Serials shown to the older generations at once: about 8 MB of characters."""


def void_counters(counters: range, policy: SerialPolicy, master_key: bytes) -> list[int]:
    """Those of these counters whose serials an older generation gave out, in order."""
    older = [one for one in policy.older if one.source == "keyed" and one.issued]
    if not older:
        return []
    void: list[int] = []
    for start in range(counters.start, counters.stop, CHUNK):
        block = np.arange(start, min(start + CHUNK, counters.stop), dtype=np.uint64)
        rows = written(shuffle_of(policy, master_key).encrypt_many(block), policy)
        void += block[were_issued(rows, older, master_key)].tolist()
    return void


def were_issued(rows: Characters, generations: Iterable[SerialPolicy], master_key: bytes) -> Mask:
    """Which of these serials a keyed generation gave out; void counters of its own count as given out."""
    answer = np.zeros(len(rows), dtype=np.bool_)
    for one in generations:
        if one.source == "keyed" and one.issued:
            numbers, fits = read(rows, one)
            counters = shuffle_of(one, master_key).decrypt_many(numbers)
            answer[np.flatnonzero(fits)[counters < np.uint64(one.issued)]] = True
    return answer


def ranges_of(counters: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Rising counters as ranges [first, past).

    >>> ranges_of([3, 4, 7])
    ((3, 5), (7, 8))
    """
    ranges: list[tuple[int, int]] = []
    for counter in counters:
        if ranges and ranges[-1][1] == counter:
            ranges[-1] = (ranges[-1][0], counter + 1)
        else:
            ranges.append((counter, counter + 1))
    return tuple(ranges)
