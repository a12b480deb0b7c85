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
    "public",
]
"""The roles of the house; `public` is nobody in particular and can be given to nobody."""

ActorKind = Literal["person", "key", "system", "public"]


class Actor(msgspec.Struct, frozen=True):
    """Who does a deed, as it will be written into the audit trail."""

    kind: ActorKind
    id: str
    name: str
    role: Role


SYSTEM = Actor(kind="system", id="system", name="Seriatim", role="administrator")
PUBLIC = Actor(kind="public", id="public", name="Public", role="public")
