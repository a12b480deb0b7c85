"""Which files a log of some size has, and that they grow without ever changing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.access.verifiable_log.merkle import in_memory, leaf_hash, root_of
from seriatim.access.verifiable_log.tiles import (
    HEIGHT,
    WIDTH,
    Tile,
    bundle_path,
    hashes_in_tiles,
    tiles_of_growth,
    tiles_of_size,
    write_bundle,
)

LEAVES = [leaf_hash(n.to_bytes(4, "big")) for n in range(1000)]
HASHES = in_memory(LEAVES)


def read(tile: Tile) -> bytes:
    first = tile.number << HEIGHT
    return b"".join(HASHES(HEIGHT * tile.level, first + i) for i in range(tile.width))


def by_level(size: int) -> dict[int, tuple[int, int | None]]:
    """Level -> (full tiles, width of the partial one)."""
    found: dict[int, tuple[int, int | None]] = {}
    for tile in tiles_of_size(size):
        full, partial = found.get(tile.level, (0, None))
        found[tile.level] = (full + 1, partial) if tile.width == WIDTH else (full, tile.width)
    return found


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        (0, {}),
        (1, {0: (0, 1)}),
        (255, {0: (0, 255)}),
        (256, {0: (1, None), 1: (0, 1)}),
        (257, {0: (1, 1), 1: (0, 1)}),
        (65_535, {0: (255, 255), 1: (0, 255)}),
        (65_536, {0: (256, None), 1: (1, None), 2: (0, 1)}),
        (70_000, {0: (273, 112), 1: (1, 17), 2: (0, 1)}),
    ],
)
def test_a5_the_files_of_a_log_are_those_of_the_format(
    size: int, tiles: dict[int, tuple[int, int | None]]
) -> None:
    assert by_level(size) == tiles


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067, 256), "tile/0/x001/x234/067"),
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(2, 999, 3), "tile/2/999.p/3"),
        (Tile(1, 1000, 256), "tile/1/x001/000"),
    ],
)
def test_a_path_goes_by_groups_of_three_digits(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_a_bundle_lies_beside_its_tile() -> None:
    assert bundle_path(273, 112) == "tile/entries/273.p/112"


@given(st.integers(0, 1000), st.data())
def test_growth_writes_what_is_new_and_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))

    grown = set(tiles_of_growth(old, new))

    assert grown == set(tiles_of_size(new)) - set(tiles_of_size(old))


@given(st.integers(1, 1000), st.data())
def test_roots_read_out_of_tiles_are_the_roots_of_the_tree(size: int, data: st.DataObject) -> None:
    older = data.draw(st.integers(0, size))

    assert root_of(older, hashes_in_tiles(size, read)) == root_of(older, HASHES)


def test_a_bundle_says_the_length_of_each_entry() -> None:
    assert write_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    with pytest.raises(ValueError, match="65,535 bytes at most"):
        write_bundle([bytes(65_536)])
