"""JSON routes of access: keys, people, the audit trail, stored refusals, and who am I."""

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec

from seriatim.access import actions, api_keys, audit_log, store, trail, verifiable_log
from seriatim.access.api_keys import NewKey
from seriatim.access.endpoint import Call, Endpoint
from seriatim.access.model import Actor, Role
from seriatim.access.roles import RIGHTS
from seriatim.access.store import AuditEntry, Key, Person, RefusalEntry
from seriatim.access.verifiable_log import LogFolder, LogState, Proved
from seriatim.base import limits
from seriatim.base.errors import NotFound, NotSignedIn
from seriatim.base.http import Moment, Page, PageRows, RowId, page_of, read_position

MAX_ID = 2**63 - 1
Wanted: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern="^[^\\x00]*$")]


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to make."""

    role: Role
    name: str = ""
    expires_at: Moment | None = None


class PersonRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to add."""

    email: str
    name: str
    role: Role


class Invited(msgspec.Struct, frozen=True):
    """A person who was added, and the link that lets him or her in once."""

    person: Person
    link: str


class Me(msgspec.Struct, frozen=True):
    """The caller and the rights of the caller's role."""

    actor: Actor
    permissions: list[str]


class TrailListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the audit trail."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    subject: Wanted | None = None


class RefusalListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the refusals."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    code: Wanted | None = None


async def me(call: Call[None, None]) -> Me:
    if call.actor.kind == "public":
        raise NotSignedIn
    return Me(call.actor, sorted(RIGHTS[call.actor.role]))


async def list_keys(call: Call[None, None]) -> list[Key]:
    return await store.keys(call.tx)


async def create_key(call: Call[None, KeyRequest]) -> NewKey:
    asked = call.body
    return await api_keys.create_key(
        call.tx, asked.role, asked.name, actor=call.actor, now=call.now, expires_at=asked.expires_at
    )


async def revoke_key(call: Call[None, None]) -> None:
    await api_keys.revoke_key(call.tx, call.path["id"], actor=call.actor, now=call.now)


async def list_people(call: Call[None, None]) -> list[Person]:
    return await store.people(call.tx)


async def add_person(call: Call[None, PersonRequest]) -> Invited:
    asked = call.body
    person = await actions.add_person(
        call.tx, asked.email, asked.name, asked.role, actor=call.actor, now=call.now
    )
    secret = await actions.make_once_link(call.tx, "set_password", person.id, now=call.now, actor=call.actor)
    return Invited(person, f"{call.environment.settings.public_url}/welcome/{secret}")


async def disable_person(call: Call[None, None]) -> None:
    try:
        person_id = UUID(call.path["id"])
    except ValueError as error:
        raise NotFound("There is no active person of this id.") from error
    await actions.disable_person(call.tx, person_id, actor=call.actor, now=call.now)


async def audit_trail(call: Call[TrailListing, None]) -> Page[AuditEntry]:
    limit = call.query.limit
    rows = await trail.audit_trail(call.tx, _before(call.query.after), call.query.subject, limit + 1)
    return page_of(rows, limit, "id")


async def refusals(call: Call[RefusalListing, None]) -> Page[RefusalEntry]:
    limit = call.query.limit
    rows = await trail.refusals(call.tx, _before(call.query.after), call.query.code, limit + 1)
    return page_of(rows, limit, "id")


async def log_state(call: Call[None, None]) -> LogState:
    return await verifiable_log.state_of(call.tx, LogFolder.of(call.environment))


async def log_proof(call: Call[None, None]) -> Proved:
    """The proof of one line of the trail."""
    line = int(call.path["id"]) if call.path["id"].isascii() and call.path["id"].isdigit() else -1
    found = await verifiable_log.proved(
        call.tx, LogFolder.of(call.environment), audit_log.AuditSource(), min(line, MAX_ID)
    )
    if found is None:
        raise NotFound("There is no such line, or its checkpoint is not written yet; ask again in a second.")
    return found


def _before(cursor: str) -> int | None:
    """The id after which the page begins, newest first; raises BadCursor."""
    return read_position(cursor, tuple[RowId])[0] if cursor else None


TAG = "Access"
ENDPOINTS = (
    Endpoint("GET", "/api/v1/me", None, "Who am I, and what may I do", me, returns=Me, tag=TAG),
    Endpoint("GET", "/api/v1/keys", "keys:read", "API keys, without secrets", list_keys, returns=list[Key], tag=TAG),
    Endpoint("POST", "/api/v1/keys", "keys:manage", "Make an API key", create_key, body=KeyRequest, returns=NewKey, status=201, tag=TAG,
             description="The secret is in this answer and nowhere else.", secret_answer=True),
    Endpoint("DELETE", "/api/v1/keys/{id}", "keys:manage", "Revoke an API key", revoke_key, tag=TAG),
    Endpoint("GET", "/api/v1/people", "people:read", "Who may sign in", list_people, returns=list[Person], tag=TAG),
    Endpoint("POST", "/api/v1/people", "people:manage", "Add a person", add_person, body=PersonRequest, returns=Invited, status=201, tag=TAG,
             secret_answer=True),
    Endpoint("DELETE", "/api/v1/people/{id}", "people:manage", "End a person's access", disable_person, tag=TAG),
    Endpoint("GET", "/api/v1/audit", "audit:read", "What was done, newest first", audit_trail, query=TrailListing, returns=Page[AuditEntry], tag=TAG),
    Endpoint("GET", "/api/v1/audit/{id}/proof", "audit:read", "That a line stands in the verifiable log", log_proof, returns=Proved, tag=TAG),
    Endpoint("GET", "/api/v1/log", "audit:read", "How far the verifiable log has come", log_state, returns=LogState, tag=TAG),
    Endpoint("GET", "/api/v1/refusals", "audit:read", "What was refused, newest first", refusals, query=RefusalListing, returns=Page[RefusalEntry], tag=TAG),
)  # fmt: skip
