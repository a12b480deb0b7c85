"""A camera over a packaging line that needs no camera: the same seed always films the same picture.

A label is printed (with the printer's faults), carried past (tilted, shifted), lit, blurred by optics and motion, and
caught with noise. The truth about each frame comes with it, so a reader or a grade can be judged against it.

>>> from seriatim.symbols.encode import encode
>>> symbol = encode("(01)09506000134352(21)A1", "datamatrix")
>>> shot = frame(symbol, seed=7, effects={"defocus": 0.1})
>>> shot.image.shape, shot.truth.text
((480, 640), '(01)09506000134352(21)A1')
"""

from seriatim.symbols.synth.arrange import tray, with_text
from seriatim.symbols.synth.camera import frame, region_of_code
from seriatim.symbols.synth.damage import Damage
from seriatim.symbols.synth.effects import CATALOGUE, EFFECTS, HARD_EFFECTS, Effect
from seriatim.symbols.synth.expected import Expected
from seriatim.symbols.synth.scene import BACKDROPS, Scene
from seriatim.symbols.synth.sets import SEVERITIES, Case, grade_grid, hard_set, unit, wrong_codewords
from seriatim.symbols.synth.sheet import FURTHER_EFFECTS, contact_sheet
from seriatim.symbols.synth.stream import DRIFTS, Drift, Stream, StreamFrame, drifting
from seriatim.symbols.synth.truth import CodeTruth, Frame, Truth

__all__ = [
    "BACKDROPS",
    "CATALOGUE",
    "DRIFTS",
    "EFFECTS",
    "FURTHER_EFFECTS",
    "HARD_EFFECTS",
    "SEVERITIES",
    "Case",
    "CodeTruth",
    "Damage",
    "Drift",
    "Effect",
    "Expected",
    "Frame",
    "Scene",
    "Stream",
    "StreamFrame",
    "Truth",
    "contact_sheet",
    "drifting",
    "frame",
    "grade_grid",
    "hard_set",
    "region_of_code",
    "tray",
    "unit",
    "with_text",
    "wrong_codewords",
]
