"""The table of rights, written a second time by hand: who changes a right changes it here, too (T23)."""

from typing import get_args

import pytest

from seriatim.access import PUBLIC, RIGHTS, SYSTEM, Actor, ActorRole, Permission, Role, may, require
from seriatim.access.api import ENDPOINTS
from seriatim.base.errors import NotAllowed

ROLES = "administrator auditor line_operator line_lead quality warehouse brand_protection marketing service partner integration"
TABLE = """
products:read      yes yes yes yes yes yes yes yes yes  -  yes
products:write     yes  -   -   -   -   -   -   -   -   -   -
partners:read      yes yes  -  yes yes yes yes  -  yes  -   -
partners:write     yes  -   -   -   -   -   -   -   -   -   -
serials:lease      yes  -   -  yes  -   -   -   -   -   -  yes
serials:read       yes yes  -  yes yes  -   -   -   -   -  yes
serials:use        yes  -  yes yes  -   -   -   -   -   -  yes
serials:reconcile  yes  -   -   -   -   -   -   -   -   -   -
ssccs:manage       yes  -   -   -   -   -   -   -   -   -  yes
serials:rotate     yes  -   -   -   -   -   -   -   -   -   -
serials:import     yes  -   -   -   -   -   -   -   -   -  yes
issuance:read      yes yes  -  yes yes  -  yes  -   -   -  yes
orders:read        yes yes yes yes yes yes yes  -  yes  -  yes
orders:write       yes  -   -  yes  -   -   -   -   -   -  yes
line:operate       yes  -  yes yes  -   -   -   -   -   -   -
units:read         yes yes yes yes yes yes yes  -  yes  -  yes
events:read        yes yes  -  yes yes yes yes  -  yes  -  yes
events:read_own    yes  -   -   -   -   -   -   -   -  yes  -
events:capture     yes  -   -  yes  -  yes  -   -   -  yes yes
queries:write      yes  -   -  yes yes yes yes  -  yes yes yes
subscriptions:read yes yes  -   -   -   -   -   -   -  yes yes
subscriptions:write yes  -   -   -   -   -   -   -   -  yes yes
shipments:read     yes yes  -  yes yes yes yes  -  yes  -   -
shipments:write    yes  -   -   -   -  yes  -   -   -   -   -
scans:read         yes yes  -   -  yes  -  yes yes yes  -   -
scans:record       yes  -   -   -   -  yes yes  -  yes  -  yes
alerts:read        yes yes  -   -  yes  -  yes  -   -   -   -
alerts:write       yes  -   -   -   -   -  yes  -   -   -   -
recalls:read       yes yes  -   -  yes yes yes  -  yes  -   -
recalls:propose    yes  -   -   -  yes  -  yes  -   -   -   -
recalls:launch     yes  -   -   -  yes  -  yes  -   -   -   -
links:read         yes yes  -   -   -   -   -  yes  -   -   -
links:write        yes  -   -   -   -   -   -  yes  -   -   -
content:read       yes yes  -   -   -   -   -  yes  -   -   -
content:write      yes  -   -   -   -   -   -  yes  -   -   -
people:read        yes yes  -   -   -   -   -   -   -   -   -
people:manage      yes  -   -   -   -   -   -   -   -   -   -
keys:read          yes yes  -   -   -   -   -   -   -   -   -
keys:manage        yes  -   -   -   -   -   -   -   -   -   -
audit:read         yes yes  -   -   -   -   -   -   -   -   -
settings:read      yes yes  -   -   -   -   -   -   -   -   -
standards:read     yes yes yes yes yes yes yes yes yes yes yes
tags:write         yes  -   -  yes  -   -   -   -   -   -  yes
tags:export        yes  -   -   -   -   -   -   -   -   -   -
credentials:issue  yes  -   -   -  yes  -   -   -   -   -  yes
grades:read        yes yes yes yes yes  -   -   -   -   -  yes
symbols:grade      yes  -  yes yes yes  -   -   -   -   -  yes
calibrations:write yes  -   -  yes yes  -   -   -   -   -   -
"""


def an_actor(role: ActorRole) -> Actor:
    return Actor(kind="key", id="k0000000000", name="Somebody", role=role)


def test_T23_every_role_may_do_what_the_table_says_and_no_more() -> None:
    written = {
        line.split()[0]: dict(zip(ROLES.split(), line.split()[1:], strict=True))
        for line in TABLE.strip().splitlines()
    }

    ours = {
        permission: {role: "yes" if may(an_actor(role), permission) else "-" for role in get_args(Role)}
        for permission in get_args(Permission)
    }

    assert ours == written


def test_T23_the_auditor_reads_all_and_writes_nothing() -> None:
    reads = {permission for permission in get_args(Permission) if permission.endswith(":read")}

    assert RIGHTS["auditor"] == reads


def test_every_role_of_the_house_stands_in_the_table() -> None:
    assert set(get_args(Role)) == set(ROLES.split())
    assert set(RIGHTS) == {*get_args(Role), "public"}


def test_the_public_may_do_nothing_that_needs_a_right() -> None:
    assert RIGHTS[PUBLIC.role] == frozenset()


def test_seriatim_itself_may_do_everything() -> None:
    assert all(may(SYSTEM, permission) for permission in get_args(Permission))


def test_a_missing_right_is_refused_by_its_name() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(an_actor("warehouse"), "recalls:launch")

    assert refused.value.facts == {"permission": "recalls:launch"}


def test_T23_every_route_of_access_asks_for_the_right_that_is_written_here() -> None:
    assert {(route.method, route.path): route.permission for route in ENDPOINTS} == {
        ("GET", "/api/v1/me"): None,
        ("GET", "/api/v1/keys"): "keys:read",
        ("POST", "/api/v1/keys"): "keys:manage",
        ("DELETE", "/api/v1/keys/{id}"): "keys:manage",
        ("GET", "/api/v1/people"): "people:read",
        ("POST", "/api/v1/people"): "people:manage",
        ("DELETE", "/api/v1/people/{id}"): "people:manage",
        ("GET", "/api/v1/audit"): "audit:read",
        ("GET", "/api/v1/audit/{id}/proof"): "audit:read",
        ("GET", "/api/v1/log"): "audit:read",
        ("GET", "/api/v1/refusals"): "audit:read",
    }
