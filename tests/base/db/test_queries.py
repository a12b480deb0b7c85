import pytest

from seriatim.base.db import Queries, QueryFileError

GOOD = """
-- The queries of a test.

-- name: first
-- The one.
-- And only.
select 1
where $1;

-- name: second
-- Another.
-- name_is_not_a_marker
select 'a;b' -- inside
"""


def test_queries_are_attributes_with_their_text_name_and_comment() -> None:
    queries = Queries.parse(GOOD)

    assert queries.first == "select 1\nwhere $1"
    assert type(queries.first) is str  # the driver takes nothing else
    assert queries.second == "select 'a;b' -- inside"
    assert [(query.name, query.about) for query in queries] == [
        ("first", "The one. And only."),
        ("second", "Another. name_is_not_a_marker"),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;", "before the first"),
        ("-- name: a\n-- It.\nselect 1;\n-- name: a\n-- It.\nselect 2;", "two queries named a"),
        ("-- name:\n-- It.\nselect 1;", "no name"),
        ("-- name: a b\n-- It.\nselect 1;", "no name"),
        ("-- name: a\nselect 1;", "comment"),
        ("-- name: a\n-- It.\n", "no SQL"),
    ],
)
def test_a_file_written_wrongly_is_refused_at_load_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(QueryFileError, match=complaint):
        Queries.parse(text, "x.sql")


def test_a_query_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(AttributeError, match="no query named third; it has: first, second"):
        _ = Queries.parse(GOOD).third
