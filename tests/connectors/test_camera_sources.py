"""Camera sources: one contract for folder, film, a device by script and a network camera on this machine.

Real devices (V4L2, RTSP, GenICam) need hardware and are not tried here; what they share with these is.
"""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from seriatim import symbols
from seriatim.base.errors import BadInput, CannotNow
from seriatim.connectors.camera import (
    Backoff,
    BadCamera,
    CameraAway,
    CameraFrame,
    CameraSource,
    FolderSource,
    LiveSource,
    Shot,
    VideoSource,
    open_source,
)
from seriatim.connectors.camera.genicam import producers
from seriatim.symbols.images import Gray

TEXTS = [f"(01)09506000134352(21)A{number}" for number in range(5)]


def picture(text: str) -> Gray:
    code = symbols.pixels(symbols.encode(text, "datamatrix"), 6)
    return np.pad(code, ((60, 252 - code.shape[0]), (60, 340 - code.shape[1])), constant_values=230)


PICTURES = [picture(text) for text in TEXTS]


class Script:
    """A device that does what it was told: a shot, None for a quiet moment, or an exception."""

    def __init__(self, *steps: Shot | Exception | None, opens: list[Exception | None] | None = None) -> None:
        self.steps, self.opens, self.opened, self.closed = list(steps), list(opens or []), 0, 0
        self.taken_up = threading.Event()

    def open(self) -> None:
        self.opened += 1
        refusal = self.opens.pop(0) if self.opens else None
        if refusal is not None:
            raise refusal

    def grab(self) -> Shot | None:
        if not self.steps:
            self.taken_up.set()
            raise CameraAway("the script is over")
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed += 1


def live(device: Script, **options: object) -> LiveSource:
    """Never pauses; gives up at the first failure unless told otherwise."""
    return LiveSource(device, **({"attempts": 1, "wait": lambda seconds: False} | options))


