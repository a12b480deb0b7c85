"""One pilot, run once, for all stories that look at what it left."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.factories.terminal import data_folder, seriatim

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pilot"
UNITS, SEED = 80, 3


@dataclass(frozen=True)
class Told:
    """A pilot that was run: its data folder, its report, and the pilot's files."""

    data: Path
    report: dict[str, Any]
    files: Path


def run_demo(data: Path, files: Path, *, units: int = UNITS, seed: int = SEED) -> dict[str, Any]:
    arguments = (
        "--units",
        str(units),
        "--seed",
        str(seed),
        "--exit",
        "--json",
        "--data",
        data,
        "--input",
        files,
    )
    done = seriatim("demo", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "no progress bars in a pipe"
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="session")
def pilot_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example pilot on a line so bad that few units show every fault."""
    folder = tmp_path_factory.mktemp("files") / "pilot"
    shutil.copytree(EXAMPLE, folder)
    plan = (folder / "pilot.toml").read_text(encoding="utf-8")
    head, _, rest = plan.partition("[faults]")
    faults, market, tail = rest.partition("[market]")
    kinds = [line.split("=")[0].strip() for line in faults.splitlines() if "=" in line]
    worse = "\n".join(f"{kind} = 0.04" for kind in kinds)
    (folder / "pilot.toml").write_text(f"{head}[faults]\n{worse}\n{market}{tail}", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def told(pilot_files: Path) -> Iterator[Told]:
    with data_folder() as data:
        yield Told(data, run_demo(data, pilot_files), pilot_files)
