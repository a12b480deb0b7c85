"""Wishes of browsers."""

import pytest

from seriatim.base.negotiation import choose_language, language_quality, media_quality, read_wishes


@pytest.mark.parametrize(
    ("header", "available", "chosen"),
    [
        ("fr;q=0.2, es;q=0.9", ["en", "fr", "es"], "es"),
        ("en;q=0.1,ja;q=0.9", ["en", "ja"], "ja"),
        ("en-GB", ["es", "en"], "en"),
        ("es-MX", ["en", "es"], "es"),
        ("en", ["es", "en-US"], "en-US"),
        ("de-AT, fr;q=0.5", ["en", "de"], "de"),
        ("*;q=0.1, en;q=0", ["en", "de"], "de"),
        ("zh-Hant-TW", ["en", "zh"], "zh"),
        ("es;q=0,*", ["es", "en"], "en"),
        ("", ["en", "de"], None),
        ("ja", ["en", "de"], None),
        (";;q=x,,de", ["en", "de"], "de"),
    ],
)
def test_the_best_wanted_language_is_chosen(header: str, available: list[str], chosen: str | None) -> None:
    assert choose_language(header, available) == chosen


def test_a_refused_language_has_quality_zero_and_a_stranger_none() -> None:
    assert language_quality("en;q=0", "en") == 0.0
    assert language_quality("en", "ja") is None


@pytest.mark.parametrize(
    ("header", "quality"),
    [("application/linkset+json; charset=utf-8", 1.0), ("application/*;q=0.4", 0.4), ("*/*;q=0.1", 0.1),
     ("text/html", None), ("application/linkset+json;q=0, */*", 0.0)],
)  # fmt: skip
def test_the_most_specific_media_range_counts(header: str, quality: float | None) -> None:
    assert media_quality(header, "application/linkset+json") == quality


def test_an_unreadable_item_is_skipped() -> None:
    assert read_wishes("text/html;q=2, a/b;q=abc, */*;q=0.5") == [("*/*", 0.5)]
