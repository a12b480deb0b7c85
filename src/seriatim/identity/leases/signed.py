"""A lease that a line can carry through a day without the server, and that nobody can make up or change.

The server signs a statement of what is lent; the list of serials goes beside it, ready-made, and the statement holds its
hash. Whoever has the server's public key checks both offline. The counters are sealed: only the server can open them,
so a line that shows its lease to a restored database tells it how far the numbers had gone.

The statement is JSON with a proof in eddsa-jcs-2022 (`identity.credentials`); the choice stands in ADR-0012.

    held = proved_lease(statement, public_key)
    refused = refusal_of(held, serials, line="L3", epoch=1, now=now)
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from seriatim.base.crypto import derive
from seriatim.identity.credentials.data_integrity import (
    ProofRefused,
    read_timestamp,
    sign,
    timestamp,
    verify,
)
from seriatim.identity.credentials.multikey import did_key, multikey_of, trusting
from seriatim.identity.credentials.statements import Issuer, issuer_of
from seriatim.identity.leases.model import Lease
from seriatim.identity.serials.policy import SerialPolicy

TYPE: Final = "SerialLease"
VERSION: Final = 1
PURPOSE: Final = "leases"
COUNTER_BYTES: Final = 8

LeaseFault: TypeAlias = Literal[
    "not_a_lease", "forged", "altered", "expired", "other_epoch", "other_line", "not_yet_valid"
]
FAULTS: Final[Mapping[LeaseFault, str]] = {
    "not_a_lease": "This is no lease of Seriatim.",
    "forged": "This lease was signed by somebody else.",
    "altered": "This lease, or its list of serials, was changed after it was signed.",
    "expired": "This lease is past its time; nothing may be printed from it.",
    "other_epoch": "This lease is of another life of the server; nothing may be printed from it. Take a new one.",
    "other_line": "This lease belongs to another line.",
    "not_yet_valid": "This lease begins in the future; check the clock of this machine.",
}
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How much the clocks of server and line may differ."""


class LeaseRefused(msgspec.Struct, frozen=True):
    """Nothing may be printed from this."""

    code: LeaseFault

    @property
    def words(self) -> str:
        return FAULTS[self.code]


class Form(msgspec.Struct, frozen=True):
    """How the serials look."""

    alphabet: str
    length: int


class HeldLease(msgspec.Struct, frozen=True, rename="camel"):
    """What a proved statement says."""

    organisation: str
    lease: str
    gtin: str
    generation: int
    range: str
    """Sealed; only the server can open it."""
    form: Form
    line: str
    order: str
    count: int
    epoch: int
    issued: datetime
    expires: datetime
    serials_sha256: str


class Counters(NamedTuple):
    """What the sealed range of a statement holds."""

    first: int
    past: int
    voided: tuple[tuple[int, int], ...]
    """Ranges in it that give no serial."""

    @property
    def units(self) -> int:
        return self.past - self.first - sum(past - first for first, past in self.voided)


class SignedLease(msgspec.Struct, frozen=True):
    """What a line takes along: the statement, and the list of serials that it speaks for."""

    statement: dict[str, Any]
    serials: list[str]


def lease_signer(master_key: bytes) -> Issuer:
    """Who signs leases: a key of its own, which follows from the master key."""
    return issuer_of(master_key, PURPOSE)


def sign_lease(
    lease: Lease,
    policy: SerialPolicy,
    serials: Sequence[str],
    *,
    organisation: str,
    master_key: bytes,
    now: datetime,
) -> dict[str, Any]:
    """The statement of a lease with its proof; it speaks for exactly these serials, in this order."""
    signer = lease_signer(master_key)
    document = {
        "type": TYPE,
        "version": VERSION,
        "organisation": organisation,
        "lease": lease.id,
        "gtin": lease.gtin,
        "generation": lease.generation,
        "range": _sealed(lease, master_key),
        "form": {"alphabet": policy.alphabet, "length": policy.length},
        "line": lease.line,
        "order": lease.order_number,
        "count": len(serials),
        "epoch": lease.epoch,
        "issued": timestamp(lease.granted_at),
        "expires": timestamp(lease.expires_at),
        "serialsSha256": digest_of(serials),
    }
    return sign(document, signer.key, verification_method=signer.verification_method, created=now)


