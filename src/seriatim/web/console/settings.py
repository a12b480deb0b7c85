"""How this Seriatim is set up, who may sign in, and which machines hold a key."""

from typing import Final, get_args

from starlette.responses import Response

from seriatim import access
from seriatim.access import NewKey, Role
from seriatim.base.errors import SeriatimError
from seriatim.history import archive
from seriatim.web.console.asking import tried
from seriatim.web.pages import Page, Visit

KEY_ROLES: Final[tuple[Role, ...]] = tuple(role for role in get_args(Role) if role != "public")


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def create_key(visit: Visit) -> Response:
    """The secret is shown on this one answer and kept nowhere."""
    role, name = visit.form.get("role", ""), visit.form.get("name", "").strip()
    if role not in KEY_ROLES or not 1 <= len(name) <= 80:
        fault = "Give the key a name of up to 80 characters and a role."
        return await _page(visit, fault=fault, name=name, role=role, status=422)

    async def deed() -> NewKey:
        chosen: Role = role
        return await access.create_key(visit.tx, chosen, name, actor=visit.actor, now=visit.now)

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _page(visit, fault=outcome.message, name=name, role=role, status=outcome.status)
    return await _page(visit, made=outcome)


async def revoke_key(visit: Visit) -> Response:
    await access.revoke_key(visit.tx, visit.path["id"], actor=visit.actor, now=visit.now)
    return visit.go("/console/settings#keys")


async def _page(
    visit: Visit,
    *,
    made: NewKey | None = None,
    fault: str = "",
    name: str = "",
    role: str = "",
    status: int = 200,
) -> Response:
    return visit.html(
        "console/settings.html",
        status,
        section="Settings",
        shown=visit.app.settings.shown(),
        people=await access.people(visit.tx) if visit.may("people:read") else None,
        keys=await access.keys(visit.tx) if visit.may("keys:read") else None,
        roles=KEY_ROLES,
        archives=await archive.archives(visit.tx),
        made=made,
        fault=fault,
        name=name,
        role=role,
    )


PAGES: Final = (
    Page("/console/settings", show, "settings:read"),
    Page("/console/settings/keys", create_key, "keys:manage", ("POST",)),
    Page("/console/settings/keys/{id}/revoke", revoke_key, "keys:manage", ("POST",)),
)
