"""The import contracts hold, and each of them catches the import that it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

PLANTED = {
    "an area imports another area": ("areas/recall/stray.py", "import seriatim.areas.resolver\n"),
    "a standard imports the plumbing": ("gs1/stray.py", "import seriatim.base.clock\n"),
    "one standard imports a floor of the house": ("symbols/stray.py", "import seriatim.access.model\n"),
    "gs1 imports epcis": ("gs1/stray.py", "import seriatim.epcis\n"),
    "the app imports a door": ("app.py", "import seriatim.web.security\n"),
    "the ground floor imports the one above": ("base/stray.py", "import seriatim.identity.catalogue.model\n"),
    "history imports an area": ("history/stray.py", "import seriatim.areas.warehouse.model\n"),
    "an area imports a journey": ("areas/warehouse/stray.py", "import seriatim.journeys.pilot\n"),
    "a door imports another door": ("cli/stray.py", "import seriatim.web.security\n"),
    "two rooms of an area import each other": (
        "areas/warehouse/model.py",
        "import seriatim.areas.warehouse.actions\n",
    ),
    "a name on the first level that the plan does not know": ("helpers.py", "STRAY = 1\n"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package's modules and the contracts, to spoil."""
    shutil.copytree(
        ROOT / "src" / "seriatim",
        tmp_path / "seriatim",
        ignore=lambda folder, names: [
            name
            for name in names
            if name in {"static", "__pycache__"} or (Path(name).suffix not in {"", ".py"})
        ],
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold(tree: Path) -> None:
    checked = lint(tree)

    assert checked.returncode == 0, checked.stdout
    assert " 0 broken" in checked.stdout


@pytest.mark.parametrize("fault", PLANTED)
def test_the_contracts_catch_it_when(fault: str, tree: Path) -> None:
    file, line = PLANTED[fault]
    path = tree / "seriatim" / file
    path.write_text((path.read_text() if path.exists() else "") + line)

    checked = lint(tree)

    assert checked.returncode == 1
    assert "BROKEN" in checked.stdout
