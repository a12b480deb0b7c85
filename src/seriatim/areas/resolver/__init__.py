"""One code, many services: answers a scanned GS1 Digital Link with a redirect, or with the list of all its links.

The answer is computed by a pure function from the request and a snapshot of the links; the database is not asked.
Every unit of ours leads to its own verdict page, issued or not, so the redirect gives nothing away.
"""

from seriatim.areas.resolver import api
from seriatim.areas.resolver.actions import (
    DefaultTaken,
    HostInUse,
    LinkNeeded,
    allow_host,
    forbid_host,
    load_entries,
    remove_link,
    save_link,
)
from seriatim.areas.resolver.asgi import Resolver, is_digital_link, running
from seriatim.areas.resolver.decide import Decision, Request, decide
from seriatim.areas.resolver.link_types import LINK_TYPES
from seriatim.areas.resolver.model import BadLink, Entries, Link
from seriatim.areas.resolver.store import hosts, links

__all__ = [
    "LINK_TYPES", "BadLink", "Decision", "DefaultTaken", "Entries", "HostInUse", "Link", "LinkNeeded", "Request",
    "Resolver", "allow_host", "api", "decide", "forbid_host", "hosts", "is_digital_link", "links", "load_entries",
    "remove_link", "running", "save_link",
]  # fmt: skip
