"""The JSON routes of access: what goes in and what comes out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from seriatim import access
from seriatim.access import PUBLIC, Actor, Call, Endpoint, Refusal
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.errors import NotFound, NotSignedIn
from seriatim.base.http import BadCursor, cursor_of
from seriatim.base.settings import Settings

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADMIN = Actor(kind="key", id="k0123456789", name="Admin", role="administrator")
HOUSE = Environment(Settings(public_url="https://id.example.com"), FixedClock(NOW), bytes(range(32)))
TABLE: dict[tuple[str, str], Endpoint] = {(e.method, e.path): e for e in access.api.ENDPOINTS}


async def ask(
    db: Database,
    method: str,
    path: str,
    body: Any = None,
    query: dict[str, str] | None = None,
    actor: Actor = ADMIN,
    **names: str,
) -> Any:
    """The answer of an endpoint as a client sees it: JSON in, JSON out, one transaction."""
    endpoint = TABLE[method, f"/api/v1/{path}"]
    sent = msgspec.json.decode(msgspec.json.encode(body), type=endpoint.body) if endpoint.body else None
    asked = msgspec.convert(query or {}, endpoint.query, strict=False) if endpoint.query else None
    async with db.transaction() as tx:
        answer = await endpoint.act(Call(tx, actor, NOW, HOUSE, names, asked, sent))
    return msgspec.json.decode(msgspec.json.encode(answer))


async def test_the_caller_is_told_who_it_is(db: Database) -> None:
    partner = Actor(kind="key", id="k1111111111", name="Haulier", role="partner")

    assert await ask(db, "GET", "me", actor=partner) == {
        "actor": {"kind": "key", "id": "k1111111111", "name": "Haulier", "role": "partner"},
        "permissions": [
            *("events:capture", "events:read_own", "queries:write"),
            *("standards:read", "subscriptions:read", "subscriptions:write"),
        ],
    }


async def test_the_public_is_nobody(db: Database) -> None:
    with pytest.raises(NotSignedIn):
        await ask(db, "GET", "me", actor=PUBLIC)


async def test_a_key_is_made_listed_and_revoked(db: Database) -> None:
    until = "2026-12-31T00:00:00Z"
    made = await ask(db, "POST", "keys", {"role": "integration", "name": "ERP", "expires_at": until})
    listed = await ask(db, "GET", "keys")
    await ask(db, "DELETE", "keys/{id}", id=made["id"])
    [revoked] = await ask(db, "GET", "keys")

    key = {"id": made["id"], "name": "ERP", "role": "integration", "created_at": "2026-11-20T09:00:00Z"}
    assert listed == [{**key, "expires_at": until, "revoked_at": None}]
    assert revoked == {**key, "expires_at": until, "revoked_at": "2026-11-20T09:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        {"role": "public"},
        {"role": "root"},
        {"role": "integration", "id": "k0000000000"},
        {"role": "integration", "revoked_at": None},
        {"role": "integration", "expires_at": "2026-12-31T00:00:00"},
    ],
)
async def test_T24_a_key_takes_no_other_role_and_no_other_field(db: Database, body: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        await ask(db, "POST", "keys", body)


async def test_a_person_is_added_with_a_link_that_lets_in(db: Database) -> None:
    wanted = {"email": "ada@plant.example", "name": "Ada", "role": "quality"}

    invited = await ask(db, "POST", "people", wanted)

    origin, _, secret = invited["link"].rpartition("/")
    assert origin == "https://id.example.com/welcome"
    async with db.transaction() as tx:
        assert str((await access.peek_once_link(tx, secret, now=NOW)).id) == invited["person"]["id"]
    assert await ask(db, "GET", "people") == [
        {
            **wanted,
            "id": invited["person"]["id"],
            "created_at": "2026-11-20T09:00:00Z",
            "disabled_at": None,
            "has_password": False,
        }
    ]


async def test_T24_a_person_chooses_neither_id_nor_creator(db: Database) -> None:
    with pytest.raises(msgspec.ValidationError):
        await ask(
            db, "POST", "people", {"email": "a@b.c", "name": "A", "role": "quality", "id": str(uuid4())}
        )


async def test_a_disabled_person_is_listed_as_such(db: Database) -> None:
    invited = await ask(db, "POST", "people", {"email": "a@b.c", "name": "A", "role": "quality"})

    await ask(db, "DELETE", "people/{id}", id=invited["person"]["id"])

    [person] = await ask(db, "GET", "people")
    assert person["disabled_at"] == "2026-11-20T09:00:00Z"


@pytest.mark.parametrize("person_id", ["", "nobody", "\x00", "019e7044-8800-7000-8000-000000000000"])
async def test_nobody_cannot_be_disabled(db: Database, person_id: str) -> None:
    with pytest.raises(NotFound):
        await ask(db, "DELETE", "people/{id}", id=person_id)


def test_T31_answers_with_secrets_are_marked_as_such() -> None:
    assert {(e.method, e.path) for e in access.api.ENDPOINTS if e.secret_answer} == {
        ("POST", "/api/v1/keys"),
        ("POST", "/api/v1/people"),
    }


async def test_the_audit_trail_comes_newest_first_in_pages_that_meet(db: Database) -> None:
    async with db.transaction() as tx:
        for number in range(7):
            await access.audit(tx, ADMIN, "order.closed", f"order {number % 2}", {"n": number}, NOW)

    assert await all_of(db, "audit", lambda line: line["detail"]["n"]) == [[6, 5, 4], [3, 2, 1], [0]]
    page = await ask(db, "GET", "audit", query={"subject": "order 1"})
    assert [line["detail"]["n"] for line in page["items"]] == [5, 3, 1]


async def test_refusals_come_newest_first_in_pages_that_meet(db: Database) -> None:
    async with db.transaction() as tx:
        for number in range(6):
            code, at = f"code_{number % 2}", NOW + timedelta(seconds=number)
            await access.refuse(tx, Refusal("station 4", code, "No.", b"%d" % number, ADMIN, at))

    assert await all_of(db, "refusals", lambda row: row["raw"]) == [["5", "4", "3"], ["2", "1", "0"]]
    page = await ask(db, "GET", "refusals", query={"code": "code_1"})
    assert [row["raw"] for row in page["items"]] == ["5", "3", "1"]


async def all_of(db: Database, path: str, what: Any) -> list[list[Any]]:
    """Every page of three, by following the cursor."""
    pages: list[list[Any]] = []
    after: str | None = ""
    while after is not None:
        page = await ask(db, "GET", path, query={"limit": "3", "after": after})
        pages.append([what(item) for item in page["items"]])
        after = page["next"]
    return pages


@pytest.mark.parametrize("path", ["audit", "refusals"])
@pytest.mark.parametrize(
    "after",
    ["!", cursor_of("x"), cursor_of(2**63), cursor_of(0), cursor_of(None), cursor_of(1, 2), cursor_of(1.5)],
)
async def test_a_damaged_cursor_is_refused(db: Database, path: str, after: str) -> None:
    with pytest.raises(BadCursor):
        await ask(db, "GET", path, query={"after": after})


@pytest.mark.parametrize("path", ["audit", "refusals"])
@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"who": "me"}])
async def test_a_page_has_one_to_a_thousand_rows(db: Database, path: str, query: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        await ask(db, "GET", path, query=query)


@pytest.mark.parametrize(("path", "name"), [("audit", "subject"), ("refusals", "code")])
async def test_what_cannot_stand_in_the_database_is_not_looked_for(
    db: Database, path: str, name: str
) -> None:
    with pytest.raises(msgspec.ValidationError):
        await ask(db, "GET", path, query={name: "a\x00b"})