def proved_lease(statement: bytes, public_key: bytes, *, now: datetime) -> HeldLease | LeaseRefused:
    """What the statement (JSON text) says, if the holder of this key (32 bytes, Ed25519) signed exactly that.

    Needs neither server nor database. Whatever comes, nothing is raised. Ask `refusal_of` before printing.
    """
    signer = f"{did_key(public_key)}#{multikey_of(public_key)}"
    proved = verify(statement, trusting({signer: public_key}), now=now)
    if isinstance(proved, ProofRefused):
        match proved.reason:
            case "unknown_key":
                return LeaseRefused("forged")
            case "bad_signature":
                return LeaseRefused("altered")
            case _:
                return LeaseRefused("not_a_lease")
    document = dict(proved.document)
    kind = (document.pop("type", None), document.pop("version", None))
    times = {name: read_timestamp(document.get(name)) for name in ("issued", "expires")}
    if kind != (TYPE, VERSION) or None in times.values():
        return LeaseRefused("not_a_lease")
    try:
        return msgspec.convert({**document, **times}, HeldLease, strict=False)
    except msgspec.ValidationError:
        return LeaseRefused("not_a_lease")


def refusal_of(
    held: HeldLease, serials: Sequence[str] | None, *, line: str | None, epoch: int, now: datetime
) -> LeaseRefused | None:
    """Why this line may not print from the lease now; None when it may. Without `serials` the list is not checked."""
    if serials is not None and (len(serials) != held.count or digest_of(serials) != held.serials_sha256):
        return LeaseRefused("altered")
    if line is not None and held.line != line:
        return LeaseRefused("other_line")
    if held.epoch != epoch:
        return LeaseRefused("other_epoch")
    if now >= held.expires:
        return LeaseRefused("expired")
    return LeaseRefused("not_yet_valid") if now < held.issued - CLOCK_TOLERANCE else None


def digest_of(serials: Sequence[str]) -> str:
    """SHA-256 over the serials in UTF-8, a line feed between two, in hexadecimal."""
    return hashlib.sha256("\n".join(serials).encode()).hexdigest()


def counters_of(held: HeldLease, master_key: bytes) -> Counters | None:
    """The counters that the statement seals; None when they were not sealed by this server for this lease."""
    try:
        sealed = bytes.fromhex(held.range)
        opened = _cipher(master_key).decrypt(sealed, _bound_to(held.lease, held.gtin, held.generation))
    except (ValueError, InvalidTag):
        return None
    if not opened or len(opened) % (2 * COUNTER_BYTES):
        return None
    numbers = [
        int.from_bytes(opened[at : at + COUNTER_BYTES], "big") for at in range(0, len(opened), COUNTER_BYTES)
    ]
    (first, past), *voided = zip(numbers[::2], numbers[1::2], strict=True)
    counters = Counters(first, past, tuple(voided))
    return counters if counters.units == held.count else None


def _sealed(lease: Lease, master_key: bytes) -> str:
    ranges = [(lease.first, lease.past), *lease.voided]
    counters = b"".join(number.to_bytes(COUNTER_BYTES, "big") for pair in ranges for number in pair)
    bound = _bound_to(lease.id, lease.gtin, lease.generation)
    return _cipher(master_key).encrypt(counters, bound).hex()


def _cipher(master_key: bytes) -> AESSIV:
    # SIV needs no nonce, so nothing can be used twice by mistake (RFC 5297).
    return AESSIV(derive(master_key, "lease-range", length=64))


def _bound_to(lease_id: str, gtin: str, generation: int) -> list[bytes]:
    return [lease_id.encode(), gtin.encode(), str(generation).encode()]
