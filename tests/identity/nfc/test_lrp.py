"""The leakage resilient cipher against samples of NXP AN12304."""

import pytest

from seriatim.identity.nfc.lrp import Lrp

KEY = "567826B8DA8E768432A9548DBE4AA3A0"
COUNTED = "E0C4935FF0C254CD2CEF8FDDC32460CF"


def test_plaintexts_and_updated_keys_come_out() -> None:
    lrp = Lrp(bytes.fromhex(KEY))

    assert len(lrp.plaintexts) == 16
    assert lrp.plaintexts[0].hex() == "ac20d39f5341fe98dfca21da86ba7914"
    assert lrp.plaintexts[15].hex() == "71b444af257a93215311d758dd333247"
    assert lrp.updated_keys[0].hex() == "163d14ed24ed935373568ec521e96cf4"
    assert lrp.updated_keys[2].hex() == "fe30ab50467e61783bfe6b5e0560160e"


@pytest.mark.parametrize(
    ("key", "value", "result"),
    [
        (KEY, "1359", "1ba2c0c578996bc497dd181c6885a9dd"),
        ("88B95581002057A93E421EFE4076338B", "77299D", "e9c04556a214ac3297b83e4bdf46f142"),
    ],
)
def test_evaluations_come_out(key: str, value: str, result: str) -> None:
    assert Lrp(bytes.fromhex(key)).evaluate(2, bytes.fromhex(value)).hex() == result


@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        ("63A0169B4D9FE42C72B2784C806EAC21", "", "0e07c601970814a4176fda633c6fc3de"),
        ("8195088CE6C393708EBBE6C7914ECB0B", "BBD5B85772C7", "ad8595e0b49c5c0db18e77355f5aaff6"),
        (
            "5AA9F6C6DE5138113DF5D6B6C77D5D52",
            "A4434D740C2CB665FE5396959189383F",
            "8b43adf767e46b692e8f24e837cb5efc",
        ),
        (
            "11ED02022570CB10502BC1DACF64B21F",
            "E825603F896A85CAB45E6730D89DD4CE78010599",
            "4a1577c366d53080d0dfd1cc47ee3cc7",
        ),
    ],
)
def test_macs_of_empty_short_whole_and_longer_messages_come_out(key: str, message: str, mac: str) -> None:
    assert Lrp(bytes.fromhex(key)).cmac(bytes.fromhex(message)).hex() == mac


def test_decryption_counts_its_blocks() -> None:
    secret = bytes.fromhex("FCBBACAA4F29182464F99DE41085266F480E863E487BAAF687B43ED1ECE0D623")

    clear = Lrp(bytes.fromhex(COUNTED)).decrypt(0, bytes.fromhex("C3315DBF"), secret)

    assert clear.hex() == "012d7f1653caf6503c6ab0c1010e8cb0" + "80".ljust(32, "0")


def test_the_counter_starts_again_after_its_last_value() -> None:
    lrp = Lrp(bytes.fromhex(COUNTED))

    assert lrp.decrypt(0, b"\xff", bytes(32)) == lrp.decrypt(0, b"\xff", bytes(16)) + lrp.decrypt(
        0, b"\x00", bytes(16)
    )
