"""What goes wrong at the EPCIS doors, in the words of the standard (EPCIS 2.0, OpenAPI, RFC 7807)."""

from typing import Any, ClassVar

from seriatim.base.errors import BadInput, NotAllowed, NotFound, NotSignedIn, Refused, SeriatimError, TooLarge
from seriatim.base.http import BadCursor
from seriatim.history.master_data import HierarchyTooLarge
from seriatim.history.queries import QueryTooComplex


class EpcisProblem(SeriatimError):
    """An error that EPCIS has a name for."""

    exception: ClassVar[str] = "ImplementationException"


class InvalidDocument(EpcisProblem, BadInput):
    """The document is not valid EPCIS; nothing was stored."""

    code = "invalid_document"
    title = "The document is not valid EPCIS"
    exception = "ValidationException"


class InvalidQuery(EpcisProblem, BadInput):
    """The value of a query parameter cannot be understood."""

    code = "invalid_query"
    title = "The query is not valid"
    exception = "QueryParameterException"


class QueryTooLarge(EpcisProblem, TooLarge):
    """More events match than the client wants at most; narrow the query, or ask for pages."""

    code = "query_too_large"
    title = "More events match than are wanted"
    exception = "QueryTooLargeException"


class InvalidQueryDefinition(InvalidQuery):
    """The query that is to be kept cannot be understood."""

    code = "invalid_query_definition"
    exception = "QueryValidationException"


class QueryExists(EpcisProblem, Refused):
    """A query of this name is kept already."""

    code = "query_exists"
    title = "The query exists already"
    exception = "ResourceAlreadyExistsException"


class InvalidSubscription(EpcisProblem, BadInput):
    """The controls of the subscription cannot be understood."""

    code = "invalid_subscription"
    title = "The subscription is not valid"
    exception = "SubscriptionControlsException"


class BadDestination(InvalidSubscription):
    """A webhook goes to an https address in the public internet."""

    code = "bad_destination"


class CaptureLimitExceeded(EpcisProblem, TooLarge):
    """The document is larger than this repository takes at once; split it."""

    code = "capture_limit_exceeded"
    title = "Too much at once"
    exception = "CaptureLimitExceededException"


class EventExists(EpcisProblem, Refused):
    """An event with this eventID or this content is stored already."""

    code = "event_exists"
    title = "The event exists already"
    exception = "ResourceAlreadyExistsException"


class NotAcceptable(EpcisProblem):
    """The answer does not exist in the form, or in the version of EPCIS, that is asked for."""

    code = "not_acceptable"
    status = 406
    title = "Not acceptable"
    exception = "NotAcceptableException"


class UriTooLong(EpcisProblem, BadInput):
    """The address is too long; ask in parts."""

    code = "uri_too_long"
    status = 414
    title = "Address too long"
    exception = "URITooLongException"


class UnsupportedMedia(EpcisProblem, BadInput):
    """Send EPCIS as application/ld+json, application/json, application/xml or text/xml."""

    code = "unsupported_media_type"
    status = 415
    title = "Unsupported media type"
    exception = "UnsupportedMediaTypeException"


def exception_of(error: SeriatimError) -> str:
    """The standard's name for an error."""
    match error:
        case EpcisProblem():
            return error.exception
        case NotSignedIn() | NotAllowed():
            return "SecurityException"
        case NotFound():
            return "NoSuchNameException"
        case QueryTooComplex() | HierarchyTooLarge():
            return "QueryTooComplexException"
        case BadCursor():
            return "QueryParameterException"
        case Refused():
            return "ResourceAlreadyExistsException"
        case BadInput():
            return "ValidationException"
        case _:
            return "ImplementationException"


def problem_of(error: SeriatimError, instance: str) -> dict[str, Any]:
    """The problem document: the standard's type, our code and facts beside it."""
    document: dict[str, Any] = {
        "type": f"epcisException:{exception_of(error)}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "instance": instance,
        "code": error.code,
    }
    return document | {name: value for name, value in error.facts.items() if name not in document}
