"""Signs a JSON document so that one changed byte shows, and checks such signatures.

W3C Data Integrity with the cryptosuite eddsa-jcs-2022: SHA-256 over the canonical proof options, then over the canonical
document, Ed25519 over both. Order of names and white space do not matter, everything else does.

A right proof says: whoever holds the key of the verification method signed exactly this. Whether that key speaks for
anybody is the key source's knowledge, and whether the statement is true is nobody's.

Stricter than the suite in two points: a document's `@context` must equal the one in the proof (the suite lets context
be added behind it, unsigned), and a document bears exactly one proof, without a chain.

Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3; VC Data Integrity 1.0, section 4.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from seriatim.identity.credentials.canonical_json import NotCanonical, canonical, read_json
from seriatim.identity.credentials.multikey import KeySource, multibase, read_multibase

CRYPTOSUITE: Final = "eddsa-jcs-2022"
PROOF_TYPE: Final = "DataIntegrityProof"
PURPOSE: Final = "assertionMethod"
SIGNATURE_BYTES: Final = 64
TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)

ProofReason: TypeAlias = Literal[
    "not_json",
    "no_proof",
    "unsupported_proof",
    "context_differs",
    "unknown_key",
    "bad_signature",
    "proof_expired",
    "not_a_credential",
    "wrong_issuer",
    "not_yet_valid",
    "expired",
]


@dataclass(frozen=True, slots=True)
class ProofRefused:
    """The document is not proved; believe nothing in it."""

    reason: ProofReason


@dataclass(frozen=True, slots=True)
class Proved:
    """A document whose signature is right."""

    document: Mapping[str, Any]
    """Without its proof, as it was read: use this and not the bytes, whose numbers may say more than a double holds."""
    verification_method: str
    created: datetime | None


def sign(
    document: Mapping[str, Any], key: Ed25519PrivateKey, *, verification_method: str, created: datetime
) -> dict[str, Any]:
    """The document with its proof. Raises NotCanonical; ValueError when it bears a proof already."""
    if "proof" in document:
        raise ValueError("the document is signed already")
    options: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(_hash(options, document))
    return {**document, "proof": {**options, "proofValue": multibase(signature)}}


def verify(data: bytes, keys: KeySource, *, now: datetime) -> Proved | ProofRefused:
    """The document in JSON text if its proof is right, otherwise why not; whatever comes, nothing is raised."""
    try:
        document = read_json(data)
    except NotCanonical:
        return ProofRefused("not_json")
    proof = _only_proof(document)
    if proof is None:
        return ProofRefused("no_proof")
    bare = {name: value for name, value in document.items() if name != "proof"}
    reason = _fault_in(proof, bare, now)
    if reason is not None:
        return ProofRefused(reason)
    method = proof["verificationMethod"]
    public_key = keys(method)
    if public_key is None:
        return ProofRefused("unknown_key")
    if not _is_signed(proof, bare, public_key):
        return ProofRefused("bad_signature")
    return Proved(bare, method, read_timestamp(proof["created"]) if "created" in proof else None)


def timestamp(at: datetime) -> str:
    """A time as credentials write it: UTC, to the second."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_timestamp(text: object) -> datetime | None:
    """A time with its zone (XML Schema dateTimeStamp); None when it is none."""
    if not isinstance(text, str) or not TIMESTAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _only_proof(document: object) -> dict[str, Any] | None:
    proof = document.get("proof") if isinstance(document, dict) else None
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    return proof if isinstance(proof, dict) else None


def _fault_in(proof: dict[str, Any], bare: dict[str, Any], now: datetime) -> ProofReason | None:
    kind = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    is_known = kind == (PROOF_TYPE, CRYPTOSUITE, PURPOSE) and "previousProof" not in proof
    if not is_known or not isinstance(proof.get("verificationMethod"), str):
        return "unsupported_proof"
    if any(name in proof and read_timestamp(proof[name]) is None for name in ("created", "expires")):
        return "unsupported_proof"
    if "@context" in proof and proof["@context"] != bare.get("@context"):
        return "context_differs"
    expires = read_timestamp(proof.get("expires"))
    return "proof_expired" if expires is not None and now >= expires else None


def _is_signed(proof: dict[str, Any], bare: dict[str, Any], public_key: bytes) -> bool:
    value = proof.get("proofValue")
    signature = read_multibase(value) if isinstance(value, str) else None
    if signature is None or len(signature) != SIGNATURE_BYTES:
        return False
    options = {name: option for name, option in proof.items() if name != "proofValue"}
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _hash(options, bare))
    except InvalidSignature:
        return False
    return True


def _hash(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    # The options come first (section 3.3.4).
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(document)).digest()
