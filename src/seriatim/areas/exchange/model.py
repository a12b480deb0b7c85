"""A capture job: what somebody sent, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from seriatim.epcis import EPCISError, Problem
from seriatim.history import EventIdTaken, Verdict
from seriatim.history.master_data import Fault

ErrorBehaviour = Literal["rollback", "proceed"]
TOO_MUCH: Final = frozenset({"too_many_events", "too_many_elements", "too_large"})


@dataclass(frozen=True, slots=True)
class MasterDataCounts:
    """How many things the master data of a document told of."""

    stored: int = 0
    """With something new."""
    unchanged: int = 0
    rejected: int = 0


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
    """Problem documents of the first faults."""
    error_count: int = 0
    """How many faults there are in all."""
    verdicts: tuple[Mapping[str, Any], ...] = ()
    """What became of the events that are not new: duplicates and rejected ones."""
    warnings: tuple[Mapping[str, Any], ...] = ()
    master_data: MasterDataCounts = MasterDataCounts()
    sender: str = ""
    """Who sent it, as `kind:id`."""

    @property
    def parked(self) -> int:
        """Events that are held until their cause arrives; they are neither stored nor rejected."""
        return sum(verdict["outcome"] == "PARKED" for verdict in self.verdicts)

    def undone(self) -> "Job":
        """The job of a document of which nothing was kept."""
        held = [verdict for verdict in self.verdicts if verdict["outcome"] != "PARKED"]
        counts = MasterDataCounts(0, self.master_data.unchanged, self.master_data.rejected)
        return replace(self, accepted=0, verdicts=tuple(held), master_data=counts)

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


def vocabulary_list_in(document_type: str) -> str:
    """Where the master data of a document stand in it (JSON Pointer)."""
    if document_type == "EPCISQueryDocument":
        return "/epcisBody/queryResults/resultsBody/vocabularyList"
    inside = "epcisBody" if document_type == "EPCISMasterDataDocument" else "epcisHeader/epcisMasterData"
    return f"/{inside}/vocabularyList"


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
        "errorCount": job.error_count,
        "accepted": job.accepted,
        "duplicates": job.duplicates,
        "parked": job.parked,
        "rejected": job.rejected,
        "masterData": asdict(job.master_data),
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


def element_errors(elements: Sequence[Fault]) -> list[dict[str, Any]]:
    """Master data that could not be kept as the problem documents of a job."""
    return [
        {
            "type": "epcisException:ValidationException",
            "title": "The master data were not stored",
            "detail": one.message,
            "code": one.code,
            "path": one.path,
        }
        for one in elements
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
