"""Statements about units and batches: issued, checked, and refused."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from seriatim.identity import BadField, BadGtin
from seriatim.identity.credentials import (
    BatchStatement,
    Credential,
    Issuer,
    KeySource,
    ProofRefused,
    UnitStatement,
    did_document,
    issue,
    issuer_of,
    public_key_of_did_key,
    sign,
    trusting,
    verify_credential,
)

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MASTER = bytes(range(32))
WEB = issuer_of(MASTER, "units", did="did:web:brand.example")
TRUSTED = trusting({WEB.verification_method: WEB.public_key})
UNIT = UnitStatement("9506000134352", "MWLW4X449GJ6", lot="L7", expiry=date(2028, 1, 31))
BATCH = BatchStatement("09506000134352", "L7", produced_on=date(2026, 11, 1), units=1200)
NAME = "urn:uuid:0190a5d4-0000-7000-8000-000000000001"


def issued(
    statement: UnitStatement | BatchStatement = UNIT, issuer: Issuer = WEB, **more: Any
) -> dict[str, Any]:
    return issue(statement, issuer, credential_id=NAME, now=NOW, **more)


def checked(
    document: dict[str, Any], keys: KeySource = TRUSTED, now: datetime = NOW
) -> Credential | ProofRefused:
    return verify_credential(json.dumps(document).encode(), keys, now=now)


def signed(**changes: Any) -> dict[str, Any]:
    """A document signed by the right key whose content is changed; None takes a member away."""
    document = {name: value for name, value in issued().items() if name != "proof"} | changes
    bare = {name: value for name, value in document.items() if value is not None}
    return sign(bare, WEB.key, verification_method=WEB.verification_method, created=NOW)


def test_a_unit_statement_is_issued_and_checked() -> None:
    credential = checked(issued())

    assert isinstance(credential, Credential)
    assert credential.issuer == "did:web:brand.example"
    assert credential.subject == {
        "id": "https://id.gs1.org/01/09506000134352/21/MWLW4X449GJ6",
        "type": "Unit",
        "gtin": "09506000134352",
        "serial": "MWLW4X449GJ6",
        "lot": "L7",
        "expiry": "2028-01-31",
    }
    assert credential.document["type"] == ["VerifiableCredential", "UnitCredential"]
    assert (credential.document["id"], credential.document["validFrom"]) == (NAME, "2026-11-20T08:00:00Z")


def test_what_is_not_known_of_a_unit_is_not_said() -> None:
    assert UnitStatement("09506000134352", "A1").subject() == {
        "id": "https://id.gs1.org/01/09506000134352/21/A1",
        "type": "Unit",
        "gtin": "09506000134352",
        "serial": "A1",
    }


def test_a_batch_statement_is_issued_and_checked() -> None:
    credential = checked(issued(BATCH))

    assert isinstance(credential, Credential)
    assert credential.subject == {
        "id": "https://id.gs1.org/01/09506000134352/10/L7",
        "type": "Batch",
        "gtin": "09506000134352",
        "lot": "L7",
        "producedOn": "2026-11-01",
        "units": 1200,
    }


def test_without_a_website_the_issuer_is_its_key() -> None:
    issuer = issuer_of(MASTER, "units")

    credential = checked(issued(issuer=issuer), public_key_of_did_key)

    assert issuer.did.startswith("did:key:z6Mk")
    assert isinstance(credential, Credential)
    assert credential.issuer == issuer.did
    assert checked(issued(issuer=issuer), TRUSTED) == ProofRefused("unknown_key")


def test_a_changed_claim_is_refused() -> None:
    document = issued()
    document["credentialSubject"]["expiry"] = "2029-01-31"

    assert checked(document) == ProofRefused("bad_signature")


def test_a_known_key_cannot_speak_for_another_issuer() -> None:
    assert checked(signed(issuer="did:web:other.example")) == ProofRefused("wrong_issuer")
    assert checked(signed(issuer="did:web:brand.example.evil.example")) == ProofRefused("wrong_issuer")
    assert isinstance(checked(signed(issuer={"id": "did:web:brand.example", "name": "Brand"})), Credential)


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": None},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
        {"@context": ["https://www.w3.org/2018/credentials/v1"]},
        {"type": ["UnitCredential"]},
        {"type": "VerifiableCredential"},
        {"issuer": None},
        {"issuer": ["did:web:brand.example"]},
        {"credentialSubject": None},
        {"credentialSubject": []},
        {"validFrom": "soon"},
        {"validUntil": "2026-11-21"},
    ],
)
def test_what_is_signed_but_no_credential_is_refused(changes: dict[str, Any]) -> None:
    assert checked(signed(**changes)) == ProofRefused("not_a_credential")


def test_a_credential_is_valid_from_its_first_second_to_its_last() -> None:
    document = issued(valid_until=NOW + timedelta(days=1))
    second = timedelta(seconds=1)

    assert checked(document, now=NOW - second) == ProofRefused("not_yet_valid")
    assert isinstance(checked(document, now=NOW), Credential)
    assert isinstance(checked(document, now=NOW + timedelta(days=1)), Credential)
    assert checked(document, now=NOW + timedelta(days=1) + second) == ProofRefused("expired")


def test_keys_follow_from_master_key_and_purpose() -> None:
    same = issuer_of(MASTER, "units", did="did:web:elsewhere.example")
    keys = {
        issuer_of(MASTER, "units").did,
        issuer_of(MASTER, "batches").did,
        issuer_of(bytes(32), "units").did,
    }

    assert same.public_key == WEB.public_key
    assert len(keys) == 3


def test_the_signing_key_is_not_shown() -> None:
    assert "key=" not in repr(WEB)


def test_a_did_document_publishes_the_keys_that_check_the_statements() -> None:
    batches = issuer_of(MASTER, "batches", did=WEB.did)

    document = did_document(WEB, batches)

    from_it = {
        method["id"]: public_key_of_did_key(f"did:key:{method['publicKeyMultibase']}") or b""
        for method in document["verificationMethod"]
        if method["id"] in document["assertionMethod"]
    }
    assert document["id"] == "did:web:brand.example"
    assert from_it == {
        WEB.verification_method: WEB.public_key,
        batches.verification_method: batches.public_key,
    }
    assert isinstance(checked(issued(), trusting(from_it)), Credential)


@pytest.mark.parametrize("did", ["brand.example", "did:web:brand.example#key", "did:key:z6Mk", "did:ion:x"])
def test_an_issuer_is_a_did_web_or_its_own_key(did: str) -> None:
    with pytest.raises(BadField):
        issuer_of(MASTER, "units", did=did)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: UnitStatement("09506000134353", "A"), BadGtin),
        (lambda: UnitStatement("09506000134352", ""), BadField),
        (lambda: UnitStatement("09506000134352", "A" * 21), BadField),
        (lambda: UnitStatement("09506000134352", "A(10)B"), BadField),
        (lambda: UnitStatement("09506000134352", "A", lot="\u00e9"), BadField),
        (lambda: BatchStatement("09506000134352", "L(21)X"), BadField),
        (lambda: BatchStatement("09506000134352", "L7", units=-1), BadField),
    ],
)
def test_a_statement_about_nothing_is_refused(make: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()
