"""A capture job: what somebody sent, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from seriatim.epcis import EPCISError, Problem
from seriatim.history import EventIdTaken, Verdict

ErrorBehaviour = Literal["rollback", "proceed"]
TOO_MUCH: Final = frozenset({"too_many_events", "too_large"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One capture. With `rollback` a failed one has stored nothing, with `proceed` all that was right."""

    id: UUID
    created_at: datetime
    finished_at: datetime
    success: bool
    error_behaviour: ErrorBehaviour
    accepted: int
    duplicates: int
    rejected: int
    errors: tuple[Mapping[str, Any], ...] = ()
    """Problem documents."""
    verdicts: tuple[Mapping[str, Any], ...] = ()
    """What became of the events that are not new: duplicates and rejected ones."""
    warnings: tuple[Mapping[str, Any], ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Errors, then warnings, with their places in the document: what `epcis.locate_all` finds in its text."""
        return [_problem(one, "detail") for one in self.errors] + [
            _problem(one, "message") for one in self.warnings
        ]


def _problem(told: Mapping[str, Any], words: str) -> Problem:
    index = told.get("eventIndex")
    path = told.get("path", "" if index is None else f"{event_list_in()}/{index}")
    return Problem(path, told["code"], told[words] or "", told.get("line"))


def event_list_in(document_type: str = "EPCISDocument") -> str:
    """Where the events of a document stand in it (JSON Pointer)."""
    around = "/queryResults/resultsBody" if document_type == "EPCISQueryDocument" else ""
    return f"/epcisBody{around}/eventList"


def job_json(job: Job) -> dict[str, Any]:
    """The job as EPCIS writes it (OpenAPI, CaptureJob), with our counts and verdicts beside it."""
    return {
        "captureID": str(job.id),
        "createdAt": job.created_at,
        "finishedAt": job.finished_at,
        "running": False,
        "success": job.success,
        "captureErrorBehaviour": job.error_behaviour,
        "errors": list(job.errors),
        "accepted": job.accepted,
        "duplicates": job.duplicates,
        "rejected": job.rejected,
        "verdicts": list(job.verdicts),
        "warnings": list(job.warnings),
    }


def verdict_json(job: Job) -> dict[str, Any]:
    """What a document would have become: the job without what only a kept one has."""
    kept = {"captureID", "createdAt", "finishedAt", "running", "captureErrorBehaviour"}
    return {name: value for name, value in job_json(job).items() if name not in kept}


def faults(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The faults of a document, each with its place (JSON Pointer; in XML the line too)."""
    return [{"path": one.path, "code": one.code, "message": one.message, **_line(one)} for one in problems]


def _line(problem: Problem) -> dict[str, int]:
    return {} if problem.line is None else {"line": problem.line}


def fault_errors(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Faults as the problem documents of a job."""
    return [
        {
            "type": "epcisException:ValidationException",
            "title": "The event is not valid EPCIS",
            "detail": one.message,
            "code": one.code,
            "path": one.path,
            "eventIndex": one.event_index,
            **_line(one),
        }
        for one in problems
    ]


def verdict_errors(
    verdicts: Sequence[Verdict], places: Sequence[int], listed_at: str
) -> list[dict[str, Any]]:
    """Rejections by the store as the problem documents of a job."""
    return [
        {
            "type": f"epcisException:{_exception(one)}",
            "title": "The event was not stored",
            "detail": one.reason,
            "code": one.code,
            "path": f"{listed_at}/{places[one.index]}",
            "eventIndex": places[one.index],
        }
        for one in verdicts
    ]


def _exception(verdict: Verdict) -> str:
    taken = verdict.code == EventIdTaken.code
    return "ResourceAlreadyExistsException" if taken else "ValidationException"


def told(verdicts: Sequence[Verdict], places: Sequence[int]) -> list[dict[str, Any]]:
    """The verdicts worth keeping: all but the accepted ones."""
    return [
        {
            "eventIndex": places[one.index],
            "outcome": one.outcome,
            "eventID": one.event_id,
            "strictHash": one.strict_hash,
        }
        for one in verdicts
        if one.outcome != "ACCEPTED"
    ]


def without_events(data: bytes, indexes: frozenset[int]) -> bytes:
    """The document without some of its events; the others keep every digit.

    `data` has been read before, so that it has an event list. Raises msgspec.DecodeError when its text is unsound.
    """
    document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw])
    body = msgspec.json.decode(document["epcisBody"], type=dict[str, msgspec.Raw])
    if "queryResults" in body:
        results = msgspec.json.decode(body["queryResults"], type=dict[str, msgspec.Raw])
        inner = msgspec.json.decode(results["resultsBody"], type=dict[str, msgspec.Raw])
        inner["eventList"] = _kept(inner["eventList"], indexes)
        results["resultsBody"] = msgspec.Raw(msgspec.json.encode(inner))
        body["queryResults"] = msgspec.Raw(msgspec.json.encode(results))
    else:
        body["eventList"] = _kept(body["eventList"], indexes)
    document["epcisBody"] = msgspec.Raw(msgspec.json.encode(body))
    return msgspec.json.encode(document)


def _kept(events: msgspec.Raw, indexes: frozenset[int]) -> msgspec.Raw:
    listed = msgspec.json.decode(events, type=list[msgspec.Raw])
    return msgspec.Raw(msgspec.json.encode([one for at, one in enumerate(listed) if at not in indexes]))


def is_too_much(error: EPCISError) -> bool:
    """Whether the document was refused for its size alone."""
    return any(problem.code in TOO_MUCH for problem in error.problems)
