"""Signed statements about units and batches that others can check without asking us, and signatures inside codes.

Statements are W3C Verifiable Credentials with the cryptosuite eddsa-jcs-2022; what they prove and what not stands in
`statements`. Keys follow from the master key; keys of others come from the caller, never from the net.
"""

from seriatim.identity.credentials import api
from seriatim.identity.credentials.canonical_json import NotCanonical, canonical, read_json
from seriatim.identity.credentials.data_integrity import ProofRefused, Proved, sign, verify
from seriatim.identity.credentials.digsig import (
    SignatureState,
    SignatureVerdict,
    SignatureVerifier,
    check_signature,
    signature_of,
)
from seriatim.identity.credentials.multikey import KeySource, did_key, public_key_of_did_key, trusting
from seriatim.identity.credentials.statements import (
    BatchStatement,
    Credential,
    Issuer,
    UnitStatement,
    did_document,
    issue,
    issuer_of,
    verify_credential,
)

__all__ = [
    "BatchStatement",
    "Credential",
    "Issuer",
    "KeySource",
    "NotCanonical",
    "ProofRefused",
    "Proved",
    "SignatureState",
    "SignatureVerdict",
    "SignatureVerifier",
    "UnitStatement",
    "api",
    "canonical",
    "check_signature",
    "did_document",
    "did_key",
    "issue",
    "issuer_of",
    "public_key_of_did_key",
    "read_json",
    "sign",
    "signature_of",
    "trusting",
    "verify",
    "verify_credential",
]
