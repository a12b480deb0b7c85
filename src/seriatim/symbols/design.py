"""Reads a label template: TOML in, elements out, and every fault with the line it stands on.

One table per element, one row per key below; a misspelt key must not pass in silence.
"""

import base64
import binascii
import re
import struct
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seriatim.symbols import images, limits
from seriatim.symbols.elements import (
    Design,
    Element,
    FormElement,
    HriElement,
    PictureElement,
    Sheet,
    SymbolElement,
    TextElement,
)
from seriatim.symbols.encode import EncodeOptions
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.fields import KNOWN, FieldKind, Wording, is_name
from seriatim.symbols.formats import FORMATS
from seriatim.symbols.placed import Bar, Picture

__all__ = ["Lines", "TemplateError", "TemplateFault", "read_design"]

_NUMBER: Final = (int, float)
_PLACE: Final[dict[str, tuple[type, ...]]] = {"kind": (str,), "x_mm": _NUMBER, "y_mm": _NUMBER}
_LETTERS: Final[dict[str, tuple[type, ...]]] = {
    **_PLACE, "size_mm": _NUMBER, "bold?": (bool,), "width_max_mm?": _NUMBER, "align?": (str,), "rotation?": (int,),
}  # fmt: skip
_SCHEMA: Final[dict[str, dict[str, tuple[type, ...]]]] = {
    "template": {"format": (int,), "name?": (str,), "width_mm": _NUMBER, "height_mm": _NUMBER, "elements": (list,),
                 "sheet?": (dict,), "fields?": (dict,)},
    "text": {**_LETTERS, "text": (str,), "fit?": (str,), "lines_max?": (int,)},
    "hri": {**_LETTERS, "of?": (str,)},
    "symbol": {**_PLACE, "symbology": (str,), "content": (str,), "module_mm": _NUMBER, "name?": (str,),
               "version?": (str, int), "square?": (bool,), "extended?": (bool,), "ec_level?": (str,),
               "upper_link?": (bool,), "columns?": (int,), "bar_height_mm?": _NUMBER, "rotation?": (int,)},
    "image": {**_PLACE, "png": (str,), "width_mm": _NUMBER, "rotation?": (int,)},
    "box": {**_PLACE, "width_mm": _NUMBER, "height_mm": _NUMBER, "thickness_mm?": _NUMBER, "filled?": (bool,)},
    "line": {**_PLACE, "width_mm?": _NUMBER, "height_mm?": _NUMBER, "thickness_mm?": _NUMBER},
    "sheet": {"width_mm": _NUMBER, "height_mm": _NUMBER, "columns": (int,), "rows": (int,), "left_mm": _NUMBER,
              "top_mm": _NUMBER, "gap_x_mm?": _NUMBER, "gap_y_mm?": _NUMBER, "crop_marks?": (bool,)},
}  # fmt: skip
"""What each table may hold; a key with `?` may be left out."""
KINDS: Final = ("text", "hri", "symbol", "image", "box", "line")
_THICKNESS_MM: Final = 0.25
_OPTIONS: Final = ("version", "square", "extended", "ec_level", "upper_link", "columns")
_PNG: Final = b"\x89PNG\r\n\x1a\n"

_ELEMENT_HEAD = re.compile(r"\s*\[\[\s*elements\s*\]\]")
_TABLE_HEAD = re.compile(r"\s*\[\s*(\w+)\s*\]")
_KEY = re.compile(r"\s*(\w+)\s*=")
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One thing wrong with a template or with the label it gives."""

    message: str
    element: int | None = None
    """Index of the element, None for the template as a whole."""
    key: str = ""
    line: int | None = None
    """Line of the template's text, counted from 1."""

    def __str__(self) -> str:
        where = "template" if self.element is None else f"elements[{self.element}]"
        place = f"{where}.{self.key}" if self.key else where
        return f"{place}{f', line {self.line}' if self.line else ''}: {self.message}"


