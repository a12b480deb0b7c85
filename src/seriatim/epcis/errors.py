"""What is wrong with a document, and what to do about it.

A partner who sends a faulty document wants every fault in one answer, each with its place, not the first one only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from seriatim.epcis.limits import PROBLEMS_MAX


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault (or, in `Document.warnings`, one remark)."""

    path: str
    """JSON Pointer (RFC 6901) of the value, `""` for the whole document. For XML it is the pointer that the same
    value has in JSON, and `line` says where it stands."""
    code: str
    """Short name that never changes: `time_without_zone`, `unknown_word`, `action_missing` ..."""
    message: str
    """What was expected, what came, what to do. The words may change between versions."""
    line: int | None = None
    """Line of the XML document, counted from 1; None for JSON."""

    @property
    def event_index(self) -> int | None:
        """Which event of the document it concerns, counted from 0; None for the envelope or a bare event."""
        _, found, rest = self.path.partition("/eventList/")
        index = rest.partition("/")[0]
        return int(index) if found and index.isdecimal() and index.isascii() else None

    def __str__(self) -> str:
        line = "" if self.line is None else f" (line {self.line})"
        return f"{self.path or 'document'}{line}: {self.message}"


class EPCISError(ValueError):
    """The document or event is not valid EPCIS; `problems` lists every fault, event by event."""

    problems: list[Problem]
    """At most `limits.PROBLEMS_MAX` of them."""
    count: int
    """How many faults there are in all, described or not."""
    event_indexes: frozenset[int | None]
    """Which events have faults, described or not, counted from 0; None among them for the envelope."""

    def __init__(
        self, problems: list[Problem], count: int | None = None, beyond: Iterable[int | None] = ()
    ) -> None:
        self.problems = problems
        self.count = len(problems) if count is None else count
        self.event_indexes = frozenset(beyond).union(problem.event_index for problem in problems)
        first = str(problems[0]) if problems else "not valid EPCIS"
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        super().__init__(first + more)


@dataclass(slots=True)
class Findings:
    """Collects what a reader finds: faults, which refuse the document, and warnings, which do not."""

    strict: bool = False
    """Profile `strict`: what a partner may be forgiven is a fault too."""
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    warnings: list[Problem] = field(default_factory=list)
    beyond: set[int | None] = field(default_factory=set)
    """Events with faults that are not described any more."""

    def refuse(self, path: str, code: str, message: str) -> None:
        self.count += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(path, code, message))
        else:
            self.beyond.add(Problem(path, code, message).event_index)

    def warn(self, path: str, code: str, message: str) -> None:
        if len(self.warnings) < PROBLEMS_MAX:
            self.warnings.append(Problem(path, code, message))

    def forgive(self, path: str, code: str, message: str) -> None:
        """A fault in profile `strict`, a warning in profile `published`."""
        (self.refuse if self.strict else self.warn)(path, code, message)

    def raise_if_any(self) -> None:
        if self.count:
            raise EPCISError(self.problems, self.count, self.beyond)


def pointer(parent: str, name: str | int) -> str:
    """The JSON Pointer of a member: `~` and `/` of its name escaped as RFC 6901 asks."""
    return f"{parent}/{str(name).replace('~', '~0').replace('/', '~1')}"
