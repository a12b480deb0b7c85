"""6,000 mixed inputs with the published engine's verdicts: bracketed, raw and Digital Link, rules of association on."""

import re
from typing import Any

from seriatim import gs1


def outcome(text: str) -> gs1.Message | gs1.GS1Error:
    try:
        return gs1.parse(text)
    except gs1.GS1Error as error:
        return error


def link(message: gs1.Message) -> str | None:
    try:
        return message.digital_link()
    except gs1.GS1Error:
        return None


def mistakes_in_a_good_row(row: dict[str, Any], got: gs1.Message) -> list[str]:
    mistakes = []
    if got.bracketed() != row["ai"]:
        mistakes.append("ai")
    # The engine hands raw data back as it came; we never write a superfluous separator.
    if row["kind"] != "dl" and gs1.parse(row["data"]).element_string() != got.element_string():
        mistakes.append("data")
    if row["kind"] == "bracket" and got.element_string() != row["data"]:
        mistakes.append("data")
    if link(got) != row["dl"]:
        mistakes.append("dl")
    return mistakes


def mistakes_in_a_bad_row(row: dict[str, Any], got: gs1.GS1Error) -> list[str]:
    mistakes = []
    named = re.search(r"AI \((\d+)\)", row["err"])
    if named and named[1] != got.ai:
        mistakes.append("which AI")
    if row["markup"] and row["markup"] != got.markup:
        mistakes.append("markup")
    return mistakes


def as_the_engine_sees_it(text: str) -> str:
    """The engine counts bytes, we count characters: its bytes as characters make its marks comparable."""
    return text.encode("utf-8").decode("latin-1")


def mistakes(row: dict[str, Any]) -> list[str]:
    got = outcome(as_the_engine_sees_it(row["input"]))
    if isinstance(got, gs1.Message):
        return mistakes_in_a_good_row(row, got) if row["ok"] else ["accepted"]
    return ["refused"] if row["ok"] else mistakes_in_a_bad_row(row, got)


def test_every_verdict_form_and_place_agrees_with_the_published_engine(vectors: Any) -> None:
    rows = vectors("syntax_oracle_dev")
    verdicts = [row for row in rows if isinstance(outcome(row["input"]), gs1.Message) != row["ok"]]

    assert verdicts == []
    assert [(row["input"], found) for row in rows if (found := mistakes(row))] == []
