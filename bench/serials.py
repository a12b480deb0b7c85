"""Serials that nobody can foresee: how fast a block is made, and how fast one is told from an invention.

Beside them, in the same run, what others do: a format-preserving cipher of another library, one serial at a time, and
random serials with a set of all that were made, which grows with every unit.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from bench.figures import Figure, Sizes, figure, rate, rates
from bench.peers import Peer
from seriatim import identity
from seriatim.identity.serials.overlap import void_counters

GTIN: Final = "09506000134352"
MASTER_KEY: Final = bytes(range(32))
FF3_KEY, FF3_TWEAK = "EF4359D8D580AA4F7F036D6F04FC6A94", "D8E7920AFA330A73"
LENGTH: Final = 12
PEER_SERIALS: Final = 500
"""Serials of one pass of the slow peer."""

ff3 = Peer("ff3")


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Twelve characters out of 32, the default form, where nothing else is said."""
    policy = identity.SerialPolicy(GTIN, issued=sizes.serials)
    yield _made("serials.make", policy, sizes)
    tag = msgspec.structs.asdict(identity.preset("sgtin_96").form)
    yield _made("serials.make_sgtin_96", identity.SerialPolicy(GTIN, issued=sizes.serials, **tag), sizes)
    case = "a counter becomes 12 out of 32; FF3, which NIST has withdrawn, one at a time"
    yield ff3.rate_of("serials", lambda: _ff3_maker(policy), range(PEER_SERIALS), case, sizes)
    yield rate(
        "peer.random_and_set.serials",
        lambda: _random_and_set(sizes.serials),
        sizes.serials,
        "1/s",
        f"{sizes.serials:,} random serials of 12 out of 32 and a set of them",
        sizes,
    )
    rotated = generations(2, sizes.serials)
    yield rate(
        "serials.guard",
        lambda: void_counters(range(sizes.serials), rotated, MASTER_KEY),
        sizes.serials,
        "1/s",
        f"blocks of {sizes.serials:,} shown to one older generation of {sizes.serials:,}",
        sizes,
    )
    yield _told("serials.was_it_issued", policy, sizes)
    yield _told("serials.was_it_issued_in_five_generations", generations(5, sizes.serials), sizes)


def _made(name: str, policy: identity.SerialPolicy, sizes: Sizes) -> Figure:
    lease = block_of(policy, sizes.serials)
    form = f"blocks of {lease.count:,}, {policy.length} characters out of {len(policy.alphabet)}"
    return rate(name, lambda: identity.serials_of(lease, policy, MASTER_KEY), lease.count, "1/s", form, sizes)


def _told(name: str, policy: identity.SerialPolicy, sizes: Sizes) -> Figure:
    """Of issued serials and invented ones, asked of every generation without a database."""
    lease = block_of(policy, sizes.serials)
    issued = identity.serials_of(lease, policy, MASTER_KEY)[:: max(1, lease.count // 1000)]
    invented = [serial[::-1] for serial in issued]
    asked = policy.generations

    def tell() -> None:
        for serial in (*issued, *invented):
            counters = [identity.counter_of(serial, one, MASTER_KEY) for one in asked]
            told.append(any(c is not None and c < one.issued for c, one in zip(counters, asked, strict=True)))

    told: list[bool] = []
    tell()
    assert told[: len(issued)] == [True] * len(issued), "what was issued is known"
    told.clear()
    each = [1e6 / per_second for per_second in rates(tell, 2 * len(issued), sizes)]
    case = f"without a database, half of them issued, {len(asked)} generation{'s' * (len(asked) > 1)}"
    return figure(name, each, "us", case, better="less", clock="processor")


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


def _random_and_set(count: int) -> set[str]:
    """Bytes of the system, five bits of each; drawn again where a serial was there already."""
    characters = bytes(ord(identity.CSET32[value % 32]) for value in range(256))
    made: set[str] = set()
    while len(made) < count:
        drawn = secrets.token_bytes(LENGTH * (count - len(made))).translate(characters).decode("ascii")
        made.update(drawn[place : place + LENGTH] for place in range(0, len(drawn), LENGTH))
    return made


def generations(count: int, issued: int) -> identity.SerialPolicy:
    """A policy of so many generations of the default form, each of which has issued so many serials."""
    older: tuple[identity.SerialPolicy, ...] = ()
    for number in range(count):
        policy = identity.SerialPolicy(
            GTIN, number, issued=issued, issued_before=number * issued, older=older
        )
        older = (*older, msgspec.structs.replace(policy, older=()))
    return policy


def block_of(policy: identity.SerialPolicy, count: int) -> identity.Lease:
    """A lease of so many serials from the first on."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return identity.Lease(
        "lease", policy.gtin, policy.generation, 0, count, "L1", "4711", "granted", now, now
    )
