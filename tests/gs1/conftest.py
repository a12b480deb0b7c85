import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "gs1"


@pytest.fixture(scope="session")
def vector_text() -> Callable[[str], str]:
    """Reads one file of the published test vectors; skips the test where they are absent."""

    def read(name: str) -> str:
        path = VECTORS / name
        if not path.exists():
            pytest.skip(f"the test vectors are not here: {path}")
        return path.read_text(encoding="utf-8")

    return read


@pytest.fixture(scope="session")
def vectors(vector_text: Callable[[str], str]) -> Callable[[str], list[dict[str, Any]]]:
    """Rows of one JSON file of the vectors."""
    return lambda name: json.loads(vector_text(f"{name}.json"))
