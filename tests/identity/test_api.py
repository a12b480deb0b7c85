"""The JSON routes: what goes in and what comes out."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.factories.identities import go_back

from seriatim import access, identity
from seriatim.access import Call
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.installation import recognise
from seriatim.base.settings import Settings
from seriatim.identity import BadGtin, credentials

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
ACTOR = access.Actor(kind="key", id="k1", name="ERP", role="administrator")
HOUSE = Environment(Settings(), FixedClock(NOW), bytes(range(32)))
TABLE: dict[tuple[str, str], access.Endpoint] = {
    (endpoint.method, endpoint.path): endpoint for endpoint in identity.api.ENDPOINTS
}
GTIN, GLN = "09506000134352", "9506000134352"
SERUM = {"gtin": GTIN, "name": "Serum", "markets": ["DE", "FR"]}
MINT = {"gtin": "012345678905", "name": "Mint"}


async def ask(
    db: Database, method: str, path: str, body: Any = None, query: dict[str, str] | None = None, **names: str
) -> Any:
    """The answer of an endpoint as a client sees it: JSON in, JSON out, one transaction."""
    endpoint = TABLE[method, f"/api/v1/{path}"]
    sent = msgspec.json.encode(body)
    given = msgspec.json.decode(sent, type=endpoint.body) if endpoint.body else None
    asked = msgspec.convert(query or {}, endpoint.query, strict=False) if endpoint.query else None
    async with db.transaction() as tx:
        answer = await endpoint.act(Call(tx, ACTOR, NOW, HOUSE, names, asked, given))
    assert msgspec.convert(msgspec.to_builtins(answer), endpoint.returns) == answer
    return msgspec.json.decode(msgspec.json.encode(answer))


@pytest.fixture
async def stocked(db: Database) -> Database:
    await ask(db, "PUT", "products", {"products": [SERUM, MINT]})
    return db


async def test_products_go_in_and_come_out_in_pages(stocked: Database) -> None:
    again = await ask(stocked, "PUT", "products", {"products": [SERUM, MINT | {"brand": "Aurel"}]})
    first = await ask(stocked, "GET", "products", query={"limit": "1"})
    second = await ask(stocked, "GET", "products", query={"limit": "1", "after": first["next"]})
    one = await ask(stocked, "GET", "products/{gtin}", gtin=GLN)

    assert again == {"created": [], "changed": ["00012345678905"]}
    assert [first["items"][0]["gtin"], second["items"][0]["gtin"]] == ["00012345678905", GTIN]
    assert second["next"] is None
    assert (one["gtin"], one["markets"]) == (GTIN, ["DE", "FR"])


async def test_a_product_with_a_wrong_gtin_keeps_none(stocked: Database) -> None:
    new = {"gtin": "09521234543213", "name": "Balm"}

    with pytest.raises(BadGtin):
        await ask(stocked, "PUT", "products", {"products": [new, SERUM | {"gtin": "09506000134353"}]})

    with pytest.raises(NotFound):
        await ask(stocked, "GET", "products/{gtin}", gtin="09521234543213")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "products", {"products": [SERUM | {"admin": True}]}),
        ("PUT", "products", {"products": [SERUM], "force": True}),
        ("PUT", "products", {"products": [SERUM | {"gtin": 9506000134352}]}),
        ("POST", "leases", {"gtin": GTIN, "count": 0, "line": "L3"}),
        ("POST", "leases", {"gtin": GTIN, "count": 1, "line": "L3", "first": 0}),
        ("POST", "leases/{id}/end", {"state": "granted"}),
        ("POST", "ssccs", {"gcp": "9521234", "count": "7"}),
    ],
)
async def test_t24_a_field_nobody_asked_for_or_of_a_wrong_kind_is_refused(
    db: Database, method: str, path: str, body: Any
) -> None:
    with pytest.raises(msgspec.ValidationError):
        await ask(db, method, path, body)


async def test_parties_and_locations_go_in_and_come_out(db: Database) -> None:
    party = {"gln": GLN, "name": "Aurel Labs", "kind": "maker", "country": "FR"}
    place = {
        "gln": "9521234000013",
        "name": "Plant Lyon",
        "party_gln": GLN,
        "kind": "plant",
        "country": "FR",
        "city": "Lyon",
        "latitude": 45.76,
        "longitude": 4.84,
    }

    assert await ask(db, "PUT", "parties", {"parties": [party]}) == {"created": [GLN], "changed": []}
    assert (await ask(db, "PUT", "locations", {"locations": [place]}))["created"] == ["9521234000013"]
    assert await ask(db, "GET", "parties") == {"items": [party], "next": None}
    assert await ask(db, "GET", "locations") == {"items": [place], "next": None}
    assert await ask(db, "GET", "locations/{gln}", gln="9521234000013") == place
    with pytest.raises(NotFound):
        await ask(db, "GET", "locations/{gln}", gln=GLN)


async def test_a_policy_shows_its_capacity_and_warns_when_nearly_full(stocked: Database) -> None:
    before = await ask(stocked, "GET", "serial-policies/{gtin}", gtin=GTIN)
    form = {"alphabet": "0123456789", "length": 6}
    changed = await ask(stocked, "PUT", "serial-policies/{gtin}", form, gtin=GTIN)
    lease = await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 80, "line": "L3"})
    listed = await ask(stocked, "GET", "serial-policies")

    assert (before["capacity"], before["warning"]) == (115_292_150_460_684, "")
    assert (changed["capacity"], changed["left"], changed["guess_chance"]) == (100, 100, 0.0)
    assert lease["warning"] == "80 of 100 serials are issued; plan a longer form for this product."
    assert [(p["gtin"], p["issued"], bool(p["warning"])) for p in listed["items"]] == [
        ("00012345678905", 0, False),
        (GTIN, 80, True),
    ]


async def test_only_the_granting_answer_holds_the_serials_and_none_the_counters(stocked: Database) -> None:
    wanted = {"gtin": GTIN, "count": 3, "line": "L3", "order_number": "4711", "valid_hours": 12}
    granted = await ask(stocked, "POST", "leases", wanted)
    serials = granted.pop("serials")
    kept = await ask(stocked, "GET", "leases/{id}", id=granted["id"])
    listed = await ask(stocked, "GET", "leases", query={"gtin": GLN, "line": "L3", "order_number": "4711"})

    assert [len(serial) for serial in serials] == [12, 12, 12]
    assert (granted["count"], granted["expires_at"], granted["warning"]) == (3, "2026-11-20T20:00:00Z", "")
    assert kept == {name: value for name, value in granted.items() if name not in {"warning", "statement"}}
    assert listed == {"items": [kept], "next": None}
    assert not {"first", "past", "serials"} & set(kept)


async def test_leases_come_in_pages_and_end(stocked: Database) -> None:
    ids = [
        (await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 1, "line": "L"}))["id"]
        for _ in range(3)
    ]

    first = await ask(stocked, "GET", "leases", query={"limit": "2"})
    second = await ask(stocked, "GET", "leases", query={"limit": "2", "after": first["next"]})
    ended = await ask(stocked, "POST", "leases/{id}/end", {"state": "void", "reason": "lost"}, id=ids[0])

    assert {lease["id"] for lease in first["items"] + second["items"]} == set(ids)
    assert (len(second["items"]), second["next"]) == (1, None)
    assert (ended["id"], ended["state"]) == (ids[0], "void")


async def test_the_runway_of_a_product_is_told(stocked: Database) -> None:
    await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 300, "line": "L"})

    runway = await ask(stocked, "GET", "serial-policies/{gtin}/runway", gtin=GTIN)

    assert (runway["issued"], runway["leased_per_day"], runway["ends_at"]) == (300, 10.0, None)


async def test_ssccs_are_told_in_eighteen_digits(db: Database) -> None:
    answer = await ask(db, "POST", "ssccs", {"gcp": "9521234", "count": 2, "extension": "3"})

    assert answer == {"ssccs": ["395212340000000007", "395212340000000014"]}


def test_every_route_asks_for_a_permission() -> None:
    assert [e.path for e in identity.api.ENDPOINTS if e.permission is None] == []
    assert {e.permission for e in identity.api.ENDPOINTS if e.method in {"POST", "PUT"}} == {
        "products:write",
        "partners:write",
        "serials:lease",
        "serials:use",
        "serials:reconcile",
        "ssccs:manage",
        "serials:rotate",
        "serials:import",
    }


async def test_a_line_takes_a_signed_lease_acknowledges_shows_and_ends_it(stocked: Database) -> None:
    key = await ask(stocked, "GET", "leases/key")
    wanted = {"gtin": GTIN, "count": 20, "line": "L3", "order_number": "4711", "signed": True}
    granted = await ask(stocked, "POST", "leases", wanted)
    public_key = credentials.public_key_of_did_key(key["verification_method"])
    assert public_key is not None
    held = identity.proved_lease(msgspec.json.encode(granted["statement"]), public_key, now=NOW)
    assert isinstance(held, identity.HeldLease)

    offline = identity.refusal_of(held, granted["serials"], line="L3", epoch=key["epoch"], now=NOW)
    shown = await ask(stocked, "POST", "leases/present", {"statement": granted["statement"], "line": "L3"})
    busy = await ask(stocked, "POST", "leases/{id}/acknowledge", {"used": 5}, id=granted["id"])
    ended = await ask(stocked, "POST", "leases/{id}/end", {"state": "returned", "used": 12}, id=granted["id"])
    ledger = await ask(stocked, "GET", "lease-ledger", query={"gtin": GTIN, "order_number": "4711"})

    assert offline is None
    assert (held.count, held.lease) == (20, granted["id"])
    assert (shown["code"], shown["may_print"], shown["lease"]["id"]) == ("accepted", True, granted["id"])
    assert (busy["state"], busy["used"], ended["state"], ended["used"]) == ("acknowledged", 5, "returned", 12)
    assert [ledger[name] for name in ("lent", "used", "void", "returned", "in_flight")] == [20, 12, 0, 8, 0]


async def test_lines_tell_when_they_run_out_and_how_much_they_need(stocked: Database) -> None:
    lease = await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 10_000, "line": "L3"})
    await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 10, "line": "L4"})

    given = await ask(stocked, "GET", "line-runways", query={"line": "L3", "per_hour": "36000"})
    still = await ask(stocked, "GET", "line-runways")
    await ask(stocked, "POST", "leases/{id}/acknowledge", {"used": 10}, id=lease["id"])

    assert [(one["line"], one["runs_out_at"], one["refill"]) for one in given] == [
        ("L3", "2026-11-20T08:16:40Z", 854_000)
    ]
    assert [(one["line"], one["left"], one["runs_out_at"]) for one in still] == [
        ("L3", 10_000, None),
        ("L4", 10, None),
    ]


async def test_a_product_goes_over_to_another_generation_by_the_name_of_a_preset(stocked: Database) -> None:
    await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 3, "line": "L"})
    presets = await ask(stocked, "GET", "serial-presets")
    body = {"reason": "A tag holds 96 bits.", "form": {"preset": "sgtin_96"}}

    rotated = await ask(stocked, "POST", "serial-policies/{gtin}/generations", body, gtin=GLN)
    generations = await ask(stocked, "GET", "serial-policies/{gtin}/generations", gtin=GTIN)

    chosen = next(one for one in presets if one["name"] == "sgtin_96")
    assert (presets[0]["name"], chosen["capacity"], chosen["form"]["below"]) == (
        "default",
        27_487_790,
        1 << 38,
    )
    assert (rotated["generation"], rotated["issued"], rotated["capacity"]) == (1, 3, 27_487_790)
    assert [(one["issued"], one["is_current"], one["reason"]) for one in generations] == [
        (3, False, ""),
        (0, True, "A tag holds 96 bits."),
    ]


async def test_a_form_is_named_or_described_and_not_both(stocked: Database) -> None:
    described = {"alphabet": "0123456789", "length": 11, "prefix": "1"}
    put = await ask(stocked, "PUT", "serial-policies/{gtin}", described, gtin=GTIN)

    with pytest.raises(Unprocessable, match="not both"):
        await ask(stocked, "PUT", "serial-policies/{gtin}", {"preset": "default", "length": 10}, gtin=GTIN)
    with pytest.raises(NotFound, match="no preset"):
        await ask(stocked, "PUT", "serial-policies/{gtin}", {"preset": "huge"}, gtin=GTIN)
    assert (put["prefix"], put["capacity"]) == ("1", 10_000_000)


async def test_ssccs_come_free_and_rest(db: Database) -> None:
    ssccs = (await ask(db, "POST", "ssccs", {"gcp": "9521234", "count": 3}))["ssccs"]
    rule = await ask(db, "PUT", "sscc-prefixes/{gcp}", {"may_reuse": True}, gcp="9521234")
    free = {"gcp": "9521234", "ssccs": ssccs[:2], "reason": "Received and opened."}
    released = await ask(db, "POST", "ssccs/release", free)
    prefix = await ask(db, "GET", "sscc-prefixes/{gcp}", gcp="9521234")

    assert await ask(db, "GET", "sscc-prefixes") == ["9521234"]
    assert (released["released"], released["rests_until"]) == (ssccs[:2], "2027-11-20T08:00:00Z")
    assert (prefix["rule"], rule["quarantine_days"]) == (rule, 365)
    assert [(one["issued"], one["resting"]) for one in prefix["stocks"]] == [(3, 2)]


async def test_a_restored_database_is_previewed_and_reconciled(stocked: Database) -> None:
    async with stocked.transaction() as tx:
        await recognise(tx, HOUSE.master_key)
    await ask(stocked, "POST", "leases", {"gtin": GTIN, "count": 100, "line": "L"})
    well = await ask(stocked, "GET", "issuing")
    await go_back(stocked, 0)

    preview = await ask(stocked, "GET", "issuing/difference")
    frozen = await ask(stocked, "GET", "issuing")
    done = await ask(stocked, "POST", "issuing/reconcile", {"reason": "The backup of Monday."})

    gap = {"kind": "serial", "subject": GTIN, "part": 0, "units": 100}
    assert well == {"epoch": 1, "frozen": False, "why": ""}
    assert (preview["ahead"], preview["units"], preview["frozen"], frozen["frozen"]) == (
        [gap],
        100,
        True,
        True,
    )
    assert done == {"epoch": 2, "gaps": [gap], "resting": 0}
    assert await ask(stocked, "GET", "issuing") == {"epoch": 2, "frozen": False, "why": ""}
