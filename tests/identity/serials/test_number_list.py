"""A file of numbers, read in pieces: whatever its bytes and wherever it is cut, as a plain reader reads it."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.gs1.checksums import CSET82
from seriatim.identity.serials import number_list
from seriatim.identity.serials.number_list import Faults, read_numbers

LINES = st.lists(
    st.sampled_from([b"A1", b"007", b"", b"a b", b"x" * 20, b"x" * 21, b"\r", b"\xff", b"\0"])
    | st.binary(max_size=25)
)


class InPieces(io.BytesIO):
    """A file that gives a few bytes at a time, as a slow sender does."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self.size, size) if size and size > 0 else self.size)


def plainly(data: bytes) -> tuple[list[tuple[int, str]], int]:
    """The numbers with their lines, and how many lines are bad: all at once, slow and simple."""
    lines = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").removesuffix(b"\r").split(b"\n")
    number = re.compile("[" + re.escape(CSET82) + "]{1,20}")
    texts = [(place, line.decode("latin-1")) for place, line in enumerate(lines, 1) if line]
    good = [(place, text) for place, text in texts if number.fullmatch(text)]
    return good, len(texts) - len(good)


@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.integers(3, 40), st.booleans())
def test_a_file_is_read_the_same_wherever_it_is_cut(
    lines: list[bytes], end: bytes, size: int, has_mark: bool
) -> None:
    data = b"\xef\xbb\xbf" * has_mark + end.join(lines)
    faults = Faults()

    read = [one for piece in read_numbers(InPieces(data, size), faults) for one in piece]

    good, bad = plainly(data)
    assert read == good
    assert (faults.count, len(faults.told)) == (bad, bad)


@pytest.mark.parametrize("size", [1_000, 1_000_000])
def test_a_line_without_an_end_is_one_fault_however_long(size: int) -> None:
    faults = Faults()
    data = b"A1\n" + b"B" * 3_000_000 + b"\nC1"

    read = [one for piece in read_numbers(InPieces(data, size), faults) for one in piece]

    assert read == [(1, "A1"), (3, "C1")]
    assert [(fault.line, len(fault.number)) for fault in faults.told] == [(2, 40)]


def test_faults_beyond_the_first_thousand_are_counted_only() -> None:
    faults = Faults()

    faults.add("twice_in_file", [(line, "A") for line in range(2_000, 3_500)])
    faults.add("bad_number", [(line, "a b") for line in range(1, 500)])
    faults.add("imported_before", [(700, "B")], 9)
    faults.add("issued_before", [])

    assert (faults.count, len(faults.told), faults.told[0].line) == (2_008, number_list.FAULTS_TOLD, 1)
    assert [fault.line for fault in faults.told] == sorted(fault.line for fault in faults.told)
    assert dict(faults.counts) == {"twice_in_file": 1_500, "bad_number": 499, "imported_before": 9}
