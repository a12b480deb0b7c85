"""A part of a log proves its entries, whatever the size of the log, and each of its bytes counts."""

from pathlib import Path
from random import Random

import pytest
from tests.factories.log import entries, write_log

from seriatim.access.verifiable_log import excerpt, verifier

SIZES = (1, 255, 256, 257, 511, 65_536, 65_537, 70_000)


def written(folder: Path, size: int, places: list[int]) -> tuple[verifier.Part, bytes]:
    """The part of a log that proves these places, in a folder of its own, as the auditor's program reads it."""
    log = write_log(folder / "log", size)
    checkpoint, note = log.newest()
    for name, content in excerpt(log, size, note, places):
        path = folder / "part" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return verifier.Part(verifier.Files(folder / "part"), size, checkpoint.root), checkpoint.root


@pytest.mark.parametrize("size", SIZES)
def test_every_entry_of_a_part_leads_to_the_root(size: int, tmp_path: Path) -> None:
    random = Random(size)
    places = sorted({0, size - 1, *random.sample(range(size), min(size, 5))})

    part, _ = written(tmp_path, size, places)

    assert [part.sealed(place) for place in places] == [entries(1, place)[0][17:49] for place in places]


def test_a_part_is_far_smaller_than_the_log(tmp_path: Path) -> None:
    written(tmp_path, 70_000, list(range(1_000, 1_200)))

    names = sorted(path.name for path in (tmp_path / "part").rglob("*") if path.is_file())

    assert len(names) < 12


def test_a_changed_byte_of_any_tile_or_bundle_is_found(tmp_path: Path) -> None:
    size, places = 70_000, [5, 30_000, 65_999, 69_999]
    _, root = written(tmp_path, size, places)
    for path in sorted((tmp_path / "part" / "tile").rglob("*")):
        if path.is_dir():
            continue
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(verifier.Fault):
                part = verifier.Part(verifier.Files(tmp_path / "part"), size, root)
                for one in places:
                    part.sealed(one)
        path.write_bytes(whole)


def test_an_earlier_checkpoint_is_not_compared_with_a_part_of_a_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, 3, [1])
    (tmp_path / "part" / "archive.json").write_text("{}")
    note = tmp_path / "part" / "checkpoint"

    code = verifier.main([str(tmp_path / "part"), "--since", str(note)])

    assert code == 3
    assert "compare an earlier checkpoint with a whole bundle" in capsys.readouterr().out
