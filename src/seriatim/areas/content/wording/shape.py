"""The shape of wording: one `Words` for each language, one `Spoken` for each state in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from seriatim.areas.content.model import ActionKind, State, TapState

Language = Literal["en", "de", "fr", "pt"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de", "fr", "pt")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One state in one language."""

    title: str
    heading: str
    lead: str
    points: tuple[str, ...]
    actions: tuple[ActionKind, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a page says in one language."""

    name: str
    """The language's own name, for the switch."""
    this_pack: str
    must_match: str
    look_for: str
    story: str
    instructions: str
    recycle: str
    stored: str
    stored_what: str
    checked: str
    domain: str
    """`{domain}` is the true address of the page."""
    no_cookies: str
    facts: Mapping[str, str]
    actions: Mapping[ActionKind, str]
    signals: Mapping[str, str]
    states: Mapping[State, Spoken]
    taps: Mapping[TapState, tuple[str, str]]
    """Heading and text."""


ACTIONS: Final[Mapping[State, tuple[ActionKind, ...]]] = {
    "recalled": ("get_help", "report"),
    "blocked": ("report", "get_help"),
    "expired": ("get_help", "report"),
    "not_active": ("retry", "report"),
    "suspicious": ("answer", "report", "get_help"),
    "caution": ("answer", "report", "get_help"),
    "unknown": ("check_code", "report"),
    "consistent": ("matches", "differs", "report"),
    "cannot_check": ("retry", "get_help"),
    "product": ("check_code", "get_help"),
}


def states_of(**told: tuple[str, str, str, tuple[str, ...]]) -> Mapping[State, Spoken]:
    """All states out of (title, heading, lead, points); a missing one is an error at import."""
    return {state: Spoken(*told[state], actions) for state, actions in ACTIONS.items()}


def signals_of(travel: str, crowd: str, market: str) -> Mapping[str, str]:
    return {"R4": travel, "R4h": travel, "R6": crowd, "R6h": crowd, "R7": market}


def taps_of(
    *,
    verified: tuple[str, str],
    already_seen: tuple[str, str],
    replayed: tuple[str, str],
    opened: tuple[str, str],
    refused: tuple[str, str],
) -> Mapping[TapState, tuple[str, str]]:
    """All answers to a tap as (heading, text); a missing one is an error at import."""
    return {
        "verified": verified,
        "already_seen": already_seen,
        "replayed": replayed,
        "opened": opened,
        "refused": refused,
    }
