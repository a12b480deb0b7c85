"""What a subscription is, and every decision about it: what a client may ask for, when it runs, how far it has come,
and what follows from a receiver's answer. Pure: the time is an argument.

Source: EPCIS 2.0, section 8.2.5 (OpenAPI, /queries/{queryName}/subscriptions); retries: Standard Webhooks 1.0.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec

from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.errors import InvalidSubscription
from seriatim.areas.exchange.prefixes import NONE_KNOWN, KnownPrefixes
from seriatim.areas.exchange.subscriptions.schedule import RANGES, Schedule
from seriatim.base import limits
from seriatim.epcis import EPCFormat, EPCISError, strict_json
from seriatim.epcis.errors import Findings
from seriatim.epcis.xml_write import CBVSpelling

State = Literal["active", "paused", "suspended"]
"""Suspended: the receiver has been away for the whole time of all retries, or the subscriber has lost the right."""
Kind = Literal["events", "empty", "problem"]
DeliveryState = Literal["waiting", "delivered", "split", "dead"]
"""Split: it was too much at once, and its events went into two smaller ones. Dead: given up, a dead letter."""
Outcome = Literal["delivered", "halve", "retry", "dead"]
Item = TypeVar("Item")

RETRY_AFTER: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Ten tries in 75.6 hours, as Standard Webhooks recommends; each pause a tenth longer or shorter."""
JITTER: Final = 0.1
RETRY_AFTER_MAX: Final = timedelta(hours=24)
"""The longest pause that a receiver may ask for itself."""
REFUSES_CONTENT: Final = frozenset({400, 406, 409, 413, 415, 422})
"""Answers about this one document: the next one may be welcome. All others speak of the receiver itself."""
TOO_LARGE: Final = 413
GONE: Final = 410


# What a client asks for -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Controls:
    """When to report, and what counts as new at the beginning."""

    schedule: Schedule | None
    """None: whenever an event is captured (`stream`)."""
    report_if_empty: bool = False
    initial_record_time: datetime | None = None
    """None: the time of the subscription."""

    @property
    def reports_empty(self) -> bool:
        """Whether a run without events is told; a stream has no such runs."""
        return self.report_if_empty and self.schedule is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription as a client asks for it."""

    dest: str
    controls: Controls
    signature_token: str | None = None

    def __repr__(self) -> str:
        return f"Wanted(dest={self.dest!r}, controls={self.controls!r})"  # the token stands in no log


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    dest: str
    signature_token: str | None = None
    initial_record_time: str | None = None
    stream: bool | None = None
    schedule: dict[str, str | int] | None = None
    report_if_empty: bool = False


def wanted_in(data: bytes) -> Wanted:
    """The subscription in a body. Raises InvalidSubscription."""
    try:
        strict_json.parse(data, Findings())  # a name that stands twice is settled by nobody
    except EPCISError as error:
        raise InvalidSubscription(f"The body is not JSON: {error}") from error
    try:
        body = msgspec.json.decode(data, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidSubscription(f'Write {{"dest": ..., "stream": true}}: {error}.') from error
    schedule = None
    if body.schedule is not None:
        schedule = {name: str(value) for name, value in body.schedule.items()}
    controls = _controls(body.stream, schedule, body.report_if_empty, body.initial_record_time)
    token = body.signature_token
    return Wanted(body.dest, controls, checked_token(token) if token is not None else None)


def checked_token(token: str) -> str:
    """The token, if it can be one. Raises InvalidSubscription."""
    if 1 <= len(token) <= limits.SIGNATURE_TOKEN_CHARACTERS and token.isprintable():
        return token
    raise InvalidSubscription(
        f"signatureToken has 1 to {limits.SIGNATURE_TOKEN_CHARACTERS} printable characters.",
        field="signatureToken",
    )


def controls_in(parameters: Iterable[tuple[str, str]]) -> Controls:
    """The controls in the address of a socket. Raises InvalidSubscription."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name in given:
            raise InvalidSubscription(f"{name} is given twice.", field=name)
        given[name] = value
    schedule = {name: given.pop(name) for name in RANGES if name in given}
    stream = _truth(given.pop("stream", None), "stream")
    report = _truth(given.pop("reportIfEmpty", None), "reportIfEmpty")
    initial = given.pop("initialRecordTime", None)
    if given:
        raise InvalidSubscription(f"A socket takes no {next(iter(given))[:60]}.", field=next(iter(given)))
    initial = (
        initial.replace(" ", "+") if initial is not None else None
    )  # a plus in an address reads as a space
    return _controls(stream, schedule or None, bool(report), initial)


