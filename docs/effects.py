"""Draws docs/images/effects.png: the 18 effects of the hard line set at four severities, small enough for a page."""

from pathlib import Path

import cv2
import numpy as np

from seriatim.symbols import synth

PICTURE = Path(__file__).parent / "images" / "effects.png"
SCALE = 0.78
GRAYS = 32
"""Levels that are left: the page shall load fast, and eyes tell no more apart."""


def main() -> None:
    sheet = cv2.resize(synth.contact_sheet(), None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA)
    step = 255 / (GRAYS - 1)
    few = (np.round(sheet / step) * step).round().astype(np.uint8)
    cv2.imwrite(str(PICTURE), few, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
