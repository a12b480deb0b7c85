"""Cameras that send by themselves: taken in by a thread of their own, a few frames deep, and opened again when lost."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from numpy.typing import NDArray

from seriatim import symbols
from seriatim.connectors.camera.port import NO_IMAGE, CameraAway, CameraFrame

__all__ = ["Backoff", "Device", "LiveSource", "Shot"]

QUEUE_FRAMES: Final = 8
"""Frames held for a reader that is late; older ones are lost and counted."""
_WAKE_S: Final = 0.5
"""How long a reader sleeps before it looks whether the source still lives."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What a device hands over."""

    pixels: NDArray[Any] = field(repr=False)
    """Rows x columns, gray or BGR, 8 or 16 bit."""
    number: int | None = None
    """The device's own count of frames, where it has one: a gap in it is a loss."""
    taken_at: float | None = None
    """Seconds on the device's clock, where it has one."""
    exposure_us: float | None = None


class Device(Protocol):
    """One kind of camera.

    `open` MUST raise CameraAway when there is no camera, and leave nothing open then.
    `grab` MUST return within a few seconds: a shot, None when none came in that time, or CameraAway when the camera is lost.
    `close` MUST be harmless when nothing is open.
    """

    def open(self) -> None: ...

    def grab(self) -> Shot | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between attempts to open a camera: doubled each time, up to a limit."""

    first_s: float = 0.5
    longest_s: float = 30.0

    def pause_s(self, attempt: int) -> float:
        """Before the attempt that follows `attempt` failed ones.

        >>> [Backoff(0.5, 3.0).pause_s(attempt) for attempt in (1, 2, 3, 4, 50)]
        [0.5, 1.0, 2.0, 3.0, 3.0]
        """
        return min(self.first_s * float(2 ** min(attempt - 1, 30)), self.longest_s)


class LiveSource:
    """The frames of a device, at most `queue_frames` waiting.

    A lost camera is opened again with growing pauses; `attempts` says how often in a row before CameraAway ends the
    frames (None: for ever). `wait` pauses that many seconds and tells whether the source was closed meanwhile.
    """

    def __init__(
        self,
        device: Device,
        *,
        queue_frames: int = QUEUE_FRAMES,
        backoff: Backoff | None = None,
        attempts: int | None = 5,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._device = device
        self._waiting: deque[CameraFrame] = deque()
        self._queue_frames = queue_frames
        self._backoff = backoff or Backoff()
        self._attempts = attempts
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._news = threading.Condition()
        self._given_up: Exception | None = None
        self._has_ended = False
        self._dropped = self._reconnects = self._taken = 0
        self._last_number: int | None = None
        self._thread = threading.Thread(target=self._take_in, name="camera", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Frames lost so far."""
        return self._dropped

    def frames(self) -> Iterator[CameraFrame]:
        """The frames as they come; raises CameraAway when the camera stays away."""
        while True:
            with self._news:
                while not self._waiting and not self._has_ended and not self._stop.is_set():
                    self._news.wait(_WAKE_S)
                if self._stop.is_set():
                    return
                if not self._waiting:
                    if self._given_up is not None:
                        raise self._given_up
                    return
                frame = self._waiting.popleft()
            yield frame

    def close(self) -> None:
        """Lets the camera go; waits until its thread has."""
        self._stop.set()
        with self._news:
            self._news.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_in(self) -> None:
        """The thread: open, grab until the camera is lost, pause, open again."""
        failures = 0
        was_open = False
        try:
            while not self._stop.is_set():
                try:
                    self._device.open()
                    self._reconnects += was_open
                    was_open, failures, self._last_number = True, 0, None
                    while not self._stop.is_set():
                        self._keep(self._device.grab())
                except CameraAway as error:
                    self._device.close()
                    failures += 1
                    if self._attempts is not None and failures >= self._attempts:
                        self._given_up = error
                        return
                    if self._wait(self._backoff.pause_s(failures)):
                        return
        except Exception as error:  # noqa: BLE001 -- a bug of a device is handed to whoever reads the frames
            self._given_up = error
        finally:
            self._device.close()
            with self._news:
                self._has_ended = True
                self._news.notify_all()

    def _keep(self, shot: Shot | None) -> None:
        if shot is None:
            return
        lost = 0
        if shot.number is not None and self._last_number is not None:
            lost = max(shot.number - self._last_number - 1, 0)
        self._last_number = shot.number
        with self._news:
            self._dropped += lost
            self._taken += lost
            if len(self._waiting) >= self._queue_frames:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(self._frame(shot))
            self._taken += 1
            self._news.notify_all()

    def _frame(self, shot: Shot) -> CameraFrame:
        image, fault = NO_IMAGE, ""
        try:
            image = symbols.images.gray(shot.pixels)
        except symbols.SymbolError as error:
            fault = str(error)
        return CameraFrame(
            image,
            trigger=self._taken,
            taken_at=time.time() if shot.taken_at is None else shot.taken_at,
            clock="host" if shot.taken_at is None else "camera",
            dropped=self._dropped,
            reconnects=self._reconnects,
            exposure_us=shot.exposure_us,
            fault=fault,
        )
