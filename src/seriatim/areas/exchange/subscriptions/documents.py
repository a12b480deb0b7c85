"""What a subscriber is sent beside an EPCISQueryDocument that names query and subscription: a problem document; and how
much at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seriatim import history
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.http import JSON, PROBLEM_XML, XML
from seriatim.areas.exchange.xml_forms import problem_xml
from seriatim.base import limits
from seriatim.base.http import PROBLEM_JSON
from seriatim.history import StoredEvent


def complaint(problem: Mapping[str, Any], form: Form) -> bytes:
    """What went wrong on our side, in the form in which the doors tell it, too."""
    return problem_xml(problem) if form.format == "xml" else msgspec.json.encode(problem)


def media_type(form: Form, *, is_problem: bool) -> str:
    if is_problem:
        return PROBLEM_XML if form.format == "xml" else PROBLEM_JSON
    return XML if form.format == "xml" else JSON


def fitting(events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
    """As many of the first events as fit into one document; one at least."""
    return events[: history.fitting(events, limits.DELIVERY_BYTES)]
