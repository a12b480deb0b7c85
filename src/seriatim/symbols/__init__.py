"""Codes as pictures: make them, print them, film them with a synthetic camera, read them, grade them.

A code is made from GS1 content, which is checked first, or from a Digital Link URI:

>>> from seriatim import symbols
>>> symbol = symbols.encode("(01)09506000134352(21)A1", "datamatrix")
>>> symbol.size, symbol.symbology_id
((16, 16), ']d2')
>>> symbol.svg()[:4], symbol.png(scale=8)[1:4], symbol.zpl(dpi=300)[:3], symbol.pdf()[:5]
('<svg', b'PNG', b'^XA', b'%PDF-')

The synthetic line camera films it, with faults if asked to; the same seed gives the same picture:

>>> frame = symbols.synth.frame(symbol, seed=7, effects={"low_contrast": 0.15})
>>> [found] = symbols.read(frame.image)
>>> found.text, found.method
('(01)09506000134352(21)A1', 'fast')

The grade follows the method of ISO/IEC 15415; without a calibrated station it holds a line steady, and claims no more:

>>> graded = symbols.grade(frame.image, found)
>>> graded.letter, graded.notation, graded.decided_by
('C', '2.0/0.80X/660', ('symbol_contrast',))
>>> graded.wording
'ISO/IEC 15415 method, uncalibrated, process-control grade'

A whole label, symbol and text in millimetres, comes from a template: see :mod:`seriatim.symbols.label`.
"""

from seriatim.symbols import label, synth
from seriatim.symbols.encode import FORMATS, EncodeOptions, Symbol, encode
from seriatim.symbols.errors import ImageError, SymbolError
from seriatim.symbols.grading import Calibration, Conditions, Grade, grade, grade_all
from seriatim.symbols.images import jpeg, load_image
from seriatim.symbols.label import LabelTemplate, TemplateError, TemplateFault
from seriatim.symbols.limits import READ_DEADLINE_MS
from seriatim.symbols.proof import read_back, verify
from seriatim.symbols.read import READ_FORMATS, Pose, Read, read
from seriatim.symbols.reading.presence import Presence, presence
from seriatim.symbols.reading.slots import Slot, SlotAnswer, read_slots
from seriatim.symbols.render import NO_UNDERCUT, Undercut, module_dots, pixels

__all__ = [
    "FORMATS",
    "NO_UNDERCUT",
    "READ_DEADLINE_MS",
    "READ_FORMATS",
    "Calibration",
    "Conditions",
    "EncodeOptions",
    "Grade",
    "ImageError",
    "LabelTemplate",
    "Pose",
    "Presence",
    "Read",
    "Slot",
    "SlotAnswer",
    "Symbol",
    "SymbolError",
    "TemplateError",
    "TemplateFault",
    "Undercut",
    "encode",
    "grade",
    "grade_all",
    "jpeg",
    "label",
    "load_image",
    "module_dots",
    "pixels",
    "presence",
    "read",
    "read_back",
    "read_slots",
    "synth",
    "verify",
]
