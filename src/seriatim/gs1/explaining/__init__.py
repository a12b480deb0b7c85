"""What does this code say? Any pasted or scanned text, explained field by field, with what is wrong and where.

>>> told = explain("(01)09506000134352(17)261231(21)A1", this_year=2026)
>>> told.verdict, told.headline
('valid', 'One single item: product 09506000134352, serial A1.')
>>> [element.meaning for element in told.elements][1]
'31 December 2026'
>>> told = explain("(01)09506000134353(21)A1", this_year=2026)
>>> told.verdict, told.problems[0].words, told.mended
('invalid', 'AI (01): the check digit should be 2, not 3.', '(01)09506000134352(21)A1')
>>> told.text[told.problems[0].start :][: told.problems[0].length]
'3'

Nothing is fetched, opened or kept, and no text raises an error.
"""

from seriatim.gs1.explaining.explanation import TEXT_MAX, explain
from seriatim.gs1.explaining.model import Element, Explanation, Form, Problem, Spelling, Verdict

__all__ = ["TEXT_MAX", "Element", "Explanation", "Form", "Problem", "Spelling", "Verdict", "explain"]
