"""Is this tap from a tag that we gave a key? Reads what an NTAG 424 DNA writes into its link at every tap.

The tag mirrors its encrypted UID and tap counter into the link, with a message authentication code (MAC) over them. A
right MAC proves that a chip with this tag's key made this link once. It does not prove when (a tap can be harvested and
shown later: T17), nor that the chip is still on the pack, nor that the pack holds what it should.

Order matters: the MAC is compared, in constant time, before the UID or the counter are believed; a wrong length of the
UID costs the same work as a right one. A refusal names no cause that would help a forger. Neither keys nor links are
logged here, and callers must not.

Sources: NXP AN12196 (worked examples in the tests), NT4H2421Gx section 9.3. Both modes of the tag are read, AES and LRP; a
product's tags speak one of them, and a tap in the other one is refused as `unsupported_mode`.
"""

import hmac
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from seriatim.identity.nfc.keys import UID_BYTES, Mode, TagKeys, aes_cmac
from seriatim.identity.nfc.lrp import Lrp

PICC_DATA_BYTES: Final[dict[Mode, int]] = {"aes": 16, "lrp": 24}
MAC_BYTES: Final = 8
COUNTER_BYTES: Final = 3
COUNTER_MAX: Final = (1 << 24) - 1
FILE_DATA_BYTES_MAX: Final = 256
# The tag byte of the PICC data: UID mirrored, counter mirrored, seven bytes of UID; three bits stay free.
TAG_BYTE_MASK: Final = 0xCF
TAG_BYTE: Final = 0xC0 | UID_BYTES
SESSION_MAC: Final = bytes.fromhex("3CC300010080")
SESSION_ENCRYPTION: Final = bytes.fromhex("C33C00010080")
SESSION_LRP: Final = (bytes.fromhex("00010080"), bytes.fromhex("1EE1"))
LRP_ENCRYPTION: Final = 1
"""Which updated key of LRP encrypts; number 0 makes MACs."""
NO_UID: Final = bytes(UID_BYTES)
NO_COUNTER: Final = bytes(COUNTER_BYTES)

SunReason: TypeAlias = Literal["malformed", "unsupported_mode", "not_genuine"]
Tamper: TypeAlias = Literal[
    "intact", "opened", "opened_and_closed", "not_set_up", "not_supported", "unreadable"
]

# The two status bytes, ASCII: ever opened, open now. Names of the letters (probable): NT4H2421Tx.
TAMPER: Final[dict[bytes, Tamper]] = {
    b"CC": "intact",
    b"OO": "opened",
    b"OC": "opened_and_closed",
    b"II": "not_set_up",
    b"NN": "not_supported",
}


@dataclass(frozen=True, slots=True)
class Sun:
    """What a tag wrote into its link, not yet believed."""

    picc_data: bytes
    """Encrypted UID and counter: 16 bytes, in LRP mode 24."""
    mac: bytes
    """8 bytes."""
    text: bytes = b""
    """The part of the link that the MAC covers, byte for byte as it stood there; empty in the simplest set-up."""
    file_data: bytes = b""
    """Encrypted file data, whole blocks of 16 bytes; its hexadecimal digits must stand in `text`."""
    tamper_at: int | None = None
    """Where in the decrypted file data the two bytes of the tamper loop stand; None: not mirrored."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap whose MAC was right."""

    uid: str
    """14 hexadecimal digits, capitals."""
    counter: int
    """Taps of this tag so far; says nothing about when."""
    file_data: bytes = b""
    """In clear."""
    tamper: Tamper | None = None
    """What the tamper loop says; None when it is not mirrored."""
    is_provisional: bool = False
    """True when it rests on file data, whose reading is certain by few published examples only."""


@dataclass(frozen=True, slots=True)
class SunRefused:
    """No proof: either not in the form of a tap, or not made by a tag of ours."""

    reason: SunReason


