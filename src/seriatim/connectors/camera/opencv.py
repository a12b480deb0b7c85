"""Cameras through OpenCV: USB and other V4L2 devices, and network streams (RTSP, or JPEG pictures over HTTP)."""

from typing import Any, Final

from seriatim.connectors.camera.live import Shot
from seriatim.connectors.camera.port import CameraAway

__all__ = ["StreamDevice", "UsbDevice"]

_OPEN_MS: Final = 5_000
_READ_MS: Final = 3_000
"""Milliseconds without a picture after which a network camera counts as lost."""


class _Capture:
    """What both kinds share; nothing is open until `open`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._capture: Any = None

    def grab(self) -> Shot:
        """The next picture; raises CameraAway when none comes."""
        is_there, pixels = self._capture.read()
        if not is_there:
            raise CameraAway(f"{self._name} sends no more pictures.")
        return Shot(pixels, taken_at=self._taken_at())

    def close(self) -> None:
        """Lets the device go."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _taken_at(self) -> float | None:
        return None

    def _opened(self, capture: Any) -> None:
        if not capture.isOpened():
            capture.release()
            raise CameraAway(
                f"{self._name} does not answer; is it plugged in, switched on, used by nobody else?"
            )
        self._capture = capture


class UsbDevice(_Capture):
    """A camera of the machine by its number: 0 is /dev/video0 on Linux."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Camera {number}")
        self._number = number

    def open(self) -> None:
        """Opens the device as V4L2 on Linux, as whatever the system has elsewhere; raises CameraAway."""
        import sys  # noqa: PLC0415 -- beside its only use

        import cv2  # noqa: PLC0415 -- heavy

        kind = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
        self._opened(cv2.VideoCapture(self._number, kind))
        # A line's camera must show what is there now, not what was there four pictures ago.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def _taken_at(self) -> float | None:
        """The driver's time stamp, of the machine's monotonic clock; None where the driver has none."""
        import cv2  # noqa: PLC0415 -- heavy

        stamp = float(self._capture.get(cv2.CAP_PROP_POS_MSEC))
        return stamp / 1000 if stamp > 0 else None


class StreamDevice(_Capture):
    """A network camera by its address. Compression moves edges: for reading, never for grading."""

    def __init__(self, address: str) -> None:
        # The address may hold a password: it is never part of a message.
        super().__init__("The network camera")
        self._address = address

    def open(self) -> None:
        """Opens the stream; raises CameraAway."""
        import cv2  # noqa: PLC0415 -- heavy

        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
        self._opened(cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, limits))