class TemplateError(SymbolError):
    """A template that cannot be used; `faults` has all that is wrong with it."""

    faults: tuple[TemplateFault, ...]

    def __init__(self, faults: tuple[TemplateFault, ...]) -> None:
        more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(f"label template: {faults[0]}{more}", code="template", element=faults[0].element)
        self.faults = faults


class _Wrong(Exception):
    """One fault, before it is known where it stands."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.message, self.key = message, key


def read_design(source: str) -> Design:
    """Understand a template; raises `TemplateError` with every fault, each with its line."""
    if len(source) > limits.TEMPLATE_BYTES_MAX:
        raise TemplateError(
            (TemplateFault(f"a template has at most {limits.TEMPLATE_BYTES_MAX} characters"),)
        )
    try:
        table = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = _TOML_LINE.search(str(error))
        raise TemplateError(
            (TemplateFault(f"not TOML: {error}", line=int(line[1]) if line else None),)
        ) from error
    lines = Lines.of(source)
    faults: list[TemplateFault] = []
    try:
        fields = _fields(table)
        _check_template(table)
    except _Wrong as wrong:
        raise TemplateError((lines.fault(wrong.message, None, wrong.key),)) from None
    elements: list[Element] = []
    for index, element in enumerate(table["elements"]):
        try:
            elements.append(_element(element, {**KNOWN, **fields}))
        except _Wrong as wrong:
            faults.append(lines.fault(wrong.message, index, wrong.key))
    try:
        sheet = _sheet(table)
    except _Wrong as wrong:
        faults.append(lines.fault(wrong.message, None, wrong.key))
        sheet = None
    if not faults:
        faults += [lines.fault(*one) for one in _unnamed(elements)]
    if faults:
        raise TemplateError(tuple(faults))
    return Design(
        str(table.get("name", "")),
        float(table["width_mm"]),
        float(table["height_mm"]),
        tuple(elements),
        sheet,
        tuple(sorted(fields.items())),
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in the text each key stands: the TOML reader does not say."""

    elements: tuple[Mapping[str, int], ...]
    others: Mapping[str, int]

    @classmethod
    def of(cls, source: str) -> "Lines":
        others: dict[str, int] = {}
        elements: list[dict[str, int]] = []
        here = others
        for number, line in enumerate(source.splitlines(), start=1):
            if _ELEMENT_HEAD.match(line):
                here = {"": number}
                elements.append(here)
            elif head := _TABLE_HEAD.match(line):
                others.setdefault(head[1], number)
                here = others
            elif key := _KEY.match(line):
                here.setdefault(key[1], number)
        return cls(tuple(elements), others)

    def fault(self, message: str, element: int | None, key: str = "") -> TemplateFault:
        """A fault with the line of its key, else of its element."""
        keys = (
            self.others if element is None else self.elements[element] if element < len(self.elements) else {}
        )
        return TemplateFault(message, element, key, keys.get(key, keys.get("")))


def _check_template(table: Mapping[str, Any]) -> None:
    if table.get("format") != 1:
        raise _Wrong(f"expected format = 1, got {table.get('format')!r}", "format")
    _check(table, "template")
    if len(table["elements"]) > limits.LABEL_ELEMENTS_MAX:
        raise _Wrong(f"{len(table['elements'])} elements; at most {limits.LABEL_ELEMENTS_MAX}")
    for side in ("width_mm", "height_mm"):
        if table[side] == 0:
            raise _Wrong("a label of no size", side)


def _fields(table: Mapping[str, Any]) -> dict[str, FieldKind]:
    """Fields of one's own, for labels whose values come from a file."""
    fields = table.get("fields", {})
    if not isinstance(fields, dict):
        raise _Wrong(f"fields = {fields!r} is not a table", "fields")
    for name, kind in fields.items():
        if not is_name(name) or name in KNOWN:
            raise _Wrong(f"{name!r} cannot name a field of your own", name)
        if kind not in {"text", "date", "number"}:
            raise _Wrong(f"field {name} is text, date or number, not {kind!r}", name)
    return fields


