"""From printed labels to a picture: laid on their background, lit, seen through the lens, caught by the sensor."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seriatim.symbols.images import Gray
from seriatim.symbols.synth import picture as seen
from seriatim.symbols.synth.backdrop import backdrop
from seriatim.symbols.synth.effects import CATALOGUE
from seriatim.symbols.synth.plate import Plate
from seriatim.symbols.synth.pose import Pose, shifted
from seriatim.symbols.synth.press import Printed
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.shot import Shot

__all__ = ["exposed"]

_LABEL_EDGE: Final = 0.85
"""The cut edge of a label reflects that share of its paper."""


def exposed(sheets: Sequence[tuple[Printed, Pose]], shot: Shot) -> Gray:
    """The picture of some labels, each with the pose of its dots; the first holds the code in question."""
    picture = _laid(sheets, shot)
    picture = _lit(picture, sheets[0], shot)
    picture = _through_the_lens(picture, sheets[0][0].plate, shot)
    return _caught(picture, shot)


def _laid(sheets: Sequence[tuple[Printed, Pose]], shot: Shot) -> seen.Picture:
    """Labels on their background: sampled finer than a pixel, then averaged over each pixel's area."""
    import cv2  # noqa: PLC0415 -- heavy

    around = backdrop(shot.scene.backdrop, shot.scene.width, shot.scene.height)
    picture = around.astype(np.float32)
    for sheet, place in reversed(sheets):
        window = _window(sheet.plate, place, shot.scene)
        if window is None:
            continue
        (left, top, right, bottom), finer = window, sheet.plate.finer
        behind = np.asarray(picture[top:bottom, left:right], np.uint8)
        canvas = np.asarray(
            cv2.resize(behind, None, fx=finer, fy=finer, interpolation=cv2.INTER_NEAREST), np.uint8
        )
        _warp(_reflectance(sheet, shot), place.finer(finer, left, top), canvas)
        picture[top:bottom, left:right] = cv2.resize(
            canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA
        )
    return picture


def _window(plate: Plate, place: Pose, scene: Scene) -> tuple[int, int, int, int] | None:
    """The pixels that a label touches, with a rim of one; None when it lies outside."""
    width, height = plate.size
    x = np.linspace(0, width, 2)
    if not place.is_flat:
        x = np.linspace(0, width, 65)
    rim = place.pixels(
        np.array([(across, down) for across in x.tolist() for down in (0, height)], np.float64)
    )
    left, top = np.maximum(np.floor(rim.min(axis=0)).astype(int) - 1, 0).tolist()
    right, bottom = np.minimum(np.ceil(rim.max(axis=0)).astype(int) + 1, (scene.width, scene.height)).tolist()
    return (left, top, right, bottom) if left < right and top < bottom else None


def _reflectance(sheet: Printed, shot: Shot) -> Gray:
    """Ink coverage as gray levels; the label's own edge is a little darker than its paper."""
    import cv2  # noqa: PLC0415 -- heavy

    paper, dark = shot.levels
    light = np.asarray(cv2.LUT(sheet.ink, np.linspace(paper, dark, 256).round().astype(np.uint8)), np.uint8)
    far = (light.shape[1] - 1, light.shape[0] - 1)
    cv2.rectangle(light, (0, 0), far, round(paper * _LABEL_EDGE), max(1, sheet.plate.per_module // 2))
    return light


def _warp(light: Gray, place: Pose, canvas: Gray) -> None:
    """Lay the label over the canvas, in place. OpenCV counts pixel centres as integers, we count edges."""
    import cv2  # noqa: PLC0415 -- heavy

    half = shifted(0.5, 0.5)
    size = canvas.shape[::-1]
    if place.is_flat:
        matrix = np.linalg.inv(half) @ place.matrix @ half
        if abs(matrix[2, :2]).max() < 1e-15:
            cv2.warpAffine(light, matrix[:2], size, canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        else:
            cv2.warpPerspective(light, matrix, size, canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        return
    back = np.linalg.inv(place.matrix)
    x = np.arange(size[0]) + 0.5
    y = (np.arange(size[1]) + 0.5)[:, None]
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    bent = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
    down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
    sine = (bent - place.axis) / place.radius
    across = np.where(np.abs(sine) < 1, place.axis + place.radius * np.arcsin(sine.clip(-1, 1)), -1e6)
    maps = (across - 0.5).astype(np.float32), (down - 0.5).astype(np.float32)
    cv2.remap(light, *maps, cv2.INTER_LINEAR, canvas, cv2.BORDER_TRANSPARENT)


def _lit(picture: seen.Picture, sheet: tuple[Printed, Pose], shot: Shot) -> seen.Picture:
    plate, place = sheet[0].plate, sheet[1]
    code = plate.label.symbols[0]
    middle = place.pixels(plate.middle(code)[None])[0]
    centre = (float(middle[0]), float(middle[1]))
    side = float(max(code.width_mm, code.height_mm)) * plate.per_mm / plate.per_module * shot.pitch
    for name in shot.effects:
        if CATALOGUE[name].stage == "light":
            picture = _light(name, picture, centre, side, shot)
    return picture


def _light(
    name: str, picture: seen.Picture, centre: tuple[float, float], side: float, shot: Shot
) -> seen.Picture:
    rng = shot.rng(name)
    turn = float(rng.uniform(0, 2 * np.pi))
    match name:
        case "gradient":
            across = (side * float(np.cos(turn)), side * float(np.sin(turn)))
            return seen.shaded(picture, centre, across, shot.amount("gradient.slope"))
        case "glare":
            away = rng.uniform(0, 0.3) * side
            place = (centre[0] + away * np.cos(turn), centre[1] + away * np.sin(turn))
            sigmas = (side * float(rng.uniform(0.14, 0.3)), side * float(rng.uniform(0.14, 0.3)))
            return seen.glare(picture, place, sigmas, shot.amount("glare.strength"))
        case "shadow":
            return seen.shadow(picture, centre, turn, shot.amount("shadow.depth"), softness=side / 6)
        case "vignette":
            return seen.vignette(picture, shot.amount("vignette.fall"))
        case "dim":
            return picture * np.float32(1 - shot.amount("dim.loss"))
        case _:
            return picture  # low_contrast is in paper and ink already


def _through_the_lens(picture: seen.Picture, plate: Plate, shot: Shot) -> seen.Picture:
    # The edges of the print are one dot wide already; what that blurs is taken off the lens's share.
    raster = (shot.pitch / plate.per_module) ** 2 / 12
    sigma = shot.scene.blur_pixels + shot.amount("defocus.sigma")
    picture = seen.blurred(picture, float(np.sqrt(max(sigma**2 - raster, 0))))
    if "motion" in shot.effects:
        picture = seen.moved(picture, shot.amount("motion.pixels"))
    if "fouling" in shot.effects:
        picture = seen.fouled(
            picture, shot.amount("fouling.haze"), shot.amount("fouling.drops"), shot.rng("fouling")
        )
    return picture


def _caught(picture: seen.Picture, shot: Shot) -> Gray:
    if "saturation" in shot.effects:
        picture = picture * np.float32(shot.amount("saturation.gain"))
    picture = seen.noisy(picture, shot.noise, shot.rng("noise"))
    if "banding" in shot.effects:
        picture = seen.banded(picture, shot.amount("banding.sigma"), shot.rng("banding"))
    if "gamma" in shot.effects:
        picture = seen.curved(picture, shot.amount("gamma.exponent"))
    image = seen.digital(picture)
    if "jpeg" in shot.effects:
        image = seen.compressed(image, round(100 - shot.amount("jpeg.loss")))
    return image
