"""Every point of acceptance of the EPCIS interface is cited by a test that proves it.

E1 to E59 are the points, D1 to D24 the differences from other repositories that our tests must catch. A test cites a point
in its name (`..._e26`) or in its docstring (`E26: ...`, `Acceptance: EPCIS 26.`); D points count in the tests of EPCIS only,
because elsewhere the letter means other things.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
POINTS = {f"E{number}" for number in range(1, 60)} | {f"D{number}" for number in range(1, 25)}
CITED = re.compile(r"(?:\b|_)([ED]\d{1,2})(?=\b|_)", re.IGNORECASE)
LISTED = re.compile(r"\bEPCIS (\d+(?:, \d+)*)")
EPCIS_TESTS = (
    "epcis",
    "areas/exchange",
    "faults/test_capture_jobs.py",
    "faults/test_subscription_kills.py",
    "history/test_terms.py",
    "web/api/test_epcis.py",
)


def said(path: Path) -> Iterator[str]:
    """The docstring of a file, and the name and docstring of each of its tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield f"{node.name} {ast.get_docstring(node) or ''}"


def points_of(path: Path) -> set[str]:
    found: set[str] = set()
    is_of_epcis = path.relative_to(TESTS).as_posix().startswith(EPCIS_TESTS)
    for text in said(path):
        found |= {point.upper() for point in CITED.findall(text) if is_of_epcis or point[0] in "Ee"}
        found |= {f"E{number}" for numbers in LISTED.findall(text) for number in numbers.split(", ")}
    return found & POINTS


def test_every_point_is_cited_by_a_test() -> None:
    files = (path for path in TESTS.rglob("test_*.py") if path.parent.name != "repository")
    cited = set().union(*map(points_of, files))

    assert POINTS - cited == set()
