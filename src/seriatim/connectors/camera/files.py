"""Frames from files: a folder of photographs, a film."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from seriatim import symbols
from seriatim.connectors.camera.port import NO_IMAGE, BadCamera, CameraFrame

__all__ = ["PICTURES", "FolderSource", "VideoSource", "pictures_in"]

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """The pictures in a folder, in the order of their names; raises BadCamera when there are none."""
    if not folder.is_dir():
        raise BadCamera(f"{folder} is no folder; give the folder that holds the pictures.")
    found = tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES))
    if not found:
        raise BadCamera(f"There are no pictures in {folder}; put {', '.join(sorted(PICTURES))} files there.")
    return found


class _FileSource:
    """Ends by itself, holds nothing open between frames but what `close` lets go."""

    def __init__(self) -> None:
        self._is_closed = False

    def close(self) -> None:
        """No frame comes after this."""
        self._is_closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FolderSource(_FileSource):
    """One frame for each picture of a folder, in the order of the names."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._pictures = pictures_in(folder)

    def frames(self) -> Iterator[CameraFrame]:
        for trigger, path in enumerate(self._pictures):
            if self._is_closed:
                return
            yield _photograph(path, trigger)


def _photograph(path: Path, trigger: int) -> CameraFrame:
    try:
        saved_at, image = path.stat().st_mtime, symbols.load_image(path)
    except (symbols.SymbolError, OSError) as error:
        return CameraFrame(NO_IMAGE, trigger, 0.0, "file", fault=f"{path.name}: {error}")
    return CameraFrame(image, trigger, saved_at, "file")


class VideoSource(_FileSource):
    """The frames of a film, one after the other, as fast as they are taken. Compression moves edges: never for grading."""

    def __init__(self, file: Path) -> None:
        import cv2  # noqa: PLC0415 -- heavy: only who films needs it

        super().__init__()
        if not file.is_file():
            raise BadCamera(f"{file} is no file; give a film.")
        self._film = cv2.VideoCapture(str(file))
        if not self._film.isOpened():
            raise BadCamera(f"{file} is no film that can be read; MP4, MKV and AVI usually can.")
        self._name = file.name

    def frames(self) -> Iterator[CameraFrame]:
        import cv2  # noqa: PLC0415 -- heavy

        trigger = 0
        while not self._is_closed:
            seconds = float(self._film.get(cv2.CAP_PROP_POS_MSEC)) / 1000
            is_there, pixels = self._film.read()
            if not is_there:
                return
            try:
                yield CameraFrame(symbols.images.gray(pixels), trigger, seconds, "file")
            except symbols.SymbolError as error:
                yield CameraFrame(NO_IMAGE, trigger, seconds, "file", fault=f"{self._name}: {error}")
            trigger += 1

    def close(self) -> None:
        super().close()
        self._film.release()
