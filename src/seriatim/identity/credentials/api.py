"""JSON routes of signed statements: issue one about a unit or a batch, verify one, publish our keys."""

import json
import uuid
from datetime import date
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

import msgspec

from seriatim import access
from seriatim.access import Call, Endpoint
from seriatim.base.environment import Environment
from seriatim.base.errors import Unprocessable
from seriatim.base.http import Moment
from seriatim.identity.credentials.data_integrity import ProofReason, ProofRefused
from seriatim.identity.credentials.multikey import trusting
from seriatim.identity.credentials.statements import (
    BatchStatement,
    Issuer,
    UnitStatement,
    did_document,
    issue,
    issuer_of,
    verify_credential,
)

PURPOSES: Final = ("units", "batches")
"""What is signed, each with a key of its own."""


class NewCredential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be said of a unit (with a serial) or of a batch (with a lot and no serial)."""

    gtin: str
    serial: str | None = None
    lot: str | None = None
    expiry: date | None = None
    produced_on: date | None = None
    units: int | None = None
    """Of a batch: how many were released."""
    valid_until: Moment | None = None
    """No status list is published: give a statement an end."""


class CredentialToVerify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credential as it came."""

    credential: dict[str, Any]


class Checked(msgspec.Struct, frozen=True):
    """Whether the statement is ours, unchanged and valid now. It says nothing of the thing in somebody's hand."""

    verdict: Literal["valid", "refused"]
    reason: ProofReason | None = None
    issuer: str | None = None
    subject: dict[str, Any] | None = None


def did_of(public_url: str) -> str:
    """The did:web of this installation. Source: did:web method specification.

    >>> did_of("https://id.brand.example"), did_of("http://localhost:8470")
    ('did:web:id.brand.example', 'did:web:localhost%3A8470')
    """
    parts = urlsplit(public_url)
    path = "".join(f":{quote(step, safe='')}" for step in parts.path.split("/") if step)
    return f"did:web:{quote(parts.netloc, safe='')}{path}"


def issuers(environment: Environment) -> dict[str, Issuer]:
    """Who signs here, by purpose."""
    did = did_of(environment.settings.public_url)
    return {purpose: issuer_of(environment.master_key, purpose, did=did) for purpose in PURPOSES}


async def post_credential(call: Call[None, NewCredential]) -> dict[str, Any]:
    statement, purpose = _statement(call.body)
    until = call.body.valid_until
    if until is not None and until <= call.now:
        raise Unprocessable(
            "valid_until lies in the past; give a later time, or leave it out.", field="valid_until"
        )
    name = f"urn:uuid:{uuid.uuid4()}"
    signed = issue(
        statement, issuers(call.environment)[purpose], credential_id=name, now=call.now, valid_until=until
    )
    # Our signature is out for good, so the trail says what it was given for, and by whom.
    detail = {"statement": statement.subject(), "valid_until": until}
    await access.audit(call.tx, call.actor, "credential.issued", name, detail, call.now)
    return signed


def _statement(asked: NewCredential) -> tuple[UnitStatement | BatchStatement, str]:
    if asked.serial is not None:
        if asked.units is not None:
            raise Unprocessable("units belongs to a batch; a unit is one.", field="units")
        about_unit = UnitStatement(asked.gtin, asked.serial, asked.lot, asked.expiry, asked.produced_on)
        return about_unit, "units"
    if asked.lot is None:
        raise Unprocessable("Give a serial for a unit, or a lot for a batch.", field="serial")
    about_batch = BatchStatement(asked.gtin, asked.lot, asked.expiry, asked.produced_on, asked.units)
    return about_batch, "batches"


async def verify(call: Call[None, CredentialToVerify]) -> Checked:
    ours = issuers(call.environment).values()
    keys = trusting({one.verification_method: one.public_key for one in ours})
    text = json.dumps(call.body.credential, ensure_ascii=False).encode("utf-8", "surrogatepass")
    checked = verify_credential(text, keys, now=call.now)
    if isinstance(checked, ProofRefused):
        return Checked("refused", checked.reason)
    return Checked("valid", None, checked.issuer, dict(checked.subject))


def published_keys(environment: Environment) -> dict[str, Any]:
    """The document of this installation's did:web, which stands at /.well-known/did.json for everybody."""
    return did_document(*issuers(environment).values())


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/v1/credentials",
        "credentials:issue",
        "Sign a statement about a unit or a batch",
        post_credential,
        body=NewCredential,
        returns=dict[str, Any],
        status=201,
        tag="Credentials",
        description="A W3C Verifiable Credential 2.0 with eddsa-jcs-2022, checkable offline with the keys at "
        "/.well-known/did.json. It says what we say; it does not prove what somebody holds in hand.",
    ),
    Endpoint(
        "POST",
        "/api/v1/credentials/verify",
        "standards:read",
        "Verify a statement of ours",
        verify,
        body=CredentialToVerify,
        returns=Checked,
        tag="Credentials",
        secret_body=True,
    ),
)
