"""Taps of NFC tags: the published examples, forgeries, and what the tag says in its file data."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.nfc import Sun, SunLayout, SunRefused, TagKeys, Tap, read_sun, tag_keys, verify_sun
from seriatim.identity.nfc.keys import aes_cmac
from seriatim.identity.nfc.sun import mac_of

FACTORY = TagKeys(bytes(16), bytes(16), is_diversified=False, allow_factory_key=True)
# NXP AN12196, section 3.4.4.2.1.
PICC_DATA = bytes.fromhex("EF963FF7828658A599F3041510671E88")
MAC = bytes.fromhex("94EED9EE65337086")
# NXP AN12196, section 4: the MAC covers encrypted file data.
FILE_QUERY = (
    "picc_data=FD91EC264309878BE6345CBE53BADF40&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6"
)
FILE_LAYOUT = SunLayout(mac_from="enc", file_data="enc")
LRP_FACTORY = TagKeys(bytes(16), bytes(16), is_diversified=False, mode="lrp", allow_factory_key=True)
KEYS = tag_keys(bytes(range(32)), "09506000134352")
UID = bytes.fromhex("04958CAA5C5E80")


def made(
    counter: int,
    *,
    uid: bytes = UID,
    keys: TagKeys = KEYS,
    tag_byte: int = 0xC7,
    file_data: bytes = b"",
    tamper_at: int | None = None,
) -> Sun:
    """What a tag with these keys writes into its link."""
    low_first = counter.to_bytes(3, "little")
    plain = bytes([tag_byte]) + uid + low_first + b"\x01\x02\x03\x04\x05"
    picc_data = Cipher(AES(keys.meta_read), modes.CBC(bytes(16))).encryptor().update(plain)
    tag_key = keys.of_tag(uid)
    secret = b""
    if file_data:
        session = AES(aes_cmac(tag_key, bytes.fromhex("C33C00010080") + uid + low_first))
        iv = Cipher(session, modes.ECB()).encryptor().update(low_first + bytes(13))
        secret = Cipher(session, modes.CBC(iv)).encryptor().update(file_data)
    text = secret.hex().upper().encode() + b"&cmac=" if secret else b""
    return Sun(picc_data, mac_of(tag_key, uid, low_first, text), text, secret, tamper_at)


def test_the_published_example_gives_its_uid_and_counter() -> None:
    assert verify_sun(Sun(PICC_DATA, MAC), FACTORY) == Tap("04DE5F1EACC040", 61)


def test_the_published_example_with_file_data_is_read_and_said_to_be_provisional() -> None:
    sun = read_sun(FILE_QUERY, FILE_LAYOUT)
    assert isinstance(sun, Sun)

    tap = verify_sun(sun, FACTORY)

    assert tap == Tap("04958CAA5C5E80", 8, b"x" * 16, None, is_provisional=True)


@pytest.mark.parametrize("bit", range(64))
def test_T18_every_bit_of_the_mac_counts(bit: int) -> None:
    forged = bytearray(MAC)
    forged[bit // 8] ^= 1 << bit % 8

    assert verify_sun(Sun(PICC_DATA, bytes(forged)), FACTORY) == SunRefused("not_genuine")


@pytest.mark.parametrize("bit", range(128))
def test_T18_every_bit_of_the_encrypted_data_counts(bit: int) -> None:
    forged = bytearray(PICC_DATA)
    forged[bit // 8] ^= 1 << bit % 8

    assert verify_sun(Sun(bytes(forged), MAC), FACTORY) == SunRefused("not_genuine")


@given(st.binary(max_size=40), st.binary(max_size=20), st.binary(max_size=40), st.binary(max_size=40))
def test_whatever_comes_is_refused_and_nothing_raises(
    picc_data: bytes, mac: bytes, text: bytes, file_data: bytes
) -> None:
    assert isinstance(verify_sun(Sun(picc_data, mac, text, file_data), KEYS), SunRefused)


def test_T18_a_tag_encoded_with_another_products_keys_is_refused() -> None:
    foreign = tag_keys(bytes(range(32)), "09521234543213")

    assert verify_sun(made(5, keys=foreign), KEYS) == SunRefused("not_genuine")
    assert verify_sun(made(5), KEYS) == Tap(UID.hex().upper(), 5)


def test_T18_who_has_one_tags_key_cannot_speak_for_another_tag() -> None:
    stolen = TagKeys(KEYS.meta_read, KEYS.of_tag(UID), is_diversified=False)
    other = bytes.fromhex("04958CAA5C5E81")

    assert verify_sun(made(9, keys=stolen), KEYS) == Tap(UID.hex().upper(), 9)
    assert verify_sun(made(9, uid=other, keys=stolen), KEYS) == SunRefused("not_genuine")


@pytest.mark.parametrize("tag_byte", [0x00, 0x47, 0x87, 0xC0, 0xC4, 0xC6, 0xC8, 0xCF])
def test_a_tag_that_mirrors_another_form_is_refused_however_right_its_mac(tag_byte: int) -> None:
    assert verify_sun(made(5, tag_byte=tag_byte), KEYS) == SunRefused("not_genuine")


def test_an_unknown_form_does_not_pass_with_the_mac_of_the_dummy_work() -> None:
    nothing = made(5, tag_byte=0x00)
    dummy = mac_of(KEYS.of_tag(bytes(7)), bytes(7), bytes(3))

    assert verify_sun(Sun(nothing.picc_data, dummy), KEYS) == SunRefused("not_genuine")


def test_a_tap_in_the_mode_that_the_products_tags_do_not_speak_is_refused() -> None:
    assert verify_sun(Sun(bytes(24), MAC), KEYS) == SunRefused("unsupported_mode")
    assert verify_sun(Sun(PICC_DATA, MAC), LRP_FACTORY) == SunRefused("unsupported_mode")


# Taps of tags in LRP mode with the factory key, as published with the MIT-licensed sdm-backend.
LRP_PICC_DATA = bytes.fromhex("1FCBE61B3E4CAD980CBFDD333E7A4AC4A579569BAFD22C5F")
LRP_MAC = bytes.fromhex("4231608BA7B02BA9")
LRP_FILE_QUERY = (
    "picc_data=07D9CA2545881D4BFDD920BE1603268C0714420DD893A497&enc=D6E921C47DB4C17C56F979F81559BB83"
    "&cmac=F9481AC7D855BDB6"
)


def test_a_published_tap_in_lrp_mode_gives_its_uid_and_counter() -> None:
    assert verify_sun(Sun(LRP_PICC_DATA, LRP_MAC), LRP_FACTORY) == Tap("04940E2A2F7080", 3)


@pytest.mark.parametrize("place", [0, 7, 8, 23, 24, 31])
def test_T18_in_lrp_mode_every_byte_counts(place: int) -> None:
    whole = bytearray(LRP_PICC_DATA + LRP_MAC)
    whole[place] ^= 1

    assert verify_sun(Sun(bytes(whole[:24]), bytes(whole[24:])), LRP_FACTORY) == SunRefused("not_genuine")


def test_a_published_tap_in_lrp_mode_with_file_data_is_read() -> None:
    sun = read_sun(LRP_FILE_QUERY, FILE_LAYOUT)
    assert isinstance(sun, Sun)

    tap = verify_sun(sun, LRP_FACTORY)

    assert tap == Tap("049B112A2F7080", 4, b"NTXXb7dz3PsYYBlU", None, is_provisional=True)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (b"CC", "intact"),
        (b"OO", "opened"),
        (b"OC", "opened_and_closed"),
        (b"II", "not_set_up"),
        (b"NN", "not_supported"),
        (b"CO", "unreadable"),
        (b"\0\0", "unreadable"),
    ],
)
def test_the_tamper_loop_is_told(status: bytes, said: str) -> None:
    tap = verify_sun(made(3, file_data=b"ab" + status + bytes(12), tamper_at=2), KEYS)

    assert isinstance(tap, Tap)
    assert (tap.tamper, tap.is_provisional) == (said, True)


def test_file_data_outside_the_macs_reach_is_refused() -> None:
    genuine = made(3, file_data=b"CC" + bytes(14), tamper_at=0)
    swapped = Sun(genuine.picc_data, genuine.mac, genuine.text, bytes(16), tamper_at=0)

    assert verify_sun(genuine, KEYS).__class__ is Tap
    assert verify_sun(swapped, KEYS) == SunRefused("malformed")


@pytest.mark.parametrize("length", [0, 7, 9, 16])
def test_a_mac_of_another_length_is_malformed(length: int) -> None:
    assert verify_sun(Sun(PICC_DATA, bytes(length)), FACTORY) == SunRefused("malformed")


@pytest.mark.parametrize("tamper_at", [-1, 15, 16, 1_000_000])
def test_a_tamper_status_that_lies_outside_the_file_data_is_malformed(tamper_at: int) -> None:
    sun = made(3, file_data=bytes(16))

    assert verify_sun(Sun(sun.picc_data, sun.mac, sun.text, sun.file_data, tamper_at), KEYS) == SunRefused(
        "malformed"
    )


@given(st.integers(0, (1 << 24) - 1), st.binary(min_size=7, max_size=7))
def test_every_counter_and_uid_come_back(counter: int, uid: bytes) -> None:
    assert verify_sun(made(counter, uid=uid), KEYS) == Tap(uid.hex().upper(), counter)
