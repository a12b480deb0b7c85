"""Check digits: the last sign of a key that catches a mistyped one.

>>> check_digit("0950600013435")
'2'
>>> with_check_digit("0950600013435")
'09506000134352'
"""

from seriatim.gs1.errors import GS1Error

DIGITS_MAX = 100
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 AI encodable character set 82, in ASCII order (GS1 General Specifications 7.11)."""

_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CSET82_VALUE = {character: value for value, character in enumerate(CSET82)}
CHECK_PAIR_TEXT_MAX = 97
"""Characters that a check pair may protect: so many primes are laid down."""

# The first 97 primes, the last is 509.
_PRIMES = tuple(n for n in range(2, 510) if all(n % divisor for divisor in range(2, int(n**0.5) + 1)))


def check_digit(digits: str) -> str:
    """The check digit to append to `digits` (1 to 100 ASCII digits, without check digit): weights 3, 1, 3... from the right.

    Raises GS1Error `non_digit_character`, `empty`, `too_long_input`. Source: GS1 General Specifications 7.9.
    """
    if not digits:
        raise GS1Error("empty")
    if len(digits) > DIGITS_MAX:
        raise GS1Error("too_long_input", f"a check digit is computed over {DIGITS_MAX} digits at most")
    if not (digits.isascii() and digits.isdigit()):
        raise GS1Error("non_digit_character", f"expected digits only, got {digits!a}")
    return str(-weighted_sum(digits + "0") % 10)


def with_check_digit(digits: str) -> str:
    """`digits` followed by their check digit; raises as `check_digit`."""
    return digits + check_digit(digits)


def weighted_sum(digits: str) -> int:
    """Sum of all digits, check digit last, weights 1 and 3 alternating from the right; a valid key gives a multiple of 10."""
    codes = digits.encode("ascii")
    # 48 is the code of "0": taken off once per weight instead of once per digit, this is the hot path.
    if len(codes) % 2:
        return 3 * sum(codes[1::2]) + sum(codes[::2]) - 48 * (2 * len(codes) - 1)
    return 3 * sum(codes[::2]) + sum(codes[1::2]) - 96 * len(codes)


def check_pair(text: str) -> str:
    """The two check characters of a GMN, AI (8013), for `text` (character set 82, at most 97 long).

    Raises KeyError for a foreign character. Source: GS1 General Specifications 7.9.5.
    """
    total = sum(_CSET82_VALUE[c] * prime for c, prime in zip(reversed(text), _PRIMES, strict=False)) % 1021
    return _CSET32[total >> 5] + _CSET32[total & 31]
