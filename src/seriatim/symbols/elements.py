"""What a label template is made of, once its text is understood: its elements, and the sheet they are printed on."""

from dataclasses import dataclass

from seriatim.symbols.encode import EncodeOptions
from seriatim.symbols.fields import FieldKind, Wording
from seriatim.symbols.placed import Align, Bar, Picture, Rotation

__all__ = [
    "Design",
    "Element",
    "FormElement",
    "HriElement",
    "PictureElement",
    "Sheet",
    "SymbolElement",
    "TextElement",
]


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
    crop_marks: bool = False
    """Hairlines at the corners of the labels, outside them."""


@dataclass(frozen=True, slots=True)
class TextElement:
    """A text with fields."""

    wording: Wording
    x_mm: float
    y_mm: float
    size_mm: float
    bold: bool = False
    width_max_mm: float | None = None
    align: Align = "left"
    rotation: Rotation = 0
    fit: str = "shrink"
    """When wider than `width_max_mm`: shrink, wrap or refuse."""
    lines_max: int = 2


@dataclass(frozen=True, slots=True)
class HriElement:
    """The human readable interpretation of a symbol; breaks between elements only."""

    x_mm: float
    y_mm: float
    size_mm: float
    bold: bool = False
    width_max_mm: float | None = None
    align: Align = "left"
    rotation: Rotation = 0
    of: str = ""
    """Name of the symbol; empty: the first one."""


@dataclass(frozen=True, slots=True)
class SymbolElement:
    """A code."""

    symbology: str
    wording: Wording
    x_mm: float
    y_mm: float
    module_mm: float
    options: EncodeOptions
    bar_height_mm: float | None = None
    rotation: Rotation = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class PictureElement:
    """A logo, ready to be printed: the same on every label."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class FormElement:
    """A line or box as the bars it is made of."""

    bars: tuple[Bar, ...]


Element = TextElement | HriElement | SymbolElement | PictureElement | FormElement


@dataclass(frozen=True, slots=True)
class Design:
    """A template's text, understood."""

    name: str
    width_mm: float
    height_mm: float
    elements: tuple[Element, ...]
    sheet: Sheet | None
    fields: tuple[tuple[str, FieldKind], ...]
