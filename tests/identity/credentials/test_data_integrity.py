"""Proofs in eddsa-jcs-2022: the recommendation's own example, and every byte that counts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.credentials import ProofRefused, Proved, public_key_of_did_key, sign, trusting, verify
from seriatim.identity.credentials.data_integrity import read_timestamp, timestamp
from seriatim.identity.credentials.multikey import read_multibase

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
# W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.3: key pair, credential, proof.
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
METHOD = f"did:key:{PUBLIC}#{PUBLIC}"
PROOF_VALUE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
EXAMPLE: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
KEY = Ed25519PrivateKey.from_private_bytes((read_multibase(SECRET) or b"")[2:])
SIGNED = sign(EXAMPLE, KEY, verification_method=METHOD, created=CREATED)


def checked(document: object) -> Proved | ProofRefused:
    return verify(json.dumps(document).encode(), public_key_of_did_key, now=NOW)


def altered(part: str, **changes: Any) -> dict[str, Any]:
    """The signed example with members of the document or the proof changed; None takes one away."""
    document = json.loads(json.dumps(SIGNED))
    target = document if part == "document" else document["proof"]
    target.update(changes)
    for name in [name for name, value in changes.items() if value is None]:
        del target[name]
    return dict(document)


def test_the_recommendations_example_comes_out_to_the_byte() -> None:
    assert SIGNED["proof"]["proofValue"] == PROOF_VALUE
    assert checked(SIGNED) == Proved(EXAMPLE, METHOD, CREATED)


def test_order_of_names_and_white_space_do_not_matter() -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(value[name]) for name in reversed(value)}
        return value

    text = json.dumps(turned(SIGNED), indent=7).encode()

    assert verify(text, public_key_of_did_key, now=NOW) == Proved(EXAMPLE, METHOD, CREATED)


def test_the_order_of_a_list_matters() -> None:
    assert checked(altered("document", type=["AlumniCredential", "VerifiableCredential"])) == ProofRefused(
        "bad_signature"
    )


@given(st.data())
def test_one_changed_byte_makes_it_invalid(data: st.DataObject) -> None:
    text = json.dumps(SIGNED, separators=(",", ":")).encode()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != text[place]))

    answer = verify(text[:place] + bytes([other]) + text[place + 1 :], public_key_of_did_key, now=NOW)

    assert isinstance(answer, ProofRefused)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created": "2023-02-24T23:36:39Z"}, "bad_signature"),
        ({"created": None}, "bad_signature"),
        ({"challenge": "x"}, "bad_signature"),
        ({"expires": "2030-01-01T00:00:00Z"}, "bad_signature"),
        ({"@context": None}, "bad_signature"),
        ({"proofValue": PROOF_VALUE[:-1] + "Y"}, "bad_signature"),
        ({"proofValue": PROOF_VALUE[1:]}, "bad_signature"),
        ({"proofValue": "z"}, "bad_signature"),
        ({"proofValue": None}, "bad_signature"),
        ({"proofValue": 5}, "bad_signature"),
        ({"@context": EXAMPLE["@context"][:1]}, "context_differs"),
        ({"type": "Ed25519Signature2020"}, "unsupported_proof"),
        ({"cryptosuite": "eddsa-rdfc-2022"}, "unsupported_proof"),
        ({"proofPurpose": "authentication"}, "unsupported_proof"),
        ({"previousProof": "urn:x"}, "unsupported_proof"),
        ({"verificationMethod": None}, "unsupported_proof"),
        ({"verificationMethod": [METHOD]}, "unsupported_proof"),
        ({"created": "yesterday"}, "unsupported_proof"),
        ({"created": "2023-02-30T00:00:00Z"}, "unsupported_proof"),
        ({"created": 5}, "unsupported_proof"),
        ({"expires": "2026-11-20T08:00:00Z"}, "proof_expired"),
        ({"verificationMethod": "did:web:vc.example#key"}, "unknown_key"),
        ({"verificationMethod": f"did:key:{PUBLIC}"}, "bad_signature"),
    ],
)
def test_every_option_of_the_proof_is_signed(changes: dict[str, Any], reason: str) -> None:
    assert checked(altered("proof", **changes)) == ProofRefused(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "Alumni credential"}, "bad_signature"),
        ({"extra": False}, "bad_signature"),
        ({"id": None}, "bad_signature"),
        ({"@context": [*EXAMPLE["@context"], "https://evil.example/v1"]}, "context_differs"),
        ({"proof": None}, "no_proof"),
        ({"proof": []}, "no_proof"),
        ({"proof": "x"}, "no_proof"),
        ({"proof": [SIGNED["proof"], SIGNED["proof"]]}, "no_proof"),
    ],
)
def test_every_member_of_the_document_is_signed(changes: dict[str, Any], reason: str) -> None:
    assert checked(altered("document", **changes)) == ProofRefused(reason)  # type: ignore[arg-type]


def test_a_list_of_one_proof_is_one_proof() -> None:
    assert checked(altered("document", proof=[SIGNED["proof"]])) == Proved(EXAMPLE, METHOD, CREATED)


def test_a_document_without_context_is_signed_as_well() -> None:
    signed = sign({"a": 1.0}, KEY, verification_method=METHOD, created=CREATED)

    assert "@context" not in signed["proof"]
    assert checked(signed) == Proved({"a": 1}, METHOD, CREATED)


def test_the_key_of_another_does_not_fit() -> None:
    source = trusting({METHOD: Ed25519PrivateKey.generate().public_key().public_bytes_raw()})

    assert verify(json.dumps(SIGNED).encode(), source, now=NOW) == ProofRefused("bad_signature")


def test_a_document_is_signed_once() -> None:
    with pytest.raises(ValueError, match="signed already"):
        sign(SIGNED, KEY, verification_method=METHOD, created=CREATED)


@pytest.mark.parametrize("document", [None, [], "x", 5, [SIGNED]])
def test_what_is_no_object_has_no_proof(document: object) -> None:
    assert checked(document) == ProofRefused("no_proof")


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    assert isinstance(verify(data, public_key_of_did_key, now=NOW), ProofRefused)


def test_a_name_twice_is_no_json() -> None:
    text = json.dumps(SIGNED).encode()

    assert verify(text[:-1] + b',"name":"x"}', public_key_of_did_key, now=NOW) == ProofRefused("not_json")


def test_times_are_written_in_utc_and_need_a_zone() -> None:
    east = NOW + timedelta(microseconds=5)

    assert timestamp(east) == "2026-11-20T08:00:00Z"
    assert read_timestamp("2026-11-20T10:00:00.25+02:00") == NOW + timedelta(milliseconds=250)
    assert read_timestamp("2026-11-20T10:00:00") is None
    with pytest.raises(ValueError, match="zone"):
        timestamp(NOW.replace(tzinfo=None))
