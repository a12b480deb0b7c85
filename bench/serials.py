"""Serials that nobody can foresee: how fast a block is made, and how fast one is told from an invention."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from bench.figures import Figure, Sizes, figure, rate, rates
from bench.peers import Peer
from seriatim import identity

GTIN = "09506000134352"
MASTER_KEY = bytes(range(32))
FF3_KEY, FF3_TWEAK = "EF4359D8D580AA4F7F036D6F04FC6A94", "D8E7920AFA330A73"

ff3 = Peer("ff3")


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Twelve characters out of 32, the default form."""
    policy = identity.SerialPolicy(GTIN, issued=sizes.serials)
    lease = block_of(policy, sizes.serials)

    def make() -> None:
        identity.serials_of(lease, policy, MASTER_KEY)

    form = f"{policy.length} characters out of {len(policy.alphabet)}"
    yield rate("serials.make", make, lease.count, "1/s", f"blocks of {lease.count:,}, {form}", sizes)

    counters = [lease.first + number for number in range(min(2_000, lease.count))]
    case = f"a counter becomes {form}; FF3, which NIST has withdrawn, one at a time"
    yield ff3.rate_of("serials", lambda: _ff3_maker(policy), counters, case, sizes)

    issued = identity.serials_of(lease, policy, MASTER_KEY)[:: max(1, lease.count // 1000)]
    invented = [serial[::-1] for serial in issued]

    def tell() -> None:
        for serial in (*issued, *invented):
            counter = identity.counter_of(serial, policy, MASTER_KEY)
            told.append(counter is not None and counter < lease.past)

    told: list[bool] = []
    tell()
    assert told[: len(issued)] == [True] * len(issued), "what was issued is known"
    told.clear()
    each = [1e6 / per_second for per_second in rates(tell, 2 * len(issued), sizes)]
    case = f"without a database, half of them issued, {form}"
    yield figure("serials.was_it_issued", each, "us", case, better="less", clock="processor")


def _ff3_maker(policy: identity.SerialPolicy) -> Callable[[int], str]:
    """What a user of ff3 would write: the counter as digits of the alphabet, encrypted."""
    alphabet, length = policy.alphabet, policy.length
    cipher = ff3.module("ff3").FF3Cipher.withCustomAlphabet(FF3_KEY, FF3_TWEAK, alphabet)

    def make(counter: int) -> str:
        text = ""
        for _ in range(length):
            counter, digit = divmod(counter, len(alphabet))
            text = alphabet[digit] + text
        return str(cipher.encrypt(text))

    return make


def block_of(policy: identity.SerialPolicy, count: int) -> identity.Lease:
    """A lease of so many serials from the first on."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return identity.Lease(
        "lease", policy.gtin, policy.generation, 0, count, "L1", "4711", "granted", now, now
    )