@contextmanager
def network_camera() -> Iterator[str]:
    """Sends JPEG pictures over HTTP, as many network cameras do."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for one in PICTURES:
                data = symbols.jpeg(one, quality=95)
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/stream"
        finally:
            server.shutdown()


def folder_source(tmp_path: Path) -> CameraSource:
    for number, one in enumerate(PICTURES):
        assert cv2.imwrite(str(tmp_path / f"{number}.png"), one)
    return FolderSource(tmp_path)


def video_source(tmp_path: Path) -> CameraSource:
    file = tmp_path / "film.avi"
    height, width = PICTURES[0].shape
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"MJPG"), 25, (width, height), isColor=False)
    assert writer.isOpened()
    for one in PICTURES:
        writer.write(one)
    writer.release()
    return VideoSource(file)


def live_source(tmp_path: Path) -> CameraSource:
    return live(Script(*(Shot(one) for one in PICTURES)))


SOURCES = [folder_source, video_source, live_source]


def until_away(source: CameraSource) -> list[CameraFrame]:
    """All frames; a live source ends with CameraAway, a file just ends."""
    frames = []
    try:
        frames.extend(source.frames())
    except CameraAway:
        assert isinstance(source, LiveSource)
    return frames


@pytest.mark.parametrize("make", SOURCES)
def test_frames_come_in_order_gray_and_numbered(make: Callable[[Path], CameraSource], tmp_path: Path) -> None:
    with make(tmp_path) as source:
        frames = []
        for frame in source.frames():
            frames.append(frame)
            if len(frames) == len(PICTURES):
                break

    assert [frame.trigger for frame in frames] == [0, 1, 2, 3, 4]
    assert [(frame.image.dtype, frame.image.shape) for frame in frames] == [(np.uint8, PICTURES[0].shape)] * 5
    assert [symbols.read(frame.image, formats="datamatrix")[0].text for frame in frames] == TEXTS
    assert [(frame.fault, frame.dropped) for frame in frames] == [("", 0)] * 5
    assert frames == sorted(frames, key=lambda frame: frame.taken_at)


@pytest.mark.parametrize("make", SOURCES)
def test_a_source_is_closed_twice_without_harm_and_sends_nothing_more(
    make: Callable[[Path], CameraSource], tmp_path: Path
) -> None:
    source = make(tmp_path)
    frames = source.frames()
    next(frames)

    source.close()
    source.close()

    assert list(frames) == []


def test_a_network_camera_is_read_and_opened_again_when_its_stream_ends() -> None:
    with network_camera() as address, open_source(address) as source:
        frames = list(islice(source.frames(), 7))

    texts = {found.text for frame in frames for found in symbols.read(frame.image, formats="datamatrix")}
    assert texts <= set(TEXTS)
    assert len(texts) >= 3
    assert frames[-1].reconnects >= 1
    assert [frame.trigger for frame in frames] == sorted({frame.trigger for frame in frames})


def test_a_network_camera_that_stays_away_ends_the_frames_and_tells_no_password() -> None:
    source = open_source("http://user:secret@127.0.0.1:9/stream", attempts=1)

    with source, pytest.raises(CameraAway) as away:
        next(source.frames())

    assert away.value.message == (
        "The network camera does not answer; is it plugged in, switched on, used by nobody else?"
    )


def test_a_broken_picture_in_a_folder_is_a_frame_with_a_fault_and_the_next_one_comes(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "1.png"), PICTURES[1])
    (tmp_path / "0.png").write_bytes(b"\x89PNG\r\n\x1a\nnonsense")

    broken, whole = FolderSource(tmp_path).frames()

    assert (broken.trigger, broken.image.shape) == (0, (1, 1))
    assert broken.fault.startswith("0.png: ")
    assert (whole.trigger, whole.fault) == (1, "")


def test_the_oldest_frames_are_lost_when_nobody_takes_them_and_each_is_counted() -> None:
    device = Script(*(Shot(one) for one in PICTURES))
    with live(device, queue_frames=2) as source:
        device.taken_up.wait()
        frames = until_away(source)

    assert [frame.trigger for frame in frames] == [3, 4]
    assert source.dropped == 3


def test_a_gap_in_the_devices_own_count_is_a_loss_and_moves_the_trigger() -> None:
    shots = [Shot(PICTURES[0], number) for number in (10, 11, 14)]
    with live(Script(*shots)) as source:
        frames = until_away(source)

    assert [(frame.trigger, frame.dropped) for frame in frames] == [(0, 0), (1, 0), (4, 2)]


def test_the_cameras_own_time_is_kept_and_else_it_is_the_hosts() -> None:
    with live(Script(Shot(PICTURES[0], taken_at=12.5, exposure_us=80.0), Shot(PICTURES[0]))) as source:
        own, ours = until_away(source)

    assert (own.clock, own.taken_at, own.exposure_us) == ("camera", 12.5, 80.0)
    assert (ours.clock, ours.exposure_us) == ("host", None)


def test_pixels_of_no_known_kind_are_a_fault_not_an_end() -> None:
    with live(Script(Shot(np.zeros((9, 9), np.float32)), None, Shot(PICTURES[0]))) as source:
        broken, whole = until_away(source)

    assert (broken.trigger, broken.fault) == (0, "expected 8 or 16 bit pixels, got float32")
    assert (whole.trigger, whole.fault) == (1, "")


def test_a_lost_camera_is_opened_again_with_growing_pauses() -> None:
    away = CameraAway("unplugged")
    device = Script(
        Shot(PICTURES[0]), away, Shot(PICTURES[1]), opens=[away, away, None, away, None, away, away, away]
    )
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    with live(device, attempts=3, backoff=Backoff(1.0, 3.0), wait=wait) as source:
        frames = until_away(source)

    assert [(frame.trigger, frame.reconnects) for frame in frames] == [(0, 0), (1, 1)]
    assert pauses == [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]
    assert device.closed >= 6


def test_a_camera_that_never_comes_is_said_to_be_away() -> None:
    device = Script(opens=[CameraAway("no camera 3")] * 2)

    with live(device, attempts=2) as source, pytest.raises(CannotNow) as refusal:
        next(source.frames())

    assert (refusal.value.code, refusal.value.message, device.opened) == ("camera_away", "no camera 3", 2)


def test_a_bug_of_a_device_reaches_whoever_reads_the_frames() -> None:
    with (
        live(Script(Shot(PICTURES[0]), ZeroDivisionError("bug"))) as source,
        pytest.raises(ZeroDivisionError),
    ):
        list(source.frames())


def test_closing_while_the_camera_is_away_does_not_wait_for_the_pause_to_end() -> None:
    source = LiveSource(Script(opens=[CameraAway("away")] * 99), attempts=None, backoff=Backoff(3_600, 3_600))

    source.close()

    assert list(source.frames()) == []


@pytest.mark.parametrize(
    "words",
    [
        "",
        "folder:",
        "folder",
        "video:",
        "v4l2:",
        "v4l2:one",
        "v4l2:1234",
        "ftp://camera",
        "webcam:0",
        "genicam",
    ],
)
def test_words_that_name_no_camera_are_refused_with_those_that_do(words: str) -> None:
    with pytest.raises(BadInput, match="names no camera; use one of folder:DIR, "):
        open_source(words)


def test_what_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a film")
    (tmp_path / "empty").mkdir()
    for words, refusal in {
        f"folder:{tmp_path / 'none'}": "is no folder",
        f"folder:{tmp_path / 'empty'}": "There are no pictures in",
        f"video:{tmp_path / 'none.mp4'}": "is no file",
        f"video:{tmp_path / 'text.mp4'}": "is no film that can be read",
    }.items():
        with pytest.raises(BadCamera, match=refusal):
            open_source(words)


def test_a_usb_camera_that_is_not_plugged_in_is_away() -> None:
    with (
        open_source("v4l2:99", attempts=1) as source,
        pytest.raises(CameraAway, match="Camera 99 does not answer"),
    ):
        next(source.frames())


def test_without_its_extra_a_genicam_camera_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "harvesters.core", None)

    with pytest.raises(BadCamera, match=r"install seriatim\[genicam\]"):
        open_source("genicam:12345678")


def test_genicam_producers_are_found_where_the_standard_looks(tmp_path: Path) -> None:
    for name in ("a/one.cti", "a/readme.txt", "b/two.cti"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    found = producers(":".join(str(tmp_path / name) for name in ("a", "b", "none")))

    assert [file.name for file in found] == ["one.cti", "two.cti"]
