"""The house is built as its plan says: names, owners of tables, migrations, error codes, open doors."""

import importlib
import pkgutil
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import seriatim
from seriatim.access.roles import RIGHTS, Permission
from seriatim.base.errors import SeriatimError

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "seriatim"
FIRST_LEVEL = {
    *("gs1", "epcis", "symbols"),
    *("base", "access", "identity", "history", "areas", "journeys", "connectors"),
    *("app", "web", "cli", "edge", "worker", "migrations"),
    *("__init__", "__main__"),
}
AREAS = {
    *("line", "warehouse", "exchange", "resolver", "content", "protection"),
    *("recall", "service", "twin", "insight"),
}
DRAWERS = re.compile(r"utils?|helpers?|commons?|managers?|misc", re.IGNORECASE)
WRITES = re.compile(
    r"\b(?:insert\s+into|merge\s+into|truncate(?:\s+table)?|delete\s+from|"
    r"(?<!do )(?<!for )(?<!no key )update(?!\s+(?:of|skip|nowait)\b))\s+(?:only\s+)?([a-z_]\w*)",
    re.IGNORECASE,
)
OPEN_TO_EVERYBODY = {"GET /api/v1/me"}
"""JSON routes without a permission; this one answers 401 by itself, since every role may ask who it is."""


def owner_of(sql: Path) -> str:
    """The room it stands in, also when it lies in a folder of the room: an area, or a name of the first level."""
    first, *rest = sql.relative_to(SOURCE).parts
    return rest[0] if first in {"areas", "connectors"} else first


def statements(sql: Path) -> str:
    """The file without its comments."""
    return re.sub(r"--[^\n]*", "", sql.read_text(encoding="utf-8"))


def own_sql() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.sql") if path.parent.name != "migrations")


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(seriatim.__path__, "seriatim."):
        if module.name != "seriatim.__main__":
            yield module.name


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("insert into recall_holder (a) select 1", ["recall_holder"]),
        ("INSERT  INTO Line_Order values (1)", ["Line_Order"]),
        ("update line_order as o set state = 'x'", ["line_order"]),
        ("delete from only line_case where true", ["line_case"]),
        ("truncate table access_audit", ["access_audit"]),
        ("merge into history_item using x on true", ["history_item"]),
        ("insert into a_b values (1) on conflict (x) do update set y = 1", ["a_b"]),
        ("select * from line_order for update skip locked", []),
        ("select * from line_order for no key update of line_order", []),
    ],
)
def test_the_search_for_writes_finds_every_kind(statement: str, tables: list[str]) -> None:
    assert WRITES.findall(statement) == tables


def test_every_room_writes_only_its_own_tables() -> None:
    strangers = [
        (str(sql.relative_to(SOURCE)), table)
        for sql in own_sql()
        for table in WRITES.findall(statements(sql))
        if not table.lower().startswith(f"{owner_of(sql)}_")
    ]

    assert strangers == []


def test_every_room_with_tables_writes_to_them() -> None:
    """Otherwise the test above could pass because it found nothing."""
    writing = {sql.parent for sql in own_sql() if WRITES.findall(statements(sql))}

    assert [str(sql) for sql in own_sql() if sql.parent not in writing] == []


def test_sql_stands_in_files_of_named_queries_alone() -> None:
    inline = re.compile(
        r"""["']\s*(?:insert\s+into\s|delete\s+from\s|update\s+\w+\s+set\s|select\s[^"']*\sfrom\s)""",
        re.IGNORECASE,
    )
    plumbing = SOURCE / "base" / "db"
    found = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if not path.is_relative_to(plumbing) and inline.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_a_tables_name_begins_with_its_owners() -> None:
    strangers = [
        (sql.name, table)
        for sql in sorted((SOURCE / "migrations").glob("*.sql"))
        for table in re.findall(r"(?i)create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)", statements(sql))
        if not table.startswith(f"{sql.stem.split('_')[1]}_")
    ]

    assert strangers == []


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((SOURCE / "migrations").glob("*.sql"))]

    assert numbers == list(range(1, len(numbers) + 1))


