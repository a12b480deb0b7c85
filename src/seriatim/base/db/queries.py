"""SQL in files of its own: every query has a name and a comment line that says what it answers.

    -- name: open_parent_of
    -- The one parent a unit stands in now; no row if it stands free.
    select parent, packed_at from history_containment where child = $1 and unpacked_at is null;

`QUERIES = Queries.load(__package__, "store.sql")`, then `tx.row(QUERIES.open_parent_of, child)`.
"""

import importlib.resources
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

NAME: Final = re.compile(r"^--[ \t]*name:[ \t]*(.*?)[ \t]*$", re.MULTILINE)


class QueryFileError(Exception):
    """A file of named queries is written wrongly: a fault of the program, not of its user."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a file."""

    name: str
    about: str
    """What its comment says."""
    text: str


class Queries:
    r"""The named queries of one file, as attributes.

    >>> queries = Queries.parse("-- name: two\n-- One and one.\nselect 1 + 1;\n")
    >>> queries.two
    'select 1 + 1'
    >>> [(query.name, query.about) for query in queries]
    [('two', 'One and one.')]
    """

    def __init__(self, source: str, queries: Mapping[str, Query]) -> None:
        self._source = source
        self._queries = dict(queries)

    @classmethod
    def load(cls, package: str | None, file: str) -> "Queries":
        """Read `file`, which stands in the folder of `package`. Raises QueryFileError."""
        assert package, "Queries.load needs the __package__ of a module inside a package"
        text = (importlib.resources.files(package) / file).read_text(encoding="utf-8")
        return cls.parse(text, f"{package}/{file}")

    @classmethod
    def parse(cls, text: str, source: str = "<text>") -> "Queries":
        """The queries in a text. Raises QueryFileError, which names the file and the query."""
        head, *rest = NAME.split(text)
        if stray := "\n".join(
            line for line in head.splitlines() if line.strip() and not line.startswith("--")
        ):
            raise QueryFileError(f"{source}: there is SQL before the first '-- name:': {stray[:60]!r}")
        queries: dict[str, Query] = {}
        for name, body in zip(rest[::2], rest[1::2], strict=True):
            if not name.isidentifier() or name.startswith("_"):
                raise QueryFileError(f"{source}: {name!r} is no name for a query; use letters, digits and _")
            if name in queries:
                raise QueryFileError(f"{source}: there are two queries named {name}")
            queries[name] = _query(name, body, source)
        return cls(source, queries)

    def __getattr__(self, name: str) -> str:
        try:
            return self._queries[name].text
        except KeyError:
            raise AttributeError(
                f"{self._source} has no query named {name}; it has: {', '.join(self._queries)}"
            ) from None

    def __iter__(self) -> Iterator[Query]:
        return iter(self._queries.values())

    def __len__(self) -> int:
        return len(self._queries)


def _query(name: str, body: str, source: str) -> Query:
    lines = body.strip().splitlines()
    about = []
    while lines and lines[0].startswith("--"):
        about.append(lines.pop(0).removeprefix("--").strip())
    sql = "\n".join(lines).strip().removesuffix(";").rstrip()
    if not about:
        raise QueryFileError(f"{source}: {name} needs a comment line that says what it answers")
    if not sql:
        raise QueryFileError(f"{source}: {name} has no SQL")
    return Query(name, " ".join(about), sql)