def _truth(text: str | None, name: str) -> bool | None:
    match text:
        case None:
            return None
        case "true" | "false":
            return text == "true"
        case _:
            raise InvalidSubscription(f"{name} is true or false, not {text[:40]!r}.", field=name)


def _controls(
    stream: bool | None, schedule: Mapping[str, str] | None, report: bool, initial: str | None
) -> Controls:
    if (stream is True) == (schedule is not None):
        raise InvalidSubscription(
            'Write either "stream": true or a "schedule", and not both.', field="stream"
        )
    if stream is False:
        raise InvalidSubscription('"stream" is true, or left out.', field="stream")
    return Controls(
        Schedule.of(schedule) if schedule is not None else None,
        report,
        _moment(initial) if initial is not None else None,
    )


def _moment(text: str) -> datetime:
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year < 9000:
        raise InvalidSubscription(
            f"initialRecordTime is a time with its zone such as 2026-11-20T12:00:00Z, not {text[:40]!r}.",
            field="initialRecordTime",
        )
    return moment


# How far it has come ----------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """A place in the feed of events: everything up to the event `id` of the transaction `tx`."""

    tx: int
    id: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the query that is under way: it ends at the place where the feed ended when it began."""

    at: datetime
    until: Place
    has_reported: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the events have been looked at. What was found on the way waits in the queue until it is delivered."""

    place: Place
    run: Run | None
    next_run_at: datetime | None
    """None for a stream."""
    due_at: datetime | None
    """When to look again; None: as soon as an event is captured."""


def begun(progress: Progress, schedule: Schedule | None, head: Place, now: datetime) -> Progress:
    """With a run under way, if it is time for one. Runs missed while nobody ran are one run."""
    if progress.run is not None:
        return progress
    if schedule is None:
        is_time, next_run_at = head > progress.place, None
    else:
        assert progress.next_run_at is not None, "a schedule has a next moment"
        is_time = progress.next_run_at <= now
        next_run_at = schedule.next_after(now) if is_time else progress.next_run_at
    if not is_time:
        return Progress(progress.place, None, next_run_at, next_run_at)
    return Progress(progress.place, Run(now, max(head, progress.place)), next_run_at, now)


def advanced(progress: Progress, reached: Place, found: int, now: datetime) -> Progress:
    """After a look at the feed that came to `reached` and found so many events."""
    run = progress.run
    assert run is not None, "only a run looks at the feed"
    if reached >= run.until:
        return Progress(run.until, None, progress.next_run_at, progress.next_run_at)
    return Progress(reached, Run(run.at, run.until, run.has_reported or found > 0), progress.next_run_at, now)


