"""What a person sees after scanning a pack: the verdict first, in words a child understands, on any phone.

No script, no cookie, nothing from another host; one small answer that also stands when the store is away.
"""

from typing import Final

from seriatim.web.consumer.door import show, store_is_away, typed
from seriatim.web.pages import Page

PAGES: Final[tuple[Page, ...]] = (
    Page("/c", typed, None, when_away=store_is_away),
    Page("/c/{path:path}", show, None, when_away=store_is_away),
)
