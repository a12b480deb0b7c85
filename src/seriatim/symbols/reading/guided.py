"""Stage 3: reads a code of known kind and pose module by module, with the doubtful codewords erased.

Nothing is detected: the pose comes from the finder (:mod:`seriatim.symbols.reading.pose`), each module is sampled
within itself, and the least sure codewords are given to the Reed-Solomon decoder as erasures (G. D. Forney,
Generalized Minimum Distance Decoding, IEEE Trans. Inf. Theory 12, 1966). The repaired symbol is drawn afresh and
handed to the decoder for its content, so that nothing is parsed here that was not proved by its own correction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.images import Gray
from seriatim.symbols.matrix import Block, MatrixLayout, layout_of, qr
from seriatim.symbols.matrix.layout import FREE, LIGHT
from seriatim.symbols.reading.decoder import GLOBAL, Decoder
from seriatim.symbols.reading.fitting import Fit, fitted, module_basis, picture_at
from seriatim.symbols.reading.ladder import Step
from seriatim.symbols.reading.looks import LOOKS, RING, Grid, looks
from seriatim.symbols.reading.pose import Pose
from seriatim.symbols.reading.result import Read

__all__ = ["Reconstruction", "guided_steps", "reconstructions"]

_COST_MS: Final = 6.0
"""What one look at a thousand modules takes, the pose included in the first."""

_SPARE: Final = 4
"""Correction codewords never spent on erasures and errors: what is left proves the repair."""
_SPARE_OF_SMALL: Final = 3
"""The same for symbols of ten correction codewords or fewer."""
_ERASURE_STEP: Final = 4
_PART: Final = 0.28
"""Modules from the centre of a module to the eight other places sampled in it."""
_REDRAWN: Final = 3
"""Pixels per module of the symbol drawn afresh."""
_QUIET_ZONE: Final = 4
"""Modules left free around it: what QR asks for."""


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A symbol as it was meant, rebuilt from a damaged one."""

    modules: NDArray[np.bool_] = field(repr=False)
    """Rows x columns, dark is True."""
    fit: Fit
    uec: float
    """Unused error correction of the worst block, 0 to 1; each wrong codeword counts twice, erased or not."""


def guided_steps(pixels: Gray, pose: Pose, decoder: Decoder) -> Iterator[Step]:
    """Stage 3: one step for each way of looking, the likeliest first.

    `pixels`: the cut-out that `decoder` looks at; `pose` counts from its top left corner.
    """
    answers = reconstructions(pixels, pose)

    def look() -> list[Read]:
        one = next(answers)
        return [] if one is None else _content(one, decoder)

    for _ in range(LOOKS):
        yield Step(_COST_MS * pose.size[0] * pose.size[1] / 1000, look)


def reconstructions(pixels: Gray, pose: Pose) -> Iterator[Reconstruction | None]:
    """What each look makes of the picture (rows x columns); None where one gave nothing."""
    import cv2  # noqa: PLC0415 -- heavy

    raw, pitch = pixels.astype(np.float32), pose.pitch
    blurred = np.asarray(cv2.GaussianBlur(raw, (0, 0), max(0.5, 0.22 * pitch)), np.float32)
    fit = fitted(blurred, pose)[0]
    crisp = np.asarray(cv2.GaussianBlur(raw, (0, 0), max(0.4, 0.08 * pitch)), np.float32)
    for lightness in looks(_sampled(crisp, pose, fit), _known(pose.format, pose.size)):
        yield _rebuilt(lightness, pose, fit)


def _sampled(image: Grid, pose: Pose, fit: Fit) -> NDArray[np.float32]:
    """9 places in each module x rows x columns, those of the ring included."""
    basis = _places(pose.size)
    x, y = (basis @ fit.warp[axis] for axis in (0, 1))
    flat = (len(basis), -1)
    return picture_at(image, x.reshape(flat), y.reshape(flat)).reshape(basis.shape[:-1])


@lru_cache(maxsize=64)
def _places(size: tuple[int, int]) -> NDArray[np.float32]:
    """9 places in each module x rows x columns x 4 terms of the warp; the centre first."""
    rows, columns = size
    centres = np.stack(list(np.indices((rows + 2 * RING, columns + 2 * RING), np.float64)), axis=-1) - float(
        RING
    )
    steps = [(down * _PART, across * _PART) for down in (0, -1, 1) for across in (0, -1, 1)]
    places = np.stack([centres + step for step in steps])
    return module_basis(size, places.reshape(-1, 2)).reshape(*places.shape[:3], 4)


@lru_cache(maxsize=64)
def _known(form: str, size: tuple[int, int]) -> NDArray[np.int8]:
    """The fixed pattern, one ring of quiet zone around it, nothing known beyond."""
    ringed = np.pad(layout_of(form, size).fixed, 1, constant_values=LIGHT)
    return np.pad(ringed, RING - 1, constant_values=FREE)


def _rebuilt(lightness: Grid, pose: Pose, fit: Fit) -> Reconstruction | None:
    layout = _layout(pose, lightness < 0)
    if layout is None:
        return None
    codewords = layout.codewords(lightness < 0)
    doubt = np.abs(lightness).ravel()[layout.cells].min(axis=1)
    repaired, uec = codewords.copy(), 1.0
    for block in layout.blocks:
        mine = codewords[block.places]
        whole = _repaired(layout, block, mine, np.argsort(doubt[block.places]).tolist())
        if whole is None:
            return None
        repaired[block.places] = whole
        uec = min(uec, 1 - 2 * int((whole != mine).sum()) / block.capacity)
    return Reconstruction(layout.modules(repaired), fit, max(uec, 0.0))


def _layout(pose: Pose, dark: NDArray[np.bool_]) -> MatrixLayout | None:
    """QR symbols say their level and mask themselves."""
    if pose.format == "datamatrix":
        return layout_of("datamatrix", pose.size)
    said = qr.read_format(dark)
    return None if said is None else layout_of("qrcode", pose.size, level=said[0], mask=said[1])


def _repaired(
    layout: MatrixLayout, block: Block, codewords: NDArray[np.uint8], doubtful: list[int]
) -> NDArray[np.uint8] | None:
    """Erase the least sure codewords, a few more each time, until the rest is repaired with some to spare."""
    spare = max(_SPARE if block.ec > 10 else _SPARE_OF_SMALL, block.protection)
    code = layout.code(block)
    for erased in range(0, block.ec - spare + 1, _ERASURE_STEP):
        correction = code.correct(codewords, doubtful[:erased], spare=spare)
        if correction is not None:
            return correction.codewords
    return None


def _content(one: Reconstruction, decoder: Decoder) -> list[Read]:
    light = np.pad(~one.modules, _QUIET_ZONE, constant_values=True)
    drawn = np.kron(light, np.ones((_REDRAWN, _REDRAWN), np.uint8)) * np.uint8(255)
    corners = one.fit.corners + decoder.shift
    return [
        replace(read, corners=corners, uec=one.uec, size=one.modules.shape)
        for read in decoder(np.ascontiguousarray(drawn, np.uint8), GLOBAL, "guided")[:1]
    ]