def test_no_table_of_items_has_a_foreign_key_across_shards_and_no_query_walks_items_recursively() -> None:
    recursive = [
        str(sql.relative_to(SOURCE))
        for sql in SOURCE.rglob("*.sql")
        if "recursive" in statements(sql).lower()
    ]
    extensions = [sql.name for sql in SOURCE.rglob("*.sql") if "create extension" in statements(sql).lower()]

    assert (recursive, extensions) == ([], [])


def test_the_first_level_holds_only_names_of_the_plan() -> None:
    found = {
        path.stem
        for path in SOURCE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }

    assert found - FIRST_LEVEL == set()


def test_areas_are_those_of_the_plan() -> None:
    found = {
        path.name for path in (SOURCE / "areas").iterdir() if path.is_dir() and path.name != "__pycache__"
    }

    assert found - AREAS == set()


def test_no_file_is_a_drawer() -> None:
    drawers = [
        str(path.relative_to(ROOT))
        for folder in (SOURCE, ROOT / "tests")
        for path in folder.rglob("*.py")
        if any(DRAWERS.fullmatch(part) for part in re.split(r"[_/.]", str(path.relative_to(folder))))
    ]

    assert drawers == []


def test_assertions_stay_on() -> None:
    assert __debug__, "an asserted promise must be checked in production, too"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ignored = settings["tool"]["ruff"]["lint"]["ignore"]
    switched_off = [
        str(path.relative_to(ROOT))
        for path in [*SOURCE.rglob("*.py"), ROOT / "Makefile", *ROOT.glob(".ci/*")]
        if re.search(r"PYTHONOPTIMIZE|python3? +-O+\b", path.read_text(encoding="utf-8"))
    ]

    assert switched_off == []
    assert "S101" in ignored


def test_every_error_has_a_code_of_its_own_and_words() -> None:
    for name in modules():
        importlib.import_module(name)

    def walk(parent: type[SeriatimError]) -> Iterator[type[SeriatimError]]:
        for child in parent.__subclasses__():
            if child.__module__.startswith("seriatim."):
                yield child
                yield from walk(child)

    errors = set(walk(SeriatimError))
    times = Counter(error.code for error in errors)
    shared = sorted((error.code, error.__qualname__) for error in errors if times[error.code] > 1)

    assert len(errors) > 50
    assert shared == []
    assert [error.__qualname__ for error in errors if not (error.__doc__ or "").strip()] == []
    assert [error.code for error in errors if not re.fullmatch(r"[a-z][a-z0-9_]*", error.code)] == []


def test_every_json_route_asks_for_a_right_or_is_known_to_be_open() -> None:
    site = importlib.import_module("seriatim.web.site")

    open_routes = {f"{e.method} {e.path}" for e in site.ENDPOINTS if e.permission is None}

    assert open_routes == OPEN_TO_EVERYBODY


def test_every_room_with_json_routes_is_on_the_sites_table() -> None:
    site = importlib.import_module("seriatim.web.site")
    served = set(site.ENDPOINTS)

    missing = [
        f"{endpoint.method} {endpoint.path}"
        for name in modules()
        if name.endswith(".api") and not name.startswith("seriatim.web")
        for endpoint in getattr(importlib.import_module(name), "ENDPOINTS", ())
        if endpoint not in served
    ]

    assert missing == []


def test_routes_stand_once_and_under_the_version() -> None:
    site = importlib.import_module("seriatim.web.site")
    times = Counter((e.method, e.path) for e in site.ENDPOINTS)

    assert [route for route, count in times.items() if count > 1] == []
    assert [e.path for e in site.ENDPOINTS if not e.path.startswith("/api/v1/")] == []


def test_every_right_is_given_to_somebody_and_the_auditor_only_reads() -> None:
    rights: set[Permission] = set().union(*RIGHTS.values())

    assert rights == RIGHTS["administrator"]
    assert {right for right in rights if right.endswith(":read")} == RIGHTS["auditor"]
    assert RIGHTS["public"] == frozenset()
