"""Makes events of our own: what a line, a warehouse or a till has to say.

Words are bare, identifiers are Digital Links or URNs, the time carries its zone. An event that breaks a rule of
EPCIS is refused at once with EPCISError, before anybody stores it.
"""

from datetime import UTC, datetime
from typing import Any

from seriatim.epcis import rules
from seriatim.epcis.errors import Findings
from seriatim.epcis.model import Event, Location
from seriatim.epcis.write import event_json


def object_event(action: str, *, at: datetime, **fields: Any) -> Event:
    """Something happened to objects: commissioning, shipping, receiving, inspecting ...

    `at`: when, with its zone; the zone's offset becomes `event_time_zone_offset` unless that is given.
    `fields`: any other field of `Event`; `read_point` and `biz_location` may be plain identifiers, lists any iterable.
    Raises EPCISError when a rule is broken, ValueError when `at` has no zone, TypeError for an unknown field.
    """
    return _event("ObjectEvent", at, action=action, **fields)


def aggregation_event(action: str, *, at: datetime, parent_id: str | None = None, **fields: Any) -> Event:
    """Children go into (`ADD`), are seen in (`OBSERVE`) or come out of (`DELETE`) a parent. As `object_event`."""
    return _event("AggregationEvent", at, action=action, parent_id=parent_id, **fields)


def transaction_event(action: str, *, at: datetime, **fields: Any) -> Event:
    """Objects are tied to business documents, `biz_transaction_list`. As `object_event`."""
    return _event("TransactionEvent", at, action=action, **fields)


def transformation_event(*, at: datetime, **fields: Any) -> Event:
    """Inputs are used up, outputs come into being. As `object_event`, without an action."""
    return _event("TransformationEvent", at, **fields)


def association_event(action: str, *, at: datetime, parent_id: str, **fields: Any) -> Event:
    """Things are attached to an asset or place, `parent_id`. As `object_event`."""
    return _event("AssociationEvent", at, action=action, parent_id=parent_id, **fields)


def _event(kind: str, at: datetime, **fields: Any) -> Event:
    shift = at.utcoffset()
    if shift is None:
        raise ValueError("the time of an event needs a zone: use datetime(..., tzinfo=...)")
    minutes = int(shift.total_seconds()) // 60
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    known = {name: _value(value) for name, value in fields.items()}
    for name in ("read_point", "biz_location"):
        if isinstance(known.get(name), str):
            known[name] = Location(known[name])
    precision = "microseconds" if at.microsecond % 1000 else "milliseconds"
    event = Event(
        type=kind,
        event_time=at.astimezone(UTC),
        event_time_text=at.isoformat(timespec=precision).replace("+00:00", "Z"),
        event_time_zone_offset=known.pop("event_time_zone_offset", offset),
        **known,
    )
    found = Findings(strict=True)
    rules.check(event, event_json(event), "", found)
    found.raise_if_any()
    return event


def _value(value: Any) -> Any:
    if value is None or isinstance(value, str | tuple) or not hasattr(value, "__iter__"):
        return value
    return tuple(value)
