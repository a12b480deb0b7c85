"""Every error Seriatim raises on purpose.

SeriatimError
|-- BadInput    400  the sender can mend it
|   |-- Unprocessable   422  well-formed, but its content is wrong
|   `-- TooLarge        413  past a limit that the message names
|-- NotSignedIn 401  nobody is signed in, or the key is unknown
|-- NotAllowed  403  signed in, but the role may not do this
|-- NotFound    404  not there, or not yours: the same answer
|-- MethodNotAllowed 405  the address is right, the method is not
|-- Refused     409  the rules say no; nothing has changed
|-- CannotNow   503  store, policy or audit log away; try again
`-- OurFault    500  a bug of ours; it has been logged

The code never changes, the words may. The docstring is the default message; the edge alone turns errors into HTTP.
The standards raise their own ValueErrors (GS1Error, EPCISError, SymbolError); doors turn them into BadInput.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class SeriatimError(Exception):
    """Something went wrong on purpose."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Error"

    def __init__(self, message: str = "", **facts: Any) -> None:
        self.message = message or (type(self).__doc__ or self.title).strip().splitlines()[0]
        self.facts: Mapping[str, Any] = facts
        """What a machine may want to know: the limit, the blocking event, the fields at fault."""
        super().__init__(self.message)


class BadInput(SeriatimError):
    """What came in cannot be understood."""

    code = "bad_input"
    status = 400
    title = "Bad input"


class Unprocessable(BadInput):
    """The request is well-formed, but its content is wrong."""

    code = "unprocessable"
    status = 422
    title = "Wrong content"


class TooLarge(BadInput):
    """The request is larger than the limit."""

    code = "too_large"
    status = 413
    title = "Too large"


class NotSignedIn(SeriatimError):
    """Sign in, or send an API key as `Authorization: Bearer KEY`."""

    code = "not_signed_in"
    status = 401
    title = "Not signed in"


class NotAllowed(SeriatimError):
    """Your role may not do this; ask an administrator."""

    code = "not_allowed"
    status = 403
    title = "Not allowed"


class NotFound(SeriatimError):
    """There is no such thing here."""

    code = "not_found"
    status = 404
    title = "Not found"


class MethodNotAllowed(SeriatimError):
    """This address does not take that method."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"


class Refused(SeriatimError):
    """The rules say no; nothing has changed."""

    code = "refused"
    status = 409
    title = "Refused"


class CannotNow(SeriatimError):
    """Something this needs is away; try again in a moment."""

    code = "cannot_now"
    status = 503
    title = "Cannot now"


class OurFault(SeriatimError):
    """Something went wrong on our side; it has been logged."""

    code = "our_fault"
    status = 500
    title = "Our fault"
