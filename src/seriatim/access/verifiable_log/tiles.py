"""The tree as files that never change: tiles of 256 hashes and bundles of 256 entries, named by level and number.

>>> Tile(level=0, number=1234067, width=256).path, Tile(level=1, number=5, width=17).path
('tile/0/x001/x234/067', 'tile/1/005.p/17')
>>> [(tile.level, tile.number, tile.width) for tile in tiles_of_growth(0, 300)]
[(0, 0, 256), (0, 1, 44), (1, 0, 1)]

Source: C2SP tlog-tiles (text of July 2026): a tile of level L holds the hashes of tree level 8 L; a partial tile is never
hashed into the level above.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from seriatim.access.verifiable_log.merkle import HASH_BYTES, NODE, Hashes

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
ENTRY_BYTES_MAX: Final = 65_535


class Tile(NamedTuple):
    """One tile of hashes, full or partial."""

    level: int
    number: int
    width: int
    """Hashes in it, 1 to 256; 256 is a full tile."""

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_numbered(self.number, self.width)}"


def bundle_path(number: int, width: int) -> str:
    """Where the entries of level-0 tile `number` lie."""
    return f"tile/entries/{_numbered(number, width)}"


def _numbered(number: int, width: int) -> str:
    """Groups of three digits, all but the last with an `x` before; a partial one says its width."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


def tiles_of_growth(old: int, new: int) -> Iterator[Tile]:
    """The tiles to write when the log grows from `old` to `new` entries, the lowest level first."""
    level = 0
    while new > 0:
        for number in range(old >> HEIGHT, (new + WIDTH - 1) >> HEIGHT):
            width = min(WIDTH, new - (number << HEIGHT))
            if width > old - (number << HEIGHT):
                yield Tile(level, number, width)
        level, old, new = level + 1, old >> HEIGHT, new >> HEIGHT


def tiles_of_size(size: int) -> Iterator[Tile]:
    """Every tile of a log of `size` entries."""
    return tiles_of_growth(0, size)


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after another, each with its length in two bytes before it. Raises ValueError for one too long."""
    lengths = set(map(len, entries))
    if max(lengths, default=0) > ENTRY_BYTES_MAX:
        raise ValueError(f"an entry has {ENTRY_BYTES_MAX:,} bytes at most")
    heads = {length: length.to_bytes(2, "big") for length in lengths}
    if len(heads) == 1:
        (head,) = heads.values()
        return head + head.join(entries)
    return b"".join([part for entry in entries for part in (heads[len(entry)], entry)])


def read_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle that we have written."""
    entries, place = [], 0
    while place < len(bundle):
        stop = place + 2 + int.from_bytes(bundle[place : place + 2], "big")
        entries.append(bundle[place + 2 : stop])
        place = stop
    return entries


def hashes_in_tiles(size: int, read: Callable[[Tile], bytes]) -> Hashes:
    """The subtree hashes of a log of `size` entries, out of the tiles that `read` fetches by coordinate."""

    def hash_at(level: int, index: int) -> bytes:
        tile_level, up = divmod(level, HEIGHT)
        first = index << up
        number = first >> HEIGHT
        width = min(WIDTH, (size >> HEIGHT * tile_level) - (number << HEIGHT))
        tile = read(Tile(tile_level, number, width))
        assert len(tile) == width * HASH_BYTES, "a tile holds as many hashes as its name says"
        offset = first % WIDTH
        row = [tile[i * HASH_BYTES : (i + 1) * HASH_BYTES] for i in range(offset, offset + (1 << up))]
        return fold(row)

    return hash_at


def fold(row: Sequence[bytes]) -> bytes:
    """The hash over 1, 2, 4 ... 256 neighbouring hashes."""
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(NODE + left + right).digest() for left, right in pairs]
    return row[0]
