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

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from seriatim import gs1
from seriatim.symbols import limits, pdf
from seriatim.symbols.design import Lines, TemplateError, TemplateFault, read_design
from seriatim.symbols.elements import (
    Element,
    FormElement,
    HriElement,
    PictureElement,
    Sheet,
    SymbolElement,
    TextElement,
)
from seriatim.symbols.encode import encode
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.fields import KNOWN, FieldKind
from seriatim.symbols.layout import Bar, Label, Picture, PlacedSymbol, TextLine, drawing
from seriatim.symbols.lettering import fitting_size, text_width, wrapped
from seriatim.symbols.render import NO_UNDERCUT, Undercut, module_dots
from seriatim.symbols.spacing import misplaced

__all__ = ["PLACEHOLDERS", "LabelTemplate", "Sheet", "TemplateError", "TemplateFault"]

PLACEHOLDERS: Final = tuple(KNOWN)
"""Fields that a template may put between braces without declaring them."""
_LEADING: Final = 1.25
"""From one baseline to the next, in font sizes."""
_CROP_MM: Final = 3.0
_CROP_THICK_MM: Final = 0.1
Progress = Callable[[int], None]


def _ignore(done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """A label design with placeholders. Made by :meth:`load`, not by hand."""

    name: str
    width_mm: float
    height_mm: float
    elements: tuple[Element, ...]
    sheet: Sheet | None = None
    fields: tuple[tuple[str, FieldKind], ...] = ()
    """Fields of its own, beside :data:`PLACEHOLDERS`."""
    source: str = field(default="", compare=False, repr=False)
    """The text it was read from."""

    @classmethod
    def load(cls, source: Path | str) -> Self:
        """Read a template, TOML with `format = 1`: a path (`Path`, or text without a line break) or the text itself.

        Raises `TemplateError` (a `SymbolError` `template`) with every fault, each naming the element, the key and the
        line; OSError for an unreadable file.
        """
        text = Path(source).read_text("utf-8") if isinstance(source, Path) or "\n" not in source else source
        design = read_design(text)
        return cls(
            design.name, design.width_mm, design.height_mm, design.elements, design.sheet, design.fields, text
        )

    @property
    def sha256(self) -> str:
        """Hash of the text: what was printed can be traced to the very design."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def symbols(self) -> tuple[SymbolElement, ...]:
        """The codes of the design."""
        return tuple(one for one in self.elements if isinstance(one, SymbolElement))

    @property
    def names(self) -> frozenset[str]:
        """The fields that a label needs."""
        wordings = (one.wording for one in self.elements if isinstance(one, (SymbolElement, TextElement)))
        return frozenset().union(*(wording.names for wording in wordings))

    def fill(self, values: Mapping[str, str]) -> Label:
        """Put one unit's values into the design; values that the design does not name are ignored.

        Raises `SymbolError` (`value_missing`, `value`, `layout`, `does_not_fit`), whose `element` says where, and
        `gs1.GS1Error`.
        """
        filling = _Filling(values)
        for index, element in enumerate(self.elements):
            try:
                filling.put(index, element)
            except SymbolError as error:
                error.element = index
                raise
        return Label(self.width_mm, self.height_mm, *filling.things())

    def faults(self, values: Mapping[str, str], *, dpi: int | None = None) -> tuple[TemplateFault, ...]:
        """Everything that is wrong with the label of these values, each with the line of the template.

        `dpi` asks for modules of whole printer dots as well.
        """
        lines, found, filling = Lines.of(self.source), [], _Filling(values)
        for index, element in enumerate(self.elements):
            try:
                filling.put(index, element)
            except (SymbolError, gs1.GS1Error) as error:
                found.append(lines.fault(str(error), index, _key_at_fault(element, error)))
        size = (self.width_mm, self.height_mm)
        found += [
            lines.fault(str(error), error.element, "x_mm") for error in misplaced(size, *filling.things())
        ]
        for index, element in enumerate(self.elements if dpi else ()):
            try:
                if isinstance(element, SymbolElement) and dpi:
                    module_dots(element.module_mm, dpi)
            except SymbolError as error:
                found.append(lines.fault(str(error), index, "module_mm"))
        return tuple(found)

    def sketch(self, values: Mapping[str, str]) -> str:
        """The label as SVG for whoever designs it: elements at fault are left out, and all others drawn where they
        stand, also where they must not; see :meth:`faults`.
        """
        filling = _Filling(values)
        for index, element in enumerate(self.elements):
            with suppress(SymbolError, gs1.GS1Error):
                filling.put(index, element)
        return drawing((self.width_mm, self.height_mm), *filling.things())

    def render_pdf(
        self,
        labels: Sequence[Mapping[str, str]],
        *,
        sheet: Sheet | None = None,
        skip: int = 0,
        progress: Progress = _ignore,
    ) -> bytes:
        """One PDF of all labels: on sheets when `sheet` (or the template's own) says so, else one page per label.

        `skip` leaves the first places of the first sheet free, when labels are already taken from it.
        """
        sheet = sheet or self.sheet
        if sheet is None:
            pages = []
            for done, values in enumerate(labels, start=1):
                pages.append(pdf.Page(self.width_mm, self.height_mm))
                self.fill(values).paint(pages[-1])
                progress(done)
            return pdf.document(pages)
        per_sheet = sheet.columns * sheet.rows
        if not 0 <= skip < per_sheet:
            raise SymbolError(f"a sheet has {per_sheet} places; {skip} cannot be skipped", code="option")
        pages = [
            pdf.Page(sheet.width_mm, sheet.height_mm) for _ in range(-(-(len(labels) + skip) // per_sheet))
        ]
        for done, values in enumerate(labels, start=1):
            page, place = divmod(skip + done - 1, per_sheet)
            row, column = divmod(place, sheet.columns)
            left = sheet.left_mm + column * (self.width_mm + sheet.gap_x_mm)
            top = sheet.top_mm + row * (self.height_mm + sheet.gap_y_mm)
            self.fill(values).paint(pages[page], left, top)
            progress(done)
        if sheet.crop_marks:
            for one in pages:
                for mark in _crop_marks(sheet, self.width_mm, self.height_mm):
                    one.rectangle(mark.x_mm, mark.y_mm, mark.width_mm, mark.height_mm)
        return pdf.document(pages)

    def render_zpl(
        self, values: Mapping[str, str], dpi: int = 300, *, undercut: Undercut = NO_UNDERCUT
    ) -> bytes:
        """One label for a ZPL printer; `SymbolError` `x_dimension` when X is no whole number of dots."""
        return self.fill(values).zpl(dpi, undercut=undercut)

    def render_svg(self, values: Mapping[str, str]) -> str:
        """One label for the screen, sizes in mm."""
        return self.fill(values).svg()

    def render_png(
        self, values: Mapping[str, str], dpi: int = 300, *, undercut: Undercut = NO_UNDERCUT
    ) -> bytes:
        """One label as a 1-bit PNG, dot for dot as a printer of this resolution prints it."""
        return self.fill(values).png(dpi, undercut=undercut)

    def draw(self, values: Mapping[str, str], dots_per_mm: float) -> NDArray[np.uint8]:
        """One label as 8-bit gray, ink 0 on paper 255."""
        return self.fill(values).draw(dots_per_mm)


class _Filling:
    """One label in the making."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._symbols: list[PlacedSymbol] = []
        self._names: list[str] = []
        self._texts: list[TextLine] = []
        self._pictures: list[Picture] = []
        self._bars: list[Bar] = []
        self._hri: list[tuple[int, HriElement]] = []

    def put(self, index: int, element: Element) -> None:
        match element:
            case TextElement():
                self._texts += _set(element, self._values, index)
            case SymbolElement():
                self._put_symbol(element, index)
            case HriElement():
                self._hri.append((index, element))
            case PictureElement():
                self._pictures.append(replace(element.picture, element=index))
            case FormElement():
                self._bars += [replace(bar, element=index) for bar in element.bars]

    def _put_symbol(self, element: SymbolElement, index: int) -> None:
        symbol = encode(element.wording.code(self._values), element.symbology, options=element.options)
        self._symbols.append(
            PlacedSymbol(
                symbol,
                element.x_mm,
                element.y_mm,
                element.module_mm,
                element.bar_height_mm,
                element.rotation,
                index,
            )
        )
        self._names.append(element.name)

    def things(
        self,
    ) -> tuple[tuple[PlacedSymbol, ...], tuple[TextLine, ...], tuple[Picture, ...], tuple[Bar, ...]]:
        for index, element in self._hri:  # last, since a text may stand above the symbol it speaks of
            at = self._names.index(element.of) if element.of in self._names else 0
            if at < len(self._symbols):
                self._texts += _interpretation(element, self._symbols[at].symbol.hri, index)
        return tuple(self._symbols), tuple(self._texts), tuple(self._pictures), tuple(self._bars)


def _set(element: TextElement, values: Mapping[str, str], index: int) -> list[TextLine]:
    """A text element with its values, made to fit the room that the design gives it."""
    line, size, room = element.wording.text(values), element.size_mm, element.width_max_mm
    if len(line) > limits.LABEL_TEXT_MAX:
        raise SymbolError(f"a line of {len(line)} characters; at most {limits.LABEL_TEXT_MAX}", code="text")
    lines = [line]
    if room is not None:
        match element.fit:
            case "shrink":
                size = fitting_size(line, size, room, bold=element.bold)
            case "wrap":
                lines = wrapped(tuple(line.split()), size, room, bold=element.bold)
                size = (
                    min(fitting_size(one, size, room, bold=element.bold) for one in lines) if lines else size
                )
            case _ if text_width(line, size, bold=element.bold) > room:
                raise SymbolError(f"{line!r} does not fit into {room:g} mm", code="text")
    if element.fit == "wrap" and len(lines) > element.lines_max:
        raise SymbolError(f"{line!r} needs {len(lines)} lines of {element.lines_max}", code="text")
    return _lines(element, lines, size, index)


def _interpretation(element: HriElement, parts: tuple[str, ...], index: int) -> list[TextLine]:
    """The elements of a code as people read them; a line breaks between elements, never within one."""
    size, room = element.size_mm, element.width_max_mm
    if room is None:
        return _lines(element, ["".join(parts)], size, index)
    lines = wrapped(parts, size, room, bold=element.bold, between="")
    size = min(fitting_size(one, size, room, bold=element.bold) for one in lines)
    return _lines(element, lines, size, index)


def _lines(element: TextElement | HriElement, lines: list[str], size: float, index: int) -> list[TextLine]:
    """Lines one below the other, in the direction in which the text is turned."""
    if len(lines) == 1:
        place = (element.x_mm, element.y_mm, size, element.bold)
        return [TextLine(lines[0], *place, element.rotation, element.align, element.width_max_mm, index)]
    step = _LEADING * size
    down = {0: (0, step), 90: (-step, 0), 180: (0, -step), 270: (step, 0)}[element.rotation]
    # Turned text grows to the left or upwards: the first line stands where the last one would end.
    last = len(lines) - 1
    back = (step * last if element.rotation == 90 else 0, step * last if element.rotation == 180 else 0)
    return [
        TextLine(
            line,
            element.x_mm + back[0] + down[0] * number,
            element.y_mm + back[1] + down[1] * number,
            size,
            element.bold,
            element.rotation,
            element.align,
            element.width_max_mm,
            index,
        )
        for number, line in enumerate(lines)
    ]


def _key_at_fault(element: Element, error: Exception) -> str:
    """The key whose value one would change."""
    code = getattr(error, "code", "")
    if isinstance(element, TextElement):
        return "text"
    return {"does_not_fit": "version", "option": "version", "format": "symbology"}.get(code, "content")


def _crop_marks(sheet: Sheet, width_mm: float, height_mm: float) -> Iterator[Bar]:
    """Hairlines where the cuts go, in the margins of the sheet."""
    below = sheet.top_mm + sheet.rows * height_mm + (sheet.rows - 1) * sheet.gap_y_mm
    right = sheet.left_mm + sheet.columns * width_mm + (sheet.columns - 1) * sheet.gap_x_mm
    for column in range(sheet.columns):
        left = sheet.left_mm + column * (width_mm + sheet.gap_x_mm)
        for x in (left, left + width_mm):
            for y in (max(0.0, sheet.top_mm - _CROP_MM - 1), below + 1):
                yield Bar(x - _CROP_THICK_MM / 2, y, _CROP_THICK_MM, _CROP_MM)
    for row in range(sheet.rows):
        top = sheet.top_mm + row * (height_mm + sheet.gap_y_mm)
        for y in (top, top + height_mm):
            for x in (max(0.0, sheet.left_mm - _CROP_MM - 1), right + 1):
                yield Bar(x, y - _CROP_THICK_MM / 2, _CROP_MM, _CROP_THICK_MM)
