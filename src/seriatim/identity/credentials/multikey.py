"""How public keys and signatures are spelled in credentials, and who may sign in whose name.

Base58 as Bitcoin writes it, with a `z` before it (multibase); a public key of Ed25519 has the bytes ed 01 before it
(multikey). A `did:key` is nothing but such a key. Sources: W3C Controlled Identifiers 1.0 sections 2.2.2 and 2.4;
did:key 0.9.

>>> key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
>>> public_key_of_did_key(did_key(key)) == key
True
"""

from collections.abc import Mapping
from typing import Final, Protocol

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
CHARACTERS_MAX: Final = 128
ED25519: Final = b"\xed\x01"
PUBLIC_KEY_BYTES: Final = 32
DID_KEY: Final = "did:key:"


class KeySource(Protocol):
    """Tells the public key of a verification method: the caller's list of whom to believe.

    MUST answer the 32 bytes of an Ed25519 key that the method's controller allows for assertions, or None.
    MUST NOT fetch anything: a document under verification must not make us call an address that it names.
    MUST answer None for a key that was withdrawn.
    MAY answer any `did:key` by `public_key_of_did_key`; whoever does so learns that a document is whole, not whose it
    is, and has to compare the issuer with those it knows.
    """

    def __call__(self, verification_method: str, /) -> bytes | None: ...


def trusting(keys: Mapping[str, bytes]) -> KeySource:
    """A source that knows these verification methods and no other, for instance those of partners' did:web.

    Raises ValueError for a key that has not 32 bytes.
    """
    kept = dict(keys)
    if any(len(key) != PUBLIC_KEY_BYTES for key in kept.values()):
        raise ValueError("a public key of Ed25519 has 32 bytes")
    return lambda verification_method, /: kept.get(verification_method)


def public_key_of_did_key(verification_method: str, /) -> bytes | None:
    """The key inside `did:key:z6Mk...`, alone or with `#z6Mk...` behind it; None when it is none. A KeySource."""
    if not verification_method.startswith(DID_KEY):
        return None
    multikey, mark, fragment = verification_method.removeprefix(DID_KEY).partition("#")
    return None if mark and fragment != multikey else read_multikey(multikey)


def did_key(public_key: bytes) -> str:
    """The DID that is this Ed25519 key (32 bytes)."""
    return DID_KEY + multikey_of(public_key)


def multikey_of(public_key: bytes) -> str:
    """`z6Mk...` of an Ed25519 public key (32 bytes)."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError("a public key of Ed25519 has 32 bytes")
    return multibase(ED25519 + public_key)


def read_multikey(text: str) -> bytes | None:
    """The 32 bytes of an Ed25519 public key; None when the text spells none."""
    data = read_multibase(text)
    if data is None or len(data) != len(ED25519) + PUBLIC_KEY_BYTES or not data.startswith(ED25519):
        return None
    return data.removeprefix(ED25519)


def multibase(data: bytes) -> str:
    """The bytes in base58, after a `z`."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, value = divmod(number, 58)
        text = ALPHABET[value] + text
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + text


def read_multibase(text: str) -> bytes | None:
    """The bytes behind `z...`, 128 characters at most; None when it is no base58. Each text spells other bytes."""
    if not text.startswith("z") or len(text) > CHARACTERS_MAX:
        return None
    number = 0
    for character in text[1:]:
        value = VALUES.get(character)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text[1:]) - len(text[1:].lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
