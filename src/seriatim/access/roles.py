"""Which role may do what: one table, and the only place where a right is given.

>>> may(Actor(kind="key", id="k1", name="ERP", role="auditor"), "orders:read")
True
>>> may(Actor(kind="key", id="k1", name="ERP", role="auditor"), "orders:write")
False
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from seriatim.access.model import Actor, ActorRole
from seriatim.base.errors import NotAllowed

Permission = Literal[
    "products:read",
    "products:write",
    "partners:read",
    "partners:write",
    "serials:lease",
    "serials:read",
    "serials:use",
    "serials:reconcile",
    "ssccs:manage",
    "serials:rotate",
    "serials:import",
    "issuance:read",
    "orders:read",
    "orders:write",
    "line:operate",
    "units:read",
    "events:read",
    "events:read_own",
    "events:capture",
    "queries:write",
    "subscriptions:read",
    "subscriptions:write",
    "shipments:read",
    "shipments:write",
    "scans:read",
    "scans:record",
    "alerts:read",
    "alerts:write",
    "recalls:read",
    "recalls:propose",
    "recalls:launch",
    "links:read",
    "links:write",
    "content:read",
    "content:write",
    "people:read",
    "people:manage",
    "keys:read",
    "keys:manage",
    "audit:read",
    "settings:read",
    "standards:read",
    "tags:write",
    "tags:export",
    "credentials:issue",
    "grades:read",
    "symbols:grade",
    "calibrations:write",
]

_ALL: Final[frozenset[Permission]] = frozenset(get_args(Permission))
_READS: Final[frozenset[Permission]] = frozenset(p for p in _ALL if p.endswith(":read"))
_OFFICE: Final[frozenset[Permission]] = frozenset(
    {
        "products:read",
        "partners:read",
        "orders:read",
        "units:read",
        "events:read",
        "queries:write",
        "shipments:read",
        "standards:read",
    }
)


def _office_and(*more: Permission) -> frozenset[Permission]:
    return _OFFICE | frozenset(more)


RIGHTS: Final[Mapping[ActorRole, frozenset[Permission]]] = {
    "administrator": _ALL,
    "auditor": _READS,
    "line_operator": frozenset(
        {
            "products:read",
            "orders:read",
            "units:read",
            "line:operate",
            "serials:use",
            "standards:read",
            "grades:read",
            "symbols:grade",
        }
    ),
    "line_lead": _office_and(
        "orders:write",
        "line:operate",
        "serials:read",
        "serials:lease",
        "serials:use",
        "issuance:read",
        "events:capture",
        "tags:write",
        "grades:read",
        "symbols:grade",
        "calibrations:write",
    ),
    "quality": _office_and(
        "serials:read",
        "issuance:read",
        "alerts:read",
        "recalls:read",
        "recalls:propose",
        "recalls:launch",
        "scans:read",
        "credentials:issue",
        "grades:read",
        "symbols:grade",
        "calibrations:write",
    ),
    "warehouse": _office_and("shipments:write", "scans:record", "events:capture", "recalls:read"),
    "brand_protection": _office_and(
        "issuance:read",
        "scans:read",
        "scans:record",
        "alerts:read",
        "alerts:write",
        "recalls:read",
        "recalls:propose",
        "recalls:launch",
    ),
    "marketing": frozenset(
        {
            "products:read",
            "content:read",
            "content:write",
            "links:read",
            "links:write",
            "scans:read",
            "standards:read",
        }
    ),
    "service": _office_and("scans:read", "scans:record", "recalls:read"),
    # Sees what it has told and what names it or its places, and nothing else (ADR-0018).
    "partner": frozenset(
        {
            "events:capture",
            "events:read_own",
            "queries:write",
            "subscriptions:read",
            "subscriptions:write",
            "standards:read",
        }
    ),
    "integration": frozenset(
        {
            "events:capture",
            "events:read",
            "queries:write",
            "subscriptions:read",
            "subscriptions:write",
            "products:read",
            "units:read",
            "orders:read",
            "orders:write",
            "serials:read",
            "serials:lease",
            "serials:use",
            "ssccs:manage",
            "serials:import",
            "issuance:read",
            "scans:record",
            "standards:read",
            "tags:write",
            "credentials:issue",
            "grades:read",
            "symbols:grade",
        }
    ),
    "public": frozenset(),
}
"""What each role may do. The auditor reads all and writes nothing."""


def may(actor: Actor, permission: Permission) -> bool:
    """Has the actor's role this right?"""
    return permission in RIGHTS[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Raises NotAllowed, naming the right that is missing."""
    if not may(actor, permission):
        raise NotAllowed(
            f"The role {actor.role} may not do this: it needs {permission}. Ask an administrator.",
            permission=permission,
        )
