"""The endpoint table: a JSON route is a value that says who may call it, what goes in and what comes out.

A route without a permission cannot be written down by accident: the field is asked for, and `None` means everybody.
One runner (web/api) runs all of them, so authentication, the transaction, idempotency and problem details are
written once; the same values make the OpenAPI document.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from seriatim.access.model import Actor
from seriatim.access.roles import Permission, may, require
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment

Query = TypeVar("Query")
Body = TypeVar("Body")

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """One call of an endpoint, inside one transaction."""

    tx: Transaction
    actor: Actor
    now: datetime
    environment: Environment
    path: Mapping[str, str]
    """Path parameters, decoded."""
    query: Query
    body: Body


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One JSON route."""

    method: Method
    path: str
    """As Starlette writes it: `/api/v1/orders/{number}`."""
    permission: Permission | None
    """Who may call it; None: everybody, without a key."""
    summary: str
    act: Callable[[Call[Any, Any]], Awaitable[Any]]
    """Does the deed; what it gives back is encoded as JSON."""
    body: Any = None
    """msgspec type of the request body; None: no body."""
    takes_file: bool = False
    """The body is a file instead: `call.body` reads it in pieces."""
    file_bytes: int = 0
    """How large the file may be; 0: `limits.IMPORT_BYTES`."""
    file_types: tuple[str, ...] = ("text/plain",)
    """Media types of the file, for the description; what it is shows in its bytes."""
    query: Any = None
    """msgspec Struct of the query parameters; None: none."""
    returns: Any = None
    """msgspec type of the answer."""
    status: int = 200
    tag: str = ""
    description: str = ""
    leaves_trail: bool = False
    """A GET that is a deed all the same: the question itself is written down. Any other only reads."""
    secret_answer: bool = False
    """The answer holds secrets: it is never kept, so a repeated Idempotency-Key is refused instead of replayed."""
    secret_body: bool = False
    """What is sent may hold secrets (the proof of a tap, a serial): a refusal is kept without it."""
    own: Permission | None = None
    """Who holds this right instead may call it, too, and is answered with his own part of what there is."""

    def require(self, actor: Actor) -> None:
        """Raises NotAllowed for who may not call it."""
        if self.permission is not None and not (self.own is not None and may(actor, self.own)):
            require(actor, self.permission)
