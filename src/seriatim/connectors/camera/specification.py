"""Which camera is meant: one line of text, as the command line takes it."""

from pathlib import Path
from typing import Final

from seriatim.connectors.camera.files import FolderSource, VideoSource
from seriatim.connectors.camera.genicam import GenicamDevice
from seriatim.connectors.camera.live import LiveSource
from seriatim.connectors.camera.opencv import StreamDevice, UsbDevice
from seriatim.connectors.camera.port import BadCamera, CameraSource

__all__ = ["SPECIFICATIONS", "open_source"]

SPECIFICATIONS: Final = "folder:DIR, video:FILE, v4l2:NUMBER, rtsp://..., http://..., genicam:SERIAL"
_ADDRESSES: Final = ("rtsp://", "rtsps://", "http://", "https://")


def open_source(specification: str, *, attempts: int | None = 5) -> CameraSource:
    """The camera that these words name; raises BadCamera when they name none.

    `attempts`: how often in a row a live camera is tried before its frames end with CameraAway; None: for ever.
    """
    if specification.startswith(_ADDRESSES):
        return LiveSource(StreamDevice(specification), attempts=attempts)
    kind, colon, rest = specification.partition(":")
    match kind if colon else "":
        case "folder" if rest:
            return FolderSource(Path(rest))
        case "video" if rest:
            return VideoSource(Path(rest))
        case "v4l2" if rest.isascii() and rest.isdigit() and len(rest) <= 3:
            return LiveSource(UsbDevice(int(rest)), attempts=attempts)
        case "genicam":
            return LiveSource(GenicamDevice(rest), attempts=attempts)
        case _:
            raise BadCamera(f"{specification!r} names no camera; use one of {SPECIFICATIONS}.")
