"""The label of a product: one small file says what stands where, in millimetres, and every print form follows it.

>>> template = LabelTemplate.load('''
... format = 1
... name = "carton"
... width_mm = 46
... height_mm = 24
...
... [[elements]]
... kind = "symbol"
... symbology = "datamatrix"
... content = "(01){gtin}(17){expiry}(10){lot}(21){serial}"
... version = "24x24"
... x_mm = 28
... y_mm = 4
... module_mm = 0.508
...
... [[elements]]
... kind = "text"
... text = "LOT {lot}"
... x_mm = 4
... y_mm = 12
... size_mm = 2.4
... ''')
>>> values = {"gtin": "09506000134352", "expiry": "2027-11-20", "lot": "H26K20", "serial": "K4W8"}
>>> template.fill(values).symbols[0].symbol.text
'(01)09506000134352(17)271120(10)H26K20(21)K4W8'
>>> template.render_zpl(values, dpi=300)[:3]
b'^XA'
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits, pdf
from seriatim.symbols.encode import FORMATS, EncodeOptions, encode
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.layout import Label, PlacedSymbol, TextLine
from seriatim.symbols.lettering import fitting_size

__all__ = ["PLACEHOLDERS", "LabelTemplate", "Sheet"]

PLACEHOLDERS: Final = ("gtin", "lot", "expiry", "serial", "product", "brand", "sscc", "count")
"""Names that a template may put between braces. `expiry` is an ISO date: YYMMDD in symbols, DD.MM.YYYY in text."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SCHEMA: Final[dict[str, dict[str, tuple[type, ...]]]] = {
    "template": {"format": (int,), "name": (str,), "width_mm": (int, float), "height_mm": (int, float),
                 "elements": (list,), "sheet": (dict,)},
    "text": {"kind": (str,), "text": (str,), "x_mm": (int, float), "y_mm": (int, float), "size_mm": (int, float),
             "bold": (bool,), "width_max_mm": (int, float)},
    "symbol": {"kind": (str,), "symbology": (str,), "content": (str,), "x_mm": (int, float), "y_mm": (int, float),
               "module_mm": (int, float), "version": (str, int), "square": (bool,), "ec_level": (str,),
               "bar_height_mm": (int, float)},
    "sheet": {"width_mm": (int, float), "height_mm": (int, float), "columns": (int,), "rows": (int,),
              "left_mm": (int, float), "top_mm": (int, float), "gap_x_mm": (int, float), "gap_y_mm": (int, float)},
}  # fmt: skip
_OPTIONAL: Final = frozenset(
    {
        "sheet",
        "name",
        "bold",
        "version",
        "square",
        "ec_level",
        "bar_height_mm",
        "gap_x_mm",
        "gap_y_mm",
        "width_max_mm",
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper with several labels on it, filled row by row."""

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    left_mm: float
    """Left edge of the first label."""
    top_mm: float
    gap_x_mm: float = 0
    gap_y_mm: float = 0


@dataclass(frozen=True, slots=True)
class _TextElement:
    text: str
    x_mm: float
    y_mm: float
    size_mm: float
    bold: bool = False
    width_max_mm: float | None = None


@dataclass(frozen=True, slots=True)
class _SymbolElement:
    symbology: str
    content: str
    x_mm: float
    y_mm: float
    module_mm: float
    options: EncodeOptions
    bar_height_mm: float | None = None


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """A label design with placeholders. Made by :meth:`load`, not by hand."""

    name: str
    width_mm: float
    height_mm: float
    texts: tuple[_TextElement, ...]
    symbols: tuple[_SymbolElement, ...]
    sheet: Sheet | None = None

    @classmethod
    def load(cls, source: Path | str) -> Self:
        """Read a template, TOML with `format = 1`: a path (`Path`, or text without a line break) or the text itself.

        Raises `SymbolError` `template` that names the element and the key, OSError for an unreadable file.
        """
        text = Path(source).read_text("utf-8") if isinstance(source, Path) or "\n" not in source else source
        if len(text) > limits.TEMPLATE_BYTES_MAX:
            raise _fault(f"a template has at most {limits.TEMPLATE_BYTES_MAX} characters")
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _fault(f"not TOML: {error}") from error
        if table.get("format") != 1:
            raise _fault(f"expected format = 1, got {table.get('format')!r}")
        _check(table, "template", "template")
        elements = table["elements"]
        if len(elements) > limits.LABEL_ELEMENTS_MAX:
            raise _fault(f"{len(elements)} elements; at most {limits.LABEL_ELEMENTS_MAX}")
        width, height = float(table["width_mm"]), float(table["height_mm"])
        if not (0 < width <= limits.LABEL_SIDE_MM_MAX and 0 < height <= limits.LABEL_SIDE_MM_MAX):
            raise _fault(f"a label of {width:g} x {height:g} mm")
        made = [_element(element, f"elements[{index}]") for index, element in enumerate(elements)]
        return cls(
            name=str(table.get("name", "")),
            width_mm=width,
            height_mm=height,
            texts=tuple(one for one in made if isinstance(one, _TextElement)),
            symbols=tuple(one for one in made if isinstance(one, _SymbolElement)),
            sheet=_sheet(table["sheet"]) if "sheet" in table else None,
        )

    def fill(self, values: Mapping[str, str]) -> Label:
        """Put one unit's values into the design; values that the design does not name are ignored.

        Raises `SymbolError` (`value_missing`, `value`, `layout`, `does_not_fit`) and `gs1.GS1Error`.
        """
        symbols = tuple(
            PlacedSymbol(
                encode(_content(element.content, values), element.symbology, options=element.options),
                element.x_mm,
                element.y_mm,
                element.module_mm,
                element.bar_height_mm,
            )
            for element in self.symbols
        )
        return Label(self.width_mm, self.height_mm, symbols, tuple(_set(one, values) for one in self.texts))

    def render_pdf(self, labels: Sequence[Mapping[str, str]], *, sheet: Sheet | None = None) -> bytes:
        """One PDF of all labels: on sheets when `sheet` (or the template's own) says so, else one page per label."""
        sheet = sheet or self.sheet
        if sheet is None:
            pages = []
            for values in labels:
                pages.append(pdf.Page(self.width_mm, self.height_mm))
                self.fill(values).paint(pages[-1])
            return pdf.document(pages)
        per_sheet = sheet.columns * sheet.rows
        pages = [pdf.Page(sheet.width_mm, sheet.height_mm) for _ in range(-(-len(labels) // per_sheet))]
        for index, values in enumerate(labels):
            row, column = divmod(index % per_sheet, sheet.columns)
            left = sheet.left_mm + column * (self.width_mm + sheet.gap_x_mm)
            top = sheet.top_mm + row * (self.height_mm + sheet.gap_y_mm)
            self.fill(values).paint(pages[index // per_sheet], left, top)
        return pdf.document(pages)

    def render_zpl(self, values: Mapping[str, str], dpi: int = 300) -> bytes:
        """One label for a ZPL printer; `SymbolError` `x_dimension` when X is no whole number of dots."""
        return self.fill(values).zpl(dpi)

    def render_svg(self, values: Mapping[str, str]) -> str:
        """One label for the screen, sizes in mm."""
        return self.fill(values).svg()

    def draw(self, values: Mapping[str, str], dots_per_mm: float) -> NDArray[np.uint8]:
        """One label as 8-bit gray, ink 0 on paper 255."""
        return self.fill(values).draw(dots_per_mm)


def _fault(message: str) -> SymbolError:
    return SymbolError(f"label template: {message}", code="template")


def _check(table: Mapping[str, Any], kind: str, where: str) -> None:
    """Every key known, every needed key there, every value of its type: a misspelt key must not pass in silence."""
    schema = _SCHEMA[kind]
    for key, value in table.items():
        if key not in schema:
            raise _fault(f"{where}: unknown key {key!r}; known are {', '.join(schema)}")
        if not isinstance(value, schema[key]) or (isinstance(value, bool) and bool not in schema[key]):
            raise _fault(f"{where}: {key} = {value!r} is not a {schema[key][-1].__name__}")
        if key.endswith("_mm") and not _is_length(value):
            raise _fault(f"{where}: {key} = {value!r} is not between 0 and {limits.LABEL_SIDE_MM_MAX:g}")
    missing = [key for key in schema if key not in table and key not in _OPTIONAL]
    if missing:
        raise _fault(f"{where}: {', '.join(missing)} missing")


def _is_length(value: Any) -> bool:
    return bool(0 <= value <= limits.LABEL_SIDE_MM_MAX)


def _element(table: Any, where: str) -> _TextElement | _SymbolElement:
    kind = table.get("kind") if isinstance(table, dict) else None
    if kind not in {"text", "symbol"}:
        raise _fault(f"{where}: expected kind text or symbol, got {kind!r}")
    _check(table, kind, where)
    line = table["text" if kind == "text" else "content"]
    for name in _PLACEHOLDER.findall(line):
        if name not in PLACEHOLDERS:
            raise _fault(f"{where}: unknown placeholder {{{name}}}; known are {', '.join(PLACEHOLDERS)}")
    if "{" in _PLACEHOLDER.sub("", line) or "}" in _PLACEHOLDER.sub("", line):
        raise _fault(f"{where}: a single brace in {line!r}")
    if kind == "text":
        return _TextElement(**{key: value for key, value in table.items() if key != "kind"})
    if table["symbology"] not in FORMATS:
        raise _fault(f"{where}: symbology {table['symbology']!r} is not one of {', '.join(FORMATS)}")
    options = {key: table[key] for key in ("version", "square", "ec_level") if key in table}
    place = {key: value for key, value in table.items() if key != "kind" and key not in options}
    return _SymbolElement(**place, options=EncodeOptions(**options))


def _sheet(table: Mapping[str, Any]) -> Sheet:
    _check(table, "sheet", "sheet")
    if min(table["columns"], table["rows"]) < 1:
        raise _fault("sheet: expected at least one column and one row")
    return Sheet(**table)


def _set(element: _TextElement, values: Mapping[str, str]) -> TextLine:
    """A text element with its values, set smaller when it is wider than the room that the design gives it."""
    line, size = _line(element.text, values), element.size_mm
    if element.width_max_mm is not None:
        size = fitting_size(line, size, element.width_max_mm, bold=element.bold)
    return TextLine(line, element.x_mm, element.y_mm, size, element.bold)


def _line(text: str, values: Mapping[str, str]) -> str:
    """The template's text with the values put in, as people read it."""
    line = _PLACEHOLDER.sub(lambda match: _value(match[1], values, "%d.%m.%Y"), text)
    if len(line) > limits.LABEL_TEXT_MAX:
        raise SymbolError(f"a line of {len(line)} characters; at most {limits.LABEL_TEXT_MAX}", code="text")
    return line


def _content(content: str, values: Mapping[str, str]) -> str:
    """The symbol's content: values are escaped, so that none of them can begin another AI or path segment."""
    is_uri = content.lower().startswith(("https://", "http://"))
    escaped = partial(quote, safe="") if is_uri else _escaped_brackets
    return _PLACEHOLDER.sub(lambda match: escaped(_value(match[1], values, "%y%m%d")), content)


def _escaped_brackets(value: str) -> str:
    return value.replace("(", "\\(")


def _value(name: str, values: Mapping[str, str], date_form: str) -> str:
    if name not in values:
        raise SymbolError(f"the label needs a value for {{{name}}}", code="value_missing")
    if name != "expiry":
        return values[name]
    try:
        return date.fromisoformat(values[name]).strftime(date_form)
    except ValueError as error:
        raise SymbolError(f"expiry is expected as YYYY-MM-DD, got {values[name]!r}", code="value") from error
