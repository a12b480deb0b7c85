"""Reading a tag's proof out of a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.nfc import Sun, SunLayout, SunRefused, read_sun

PICC, MAC = "EF963FF7828658A599F3041510671E88", "94EED9EE65337086"
SIMPLE = Sun(bytes.fromhex(PICC), bytes.fromhex(MAC))
TEXT_LAYOUT = SunLayout("e", "c", mac_from="v", file_data="f", tamper_at=4)


def test_the_simplest_layout_has_no_text() -> None:
    assert read_sun(f"picc_data={PICC}&cmac={MAC}") == SIMPLE


def test_order_case_and_strange_parameters_do_not_matter_without_text() -> None:
    assert read_sun(f"utm=%41&cmac={MAC.lower()}&x&picc_data={PICC.lower()}&y=1&y=2") == SIMPLE


def test_the_text_is_what_stood_between_the_two_places() -> None:
    data = "CEE9A53E3E463EF1F459635736738962"

    sun = read_sun(f"e={PICC}&v=%31&f={data}&c={MAC}&z=9", TEXT_LAYOUT)

    text = f"%31&f={data}&c=".encode()
    assert sun == Sun(SIMPLE.picc_data, SIMPLE.mac, text, bytes.fromhex(data), tamper_at=4)


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"picc_data={PICC}",
        f"picc_data={PICC}&cmac=",
        f"picc_data={PICC}&cmac={MAC}&cmac={MAC}",
        f"picc_data={PICC}&cmac={MAC[1:]}",
        f"picc_data={PICC}&cmac={MAC[:-2]}%38",
        f"picc_data={PICC}&cmac={MAC[:-2]}\uff18\uff16",
        f"picc_data={PICC}&cmac={MAC}&{'x' * 2048}",
        f"picc_data={PICC}&cmac={MAC}\n",
        f"picc_data ={PICC}&cmac={MAC}",
    ],
)
def test_what_is_missing_doubled_or_not_hexadecimal_is_malformed(query: str) -> None:
    assert read_sun(query) == SunRefused("malformed")


def test_a_text_that_begins_after_the_mac_is_malformed() -> None:
    assert read_sun(f"e={PICC}&c={MAC}&v=1&f=00", TEXT_LAYOUT) == SunRefused("malformed")


@given(st.text(max_size=80))
def test_no_text_raises(query: str) -> None:
    assert isinstance(read_sun(query), Sun | SunRefused)
