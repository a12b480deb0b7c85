"""What is probably wrong with the printer or the station, in the words of those who can mend it, with the evidence."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Hint"]


@dataclass(frozen=True, slots=True)
class Hint:
    """One likely cause."""

    code: str
    """Machine-readable: dead_nozzle, growth, ink_loss, ..."""
    title: str
    """In a few words."""
    evidence: str
    """What was measured."""
    remedy: str
    """What to do first."""
    rows: tuple[int, ...] = ()
    """Rows concerned, counted from 1 at the top; for an outline."""
    columns: tuple[int, ...] = ()
    """Columns concerned, counted from 1 at the left."""
    certainty: float = 0.5
    """0 to 1, for sorting: how well the evidence fits this cause alone."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        return {
            "code": self.code,
            "title": self.title,
            "evidence": self.evidence,
            "remedy": self.remedy,
            "rows": list(self.rows),
            "columns": list(self.columns),
            "certainty": round(self.certainty, 2),
        }
