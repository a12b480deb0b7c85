"""Turns an identity into the black and white squares that a printer prints.

GS1 content (`(01)...(21)...`) is checked by :mod:`seriatim.gs1` first and becomes a symbol with FNC1 (`]d2`,
`]Q3`, `]C1`); a GS1 Digital Link URI, like any other text, becomes plain data (`]d1`, `]Q1`). The two are never
mixed: a URI behind FNC1 is invalid, and GS1 data without FNC1 is not GS1 data.
"""

import re
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from seriatim import gs1
from seriatim.symbols import limits, render
from seriatim.symbols.errors import SymbolError

__all__ = ["DATAMATRIX_RECTANGLES", "DATAMATRIX_SQUARES", "FORMATS", "EncodeOptions", "Symbol", "encode"]

FORMATS: Final = ("datamatrix", "qrcode", "gs1-128")
"""Formats that :func:`encode` makes."""

DATAMATRIX_SQUARES: Final = (
    "10x10", "12x12", "14x14", "16x16", "18x18", "20x20", "22x22", "24x24", "26x26", "32x32", "36x36", "40x40",
    "44x44", "48x48", "52x52", "64x64", "72x72", "80x80", "88x88", "96x96", "104x104", "120x120", "132x132", "144x144",
)  # fmt: skip
"""Square sizes as rows x columns of modules (ISO/IEC 16022); index + 1 is the encoder's version number."""
DATAMATRIX_RECTANGLES: Final = ("8x18", "8x32", "12x26", "12x36", "16x36", "16x48")
"""Rectangular sizes; versions 25 to 30."""

