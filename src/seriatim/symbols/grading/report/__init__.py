"""A grade as a page a person can read: the symbol module by module, bars against thresholds, the likely cause.

>>> from seriatim import symbols
>>> shot = symbols.synth.frame(symbols.encode("(01)09506000134352(21)A1", "datamatrix"), seed=7)
>>> [found] = symbols.read(shot.image)
>>> html_report(symbols.grade(shot.image, found))[:15]
'<!doctype html>'
"""

from seriatim.symbols.grading.report.page import Parts, html_parts, html_report, parts_style
from seriatim.symbols.grading.report.poster import png_report

__all__ = ["Parts", "html_parts", "html_report", "parts_style", "png_report"]
