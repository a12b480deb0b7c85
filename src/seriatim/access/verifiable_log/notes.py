r"""Signed notes: a few lines of text with signatures below, which people can read and machines check.

>>> signer = Signer.from_seed("example.com/seriatim", bytes(32))
>>> note = sign("example.com/seriatim\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", [signer])
>>> opened = open_note(note, [signer.key])
>>> opened.signed_by[0].name, opened.text.splitlines()[1]
('example.com/seriatim', '0')

A line of a key that is not known says nothing and is passed over; a line of a known key that is wrong spoils the note.
Source: C2SP signed-note and tlog-cosignature (texts of July 2026). Ed25519 alone; other types count as unknown.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from seriatim.base.errors import BadInput

NOTE_BYTES_MAX: Final = 1_000_000
LINES_MAX: Final = 64
"""The format asks for 16 signature lines at least."""
DASH: Final = "\u2014 "
KEY_ID_BYTES: Final = 4
LOG_SIGNATURE: Final = 0x01
COSIGNATURE: Final = 0x04


class BadNote(BadInput):
    """This is no signed note, or one of its signatures is wrong."""

    code = "bad_note"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature, and how it is checked. Written `name+id+base64(type, public key)`."""

    name: str
    kind: int
    """0x01: signs the text; 0x04: a witness, which signs the time as well."""
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys apart; they secure nothing."""
        body = bytes((self.kind,)) + self.public
        return hashlib.sha256(self.name.encode() + b"\n" + body).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        body = base64.b64encode(bytes((self.kind,)) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{body}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key of its written form. Raises BadNote."""
        name, _, rest = text.strip().partition("+")
        key_id, _, body = rest.partition("+")
        raw = strict_base64(body)
        if raw is None or len(raw) != 33 or raw[0] not in {LOG_SIGNATURE, COSIGNATURE}:
            raise BadNote("a verifier key is written name+id+key, the key an Ed25519 one.", key=text[:100])
        key = cls(checked_name(name), raw[0], raw[1:])
        if key.id.hex() != key_id:
            raise BadNote(f"the key of {name} has the id {key.id.hex()}, not {key_id[:20]}.", key=text[:100])
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and its secret key."""

    key: VerifierKey
    secret: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, name: str, seed: bytes, kind: int = LOG_SIGNATURE) -> "Signer":
        """The signer of 32 secret bytes."""
        secret = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(VerifierKey(checked_name(name), kind, secret.public_key().public_bytes_raw()), secret)

    def line(self, text: str, *, now: datetime | None = None) -> str:
        """The signature line below `text`; a witness says `now` in it."""
        if self.key.kind == COSIGNATURE:
            assert now is not None, "a witness signs the time"
            seconds = int(now.timestamp())
            signed = seconds.to_bytes(8, "big") + self.secret.sign(cosigned(text, seconds))
        else:
            signed = self.secret.sign(text.encode())
        return f"{DASH}{self.key.name} {base64.b64encode(self.key.id + signed).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature that holds."""

    key: VerifierKey
    at: datetime | None
    """When a witness signed."""

    @property
    def name(self) -> str:
        return self.key.name


@dataclass(frozen=True, slots=True)
class Opened:
    """A note whose known signatures all hold."""

    text: str
    """Ends with a line feed; the signatures are over exactly this."""
    signed_by: tuple[Signed, ...]


def sign(text: str, signers: Iterable[Signer], *, now: datetime | None = None) -> str:
    """The note: the text, an empty line, a signature line of each. Raises BadNote for text that no note can hold."""
    _check_text(text)
    return text + "\n" + "".join(signer.line(text, now=now) for signer in signers)


def open_note(note: str, known: Sequence[VerifierKey]) -> Opened:
    """The text and who of the known signed it. Raises BadNote when the form or a known signature is wrong.

    Nobody's signature is asked for here: who must have signed is for the caller to say.
    """
    if len(note) > NOTE_BYTES_MAX:
        raise BadNote(f"a note has {NOTE_BYTES_MAX:,} characters at most.")
    head, gap, tail = note.rpartition("\n\n")
    text, lines = head + "\n", tail.splitlines()
    _check_text(text)
    if not gap or not lines or not tail.endswith("\n") or len(lines) > LINES_MAX:
        raise BadNote("below the text of a note stand an empty line and 1 to 64 signature lines.")
    keys = {(key.name, key.id): key for key in known}
    signed: list[Signed] = []
    for line in lines:
        name, raw = _signature(line)
        key = keys.get((name, raw[:KEY_ID_BYTES]))
        if key is not None and key not in [one.key for one in signed]:
            signed.append(_checked(key, text, raw[KEY_ID_BYTES:]))
    return Opened(text, tuple(signed))


def cosigned(text: str, seconds: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def checked_name(name: str) -> str:
    """The name itself. Raises BadNote for one that would break a line apart."""
    if not name or any(character.isspace() or character == "+" for character in name):
        raise BadNote("a key has a name without spaces and plus signs.", name=name[:100])
    return name


def strict_base64(text: str) -> bytes | None:
    """The bytes; None unless this is the one way to write them (`QQ==` and `QR==` are both one byte)."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _signature(line: str) -> tuple[str, bytes]:
    name, gap, body = line.removeprefix(DASH).partition(" ")
    raw = strict_base64(body)
    if not line.startswith(DASH) or not gap or raw is None or len(raw) <= KEY_ID_BYTES:
        raise BadNote("a signature line is a dash, a name and base64.", line=line[:100])
    return name, raw


def _checked(key: VerifierKey, text: str, signature: bytes) -> Signed:
    message, at = text.encode(), None
    if key.kind == COSIGNATURE:
        seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        if seconds > 1 << 36:
            raise BadNote(f"{key.name} signed at no time that can be.", name=key.name)
        message, at = cosigned(text, seconds), datetime.fromtimestamp(seconds, UTC)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise BadNote(f"the signature of {key.name} is wrong.", name=key.name) from None
    return Signed(key, at)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(one) < 0x20 and one != "\n" for one in text):
        raise BadNote("the text of a note is lines without control characters, each with its line feed.")
