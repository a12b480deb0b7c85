"""Whole pages in all languages, read as a buyer reads them."""

import re
from dataclasses import astuple
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from seriatim.areas.content.model import PRECEDENCE, Fact, Page, ProductText, Standing, State, StoryStep
from seriatim.areas.content.page import Subject, cannot_check, page
from seriatim.areas.content.wording import LANGUAGES, WORDING, Language

NOW = datetime(2026, 11, 20, 18, 4, tzinfo=UTC)
SUBJECT = Subject("Huila, 250 g", "H26K05", date(2027, 11, 5), "7K2M9QXR4TBV", "A round seal over the fold.")
TEXTS = (
    ProductText("en", "Huila", story=(StoryStep("Setúbal", "Roasted in Setúbal", "Medium."),)),
    ProductText("de", "Huila", recycle="In die gelbe Tonne.", look_for="Rundes Siegel über dem Falz."),
)
ALIVE = Standing(issued=True, active=True, expiry=date(2027, 11, 5))
FORBIDDEN = re.compile(
    r"(?i)genuine|authentic|authentisch|authentique|autêntic|\becht|original|\bvrai|verdadeir|fake|counterfeit|forger|"
    r"fälsch|contrefa|\bfaux|fals[ao]|falsific"
)


def shown(standing: Standing = ALIVE, band: str = "normal", **more: object) -> Page:
    return page(standing, band, SUBJECT, TEXTS, now=NOW, **more)  # type: ignore[arg-type]


def texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    return [text for part in value for text in texts_of(part)] if isinstance(value, tuple) else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_in_any_language_blesses_or_accuses(language: Language) -> None:
    words = WORDING[language]
    everything = texts_of(astuple(words)) + [
        text for spoken in words.states.values() for text in texts_of(astuple(spoken))
    ]

    assert [text for text in everything if FORBIDDEN.search(text)] == []


def test_the_word_list_finds_what_it_must_find() -> None:
    assert [
        word
        for word in ("genuine", "Fälschung", "contrefaçon", "falso", "echt")
        if not FORBIDDEN.search(word)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_words_and_they_differ(language: Language) -> None:
    states = WORDING[language].states

    assert set(states) == set(PRECEDENCE)
    assert len({spoken.heading for spoken in states.values()}) == len(PRECEDENCE)
    assert len({spoken.title for spoken in states.values()}) == len(PRECEDENCE)
    for spoken in states.values():
        for text in (spoken.title, spoken.heading, spoken.lead):
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= {"product"}


def test_a_consistent_page_says_what_must_match_and_what_to_look_for() -> None:
    good = shown(language="de-AT, en;q=0.5")

    assert (good.state, good.status, good.language, good.tone) == ("consistent", 200, "de", "good")
    assert good.heading == "Dieser Code ist von uns."
    assert good.must_match == (
        Fact("product", "Produkt", "Huila, 250 g"),
        Fact("lot", "Charge", "H26K05"),
        Fact("expiry", "Haltbar bis", "05.11.2027"),
        Fact("serial", "Seriennummer", "7K2M9QXR4TBV"),
    )
    assert good.look_for == "Rundes Siegel über dem Falz."


def test_a_recalled_page_gives_the_reason_and_what_to_do_and_no_story() -> None:
    recalled = shown(
        Standing(issued=True, active=True, recalled=True),
        notice="Wire may be inside.",
        instructions="Bring it back.",
    )

    assert recalled.lead.startswith("Wire may be inside.")
    assert recalled.points[0] == "Bring it back."
    assert recalled.about is None


def test_a_suspicious_page_gives_plain_reasons_once_and_no_number() -> None:
    doubted = shown(band="suspicious", signals=("R4h", "R4", "R7"))

    assert doubted.points[:2] == (
        "The same code was scanned in places far apart within a short time.",
        "This pack was made for another country.",
    )
    assert not any(character.isdigit() for point in doubted.points for character in point)


def test_the_story_is_told_only_where_nothing_is_wrong() -> None:
    assert shown().about == TEXTS[0]
    assert shown(band="caution").about is None


def test_an_unknown_serial_is_shown_back_and_nothing_is_promised_of_a_product() -> None:
    unknown = shown(Standing())

    assert (unknown.status, unknown.about, unknown.look_for) == (404, None, "")
    assert [fact.kind for fact in unknown.must_match] == ["serial"]


def test_when_the_store_is_away_there_is_no_verdict() -> None:
    away = shown(Standing(readable=False))

    assert (away.state, away.status) == ("cannot_check", 503)
    assert cannot_check("de", NOW).heading == "Wir können diesen Code gerade nicht prüfen."


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("ja", "en"), ("fr-CA", "fr"), ("pt-BR,en;q=0.1", "pt"), ("en;q=0, de;q=0.1", "de")],
)
def test_the_page_speaks_the_readers_language(header: str, language: str) -> None:
    assert shown(language=header).language == language


def test_a_text_in_another_language_beats_no_text() -> None:
    only_german = page(ALIVE, "normal", SUBJECT, TEXTS[1:], language="fr", now=NOW)

    assert only_german.about == TEXTS[1]


STATES: dict[State, Standing] = {"expired": Standing(issued=True, active=True, expiry=date(2026, 1, 1))}


def test_an_expired_page_says_where_the_pack_goes() -> None:
    assert shown(STATES["expired"], language="de").points[-1] == "In die gelbe Tonne."
