"""Who may do what, and who did what: people, roles, API keys, sessions, the audit trail and stored refusals."""

from seriatim.access.endpoint import Call, Endpoint
from seriatim.access.model import PUBLIC, SYSTEM, Actor, ActorKind, Role
from seriatim.access.roles import RIGHTS, Permission, may, require

__all__ = ["PUBLIC", "RIGHTS", "SYSTEM", "Actor", "ActorKind", "Call", "Endpoint", "Permission", "Role", "may", "require"]