def _check(table: Mapping[str, Any], kind: str) -> None:
    """Every key known, every needed key there, every value of its type."""
    schema = {key.removesuffix("?"): types for key, types in _SCHEMA[kind].items()}
    for key, value in table.items():
        if key not in schema:
            raise _Wrong(f"unknown key {key!r}; known are {', '.join(schema)}", key)
        if not isinstance(value, schema[key]) or (isinstance(value, bool) and bool not in schema[key]):
            raise _Wrong(f"{value!r} is not a {schema[key][-1].__name__}", key)
        if (
            isinstance(value, (int, float))
            and key.endswith("_mm")
            and not 0 <= value <= limits.LABEL_SIDE_MM_MAX
        ):
            raise _Wrong(f"{value!r} is not between 0 and {limits.LABEL_SIDE_MM_MAX:g}", key)
    missing = [key for key in _SCHEMA[kind] if not key.endswith("?") and key not in table]
    if missing:
        raise _Wrong(f"{', '.join(missing)} missing")
    _choice(table, "rotation", (0, 90, 180, 270))
    _choice(table, "align", ("left", "center", "right"))
    _choice(table, "fit", ("shrink", "wrap", "refuse"))


def _choice(table: Mapping[str, Any], key: str, allowed: tuple[Any, ...]) -> None:
    if key in table and table[key] not in allowed:
        raise _Wrong(f"{table[key]!r} is not one of {', '.join(map(str, allowed))}", key)


def _element(table: Any, known: Mapping[str, FieldKind]) -> Element:
    kind = table.get("kind") if isinstance(table, dict) else None
    if kind not in KINDS:
        raise _Wrong(f"expected one of {', '.join(KINDS)}, got {kind!r}", "kind")
    _check(table, kind)
    rest = {key: value for key, value in table.items() if key != "kind"}
    match kind:
        case "text":
            return _text(rest, known)
        case "hri":
            _needs_room(rest)
            return HriElement(**rest)
        case "symbol":
            return _symbol(rest, known)
        case "image":
            return _image(rest)
        case "box":
            return _box(**rest)
        case _:
            return _line(**rest)


def _text(rest: dict[str, Any], known: Mapping[str, FieldKind]) -> TextElement:
    wording = _wording(rest.pop("text"), known, "text")
    _needs_room(rest)
    if "fit" in rest and "width_max_mm" not in rest:
        raise _Wrong("a text that is to fit needs width_max_mm", "fit")
    if "lines_max" in rest and rest.get("fit") != "wrap":
        raise _Wrong('lines_max goes with fit = "wrap"', "lines_max")
    if not 1 <= rest.get("lines_max", 1) <= limits.WRAPPED_LINES_MAX:
        raise _Wrong(f"lines_max is 1 to {limits.WRAPPED_LINES_MAX}", "lines_max")
    return TextElement(wording, **rest)


def _needs_room(rest: Mapping[str, Any]) -> None:
    if rest.get("align", "left") != "left" and "width_max_mm" not in rest:
        raise _Wrong("a text that is aligned needs width_max_mm, the room it is aligned in", "align")
    if rest["size_mm"] == 0:
        raise _Wrong("a text of no size", "size_mm")


def _wording(source: str, known: Mapping[str, FieldKind], key: str) -> Wording:
    try:
        return Wording.parse(source, known)
    except ValueError as error:
        raise _Wrong(str(error), key) from None


def _symbol(rest: dict[str, Any], known: Mapping[str, FieldKind]) -> SymbolElement:
    if rest["symbology"] not in FORMATS:
        raise _Wrong(f"{rest['symbology']!r} is not one of {', '.join(FORMATS)}", "symbology")
    wording = _wording(rest.pop("content"), known, "content")
    options = {key: rest.pop(key) for key in _OPTIONS if key in rest}
    if rest["module_mm"] == 0:
        raise _Wrong("a module of no width", "module_mm")
    return SymbolElement(**rest, wording=wording, options=EncodeOptions(**options))


