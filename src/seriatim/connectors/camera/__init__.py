"""Cameras: those that answer a trigger of the line, and those that send frames by themselves.

The line asks for one picture at each trigger (`areas.line.FrameSource`): :class:`SyntheticCamera`, :class:`FolderCamera`.
Everybody else opens a source by its specification and takes the frames as they come:

>>> with open_source("folder:photographs") as source:          # doctest: +SKIP
...     for frame in source.frames():
...         print(frame.trigger, frame.image.shape, frame.fault)
"""

from seriatim.connectors.camera.files import FolderSource, VideoSource
from seriatim.connectors.camera.live import Backoff, Device, LiveSource, Shot
from seriatim.connectors.camera.port import BadCamera, CameraAway, CameraFrame, CameraSource
from seriatim.connectors.camera.specification import SPECIFICATIONS, open_source
from seriatim.connectors.camera.triggered import (
    FolderCamera,
    SyntheticCamera,
    one_thread,
    taught_in,
    taught_pose,
)

__all__ = [
    "SPECIFICATIONS",
    "Backoff",
    "BadCamera",
    "CameraAway",
    "CameraFrame",
    "CameraSource",
    "Device",
    "FolderCamera",
    "FolderSource",
    "LiveSource",
    "Shot",
    "SyntheticCamera",
    "VideoSource",
    "one_thread",
    "open_source",
    "taught_in",
    "taught_pose",
]
