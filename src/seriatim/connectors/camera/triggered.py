"""Line cameras: a synthetic one that films labels nobody printed, and a folder of photographs.

Both are frame sources in the sense of `areas.line.FrameSource`; the line does not know which one it looks through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from seriatim import symbols
from seriatim.areas.line import FaultKind, Frame, Label
from seriatim.connectors.camera.files import pictures_in
from seriatim.connectors.camera.port import NO_IMAGE
from seriatim.symbols import LabelTemplate, synth

RUINED: Final[Mapping[str, float]] = {"missing_dots": 1.0}
"""A quarter of the dots never arrived: more than any error correction mends, so that no reader can name the unit."""

EFFECTS: Final[Mapping[FaultKind, Mapping[str, float]]] = {
    "absent": {"absent": 1.0},
    "defocus": {"defocus": 1.0, "motion": 1.0},
    "voids": {"voids": 1.0, **RUINED},
    "dead_nozzle": {"dead_nozzle": 1.0, **RUINED},
    "ink_loss": {"ink_loss": 1.0, **RUINED},
    "fading": {"low_contrast": 0.35},
    "wrong_lot": {},
    "duplicate": {},
}
"""What each fault does to the picture; the last two print the wrong label instead."""


@dataclass(frozen=True, slots=True)
class SyntheticCamera:
    """Films the label of the template, with the faults that were planned for it; the same seed, the same pictures."""

    template: LabelTemplate
    seed: int
    faults: Mapping[int, FaultKind] = field(default_factory=dict)
    """Fault by trigger number."""
    earlier: Mapping[int, Label] = field(default_factory=dict)
    """For a duplicate: the label that is printed a second time, by trigger number."""

    def take(self, trigger: int, label: Label) -> Frame:
        fault = self.faults.get(trigger)
        printed = self.template.fill(self._on_the_label(trigger, label, fault).texts())
        effects = EFFECTS[fault] if fault else {}
        shot = synth.frame(printed, seed=self.seed * 1_000_003 + trigger, effects=effects)
        return Frame(shot.image, taught_in(self.template, label), pose=taught_pose(self.template, label))

    def _on_the_label(self, trigger: int, label: Label, fault: FaultKind | None) -> Label:
        if fault == "wrong_lot":
            return msgspec.structs.replace(
                label, lot=f"X{label.lot[1:]}" if label.lot[:1] != "X" else f"Y{label.lot[1:]}"
            )
        if fault == "duplicate":
            return self.earlier[trigger]
        return label

    def with_faults(
        self, faults: Mapping[int, FaultKind], labels: Sequence[Label], first_trigger: int
    ) -> "SyntheticCamera":
        """This camera with faults planned; a duplicate repeats the label two units before it."""
        earlier = {t: labels[t - first_trigger - 2] for t, kind in faults.items() if kind == "duplicate"}
        return replace(self, faults=dict(faults), earlier=earlier)


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is taught in once per recipe."""

    region: tuple[int, int, int, int]
    pose: symbols.Pose | None
    """None for a code that is no matrix."""


@lru_cache(maxsize=8)
def _taught(template: LabelTemplate, sample: tuple[tuple[str, str], ...]) -> _Lesson:
    printed, scene = template.fill(dict(sample)), synth.Scene()
    region = synth.region_of_code(printed, scene)
    symbol = printed.symbols[0].symbol
    if symbol.format not in {"datamatrix", "qrcode"}:
        return _Lesson(region, None)
    left, top, right, bottom = region
    middle = np.array([left + right, top + bottom]) / 2
    half = np.array(symbol.size[::-1]) * scene.pitch / 2
    corners = middle + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    play = (right - left) / 2 - half[0]
    return _Lesson(region, symbols.Pose(symbol.format, symbol.size, corners, play, scene.tilt_degrees + 1))


def _lesson(template: LabelTemplate, label: Label) -> _Lesson:
    sample = msgspec.structs.replace(label, serial="2" * len(label.serial))
    return _taught(template, tuple(sorted(sample.texts().items())))


def taught_in(template: LabelTemplate, label: Label) -> tuple[int, int, int, int]:
    """Where the code of this label stands in the synthetic camera's pictures, with play; in pixels."""
    return _lesson(template, label).region


def taught_pose(template: LabelTemplate, label: Label) -> symbols.Pose | None:
    """Which code of which size stands there, for the guided stage of reading."""
    return _lesson(template, label).pose


@dataclass(frozen=True, slots=True)
class FolderCamera:
    """Photographs instead of a camera: one for each trigger, in the order of their names."""

    pictures: tuple[Path, ...]

    @classmethod
    def of(cls, folder: Path) -> "FolderCamera":
        """The pictures in a folder; raises BadCamera when there are none."""
        return cls(pictures_in(folder))

    def take(self, trigger: int, label: Label) -> Frame:  # noqa: ARG002 -- a photograph shows what it shows
        if trigger >= len(self.pictures):
            return Frame(
                NO_IMAGE,
                fault=f"no picture for trigger {trigger}: the folder has {len(self.pictures)}, one for each trigger",
            )
        try:
            return Frame(symbols.load_image(self.pictures[trigger]))
        except (symbols.SymbolError, OSError) as error:
            return Frame(NO_IMAGE, fault=f"no usable picture for trigger {trigger}: {error}")


def one_thread() -> None:
    """For worker processes: one picture, one thread; OpenCV would start as many as there are cores in each."""
    import cv2  # noqa: PLC0415 -- heavy: only workers look at pictures

    cv2.setNumThreads(1)
