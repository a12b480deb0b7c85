"""A document with its faults underlined: nothing of it is changed, and of a long one only the neighbourhood is shown."""

from hypothesis import given
from hypothesis import strategies as st

from seriatim.epcis import Place
from seriatim.web.console.source import BESIDE, GAP, Line, Window, count_lines, windows_of


def text_of(line: Line) -> str:
    return "".join(part.text for part in line.parts)


def marked(windows: tuple[Window, ...]) -> list[tuple[int, str, int]]:
    """Line, text and number of every mark."""
    return [
        (line.number, part.text, part.fault)
        for window in windows
        for line in window.lines
        for part in line.parts
        if part.fault is not None
    ]


def place_of(data: bytes, wanted: bytes) -> Place:
    start = data.index(wanted)
    head = data[:start]
    return Place(
        start, start + len(wanted), head.count(b"\n") + 1, len(head.rpartition(b"\n")[2].decode()) + 1
    )


DOCUMENT = st.lists(
    st.text(st.characters(exclude_characters="\n\r\ufeff", exclude_categories=["Cs"]), max_size=30),
    min_size=1,
    max_size=12,
)


@given(DOCUMENT, st.data())
def test_a_short_document_is_shown_to_the_letter_whatever_is_marked(
    lines: list[str], data: st.DataObject
) -> None:
    sent = "\n".join(lines).encode()
    places = []
    for _ in range(data.draw(st.integers(0, 4))):
        number = data.draw(st.integers(1, len(lines)))
        column = data.draw(st.integers(1, len(lines[number - 1]) + 1))
        start = len("\n".join([*lines[: number - 1], lines[number - 1][: column - 1]]).encode())
        places.append(Place(start, data.draw(st.integers(start, len(sent))), number, column))

    (window,) = windows_of(sent, places)

    assert [line.number for line in window.lines] == list(range(1, len(lines) + 1))
    assert [text_of(line) for line in window.lines] == lines
    assert sorted(fault for line in window.lines for fault in line.faults) == list(range(len(places)))


def test_the_faulty_part_is_marked_and_the_fault_begins_in_its_line() -> None:
    data = '{\n "é": "shiping",\n "x": 1\n}'.encode()

    (window,) = windows_of(data, [place_of(data, b'"shiping"')])

    assert marked((window,)) == [(2, '"shiping"', 0)]
    assert [line.faults for line in window.lines] == [(), (0,), (), ()]


def test_a_fault_over_several_lines_is_marked_in_each_and_begins_once() -> None:
    data = b"<a>\n<b\n  c='1'>\n</b></a>"

    windows = windows_of(data, [place_of(data, b"<b\n  c='1'>")])

    assert marked(windows) == [(2, "<b", 0), (3, "  c='1'>", 0)]
    assert [line.faults for line in windows[0].lines] == [(), (0,), (), ()]


def test_an_empty_place_is_still_seen() -> None:
    assert marked(windows_of(b"", [Place(0, 0, 1, 1)])) == [(1, "", 0)]


def test_of_a_long_document_only_the_neighbourhood_of_faults_is_shown() -> None:
    lines = [f"line {number}" for number in range(1, 1001)]
    data = "\n".join(lines).encode()

    windows = windows_of(
        data, [place_of(data, b"line 990"), place_of(data, b"line 500"), place_of(data, b"line 505")]
    )

    assert [(window.skipped, window.lines[0].number, window.lines[-1].number) for window in windows] == [
        (495, 496, 509),
        (476, 986, 994),
    ]
    assert marked(windows) == [(500, "line 500", 1), (505, "line 505", 2), (990, "line 990", 0)]
    assert count_lines(data) == 1000


def test_of_a_long_line_only_the_neighbourhood_of_faults_is_shown() -> None:
    data = b"a" * 5_000 + b"FAULT" + b"b" * 5_000

    ((line,),) = [window.lines for window in windows_of(data, [place_of(data, b"FAULT")])]

    assert text_of(line) == GAP + "a" * BESIDE + "FAULT" + "b" * BESIDE + GAP


def test_a_long_document_without_a_fault_shows_its_beginning() -> None:
    data = b"\n".join(b"x" for _ in range(1_000))

    (window,) = windows_of(data, [])

    assert (window.skipped, len(window.lines)) == (0, 40)


def test_other_encodings_are_read_as_they_say() -> None:
    data = '<?xml version="1.0" encoding="UTF-16"?>\n<é>x</é>'.encode("utf-16")
    start = data.index("x</".encode("utf-16-le"))

    (window,) = windows_of(data, [Place(start, start + 2, 2, 4)])

    assert marked((window,)) == [(2, "x", 0)]
    assert text_of(window.lines[0]).startswith("<?xml")
