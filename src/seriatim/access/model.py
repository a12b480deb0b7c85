"""Who acts: a person, a key, Seriatim itself, or the public."""

from typing import Literal

import msgspec

Role = Literal[
    "administrator",
    "line_operator",
    "line_lead",
    "quality",
    "warehouse",
    "brand_protection",
    "marketing",
    "service",
    "partner",
    "auditor",
    "integration",
]
"""The roles that a person or a key can have."""

ActorRole = Literal[Role, "public"]
"""`public` is nobody in particular and can be given to nobody."""

ActorKind = Literal["person", "key", "system", "public"]


class Actor(msgspec.Struct, frozen=True):
    """Who does a deed, as it will be written into the audit trail."""

    kind: ActorKind
    id: str
    name: str
    role: ActorRole


SYSTEM = Actor(kind="system", id="system", name="Seriatim", role="administrator")
PUBLIC = Actor(kind="public", id="public", name="Public", role="public")
