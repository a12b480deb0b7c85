"""The console: the office's door. One module for each section, one address for each thing."""

from typing import Final

from seriatim.web.console import (
    captures,
    containers,
    event,
    events,
    find,
    grade,
    home,
    labels,
    master_data,
    orders,
    products,
    protection,
    recalls,
    serials,
    settings,
    subscriptions,
    trail,
    units,
)
from seriatim.web.pages import Page

PAGES: Final[tuple[Page, ...]] = (
    *home.PAGES,
    *products.PAGES,
    *serials.PAGES,
    *orders.PAGES,
    *labels.PAGES,
    *grade.PAGES,
    *units.PAGES,
    *containers.PAGES,
    *events.PAGES,
    *event.PAGES,
    *master_data.PAGES,
    *captures.PAGES,
    *subscriptions.PAGES,
    *protection.PAGES,
    *recalls.PAGES,
    *trail.PAGES,
    *settings.PAGES,
    *find.PAGES,
)