_QUIET_ZONE: Final = {"datamatrix": 2, "qrcode": 4, "gs1-128": 10}
_ZXING: Final = {
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "qrcode": zxingcpp.BarcodeFormat.QRCode,
    "gs1-128": zxingcpp.BarcodeFormat.Code128,
}
_GS1_IDENTIFIER: Final = {"datamatrix": "]d2", "qrcode": "]Q3", "gs1-128": "]C1"}
_PLAIN_IDENTIFIER: Final = {"datamatrix": "]d1", "qrcode": "]Q1"}
_URI = re.compile(r"https?://", re.IGNORECASE)
_PRIMARY_KEY = re.compile(r"/(?:0[01]|25[35]|40[12]|41[47]|800[346]|801[037]|8018)/")
_GROUP_SEPARATOR: Final = "\x1d"


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """How a symbol is laid out. Everything that an encoder would otherwise choose silently."""

    version: int | str | None = None
    """Size, pinned: "22x22" for Data Matrix, 1 to 40 (or "29x29") for QR; None lets the content decide.
    Content that does not fit a pinned size is refused: a code that grows by one row breaks a fixed camera window."""
    square: bool = True
    """Data Matrix only: never a rectangle."""
    ec_level: str = "M"
    """QR only: error correction L, M, Q or H; it is never raised silently."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A finished code: which modules are dark, and what it says."""

    text: str
    """Content: GS1 bracketed form for GS1 symbols, else the text as given."""
    data: bytes
    """The bytes a reader transmits: no leading FNC1, separators as GS (0x1D)."""
    format: str
    """One of :data:`FORMATS`."""
    symbology_id: str
    """Symbology identifier a reader reports: `]d2`, `]Q3`, `]C1`, or `]d1`, `]Q1` for plain data."""
    modules: NDArray[np.bool_] = field(repr=False, compare=False)
    """Modules as rows x columns, dark is True, without quiet zone, read-only. A linear symbol has one row."""
    options: EncodeOptions = EncodeOptions()

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of modules without quiet zone."""
        rows, columns = self.modules.shape
        return int(rows), int(columns)

    @property
    def quiet_zone(self) -> int:
        """Light modules rendered around the symbol (left and right only for a linear one)."""
        return _QUIET_ZONE[self.format]

    @property
    def is_linear(self) -> bool:
        """True for bars, False for squares."""
        return self.size[0] == 1

    def svg(self, *, x_mm: float | None = None) -> str:
        """The symbol with quiet zone as one SVG path; `x_mm` is the module width in mm."""
        return render.svg(self, x_mm=x_mm)

    def png(self, scale: int = 8, *, dpi: int | None = None) -> bytes:
        """The symbol with quiet zone as a 1-bit PNG, `scale` pixels per module, never anti-aliased."""
        return render.png(self, scale, dpi=dpi)

    def zpl(self, dpi: int = 300, *, x_mm: float | None = None) -> bytes:
        """The symbol as a ZPL label with a dot-exact graphic; `SymbolError` x_dimension when X is no whole dot."""
        return render.zpl(self, dpi, x_mm=x_mm)

    def pdf(self, *, x_mm: float | None = None) -> bytes:
        """The symbol with quiet zone as a one-page PDF whose page is exactly as large as the symbol."""
        return render.pdf(self, x_mm=x_mm)


_DEFAULT_OPTIONS: Final = EncodeOptions()


def encode(text: str, format: str, *, options: EncodeOptions = _DEFAULT_OPTIONS) -> Symbol:  # noqa: A002 -- promised name
    """Make the symbol for GS1 content or for a URI or other plain text.

    Raises `gs1.GS1Error` (names the AI) for content that GS1 refuses and `SymbolError` with code `format`, `option`,
    `content` (the format cannot carry this kind of content), or `does_not_fit` (pinned size too small).
    Sources: ISO/IEC 16022, ISO/IEC 18004, GS1 General Specifications section 5.

    >>> encode("(01)09506000134352(21)A1", "datamatrix").symbology_id
    ']d2'
    >>> encode("https://id.gs1.org/01/09506000134352/21/A1", "qrcode").symbology_id
    ']Q1'
    """
    if format not in _ZXING:
        raise SymbolError(f"format {format!r} is not one of {', '.join(FORMATS)}", code="format")
    if not text or len(text) > limits.TEXT_LENGTH_MAX:
        raise SymbolError(
            f"expected 1 to {limits.TEXT_LENGTH_MAX} characters to encode, got {len(text)}", code="content"
        )
    arguments = _encoder_arguments(format, options)
    if _is_gs1(text):
        return _encode_gs1(text, format, options, arguments)
    return _encode_plain(text, format, options, arguments)


def _is_gs1(text: str) -> bool:
    """Element strings begin with a bracket, FNC1 (`^` or GS) or a symbology identifier; all else is plain."""
    return text[0] in f"(^{_GROUP_SEPARATOR}]"


def _encode_gs1(text: str, form: str, options: EncodeOptions, arguments: dict[str, object]) -> Symbol:
    message = gs1.parse(text)
    # The library takes bracketed input only; a bracket inside a value must be escaped or it is refused.
    bracketed = "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in message.elements)
    data = message.element_string().removeprefix("^").replace("^", _GROUP_SEPARATOR).encode("ascii")
    return _make(
        message.bracketed(), data, form, _GS1_IDENTIFIER[form], options, bracketed, arguments | {"gs1": True}
    )


def _encode_plain(text: str, form: str, options: EncodeOptions, arguments: dict[str, object]) -> Symbol:
    if form not in _PLAIN_IDENTIFIER:
        raise SymbolError(
            f"{form} carries GS1 element strings only, such as (00)..., not {text[:40]!r}", code="content"
        )
    if _URI.match(text) and _PRIMARY_KEY.search(text):
        gs1.parse(text)  # raises: a Digital Link with a wrong check digit must not be printed
    data = text.encode("utf-8")
    return _make(text, data, form, _PLAIN_IDENTIFIER[form], options, text, arguments)


def _make(
    text: str,
    data: bytes,
    form: str,
    identifier: str,
    options: EncodeOptions,
    content: str,
    arguments: dict[str, object],
) -> Symbol:
    try:
        barcode = zxingcpp.create_barcode(content, _ZXING[form], **arguments)
    except ValueError as error:
        code = "does_not_fit" if "too long" in str(error) else "content"
        size = f" of size {options.version}" if options.version is not None else ""
        raise SymbolError(f"{text[:60]!r} does not go into a {form}{size}: {error}", code=code) from error
    modules = np.asarray(barcode.to_image(1, False, False)) == 0
    if form == "gs1-128":
        modules = modules[:1]
    modules.setflags(write=False)
    # A broken promise of the library is ours: it claims FNC1 where none is printed for some inputs.
    assert barcode.symbology_identifier == identifier, (barcode.symbology_identifier, identifier)
    coded = bytes(barcode.bytes)
    # Text outside ASCII may travel as Latin-1 or as UTF-8 with an ECI: the encoder picks the shorter.
    assert coded == data or not text.isascii(), (coded, data)
    _check_size(form, options, modules)
    return Symbol(text, coded, form, identifier, modules, options)


def _check_size(form: str, options: EncodeOptions, modules: NDArray[np.bool_]) -> None:
    """An out-of-range version means "automatic" to the library, silently: look at what came out."""
    rows, columns = modules.shape
    if form == "datamatrix" and options.square:
        assert rows == columns, (rows, columns)
    if form == "qrcode" and options.version is not None:
        assert rows == 17 + 4 * _qr_version(options.version), (rows, options.version)
    if form == "datamatrix" and options.version is not None:
        assert f"{rows}x{columns}" == _datamatrix_size(options), (rows, columns, options.version)


def _encoder_arguments(form: str, options: EncodeOptions) -> dict[str, object]:
    """Our typed options as the library's keywords; it ignores unknown ones without a word, so all is checked here."""
    if form == "datamatrix":
        arguments: dict[str, object] = {"force_square": options.square}
        if options.version is not None:
            size = _datamatrix_size(options)
            arguments = {"version": (*DATAMATRIX_SQUARES, *DATAMATRIX_RECTANGLES).index(size) + 1}
        if options.ec_level != _DEFAULT_OPTIONS.ec_level:
            raise SymbolError("ec_level is for qrcode; a Data Matrix has one level per size", code="option")
        return arguments
    if not options.square:
        raise SymbolError(f"square=False is for datamatrix, not for {form}", code="option")
    if form == "gs1-128":
        if options != _DEFAULT_OPTIONS:
            raise SymbolError("gs1-128 takes no options", code="option")
        return {}
    if options.ec_level not in {"L", "M", "Q", "H"}:
        raise SymbolError(f"ec_level {options.ec_level!r} is not one of L, M, Q, H", code="option")
    version = {} if options.version is None else {"version": _qr_version(options.version)}
    return {"ec_level": options.ec_level, **version}


def _datamatrix_size(options: EncodeOptions) -> str:
    """The pinned size as "RxC"; numbers are versions 1 to 24 (squares) and 25 to 30 (rectangles)."""
    sizes = DATAMATRIX_SQUARES if options.square else (*DATAMATRIX_SQUARES, *DATAMATRIX_RECTANGLES)
    if isinstance(options.version, str) and options.version in sizes:
        return options.version
    if isinstance(options.version, int) and 1 <= options.version <= len(sizes):
        return sizes[options.version - 1]
    raise SymbolError(
        f"version {options.version!r} is not a Data Matrix size: {', '.join(sizes)}", code="option"
    )


def _qr_version(version: int | str) -> int:
    if isinstance(version, int) and 1 <= version <= 40:
        return version
    if isinstance(version, str):
        for number in range(1, 41):
            side = 17 + 4 * number
            if version == f"{side}x{side}":
                return number
    raise SymbolError(
        f'version {version!r} is not a QR size: 1 to 40, or "21x21" to "177x177"', code="option"
    )