# What follows from an answer --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a receiver; `status` None: nothing did, and `said` tells why."""

    status: int | None
    said: str = ""
    took_ms: int = 0
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a delivery."""

    outcome: Outcome
    again_at: datetime | None = None
    """When it is tried again (`retry`)."""
    suspends: bool = False
    """The subscription stands still until somebody has looked (`dead`)."""


def decide(answer: Answer, *, tries: int, events: int, delivery: UUID, now: datetime) -> Decision:
    """What follows from the answer to the try number `tries`, counted from 1, with so many events in it."""
    status = answer.status
    if status is not None and 200 <= status < 300:
        return Decision("delivered")
    if status == TOO_LARGE and events > 1:
        return Decision("halve")
    if status == GONE or tries > len(RETRY_AFTER):
        return Decision("dead", suspends=status not in REFUSES_CONTENT)
    pause = RETRY_AFTER[tries - 1] * (1 + JITTER * _spread(delivery, tries))
    if answer.retry_after_s is not None:
        pause = max(pause, min(timedelta(seconds=answer.retry_after_s), RETRY_AFTER_MAX))
    return Decision("retry", again_at=now + pause)


def _spread(delivery: UUID, tries: int) -> float:
    """A number from -1 to 1 that differs from delivery to delivery, so that receivers do not meet all at once."""
    digest = hashlib.sha256(delivery.bytes + bytes([tries])).digest()
    return int.from_bytes(digest[:4], "big") / 0x8000_0000 - 1


def halves(items: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """The two halves, in order; the first is the larger one of an odd number."""
    middle = (len(items) + 1) // 2
    return items[:middle], items[middle:]


def shrunk(events: int) -> int:
    """How many events to send at once to somebody who found so many too many."""
    return max(1, events // 2)


def grown(batch: int, sent: int) -> int:
    """How many to send at once after a full batch was taken: slowly more again."""
    return min(limits.DELIVERY_EVENTS, batch + max(1, batch // 8)) if sent >= batch else batch


# What is kept -----------------------------------------------------------------------------------------------------


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A standing query and who is told."""

    id: UUID
    query: str
    """The name of the query."""
    dest: str
    schedule: dict[str, str] | None
    """None: a stream."""
    report_if_empty: bool
    format: Literal["json", "xml"]
    epc_format: EPCFormat
    """Spelling of identifiers."""
    cbv_format: CBVSpelling
    """Spelling of words in XML."""
    created_at: datetime
    created_by: str
    """`key:k0123456789`, `person:...`."""
    initial_record_time: datetime
    min_record_time: datetime
    """When the last run began that is reported to its end; moves with the receiver's answers alone."""
    last_notified_at: datetime | None
    state: State
    state_why: str
    """In words, for all but active ones."""
    failures: int
    """Tries without success since the last one that had some."""
    signed: bool
    """Whether deliveries carry a signature made with a token of the subscriber."""
    next_run_at: datetime | None
    due_at: datetime | None
    batch_events: int
    waiting: int = 0
    """Deliveries not yet acknowledged."""
    dead: int = 0
    """Deliveries given up: dead letters."""

    def form(self, prefixes: KnownPrefixes = NONE_KNOWN) -> Form:
        """How its events are written."""
        return Form(self.format, self.epc_format, prefixes, cbv=self.cbv_format)

    @property
    def address(self) -> str:
        """Its resource in the interface of EPCIS."""
        return f"/epcis/queries/{quote(self.query, safe='')}/subscriptions/{self.id}"

    def json(self) -> dict[str, Any]:
        """As GS1's OpenAPI describes it; the token stands in no answer."""
        shown: dict[str, Any] = {
            "subscriptionID": str(self.id),
            "queryName": self.query,
            "dest": self.dest,
            "createdAt": self.created_at,
            "initialRecordTime": self.initial_record_time,
            "minRecordTime": self.min_record_time,
            "epcFormat": self.epc_format,
            "reportIfEmpty": self.report_if_empty,
        }
        if self.last_notified_at is not None:
            shown["lastNotifiedAt"] = self.last_notified_at
        return shown | ({"stream": True} if self.schedule is None else {"schedule": self.schedule})


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One document on its way to a receiver."""

    id: UUID
    """Also its `webhook-id`, the same in each try."""
    subscription: UUID
    kind: Kind
    made_at: datetime
    run_at: datetime
    """When the run began that found the events."""
    events: int
    """How many are in it."""
    state: DeliveryState
    tries: int
    """Since it was made, or sent again by hand."""
    next_try_at: datetime | None
    last_status: int | None
    last_said: str
    last_at: datetime | None
    finished_at: datetime | None


class Attempt(msgspec.Struct, frozen=True):
    """One try to deliver."""

    number: int
    at: datetime
    status: int | None
    """None: no answer."""
    said: str
    took_ms: int