def verify_sun(sun: Sun, keys: TagKeys) -> Tap | SunRefused:
    """The tap, or why it proves nothing; some six microseconds in AES mode, a refusal is a value and never raises."""
    if len(sun.picc_data) not in PICC_DATA_BYTES.values() or not _is_well_formed(sun):
        return SunRefused("malformed")
    if len(sun.picc_data) != PICC_DATA_BYTES[keys.mode]:
        return SunRefused("unsupported_mode")
    plain = keys.decrypt_picc_data(sun.picc_data)
    is_known_form = plain[0] & TAG_BYTE_MASK == TAG_BYTE
    # Of an unknown form, the same work over nothing: the time of the answer must not tell a forger how far he got.
    uid = plain[1:8] if is_known_form else NO_UID
    counter = plain[8:11] if is_known_form else NO_COUNTER
    tag_key = keys.of_tag(uid)
    expected = mac_of(tag_key, uid, counter, sun.text, keys.mode)
    is_right = hmac.compare_digest(expected, sun.mac)
    if not (is_right and is_known_form):
        return SunRefused("not_genuine")
    return _tap(sun, tag_key, uid, counter, keys.mode)


def mac_of(tag_key: bytes, uid: bytes, counter: bytes, text: bytes = b"", mode: Mode = "aes") -> bytes:
    """The eight bytes a tag puts under its link: every second byte of the CMAC, from the second on.

    `uid` has 7 bytes, `counter` 3, least significant first. Source: AN12196, section 3.4.4.
    """
    if mode == "lrp":
        return _lrp_session(tag_key, uid, counter).cmac(text)[1::2]
    session_key = aes_cmac(tag_key, SESSION_MAC + uid + counter)
    return aes_cmac(session_key, text)[1::2]


def _lrp_session(tag_key: bytes, uid: bytes, counter: bytes) -> Lrp:
    """In LRP mode one session key serves for MACs and encryption. Source: NT4H2421Gx, section 9.3.9.1."""
    before, behind = SESSION_LRP
    return Lrp(Lrp(tag_key).cmac(before + uid + counter + behind))


def _is_well_formed(sun: Sun) -> bool:
    if len(sun.mac) != MAC_BYTES:
        return False
    if sun.tamper_at is not None and not 0 <= sun.tamper_at <= len(sun.file_data) - 2:
        return False
    if not sun.file_data:
        return True
    is_whole = len(sun.file_data) % 16 == 0 and len(sun.file_data) <= FILE_DATA_BYTES_MAX
    # Data outside the MAC's reach could be swapped: it is no statement of the tag.
    return is_whole and sun.file_data.hex().encode() in sun.text.lower()


def _tap(sun: Sun, tag_key: bytes, uid: bytes, counter: bytes, mode: Mode) -> Tap:
    uid_digits = uid.hex().upper()
    count = int.from_bytes(counter, "little")
    if not sun.file_data:
        return Tap(uid_digits, count)
    if mode == "lrp":
        session = _lrp_session(tag_key, uid, counter)
        clear = session.decrypt(LRP_ENCRYPTION, counter + bytes(COUNTER_BYTES), sun.file_data)
    else:
        clear = _decrypt_file_data(tag_key, uid, counter, sun.file_data)
    tamper: Tamper | None = None
    if sun.tamper_at is not None:
        tamper = TAMPER.get(clear[sun.tamper_at : sun.tamper_at + 2], "unreadable")
    return Tap(uid_digits, count, clear, tamper, is_provisional=True)


def _decrypt_file_data(tag_key: bytes, uid: bytes, counter: bytes, secret: bytes) -> bytes:
    """Source: AN12196, section 3.4.3 (AES-CBC; the IV is the counter, encrypted with the session key)."""
    session_key = AES(aes_cmac(tag_key, SESSION_ENCRYPTION + uid + counter))
    iv = Cipher(session_key, modes.ECB()).encryptor().update(counter + bytes(13))  # noqa: S305 -- one block, as NXP defines it
    return Cipher(session_key, modes.CBC(iv)).decryptor().update(secret)
