"""The port for cameras that send frames: what a frame carries, and what every source owes its reader."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from seriatim.base.errors import BadInput, CannotNow

__all__ = ["NO_IMAGE", "BadCamera", "CameraAway", "CameraFrame", "CameraSource"]

NO_IMAGE = np.zeros((1, 1), np.uint8)
NO_IMAGE.setflags(write=False)


class BadCamera(BadInput):
    """No camera can be opened by these words, or by this installation."""

    code = "bad_camera"


class CameraAway(CannotNow):
    """The camera does not answer: unplugged, switched off, or its stream has ended."""

    code = "camera_away"


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """One picture, and what the camera says of it."""

    image: NDArray[np.uint8] = field(repr=False)
    """Rows x columns, 8-bit gray; a single pixel when `fault` says why there is none."""
    trigger: int
    """Counts from 0; frames that were lost leave a gap, so frame and trigger of a line stay together."""
    taken_at: float
    """Seconds on `clock`; never the time of arrival where the camera says better."""
    clock: Literal["camera", "file", "host"]
    """`camera`: its own clock, of any origin. `file`: seconds into a film, or when a picture was saved. `host`: ours."""
    dropped: int = 0
    """Frames lost so far, by the camera or because nobody took them in time."""
    reconnects: int = 0
    encoder: int | None = None
    """Position of the belt, where the camera latches it."""
    exposure_us: float | None = None
    light: str | None = None
    """Which lamp was lit, where the station switches several."""
    fault: str = ""
    """Why there is no usable picture; empty when there is one."""


class CameraSource(Protocol):
    """Sends frames.

    MUST give frames in the order they were taken, each with a higher trigger number than the one before.
    MUST answer an unusable picture with a frame that names the fault, never with an exception.
    MUST count what was lost, and MUST NOT hold more frames than its bound: the oldest are lost first.
    MUST end `frames()` when a file ends or the source is closed; MAY raise CameraAway when a camera stays away.
    MUST be closed twice without harm.
    """

    def frames(self) -> Iterator[CameraFrame]: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
