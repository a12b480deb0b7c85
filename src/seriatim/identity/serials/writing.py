"""Numbers as serials and serials as numbers, many at once: a row of characters for each.

A character is its code in 4 bytes, as numpy keeps texts, so a row of them is a str without a copy. Shorter serials are
filled up with zeros on the right.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from seriatim.identity.serials.ff1 import CHUNK, Numbers
from seriatim.identity.serials.form import SERIAL_LENGTH_MAX, SerialForm

Characters: TypeAlias = NDArray[np.uint32]
Mask: TypeAlias = NDArray[np.bool_]
NO_DIGIT: Final = 255


def texts_of(numbers: Numbers, form: SerialForm) -> list[str]:
    """Each number in the form's characters, the most significant first."""
    # In chunks that stay in the cache.
    texts: list[str] = []
    for start in range(0, numbers.size, CHUNK):
        rows = written(numbers[start : start + CHUNK], form)
        texts += rows.view(f"U{rows.shape[1]}").ravel().tolist()
    return texts


def written(numbers: Numbers, form: SerialForm) -> Characters:
    """Each number as a row of characters."""
    if form.below is not None:
        return (
            np.ascontiguousarray(numbers.astype(f"U{form.length}")).view(np.uint32).reshape(-1, form.length)
        )
    characters = np.frombuffer(form.alphabet.encode("ascii"), dtype=np.uint8).astype(np.uint32)
    rows = characters.take(_digits(numbers, len(form.alphabet), form.length))
    if not form.prefix:
        return rows
    prefix = np.frombuffer(form.prefix.encode("ascii"), dtype=np.uint8).astype(np.uint32)
    return np.hstack([np.broadcast_to(prefix, (numbers.size, prefix.size)), rows])


def rows_of(texts: Sequence[str]) -> Characters:
    """Texts of up to 20 characters as rows, to be read."""
    return np.array(texts, dtype=f"U{SERIAL_LENGTH_MAX}").view(np.uint32).reshape(-1, SERIAL_LENGTH_MAX)


def read(rows: Characters, form: SerialForm) -> tuple[Numbers, Mask]:
    """The number of each row that has the form, and which rows have it; `numbers` holds those alone, in their order."""
    lengths = np.count_nonzero(rows, axis=1)
    if form.below is not None:
        return _read_numerals(rows, lengths, form.length, form.below)
    ahead, length = len(form.prefix), len(form.prefix) + form.length
    if rows.shape[1] < length:
        return np.empty(0, dtype=np.uint64), np.zeros(len(rows), dtype=np.bool_)
    digits = _values(form.alphabet).take(rows[:, ahead:length], mode="clip")
    fits = (lengths == length) & (digits != NO_DIGIT).all(axis=1)
    for place, character in enumerate(form.prefix):
        fits &= rows[:, place] == ord(character)
    numbers = np.zeros(int(fits.sum()), dtype=np.uint64)
    for column in digits[fits].T:
        numbers = numbers * np.uint64(len(form.alphabet)) + column
    return numbers, fits


def number_of(serial: str, form: SerialForm) -> int | None:
    """The number that one serial writes in the form's characters; None when it is not of that form."""
    number, fits = reading_of(serial, form)
    return number if fits else None


def reading_of(serial: str, form: SerialForm) -> tuple[int, bool]:
    """The number that any text writes when it is read as a serial of this form, and whether it has the form at all.

    A text of another form is read to its end by as many steps, to some number of the space: how long it takes shall not
    tell what our serials look like (T13).
    """
    if form.below is not None:
        return _numeral_of(serial, form.length, form.below)
    radix, ahead = len(form.alphabet), len(form.prefix)
    fits = len(serial) == ahead + form.length and serial.startswith(form.prefix)
    number = 0
    for character in serial[ahead : ahead + form.length].ljust(form.length):
        value = form.alphabet.find(character)
        fits &= value >= 0
        number = number * radix + value % radix
    return number, fits


def _numeral_of(serial: str, length: int, below: int) -> tuple[int, bool]:
    is_plain = 1 <= len(serial) <= length and serial.isascii() and serial.isdigit()
    number = 0
    for character in serial[:length].rjust(length, "0"):
        number = number * 10 + (ord(character) - ord("0")) % 10
    return number % below, is_plain and number < below and (serial[0] != "0" or serial == "0")


def _digits(numbers: Numbers, radix: int, length: int) -> NDArray[np.intp]:
    digits = np.empty((numbers.size, length), dtype=np.intp)
    for place in reversed(range(length)):
        higher = numbers // np.uint64(radix)
        digits[:, place] = numbers - higher * np.uint64(radix)
        numbers = higher
    return digits


def _values(alphabet: str) -> NDArray[np.uint8]:
    """The value of each ASCII character, NO_DIGIT for those outside the alphabet."""
    values = np.full(129, NO_DIGIT, dtype=np.uint8)  # the last place takes everything beyond ASCII
    values[[ord(character) for character in alphabet]] = np.arange(len(alphabet), dtype=np.uint8)
    return values


def _read_numerals(
    rows: Characters, lengths: NDArray[np.intp], length: int, below: int
) -> tuple[Numbers, Mask]:
    digits = _values("0123456789").take(rows[:, :length], mode="clip")
    is_there = np.arange(digits.shape[1]) < lengths[:, None]
    fits = (lengths >= 1) & (lengths <= length) & ((digits != NO_DIGIT) | ~is_there).all(axis=1)
    fits &= (rows[:, 0] != ord("0")) | (lengths == 1)
    numbers = np.zeros(int(fits.sum()), dtype=np.uint64)
    for column, there in zip(digits[fits].T, is_there[fits].T, strict=True):
        numbers = np.where(there, numbers * np.uint64(10) + column, numbers)
    is_below = numbers < np.uint64(below)
    fits[fits] = is_below
    return numbers[is_below], fits
