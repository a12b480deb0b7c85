from collections.abc import Callable

from seriatim.gs1.linters import LINTERS
from seriatim.gs1.table import AI_LENGTHS, ENTRIES, KEYS, Entry, Part, members

UNNAMED = {"8110", "8112"}  # the published dictionary gives these two no title


def test_the_table_has_the_published_number_of_entries() -> None:
    entries = ENTRIES.values()

    assert len(ENTRIES) == 541
    assert sum(entry.predefined for entry in entries) == 337
    assert sum(entry.attribute for entry in entries) == 525
    assert len(KEYS) == 16
    assert len(LINTERS) == 39


def test_the_first_two_digits_say_how_long_an_application_identifier_is() -> None:
    assert [ai for ai in ENTRIES if len(ai) != AI_LENGTHS[ai[:2]]] == []


def test_every_check_that_the_table_names_exists() -> None:
    named = {name for entry in ENTRIES.values() for part in entry.parts for name in part.linters}

    assert named - LINTERS.keys() == set()


def test_only_the_last_part_of_a_value_varies_and_optional_parts_come_last() -> None:
    for entry in ENTRIES.values():
        assert all(part.least == part.most for part in entry.parts[:-1])
        assert sorted(part.optional for part in entry.parts) == [part.optional for part in entry.parts]


def test_a_predefined_length_is_a_fixed_length() -> None:
    assert [e.ai for e in ENTRIES.values() if e.predefined and e.least != e.most] == []


def test_every_entry_equals_the_published_dictionary(vector_text: Callable[[str], str]) -> None:
    published = {
        ai: line for line in vector_text("gs1-syntax-dictionary.txt").splitlines() for ai in ais_of(line)
    }

    assert published.keys() == ENTRIES.keys()
    assert {ai: ours(ENTRIES[ai]) for ai in published} == {
        ai: theirs(ai, line) for ai, line in published.items()
    }


def ais_of(line: str) -> list[str]:
    if not line or line.startswith("#"):
        return []
    first, _, last = line.split(maxsplit=1)[0].partition("-")
    return [first] if not last else [str(number) for number in range(int(first), int(last) + 1)]


def theirs(ai: str, line: str) -> tuple[object, ...]:
    body, _, title = line.partition("#")
    words = body.split()[1:]
    flags = words.pop(0) if set(words[0]) <= set("*?") else ""
    parts = [word for word in words if "=" not in word and word != "dlpkey"]
    excluded = {other for word in words if word.startswith("ex=") for other in expand(word[3:].split(","))}
    needs = [
        [[sorted(expand([pattern])) for pattern in group.split("+")] for group in word[4:].split(",")]
        for word in words
        if word.startswith("req=")
    ]
    keys = [word.removeprefix("dlpkey").removeprefix("=") for word in words if word.startswith("dlpkey")]
    orders = [[q for q in order.split(",") if q] for key in keys for order in key.split("|")]
    name = "" if ai in UNNAMED else title.strip()
    return parts, "*" in flags, "?" in flags, excluded - {ai}, needs, orders, name


def expand(patterns: list[str]) -> set[str]:
    return {ai for pattern in patterns for ai in members(pattern.replace("n", "?"))}


def ours(entry: Entry) -> tuple[object, ...]:
    excluded = {ai for pattern in entry.excludes for ai in members(pattern)} - {entry.ai}
    needs = [[[sorted(members(p)) for p in group] for group in need] for need in entry.needs]
    orders = [list(order) for order in entry.path_orders or ()]
    name = "" if entry.ai in UNNAMED else entry.title
    parts = [spelled(part) for part in entry.parts]
    return parts, entry.predefined, entry.attribute, excluded, needs, orders, name


def spelled(part: Part) -> str:
    length = str(part.most) if part.least == part.most else f"..{part.most}"
    shape = f"{part.cset.upper()}{length}"
    return ",".join([f"[{shape}]" if part.optional else shape, *part.linters])