def _image(rest: Mapping[str, Any]) -> PictureElement:
    """A PNG as base64; what is darker than middle gray is printed."""
    try:
        data = base64.b64decode("".join(rest["png"].split()), validate=True)
    except (binascii.Error, ValueError):
        raise _Wrong("not base64", "png") from None
    if not data.startswith(_PNG) or len(data) > limits.LOGO_BYTES_MAX:
        raise _Wrong(f"expected a PNG of at most {limits.LOGO_BYTES_MAX} bytes", "png")
    width, height = struct.unpack(">II", data[16:24].ljust(8, b"\0"))
    if width * height > limits.LOGO_PIXELS_MAX:
        raise _Wrong(f"a PNG of {width} x {height} pixels; at most {limits.LOGO_PIXELS_MAX}", "png")
    try:
        gray = images.decode_image(data)
    except SymbolError as error:
        raise _Wrong(str(error), "png") from None
    dark = np.rot90(gray < limits.DARK_BELOW, -rest.get("rotation", 0) // 90)
    rows, columns = dark.shape
    packed = np.packbits(dark, axis=1).tobytes()
    broad = float(rest["width_mm"])
    if broad == 0:
        raise _Wrong("an image of no width", "width_mm")
    return PictureElement(Picture(packed, columns, rest["x_mm"], rest["y_mm"], broad, broad * rows / columns))


def _box(
    x_mm: float,
    y_mm: float,
    width_mm: float,
    height_mm: float,
    thickness_mm: float = _THICKNESS_MM,
    *,
    filled: bool = False,
) -> FormElement:
    if filled:
        return FormElement((Bar(x_mm, y_mm, width_mm, height_mm),))
    if 2 * thickness_mm >= min(width_mm, height_mm):
        raise _Wrong("a frame thicker than the box is wide; say filled = true", "thickness_mm")
    right, bottom, between = x_mm + width_mm - thickness_mm, y_mm + thickness_mm, height_mm - 2 * thickness_mm
    return FormElement(
        (
            Bar(x_mm, y_mm, width_mm, thickness_mm),
            Bar(x_mm, y_mm + height_mm - thickness_mm, width_mm, thickness_mm),
            Bar(x_mm, bottom, thickness_mm, between),
            Bar(right, bottom, thickness_mm, between),
        )
    )


def _line(
    x_mm: float,
    y_mm: float,
    width_mm: float | None = None,
    height_mm: float | None = None,
    thickness_mm: float = _THICKNESS_MM,
) -> FormElement:
    if (width_mm is None) == (height_mm is None):
        raise _Wrong("a line has a width_mm (level) or a height_mm (upright)", "width_mm")
    return FormElement((Bar(x_mm, y_mm, width_mm or thickness_mm, height_mm or thickness_mm),))


def _sheet(table: Mapping[str, Any]) -> Sheet | None:
    if "sheet" not in table:
        return None
    _check(table["sheet"], "sheet")
    sheet = Sheet(**table["sheet"])
    if min(sheet.columns, sheet.rows) < 1:
        raise _Wrong("a sheet has at least one column and one row", "sheet")
    across = sheet.left_mm + sheet.columns * table["width_mm"] + (sheet.columns - 1) * sheet.gap_x_mm
    down = sheet.top_mm + sheet.rows * table["height_mm"] + (sheet.rows - 1) * sheet.gap_y_mm
    if across > sheet.width_mm + 1e-6 or down > sheet.height_mm + 1e-6:
        raise _Wrong(
            f"the labels reach {across:g} x {down:g} mm on a sheet of {sheet.width_mm:g} x {sheet.height_mm:g} mm",
            "sheet",
        )
    return sheet


def _unnamed(elements: list[Element]) -> list[tuple[str, int, str]]:
    """Human readable texts whose symbol is not there."""
    names = [one.name for one in elements if isinstance(one, SymbolElement)]
    faults = []
    for index, one in enumerate(elements):
        if isinstance(one, HriElement) and (one.of not in names if one.of else not names):
            faults.append(
                (f"there is no symbol named {one.of!r}" if one.of else "there is no symbol", index, "of")
            )
    return faults
