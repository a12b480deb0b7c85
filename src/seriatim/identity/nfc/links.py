"""Where in a tag's link its proof stands: the encoder decided it once, for all tags of a product.

>>> read_sun("picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086").mac.hex()
'94eed9ee65337086'
"""

import re
from dataclasses import dataclass
from typing import Final

from seriatim.identity.nfc.sun import Sun, SunRefused

QUERY_CHARACTERS_MAX: Final = 2048
HEX: Final = re.compile("(?:[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class SunLayout:
    """The names of the query's parameters, as they were written into the tags."""

    picc_data: str = "picc_data"
    mac: str = "cmac"
    mac_from: str = ""
    """The parameter with whose value the MAC's text begins; it ends before the MAC's own value. Empty: no text."""
    file_data: str = ""
    """The parameter with encrypted file data; empty: there is none."""
    tamper_at: int | None = None
    """Where the two tamper bytes stand in the file data in clear; None: not mirrored."""


DEFAULT_LAYOUT: Final = SunLayout()
FILE_LAYOUT: Final = SunLayout(mac_from="enc", file_data="enc", tamper_at=0)
"""With encrypted file data, whose first two bytes are the tamper loop's; the MAC covers it. Source: AN12196, 3.4."""
PARAMETERS: Final = frozenset({DEFAULT_LAYOUT.picc_data, DEFAULT_LAYOUT.mac, FILE_LAYOUT.file_data})
"""The one place where the names of a tap's parameters stand: encoders write them, doors read them, nobody keeps them."""


def layout_in(query: str) -> SunLayout | None:
    """Which layout a link's query has; None when there is no tap in it.

    >>> layout_in("lang=de"), layout_in("picc_data=00&cmac=00") == DEFAULT_LAYOUT
    (None, True)
    """
    names = {part.partition("=")[0] for part in query[:QUERY_CHARACTERS_MAX].split("&")}
    if not names & {DEFAULT_LAYOUT.picc_data, DEFAULT_LAYOUT.mac}:
        return None
    return FILE_LAYOUT if FILE_LAYOUT.file_data in names else DEFAULT_LAYOUT


def read_sun(query: str, layout: SunLayout = DEFAULT_LAYOUT) -> Sun | SunRefused:
    """The tag's proof out of a link's query, raw as it came; never raises.

    A parameter of the layout that is missing, doubled or not hexadecimal makes it malformed. Percent escapes stay as
    they are: the MAC was made over the characters of the link.
    """
    if len(query) > QUERY_CHARACTERS_MAX or not query.isascii():
        return SunRefused("malformed")
    places = _places(query)
    hexadecimal = [name for name in (layout.picc_data, layout.mac, layout.file_data) if name]
    names = [*hexadecimal, layout.mac_from] if layout.mac_from else hexadecimal
    if any(len(places.get(name, ())) != 1 for name in names):
        return SunRefused("malformed")
    values = {name: query[slice(*places[name][0])] for name in hexadecimal}
    if not all(HEX.fullmatch(value) for value in values.values()):
        return SunRefused("malformed")
    text = ""
    if layout.mac_from:
        start, end = places[layout.mac_from][0][0], places[layout.mac][0][0]
        if start > end:
            return SunRefused("malformed")
        text = query[start:end]
    return Sun(
        picc_data=bytes.fromhex(values[layout.picc_data]),
        mac=bytes.fromhex(values[layout.mac]),
        text=text.encode("ascii"),
        file_data=bytes.fromhex(values[layout.file_data]) if layout.file_data else b"",
        tamper_at=layout.tamper_at,
    )


def _places(query: str) -> dict[str, list[tuple[int, int]]]:
    """Where each parameter's values begin and end."""
    places: dict[str, list[tuple[int, int]]] = {}
    start = 0
    for part in query.split("&"):
        name, _, value = part.partition("=")
        end = start + len(part)
        places.setdefault(name, []).append((end - len(value), end))
        start = end + 1
    return places
