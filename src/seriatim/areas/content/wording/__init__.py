"""What every page says, in every language we speak: short words, no blame, and never more than we know.

Two families of words stay out in all languages: those that bless (genuine, authentic, echt, original, vrai, verdadeiro)
and those that accuse (fake, counterfeit, forgery, Fälschung, contrefaçon, falso). A test reads all of it for them.
`{product}` stands for the name of the product, or for `this_pack` when it is not known.
"""

from collections.abc import Mapping
from typing import Final

from seriatim.areas.content.wording.english import ENGLISH
from seriatim.areas.content.wording.french import FRENCH
from seriatim.areas.content.wording.german import GERMAN
from seriatim.areas.content.wording.portuguese import PORTUGUESE
from seriatim.areas.content.wording.shape import LANGUAGES, Language, Spoken, Words

__all__ = ["LANGUAGES", "WORDING", "Language", "Spoken", "Words"]

WORDING: Final[Mapping[Language, Words]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "pt": PORTUGUESE}
