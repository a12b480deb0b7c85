"""The station at the packaging line: the verdict on the newest unit, readable from three metres.

It follows a running order live and can play back a finished one. It only looks: what it shows are rows of the line.
"""

from typing import Final

from seriatim.web.line import door
from seriatim.web.pages import Page

PAGES: Final[tuple[Page, ...]] = (
    Page("/line", door.lines, "orders:read"),
    Page("/line/{line}", door.station, "orders:read"),
    Page("/line/{line}/log", door.log, "orders:read"),
    Page("/line/{line}/feed", door.feed, "orders:read"),
    Page("/line/{line}/frames/{order:path}/{trigger:int}.jpg", door.frame, "orders:read"),
)
