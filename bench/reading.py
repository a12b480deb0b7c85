"""Reading codes beside the library's own defaults and libdmtx, in the same run; and the hard line set in full."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import zxingcpp

from bench.figures import Figure, Sizes, figure, milliseconds, not_installed, percentile
from bench.peers import Peer
from seriatim import symbols
from seriatim.symbols import synth
from seriatim.symbols.images import Gray
from seriatim.symbols.reading.guided import reconstructions

SCENE = synth.Scene(width=1280, height=800, pitch=5.0, blur_pixels=0.7, noise=4.0)
"""A frame of one megapixel."""
FRAMES = 40
TRAY, COLUMNS = 20, 5
LADDER_FRAMES = 10
LONG_MS = 60_000.0
libdmtx = Peer("arbez_dmtx")

Look = Callable[[Gray], int]
"""Reads a frame; how many codes."""


def measure(sizes: Sizes) -> Iterator[Figure]:
    """A Data Matrix of 22 x 22 modules at 5 px/module, blur 0.7, noise 4, on corrugated board."""
    count = min(FRAMES, sizes.inputs // 50)
    yield from _beside_peers("read_one", _singles(count), 1, _region_of_one(), sizes)
    yield from _beside_peers("read_tray", _trays(max(count // 4, 5)), TRAY, None, sizes)
    yield from _hard_set(seeds=1 if sizes.inputs < 10_000 else 10)
    yield from _rescue(sizes)


def _unit(number: int) -> symbols.Symbol:
    return symbols.encode(f"(01)09506000134352(17)271120(10)H26K20(21)K4{number:08}", "datamatrix")


def _singles(count: int) -> list[Gray]:
    return [synth.frame(_unit(number), seed=number, scene=SCENE).image for number in range(count)]


def _region_of_one() -> tuple[int, int, int, int]:
    return taught(_unit(0), SCENE, SCENE.pitch).region(SCENE.width, SCENE.height)


def _trays(count: int) -> list[Gray]:
    return [
        synth.frame(
            synth.tray([_unit(TRAY * number + place) for place in range(TRAY)], columns=COLUMNS),
            seed=number,
            scene=SCENE,
        ).image
        for number in range(count)
    ]


def taught(symbol: symbols.Symbol, scene: synth.Scene, pitch: float) -> symbols.Pose:
    """What the station knows: which code, in the middle, upright; not how this label lies."""
    half, middle = np.array(symbol.size[::-1]) * pitch / 2, np.array([scene.width, scene.height]) / 2
    return symbols.Pose(
        symbol.format, symbol.size, middle + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    )


def _beside_peers(
    name: str, frames: list[Gray], codes: int, region: tuple[int, int, int, int] | None, sizes: Sizes
) -> Iterator[Figure]:
    def ours(image: Gray) -> int:
        return len(symbols.read(image, formats=("datamatrix",), roi=region, expected=codes))

    def library(image: Gray) -> int:
        return len(_by_library(image))

    def dmtx(image: Gray) -> int:
        return len(libdmtx.function("decode")(image, max_count=codes, timeout=2_000))

    where = (
        "whole frame"
        if region is None
        else f"region of {region[2] - region[0]} x {region[3] - region[1]} known"
    )
    yield _p50(f"symbols.{name}_p50", ours, frames, codes, where, sizes)
    yield _p50(f"peer.zxingcpp.{name}_p50", library, frames, codes, "defaults, whole frame", sizes)
    if libdmtx.installed:
        few = frames[: max(len(frames) // 4, 2)]
        yield _p50(f"peer.libdmtx.{name}_p50", dmtx, few, codes, "whole frame, told how many", sizes)
    else:
        yield not_installed(f"peer.libdmtx.{name}_p50", "ms", "arbez-dmtx")


def _by_library(image: Gray) -> list[Any]:
    """The library with its own defaults; the formats are made anew, since one that is kept is said to leak at the end."""
    return list(
        zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix]))
    )


def _p50(name: str, look: Look, frames: list[Gray], codes: int, where: str, sizes: Sizes) -> Figure:
    read = sum(look(image) for image in frames)
    runs = [float(np.median(milliseconds(look, frames))) for _ in range(sizes.runs)]
    case = f"{codes} Data Matrix in {SCENE.width} x {SCENE.height} pixels, {where}; {read} of {codes * len(frames)} read"
    return figure(name, runs, "ms", case, better="less")


@dataclass(frozen=True, slots=True)
class _Tally:
    right: int
    wrong: int
    milliseconds: list[float]


def _hard_set(seeds: int) -> Iterator[Figure]:
    """Share of the hard line set that is read, in percent, with and without what the station knows; and wrong texts."""
    cases = synth.hard_set(seeds=seeds)
    films = [(case, case.frame()) for case in cases]
    size = f"{len(films)} frames of the hard line set, random within the line's pose"
    with_pose = _tally(films, lambda case, image: symbols.read(image, deadline_ms=LONG_MS, **_known(case)))
    yield figure(
        "symbols.hard_set", [_percent(with_pose, films)], "%", f"{size}, pose and region taught in", n=1
    )
    yield figure("symbols.hard_set_wrong", [with_pose.wrong], "reads", size, n=1, better="less")
    yield figure(
        "symbols.hard_set_p95", [percentile(with_pose.milliseconds, 0.95)], "ms", size, n=1, better="less"
    )
    blind = _tally(films, lambda _, image: symbols.read(image, formats=("datamatrix",), deadline_ms=LONG_MS))
    yield figure(
        "symbols.hard_set_without_pose", [_percent(blind, films)], "%", f"{size}, nothing taught in", n=1
    )
    library = _tally(films, lambda _, image: _by_library(image))
    yield figure("peer.zxingcpp.hard_set", [_percent(library, films)], "%", f"{size}, defaults", n=1)


def _known(case: synth.Case) -> dict[str, Any]:
    pitch = 4.5 - 3 * case.severity if case.effect == "small_module" else case.scene.pitch
    pose = taught(case.symbol, case.scene, pitch)
    return {"formats": ("datamatrix",), "pose": pose, "roi": pose.region(case.scene.width, case.scene.height)}


def _tally(films: list[tuple[synth.Case, synth.Frame]], read: Callable[[synth.Case, Gray], Any]) -> _Tally:
    right = wrong = 0
    took = []
    for case, film in films:
        took += milliseconds(lambda image, case=case: read(case, image), [film.image])
        texts = {one.text for one in read(case, film.image)}
        right += texts == {film.truth.text}
        wrong += len(texts - {film.truth.text})
    return _Tally(right, wrong, took)


def _percent(tally: _Tally, films: list[Any]) -> float:
    return 100 * tally.right / len(films)


def _rescue(sizes: Sizes) -> Iterator[Figure]:
    """What the later stages cost: a guided read, and a whole ladder that finds nothing."""
    dotted = [
        (case, case.frame().image) for case in synth.hard_set(seeds=10, effects=["dots"], severities=(0.8,))
    ]

    def guided(one: tuple[synth.Case, Gray]) -> None:
        case, image = one
        pose = _known(case)["pose"]
        left, top, right, bottom = pose.region(*image.shape[::-1])
        near = np.ascontiguousarray(image[top:bottom, left:right])
        next(found for found in reconstructions(near, pose.moved(left, top)) if found is not None)

    runs = [float(np.median(milliseconds(guided, dotted))) for _ in range(sizes.runs)]
    case = "dots that do not touch, 22 x 22 modules: find the pose, sample, repair"
    yield figure("symbols.guided_p50", runs, "ms", case, better="less")
    hopeless = [
        case.frame().image
        for case in synth.hard_set(seeds=LADDER_FRAMES, effects=["missing_dots"], severities=(1.0,))
    ]

    def ladder(image: Gray) -> None:
        symbols.read(image, formats=("datamatrix",), deadline_ms=LONG_MS)

    runs = [float(np.median(milliseconds(ladder, hopeless))) for _ in range(sizes.runs)]
    yield figure("symbols.ladder_p50", runs, "ms", "all of it in vain, 640 x 480 pixels", better="less")
