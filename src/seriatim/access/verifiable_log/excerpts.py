"""The part of a log that proves many of its entries together: their bundles, and the tiles that tie them to the signed root.

Far less than the whole log, and far less than a proof for each: neighbours share their road. A reader folds each bundle
into a hash of the tile above, and so on; the last tiles of all levels make the root, which the checkpoint signs.
"""

from collections.abc import Iterable, Iterator

from seriatim.access.verifiable_log.publishing import CHECKPOINT_FILE, LogFolder
from seriatim.access.verifiable_log.tiles import HEIGHT, WIDTH, Tile, bundle_path

KEY_FILE = "key"


def excerpt(log: LogFolder, size: int, note: str, places: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """The files, by name, that prove the entries at `places` under the checkpoint `note` of `size` entries.

    Raises OSError for a log whose files are missing.
    """
    yield CHECKPOINT_FILE, note.encode()
    yield KEY_FILE, f"{log.signer.key}\n".encode()
    numbers = {place >> HEIGHT for place in places}
    for number in sorted(numbers):
        width = min(WIDTH, size - (number << HEIGHT))
        yield bundle_path(number, width), log.read_bundle(number, width)
    level, count = 0, size
    while count:
        last, partial = divmod(count, WIDTH)
        for number in sorted(numbers - {last}) if level else ():  # at level 0 the bundles say it all
            tile = Tile(level, number, WIDTH)
            yield tile.path, log.read(tile)
        if partial:
            tile = Tile(level, last, partial)
            yield tile.path, log.read(tile)
        numbers = {number >> HEIGHT for number in numbers - {last}}
        level, count = level + 1, count >> HEIGHT
