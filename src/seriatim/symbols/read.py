"""Reads the codes in a camera frame or photograph: first quickly, then, if needed, stubbornly, always within a deadline.

Stage 1 (`fast`) is what a line counts as a read. Stage 2 (`ladder`) tries blurred, enlarged and opened variants; stage
3 (`guided`) needs to know what should stand where, and reads module by module what no detector finds. Both serve to
name a reject and never make a pass: such reads say `is_rescue`.
"""

from collections.abc import Collection

import numpy as np

from seriatim.symbols import images, limits
from seriatim.symbols.errors import ImageError
from seriatim.symbols.images import Picture
from seriatim.symbols.reading.deadline import Deadline
from seriatim.symbols.reading.pose import Pose
from seriatim.symbols.reading.result import READ_FORMATS, Read
from seriatim.symbols.reading.search import Search, cropped, wanted_formats

__all__ = ["READ_FORMATS", "Pose", "Read", "read"]


def read(
    image: Picture,
    *,
    formats: Collection[str] | None = None,
    roi: tuple[int, int, int, int] | None = None,
    expected: str | int | None = None,
    pose: Pose | None = None,
    deadline_ms: float = limits.READ_DEADLINE_MS,
    rescue: bool = True,
) -> tuple[Read, ...]:
    """Find and decode codes, 255 at most; no code gives an empty tuple.

    `image`: pixels (rows x columns, gray or BGR(A), 8 or 16 bit) or a file's path. `formats`: names of
    :data:`READ_FORMATS` (default: Data Matrix, QR and GS1-128; each one more costs time). `roi`: left, top, right, bottom in pixels; corners still count from the whole picture, and
    the fast stage takes both its looks, since a second code in a region is a fault. `expected`: text of the code that
    should be there, or how many codes; reading stops when that is met (default: as soon as something is read).
    `pose`: where a code of which size should stand; without it there is no guided stage. `deadline_ms`: counted from
    the call; the first fast look is always taken, every other step only when it can be expected to end in time.
    Without `rescue` only the fast stage looks.
    Raises `ImageError` for pictures that cannot be looked at, OSError for unreadable files, and `SymbolError` for unknown
    formats (`format`) or a roi outside the picture (`roi`).
    """
    deadline = Deadline(deadline_ms)
    search = Search(wanted_formats(formats), expected, pose, is_complete=roi is not None, may_rescue=rescue)
    pixels = images.gray(image) if isinstance(image, np.ndarray) else images.load_image(image)
    pixels, shift = cropped(pixels, roi)
    if min(pixels.shape) < limits.IMAGE_SIDE_MIN:
        raise ImageError(
            f"{pixels.shape[1]} x {pixels.shape[0]} pixels cannot hold a code", code="image_too_small"
        )
    return tuple(search.run(pixels, shift, deadline))
