"""The built-in driver: damages samples at random, keeps what opens a new door, and remembers the slowest input."""

import random
import time
from typing import Final, NamedTuple

from fuzz.target import Target

SIGNS: Final = (
    "()[]{}<>^\x1d|/\\%?&=.:*+-_~#@!$'\",; 0123456789ABCDEFabcdefxXzZ\0\x7f\u00e9\u0661\uff11\ud800\U0001f600"
)
PIECES: Final = (
    "%00", "%2F", "%", "%4g", "\\(", "^", "\x1d", "(01)", "(10)", "(8110)", "/01/", "/21/", "?99=", "&", "urn:epc:", ".*", "[1-2]",
    "00000000000000", "99999999999999999999", "9" * 70, "A" * 91, "FFFFFFFF", "https://", "]d2", "|]e0", "eh", "ex",
)  # fmt: skip
POOL_MAX: Final = 400
TEXT_MAX: Final = 20_000
SLOW_MS_PER_KB: Final = 1.0
SLOW_MS: Final = 5.0
"""What any input may take, however short."""


class Report(NamedTuple):
    """What came of it."""

    name: str
    inputs: int
    accepted: int
    slowest_ms: float
    """Of processor time, for one input."""
    slowest: str

    @property
    def too_slow(self) -> bool:
        """More than 1 ms per thousand characters, and than 5 ms."""
        return self.slowest_ms > max(SLOW_MS, SLOW_MS_PER_KB * len(self.slowest) / 1_000)


class Found(AssertionError):
    """An input that broke a promise; the error of the parser is its cause."""

    def __init__(self, target: Target, text: str) -> None:
        super().__init__(f"{target.name} broke on {text!a}")
        self.text = text


def drive(target: Target, rounds: int, seed: int) -> Report:
    """Runs a target on its samples, then on so many damaged inputs; raises Found at the first broken promise.

    Takes the same road for the same seed.
    """
    chance = random.Random(f"{target.name} {seed}")
    pool = list(target.samples)
    accepted, slowest_ms, slowest = 0, 0.0, ""
    for number in range(len(pool) + rounds):
        text = pool[number] if number < len(target.samples) else damaged(chance.choice(pool), chance)
        good, spent_ms = _run(target, text)
        if spent_ms > slowest_ms:
            spent_ms = min(
                spent_ms, *(_run(target, text)[1] for _ in range(3))
            )  # not the garbage collector's time
        if spent_ms > slowest_ms:
            slowest_ms, slowest = spent_ms, text
        if good:
            accepted += 1
            if number >= len(target.samples):
                _keep(pool, text, chance, len(target.samples))
    return Report(target.name, len(target.samples) + rounds, accepted, slowest_ms, slowest)


def damaged(text: str, chance: random.Random) -> str:
    """The text after one to four mishaps: signs lost, doubled, changed, put in, or a stretch repeated many times."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 1, 2, 4, 12)))
        middle = chance.choice((
            "", chance.choice(SIGNS), chance.choice(SIGNS), chance.choice(PIECES), text[at:end] * 2, text[end : end + 6],
            text[at:end].swapcase(),
        ))  # fmt: skip
        if chance.random() < 0.01:
            middle = (text[at:end] or chance.choice(SIGNS)) * chance.choice((100, 1_000, 5_000))
        text = (text[:at] + middle + text[end:])[:TEXT_MAX]
    return text


def _run(target: Target, text: str) -> tuple[bool, float]:
    """Was it accepted, and how many milliseconds of processor time did that take?"""
    start = time.process_time()
    try:
        good = target.accepts(text)
    except Exception as error:
        raise Found(target, text) from error
    return good, (time.process_time() - start) * 1000


def _keep(pool: list[str], text: str, chance: random.Random, samples: int) -> None:
    """Accepted inputs are damaged further; the samples always stay."""
    if len(pool) < POOL_MAX:
        pool.append(text)
    else:
        pool[chance.randrange(samples, POOL_MAX)] = text
