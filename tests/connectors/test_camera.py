"""Cameras: the synthetic one repeats itself, the folder of photographs never falls over."""

import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.factories.line import TEMPLATE, make_label, make_target

from seriatim.areas.line import Frame, judge, look, shoot
from seriatim.base.errors import BadInput
from seriatim.connectors.camera import FolderCamera, SyntheticCamera

LABELS = [make_label(f"7KQ2MR9TXW4{end}") for end in "BCDFG"]
TARGET = make_target([label.serial for label in LABELS])


def photograph(folder: Path, name: str, frame: Frame) -> Path:
    path = folder / name
    assert cv2.imwrite(str(path), frame.image)
    return path


def test_the_same_seed_takes_the_same_pictures_and_another_seed_others() -> None:
    one, same, other = (SyntheticCamera(TEMPLATE, seed).take(3, LABELS[0]).image for seed in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_each_trigger_is_a_picture_of_its_own() -> None:
    camera = SyntheticCamera(TEMPLATE, 1)

    assert not np.array_equal(camera.take(0, LABELS[0]).image, camera.take(1, LABELS[0]).image)


def test_a_duplicate_shows_the_label_two_units_before_it() -> None:
    camera = SyntheticCamera(TEMPLATE, 1).with_faults({12: "duplicate"}, LABELS, 10)

    (code,) = look(camera.take(12, LABELS[2])).codes

    assert code.elements["21"] == LABELS[0].serial


def test_a_wrong_lot_shows_another_lot_whatever_the_lot_is() -> None:
    for lot in ("H26K20", "X26K20"):
        labels = [make_label(label.serial, lot=lot) for label in LABELS]
        camera = SyntheticCamera(TEMPLATE, 1).with_faults({2: "wrong_lot"}, labels, 0)
        (code,) = look(camera.take(2, labels[2])).codes
        assert (code.elements["10"] != lot, code.elements["21"]) == (True, labels[2].serial)


def test_faults_meet_only_the_triggers_they_are_planned_for() -> None:
    camera = SyntheticCamera(TEMPLATE, 1).with_faults({1: "absent"}, LABELS, 0)

    verdicts = [judge(shot.sighting, TARGET, frozenset()).reason for shot in shoot(camera, 0, LABELS[:3])]

    assert verdicts == [None, "absent", None]


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tiff", "webp"])
def test_photographs_are_taken_in_the_order_of_their_names(tmp_path: Path, suffix: str) -> None:
    camera = SyntheticCamera(TEMPLATE, 3)
    for trigger in (2, 0, 1):
        photograph(tmp_path, f"shot-{trigger:03d}.{suffix}", camera.take(trigger, LABELS[trigger]))
    (tmp_path / "notes.txt").write_text("not a picture")

    shots = shoot(FolderCamera.of(tmp_path), 0, LABELS[:3])

    assert [judge(shot.sighting, TARGET, frozenset()).serial for shot in shots] == [
        label.serial for label in LABELS[:3]
    ]


def test_a_truncated_photograph_is_an_invalid_image_and_the_next_one_is_read(tmp_path: Path) -> None:
    camera = SyntheticCamera(TEMPLATE, 3)
    whole = photograph(tmp_path, "1.png", camera.take(0, LABELS[0])).read_bytes()
    (tmp_path / "0.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "2.jpg").write_bytes(b"")
    (tmp_path / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n but then nonsense")

    shots = shoot(FolderCamera.of(tmp_path), 0, [LABELS[1], LABELS[0], *LABELS[2:4]])
    verdicts = [judge(shot.sighting, TARGET, frozenset()) for shot in shots]

    assert [verdict.reason for verdict in verdicts] == [
        "invalid_image",
        None,
        "invalid_image",
        "invalid_image",
    ]
    assert [shot.jpeg == b"" for shot in shots] == [True, False, True, True]
    assert verdicts[0].explanation.startswith("no usable picture for trigger 0: ")


def test_more_triggers_than_photographs_are_invalid_images(tmp_path: Path) -> None:
    photograph(tmp_path, "only.png", SyntheticCamera(TEMPLATE, 3).take(0, LABELS[0]))

    frame = FolderCamera.of(tmp_path).take(1, LABELS[1])

    assert frame.fault == "no picture for trigger 1: the folder has 1, one for each trigger"


def test_a_photograph_that_vanished_is_an_invalid_image(tmp_path: Path) -> None:
    path = photograph(tmp_path, "only.png", SyntheticCamera(TEMPLATE, 3).take(0, LABELS[0]))
    camera = FolderCamera.of(tmp_path)
    path.unlink()

    assert camera.take(0, LABELS[0]).fault.startswith("no usable picture for trigger 0")


def test_a_folder_without_photographs_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There are no pictures in .*\.png"):
        FolderCamera.of(tmp_path)


def test_cameras_travel_to_worker_processes(tmp_path: Path) -> None:
    photograph(tmp_path, "only.png", SyntheticCamera(TEMPLATE, 3).take(0, LABELS[0]))
    for camera in (SyntheticCamera(TEMPLATE, 3), FolderCamera.of(tmp_path)):
        there = pickle.loads(pickle.dumps(camera))
        assert np.array_equal(there.take(0, LABELS[0]).image, camera.take(0, LABELS[0]).image)
