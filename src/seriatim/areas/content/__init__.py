"""What a person reads after scanning a pack: one of ten honest answers, and the story of the product around it.

The answer follows from facts by a fixed order of precedence; safety comes first and doubt is never dressed up.
"""

from seriatim.areas.content import api
from seriatim.areas.content.actions import save_text
from seriatim.areas.content.model import (
    PRECEDENCE,
    Action,
    Fact,
    Page,
    ProductText,
    Standing,
    State,
    StoryStep,
    TapNote,
    TapState,
    Tone,
    page_state,
)
from seriatim.areas.content.page import Subject, cannot_check, language_of, page, text_in
from seriatim.areas.content.store import texts
from seriatim.areas.content.wording import LANGUAGES, WORDING, Language, Words

__all__ = [
    "LANGUAGES", "PRECEDENCE", "WORDING", "Action", "Fact", "Language", "Page", "ProductText", "Standing", "State",
    "StoryStep", "Subject", "TapNote", "TapState", "Tone", "Words", "api", "cannot_check", "language_of", "page", "page_state", "save_text", "text_in", "texts",
]  # fmt: skip
