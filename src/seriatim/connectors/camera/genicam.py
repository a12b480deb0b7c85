"""Machine-vision cameras that speak GenICam (GigE Vision, USB3 Vision), through Harvesters and the maker's GenTL producer.

Needs the extra `genicam` and a producer (a .cti file) in the folders that GENICAM_GENTL64_PATH names, as the standard
says. No such camera was at hand when this was written: it has not been tried on a real one.
"""

import os
from pathlib import Path
from typing import Any, Final

import numpy as np

from seriatim.connectors.camera.live import Shot
from seriatim.connectors.camera.port import BadCamera, CameraAway

__all__ = ["GenicamDevice", "producers"]

PRODUCER_PATHS: Final = "GENICAM_GENTL64_PATH"
_FETCH_S: Final = 2.0
_NANOSECONDS: Final = 1e9


def producers(paths: str) -> tuple[Path, ...]:
    """The .cti files in folders that are parted as the system parts them (a colon, on Windows a semicolon)."""
    folders = [Path(part) for part in paths.split(os.pathsep) if part]
    return tuple(sorted(file for folder in folders if folder.is_dir() for file in folder.glob("*.cti")))


class GenicamDevice:
    """A camera by its serial number; without one, the first that is found.

    Raises BadCamera at once when Harvesters or a producer is missing: waiting would not help.
    """

    def __init__(self, serial_number: str) -> None:
        try:
            from harvesters.core import Harvester  # noqa: PLC0415 -- optional extra
        except ImportError as error:
            raise BadCamera(
                "GenICam cameras need the extra package: install seriatim[genicam] (and the maker's GenTL producer)."
            ) from error
        self._files = producers(os.environ.get(PRODUCER_PATHS, ""))
        if not self._files:
            raise BadCamera(
                f"No GenTL producer (.cti) was found; install the camera maker's driver and set {PRODUCER_PATHS}."
            )
        self._serial_number = serial_number
        self._new_harvester: Any = Harvester
        self._harvester: Any = None
        self._acquirer: Any = None

    def open(self) -> None:
        """Looks for the camera and starts it; raises CameraAway."""
        self._harvester = self._new_harvester()
        try:
            for file in self._files:
                self._harvester.add_file(str(file))
            self._harvester.update()
            wanted = {"serial_number": self._serial_number} if self._serial_number else 0
            self._acquirer = self._harvester.create(wanted)
            self._acquirer.start()
        except Exception as error:
            self.close()
            name = self._serial_number or "(the first one)"
            raise CameraAway(f"GenICam camera {name} does not answer: {type(error).__name__}.") from error

    def grab(self) -> Shot | None:
        """The next picture, None when none came in two seconds; raises CameraAway when the camera is lost."""
        from genicam.gentl import TimeoutException  # noqa: PLC0415 -- optional extra

        try:
            with self._acquirer.fetch(timeout=_FETCH_S) as buffer:
                component = buffer.payload.components[0]
                planes = round(component.num_components_per_pixel)
                shape = (component.height, component.width, planes)[: 2 if planes == 1 else 3]
                # The buffer goes back to the producer at the end of this block.
                pixels = np.array(component.data).reshape(shape)
                return Shot(pixels, _frame_id(buffer), buffer.timestamp_ns / _NANOSECONDS)
        except TimeoutException:
            return None
        except Exception as error:
            raise CameraAway(f"The GenICam camera was lost: {type(error).__name__}.") from error

    def close(self) -> None:
        """Stops the camera and lets the producer go."""
        acquirer, harvester, self._acquirer, self._harvester = self._acquirer, self._harvester, None, None
        for part, end in ((acquirer, "destroy"), (harvester, "reset")):
            if part is not None:
                getattr(part, end)()


def _frame_id(buffer: Any) -> int | None:
    """The producer's count of frames, where it counts."""
    number = getattr(buffer.module, "frame_id", None)
    return None if number is None else int(number)
