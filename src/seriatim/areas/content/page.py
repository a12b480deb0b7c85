"""Puts a page together: state, wording of the reader's language, and the printed facts to compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from seriatim.areas.content.model import (
    STATUSES,
    TAP_TONES,
    TONES,
    Action,
    Band,
    Fact,
    Page,
    ProductText,
    Standing,
    TapNote,
    TapState,
    page_state,
)
from seriatim.areas.content.wording import LANGUAGES, WORDING, Language
from seriatim.base.negotiation import choose_language

ABOUT_STATES: Final = frozenset({"consistent", "product"})
"""Where the brand may tell its story; everywhere else there is something more important to say."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page is about, as printed on the pack; empty where nothing is known."""

    product: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    look_for: str = ""


def page(
    standing: Standing,
    band: Band,
    subject: Subject,
    texts: Sequence[ProductText],
    *,
    language: str = "",
    signals: Sequence[str] = (),
    notice: str = "",
    instructions: str = "",
    tap: TapState | None = None,
    now: datetime,
) -> Page:
    """The page for one scan, in the best language we speak for the Accept-Language header `language`.

    `signals` are the rules that fired (R4h, R7...), told in plain words on the pages that doubt; `notice` and
    `instructions` are the words of a live recall.
    """
    tongue = language_of(language)
    words = WORDING[tongue]
    state = page_state(standing, band, now.date())
    spoken = words.states[state]
    text = text_in(texts, language)
    names = {"product": subject.product or words.this_pack}
    points: tuple[str, ...] = spoken.points
    if state == "recalled":
        points = tuple(part for part in (instructions, *spoken.points) if part)
    elif state in {"suspicious", "caution"}:
        reasons = dict.fromkeys(words.signals[rule] for rule in signals if rule in words.signals)
        points = (*reasons, *spoken.points)
    elif state == "expired" and text is not None and text.recycle:
        points = (*spoken.points, text.recycle)
    return Page(
        state=state,
        status=STATUSES.get(state, 200),
        language=tongue,
        title=spoken.title.format(**names),
        heading=spoken.heading.format(**names),
        lead=" ".join(
            part for part in (notice if state == "recalled" else "", spoken.lead.format(**names)) if part
        ),
        tone=TONES[state],
        points=points,
        actions=tuple(Action(kind, words.actions[kind]) for kind in spoken.actions),
        must_match=_facts(subject, tongue)
        if state != "unknown"
        else _facts(Subject(serial=subject.serial), tongue),
        look_for=""
        if state in {"unknown", "cannot_check"}
        else (text.look_for if text else "") or subject.look_for,
        about=text if state in ABOUT_STATES else None,
        checked_at=now,
        tap=TapNote(tap, TAP_TONES[tap], *words.taps[tap]) if tap else None,
    )


def cannot_check(language: str, now: datetime) -> Page:
    """The page without any verdict, for when the store is away: there is no answer to fall back to."""
    return page(Standing(readable=False), "normal", Subject(), (), language=language, now=now)


def language_of(header: str) -> Language:
    """The language of ours that an Accept-Language header likes best; English when it likes none."""
    chosen = choose_language(header, LANGUAGES, LANGUAGES[0])
    return next(language for language in LANGUAGES if language == chosen)


def text_in(texts: Sequence[ProductText], header: str) -> ProductText | None:
    """The brand's text in the best language it has: never none for lack of a language."""
    if not texts:
        return None
    available = [text.language for text in texts]
    fallback = "en" if "en" in available else available[0]
    chosen = choose_language(header, available, fallback)
    return next(text for text in texts if text.language == chosen)


def _facts(subject: Subject, tongue: Language) -> tuple[Fact, ...]:
    labels = WORDING[tongue].facts
    found = (
        Fact("product", labels["product"], subject.product),
        Fact("lot", labels["lot"], subject.lot),
        Fact("expiry", labels["expiry"], f"{subject.expiry:%d.%m.%Y}" if subject.expiry else ""),
        Fact("serial", labels["serial"], subject.serial),
    )
    return tuple(fact for fact in found if fact.value)
