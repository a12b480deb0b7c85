"""The list of application identifiers: what each field of a GS1 code is called, may hold and goes with.

One line per application identifier or family, authored here, in four columns:

    AI | title | parts of the value | rules

*AI*: `01`, or a family `310[0-5]`. *Parts*, joined by " + ": a type (`n` digits, `x` GS1 character set 82, `y` set 39,
`z` base64url), a length (`14`, or `..20` for 1 to 20), a `?` if the part may be absent, then the names of its checks.
*Rules*, separated by ";":

- `fixed`: the length is predefined, no FNC1 follows the value;
- `with a b+c d`: needs a, or both b and c, or d beside it; several `with` must all hold; `?` stands for a digit;
- `not a b`: must not meet a or b; `not siblings`: not another member of its own family;
- `key`, `key a,b or c`: a Digital Link may begin with it; then a, b in this order may follow, or c instead;
- `path only`: never an attribute in the query of a Digital Link.

>>> LINES[1]
'01 | GTIN | n14 csum gcppos2 | fixed; not 255 37; key 22,10,21 or 235'

Source of the facts: GS1 General Specifications and GS1 Barcode Syntax Dictionary, state of 2026-07-27.
"""

from seriatim.gs1.application_identifiers import healthcare, items, logistics, measures, processes

LINES: tuple[str, ...] = tuple(
    line
    for module in (items, measures, logistics, processes, healthcare)
    for line in module.LINES.splitlines()
    if line
)
