"""What is exchanged with partners and their systems: EPCIS 2.0 in and out, over the interface that GS1 describes.

`routes(door)` gives the routes under /epcis; `door` is the site as this room sees it.
"""

from seriatim.areas.exchange.api import routes
from seriatim.areas.exchange.doors.site import Door

__all__ = ["Door", "routes"]
