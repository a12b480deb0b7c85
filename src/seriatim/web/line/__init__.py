"""The station at the packaging line: the verdict on the newest unit, readable from three metres.

It follows a running order live and can play back a finished one. It only looks: what it shows are rows of the line.
"""

from typing import Final

from seriatim.web.line.door import feed, frame, lines, log, station
from seriatim.web.pages import Page

PAGES: Final[tuple[Page, ...]] = (
    Page("/line", lines, "orders:read"),
    Page("/line/{line}", station, "orders:read"),
    Page("/line/{line}/log", log, "orders:read"),
    Page("/line/{line}/feed", feed, "orders:read"),
    Page("/line/{line}/frames/{order:path}/{trigger:int}.jpg", frame, "orders:read"),
)
