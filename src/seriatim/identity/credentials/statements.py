"""Statements that travel with the goods: this unit, this batch, signed by whoever made it.

A W3C Verifiable Credential (data model 2.0) about one unit or one batch, with a proof in eddsa-jcs-2022. It can be
checked offline by anybody who knows the maker's public key.

It proves that the issuer made this statement and that nobody changed it. It does not prove that the thing in your hand
is the thing it speaks of (a statement can be copied like a code; the NFC tag is for that), that what it says is true, or
that the issuer has not withdrawn it since: no status list is read, so give statements an end (`valid_until`).

    issuer = issuer_of(master_key, "units", did="did:web:brand.example")
    document = issue(UnitStatement("09506000134352", "MWLW4X449GJ6", lot="L7"), issuer, credential_id=..., now=now)
    verify_credential(json.dumps(document).encode(), trusting({issuer.verification_method: key}), now=now)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seriatim import gs1
from seriatim.base.crypto import derive
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.credentials.data_integrity import (
    ProofReason,
    ProofRefused,
    Proved,
    read_timestamp,
    sign,
    timestamp,
    verify,
)
from seriatim.identity.credentials.multikey import DID_KEY, KeySource, did_key, multikey_of

CREDENTIALS_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
OWN_TERMS_CONTEXT: Final = "https://www.w3.org/ns/credentials/undefined-terms/v2"
"""Says that terms which the first context does not define are the issuer's own."""
CREDENTIAL: Final = "VerifiableCredential"
UNITS_MAX: Final = 10_000_000_000


class UnitStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the issuer says of one unit. Raises BadGtin, BadField."""

    gtin: str
    serial: str
    lot: str | None = None
    expiry: date | None = None
    produced_on: date | None = None

    def __post_init__(self) -> None:
        _subject_link(gtin14(self.gtin), ("21", self.serial))
        if self.lot is not None:
            _subject_link(gtin14(self.gtin), ("10", self.lot))

    @property
    def credential_type(self) -> str:
        return "UnitCredential"

    def subject(self) -> dict[str, Any]:
        """The claims: the unit's Digital Link as id, and what is said of it."""
        gtin = gtin14(self.gtin)
        claims = {"type": "Unit", "gtin": gtin, "serial": self.serial, "lot": self.lot}
        dates = {"expiry": _iso(self.expiry), "producedOn": _iso(self.produced_on)}
        return _without_none({"id": _subject_link(gtin, ("21", self.serial)), **claims, **dates})


class BatchStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the issuer says of a whole batch. Raises BadGtin, BadField."""

    gtin: str
    lot: str
    expiry: date | None = None
    produced_on: date | None = None
    units: int | None = None
    """How many units were released."""

    def __post_init__(self) -> None:
        _subject_link(gtin14(self.gtin), ("10", self.lot))
        if self.units is not None and not 0 <= self.units <= UNITS_MAX:
            raise BadField(f"units must be 0 to {UNITS_MAX:,}.", field="units")

    @property
    def credential_type(self) -> str:
        return "BatchCredential"

    def subject(self) -> dict[str, Any]:
        """The claims: the batch's Digital Link as id, and what is said of it."""
        gtin = gtin14(self.gtin)
        claims = {"type": "Batch", "gtin": gtin, "lot": self.lot, "units": self.units}
        dates = {"expiry": _iso(self.expiry), "producedOn": _iso(self.produced_on)}
        return _without_none({"id": _subject_link(gtin, ("10", self.lot)), **claims, **dates})


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs, and with what; `repr` leaves the key out."""

    did: str
    verification_method: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self.key.public_key().public_bytes_raw()


@dataclass(frozen=True, slots=True)
class Credential:
    """A statement that was checked: signed by its issuer, unchanged, and valid now."""

    issuer: str
    """Whether you believe this one is for you to say."""
    subject: Mapping[str, Any]
    document: Mapping[str, Any]
    proved: Proved


def issuer_of(master_key: bytes, purpose: str, *, did: str | None = None) -> Issuer:
    """The signer for a purpose ("units", "batches"): its key follows from the master key, each purpose has another.

    `did` is a did:web that publishes `did_document(issuer)`; without one the issuer is the key itself (did:key).
    """
    key = Ed25519PrivateKey.from_private_bytes(derive(master_key, "credential", purpose))
    public_key = key.public_key().public_bytes_raw()
    name = did or did_key(public_key)
    if "#" in name or not name.startswith(("did:web:", DID_KEY)):
        raise BadField("an issuer is a did:web or a did:key, without a fragment.", field="did")
    if name.startswith(DID_KEY) and name != did_key(public_key):
        raise BadField("a did:key is its key; this is another one.", field="did")
    return Issuer(name, f"{name}#{multikey_of(public_key)}", key)


def did_document(*issuers: Issuer) -> dict[str, Any]:
    """What a did:web publishes at its address so that others learn its keys. Source: Controlled Identifiers 1.0."""
    (name,) = {issuer.did for issuer in issuers}
    methods = [
        {
            "id": issuer.verification_method,
            "type": "Multikey",
            "controller": name,
            "publicKeyMultibase": multikey_of(issuer.public_key),
        }
        for issuer in issuers
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": name,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def issue(
    statement: UnitStatement | BatchStatement,
    issuer: Issuer,
    *,
    credential_id: str,
    now: datetime,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """The signed credential, as a JSON object. `credential_id` is a URI that names it alone (`urn:uuid:...`)."""
    document = {
        "@context": [CREDENTIALS_CONTEXT, OWN_TERMS_CONTEXT],
        "id": credential_id,
        "type": [CREDENTIAL, statement.credential_type],
        "issuer": issuer.did,
        "validFrom": timestamp(now),
        "validUntil": None if valid_until is None else timestamp(valid_until),
        "credentialSubject": statement.subject(),
    }
    method = issuer.verification_method
    return sign(_without_none(document), issuer.key, verification_method=method, created=now)


def verify_credential(data: bytes, keys: KeySource, *, now: datetime) -> Credential | ProofRefused:
    """The credential in JSON text if it is signed by its own issuer and valid now; otherwise why not. Never raises.

    Takes any credential of data model 2.0 in this suite that has one subject, not only ours.
    """
    proved = verify(data, keys, now=now)
    if isinstance(proved, ProofRefused):
        return proved
    document = proved.document
    issuer, subject = _issuer(document), document.get("credentialSubject")
    reason = _fault_in(document, proved, now)
    if reason is not None:
        return ProofRefused(reason)
    assert issuer is not None
    assert isinstance(subject, dict)
    return Credential(issuer, subject, document, proved)


def _fault_in(document: Mapping[str, Any], proved: Proved, now: datetime) -> ProofReason | None:
    issuer = _issuer(document)
    contexts, types = document.get("@context"), document.get("type")
    is_credential = isinstance(contexts, list) and contexts[:1] == [CREDENTIALS_CONTEXT]
    is_credential = is_credential and isinstance(types, list) and CREDENTIAL in types
    if not is_credential or issuer is None or not isinstance(document.get("credentialSubject"), dict):
        return "not_a_credential"
    # Otherwise anybody with a known key could speak in everybody's name.
    if proved.verification_method.partition("#")[0] != issuer:
        return "wrong_issuer"
    times = {name: read_timestamp(document[name]) for name in ("validFrom", "validUntil") if name in document}
    if None in times.values():
        return "not_a_credential"
    begins, ends = times.get("validFrom"), times.get("validUntil")
    if begins is not None and now < begins:
        return "not_yet_valid"
    return "expired" if ends is not None and now > ends else None


def _issuer(document: Mapping[str, Any]) -> str | None:
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    return name if isinstance(name, str) else None


def _subject_link(gtin: str, qualifier: tuple[str, str]) -> str:
    field = "serial" if qualifier[0] == "21" else "lot"
    try:
        message = gs1.parse_bracketed(f"(01){gtin}({qualifier[0]}){qualifier[1]}")
    except gs1.GS1Error as error:
        raise BadField(f"{field}: {error}", field=field) from error
    # A serial such as "A(10)B" would be read as two elements.
    if message.elements != (("01", gtin), qualifier):
        raise BadField(
            f"the {field} holds brackets around digits, which reads as another element.", field=field
        )
    return message.digital_link()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
