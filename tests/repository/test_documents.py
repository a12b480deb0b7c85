"""What the documents say is there is there: links, dependencies, settings, commands."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from seriatim.base.settings import Settings
from seriatim.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PATH = re.compile(r"`((?:src|tests|docs|examples|bench|assets|requirements)/[\w./-]*\w)/?`")


def documents() -> list[Path]:
    skipped = {".venv", "node_modules", ".git", "seriatim-data"}
    return [path for path in sorted(ROOT.rglob("*.md")) if not skipped & set(path.relative_to(ROOT).parts)]


def links(text: str) -> Iterator[str]:
    for plain, picture in LINK.findall(CODE.sub("", text)):
        yield plain or picture


def anchors(text: str) -> set[str]:
    """The names of the headings, as the forges make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"(?m)^#{1,6}\s+(.+?)\s*$", text)
    }


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for document in documents():
        text = document.read_text(encoding="utf-8")
        for link in links(text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = document if not parts.path else (document.parent / unquote(parts.path)).resolve()
            named = target.exists() and (
                not parts.fragment or parts.fragment in anchors(target.read_text(encoding="utf-8"))
            )
            if not named:
                broken.append((str(document.relative_to(ROOT)), link))

    assert broken == []


def test_paths_named_in_documents_exist() -> None:
    missing = [
        (str(document.relative_to(ROOT)), path)
        for document in documents()
        for path in PATH.findall(document.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() and not (ROOT / path.partition("*")[0]).is_dir()
    ]

    assert missing == []


def test_every_runtime_dependency_has_a_line_that_says_why() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=~!\[; ]", line)[0].lower() for line in wanted}
    runtime = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").partition("In the browser")[0]
    explained = {
        cells[0]: cells[2]
        for row in re.findall(r"(?m)^\|(.+)\|$", runtime)
        if len(cells := [cell.strip().lower() for cell in row.split("|")]) == 3
    }

    assert names - explained.keys() == set()
    assert explained.keys() - names - {"package", "---"} == set()
    assert [name for name in names if not explained[name]] == []


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_stands_in_the_reference(name: str) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    assert f"SERIATIM_{name.upper()}" in reference


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_reference(command: str) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    assert f"seriatim {command}" in reference


def test_readme_and_architecture_are_there() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"):
        assert len((ROOT / name).read_text(encoding="utf-8").split()) > 50, f"{name} says too little"


def test_nothing_tracked_names_an_absolute_path_of_a_home() -> None:
    """Paths of somebody's machine and addresses of package indexes do not belong into the repository."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    if tracked == [""]:
        pytest.skip("this is no git checkout")
    strange = re.compile(r"/(?:home|Users)/\w+/|--(?:extra-)?index-url +http")
    found = [
        name
        for name in tracked
        if name and (ROOT / name).is_file() and name != "tests/repository/test_documents.py"
        and strange.search((ROOT / name).read_bytes().decode("utf-8", "ignore"))
    ]  # fmt: skip

    assert found == []
