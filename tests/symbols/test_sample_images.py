"""Public sample pictures: per folder a floor of reads, which is only ever raised, and no misread at all."""

from pathlib import Path

import pytest

from seriatim import symbols

FOLDERS = Path(__file__).parents[3] / "shared" / "vectors" / "images"
FLOORS = [
    ("code128-1", 6),
    ("code128-2", 14),
    ("datamatrix-1", 30),
    ("datamatrix-2", 13),
    ("datamatrix-4", 21),
    ("qrcode-1", 8),
    ("qrcode-3", 18),
    ("qrcode-5", 16),
    ("qrcode-6", 15),
]
LONG = 60_000.0
"""Milliseconds: no floor depends on how fast this machine is."""
TOO_SMALL = ["1x1.webp", "1x100.webp"]
FORMATS = {"code128": ["code128", "gs1-128"], "datamatrix": ["datamatrix"], "qrcode": ["qrcode"]}

pytestmark = pytest.mark.skipif(not FOLDERS.is_dir(), reason="the sample pictures are not on this machine")


def pictures(folder: str) -> list[Path]:
    return sorted(path for path in (FOLDERS / folder).iterdir() if path.suffix not in {".txt", ".bin"})


def says(found: symbols.Read, path: Path) -> bool:
    """Whether the read is what stands beside the picture, as text or as bytes."""
    if path.with_suffix(".bin").exists():
        return found.data == path.with_suffix(".bin").read_bytes()
    expected = path.with_suffix(".txt").read_text("utf-8").replace("\r\n", "\n")
    texts = [found.text, found.data.decode("utf-8", "replace")]
    return expected in [text.replace("\r\n", "\n") for text in texts]


@pytest.mark.parametrize(("folder", "floor"), FLOORS)
def test_a_folder_reads_at_least_its_floor_and_nothing_wrongly(folder: str, floor: int) -> None:
    reads = {
        path: symbols.read(path, formats=FORMATS[folder.split("-", maxsplit=1)[0]], deadline_ms=LONG)
        for path in pictures(folder)
    }

    wrong = [path.name for path, found in reads.items() if found and not says(found[0], path)]
    assert wrong == []
    assert sum(bool(found) for found in reads.values()) >= floor


def test_pictures_without_a_code_give_none() -> None:
    found = [
        symbols.read(path, formats=symbols.READ_FORMATS, deadline_ms=LONG)
        for path in pictures("falsepositives-1")
        if path.name not in TOO_SMALL
    ]

    assert found == [()] * 19


@pytest.mark.parametrize("name", TOO_SMALL)
def test_pictures_of_a_pixel_or_a_line_are_refused(name: str) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        symbols.read(FOLDERS / "falsepositives-1" / name)

    assert refusal.value.code == "image_too_small"
