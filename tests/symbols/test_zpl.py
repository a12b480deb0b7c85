import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import symbols
from seriatim.symbols import zpl


def printed(field: bytes) -> str:
    """The text that a printer would show for one `^FH_^FD` field."""
    hexed = re.fullmatch(rb"\^FO\d+,\d+\^A0N,\d+\^FH_\^FD(.*)\^FS", field)[1]
    return re.sub(rb"_([0-9A-F]{2})", lambda match: bytes.fromhex(match[1].decode()), hexed).decode("utf-8")


@pytest.mark.parametrize(
    "name", ["^XA~JR^XZ", "~HS", "_5EXA", "${x}", "a\\&b", "Café ünïcode 茶", "100 % ^FS^JUF"]
)
def test_no_product_name_reaches_the_printer_as_a_command(name: str) -> None:
    field = zpl.text(name, 10, 20, 30)

    assert re.findall(rb"\^[A-Z0-9@]{2}", field) == [b"^FO", b"^A0", b"^FH", b"^FD", b"^FS"]
    assert b"~" not in field
    assert printed(field) == name


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs",), exclude_characters="\x7f")))
def test_any_text_arrives_as_it_was_and_holds_no_control_character_of_zpl(line: str) -> None:
    field = zpl.text(line, 0, 0, 10)

    assert field.count(b"^") == 5
    assert b"~" not in field
    assert printed(field) == line


@pytest.mark.parametrize("line", ["a\nb", "a\x1bb", "a\x10b", "\x7f"])
def test_control_characters_are_refused(line: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        zpl.text(line, 0, 0, 10)

    assert refusal.value.code == "text"
