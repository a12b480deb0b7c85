"""The best of several links, by what the reader's device says: place, language, kind of file."""

from collections.abc import Sequence
from dataclasses import dataclass

from seriatim.areas.resolver.model import Link
from seriatim.base.negotiation import language_quality, media_quality, read_wishes


@dataclass(frozen=True, slots=True)
class Wish:
    """What the request asks for besides a type."""

    context: str = ""
    languages: str = ""
    """Accept-Language."""
    media: str = ""
    """Accept."""

    def speaks_of(self, link: Link) -> bool:
        """Whether the link matches something that was really asked for, so that it beats the plain default."""
        return (
            self._names_context(link)
            or any((language_quality(self.languages, tag) or 0) > 0 for tag in link.hreflang)
            or (link.media_type in dict(read_wishes(self.media)) if link.media_type else False)
        )

    def _names_context(self, link: Link) -> bool:
        return bool(self.context) and self.context.lower() in {name.lower() for name in link.context}


def best_of(candidates: Sequence[Link], wish: Wish) -> list[Link]:
    """The best candidate; several only when they are alike in type, language and context, so that a person must choose.

    Where nothing tells the best apart but what nobody asked for, stored order decides.
    """
    in_context = [link for link in candidates if wish._names_context(link)]  # noqa: SLF001 -- one module, one idea
    kept = in_context or [link for link in candidates if not link.context] or list(candidates)
    scores = [(_score(link, wish), link) for link in kept]
    top = max(score for score, _ in scores)
    first, *others = (link for score, link in scores if score == top)
    alike = [link for link in others if _attributes(link) == _attributes(first) and link.href != first.href]
    return [first, *alike]


def _score(link: Link, wish: Wish) -> tuple[float, bool, float, int]:
    """Language first, then media type, then as few attributes as possible that nobody asked for."""
    languages = [language_quality(wish.languages, tag) for tag in link.hreflang]
    spoken = max((quality for quality in languages if quality is not None), default=None)
    named = dict(read_wishes(wish.languages))
    media = media_quality(wish.media, link.media_type) if link.media_type else None
    unasked = (
        len(link.hreflang) * (not spoken)
        + bool(link.media_type and not media)
        + len(link.context) * (not wish.context)
    )
    return (
        _preference(spoken, bool(link.hreflang)),
        any(tag.lower() in named for tag in link.hreflang),
        _preference(media, bool(link.media_type)),
        -unasked,
    )


def _preference(quality: float | None, says: bool) -> float:
    """Wanted ranks above unsaid, unsaid above unwanted, refused comes last."""
    if not says:
        return 0.0
    if quality is None:
        return -1.0
    return quality if quality > 0 else -2.0


def _attributes(link: Link) -> tuple[object, ...]:
    return (link.media_type, link.hreflang, link.context)
