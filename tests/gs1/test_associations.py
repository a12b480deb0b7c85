from typing import Any

import pytest

from seriatim import gs1
from seriatim.gs1 import associations

GTIN = "(01)09506000134352"


def fault(text: str, options: gs1.Options = gs1.STRICT) -> str | None:
    try:
        gs1.parse(text, options=options)
    except gs1.GS1Error as error:
        return error.code
    return None


def test_what_belongs_together_is_judged_as_the_published_vectors_say(vectors: Any) -> None:
    def options(row: dict[str, dict[str, bool]]) -> gs1.Options:
        return gs1.Options(unknown_ais=row["flags"].get("unknown_ais", False))

    rows = vectors("ai_associations")

    assert [row for row in rows if (fault(row["ai"], options(row)) is None) != row["ok"]] == []


@pytest.mark.parametrize(
    "text",
    [
        f"{GTIN}(02)09506000134352(37)5",
        f"{GTIN}(37)5",
        f"{GTIN}(21)A(235)B",
        f"{GTIN}(3100)000001(3101)000001",
    ],
)
def test_fields_that_exclude_each_other_are_refused(text: str) -> None:
    assert fault(text) == "excluded_pair"


def test_a_content_without_its_count_is_refused() -> None:
    assert fault("(02)09506000134352") == "missing_association"
    assert fault("(00)006141411234567890(02)09506000134352(37)5") is None


def test_a_repeat_must_repeat_the_value() -> None:
    assert fault("(400)A(400)A") is None
    assert fault("(400)A(400)B") == "different_repeat"


def test_a_signature_needs_a_serialised_key() -> None:
    assert fault("(8030)AAAA(253)9506000134352X") is None
    assert fault("(8030)AAAA(253)9506000134352") == "serial_required"


def test_a_shape_once_found_good_does_not_let_other_values_pass() -> None:
    assert fault("(8030)AAAA(253)9506000134352X") is None
    assert fault("(8030)AAAA(253)9506000134352") == "serial_required"
    assert fault("(400)A(400)A(99)X") is None
    assert fault("(400)A(400)B(99)X") == "different_repeat"


def test_the_missing_partner_is_named() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse(f"{GTIN}(3925)100")

    assert refused.value.ai == "3925"
    assert str(refused.value).startswith("AI (3925): one of 01+30, 01+31??")


def test_an_identifier_of_a_later_edition_counts_for_its_family() -> None:
    later = gs1.Options(unknown_ais=True)

    assert fault(f"{GTIN}(3925)100(3109)000001", later) is None
    assert fault(f"{GTIN}(3925)100(3109)000001(3100)000001", later) == "excluded_pair"


def test_the_memory_of_good_shapes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(associations, "SHAPES_MAX", 3)
    associations._good_shapes.clear()

    for count in range(1, 9):
        assert fault("".join(f"(9{n})X" for n in range(count))) is None

    assert 1 <= len(associations._good_shapes) <= 3
