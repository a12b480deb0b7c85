"""Turns an identity into the black and white squares that a printer prints.

GS1 content (`(01)...(21)...`) is checked by :mod:`seriatim.gs1` first and becomes a symbol with FNC1 (`]d2`,
`]Q3`, `]C1`); a GS1 Digital Link URI, like any other text, becomes plain data (`]d1`, `]Q1`). The two are never
mixed: a URI behind FNC1 is invalid, and GS1 data without FNC1 is not GS1 data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from seriatim.symbols import limits, render
from seriatim.symbols.content import Content, content_of
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.formats import (
    DATAMATRIX_EXTENDED,
    DATAMATRIX_RECTANGLES,
    DATAMATRIX_SQUARES,
    FORMAT,
    FORMATS,
    QR_LEVELS,
    Format,
)
from seriatim.symbols.matrix import MatrixLayout, layout_of, qr

__all__ = [
    "DATAMATRIX_EXTENDED",
    "DATAMATRIX_RECTANGLES",
    "DATAMATRIX_SQUARES",
    "FORMATS",
    "EncodeOptions",
    "Symbol",
    "encode",
]

_SIZES: Final = (*DATAMATRIX_SQUARES, *DATAMATRIX_RECTANGLES, *DATAMATRIX_EXTENDED)
_EXTENDED_IDENTIFIER: Final = {"]d1": "]d7", "]d2": "]d8"}
"""A reader tells the rectangular extension apart, though the writer does not say so."""
_OFFERS: Final = 3
"""Sizes named when content does not fit."""


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """How a symbol is laid out. Everything that an encoder would otherwise choose silently."""

    version: int | str | None = None
    """Size, pinned: "22x22" for Data Matrix, 1 to 40 (or "29x29") for QR; None lets the content decide.
    Content that does not fit a pinned size is refused: a code that grows by one row breaks a fixed camera window."""
    square: bool = True
    """Data Matrix only: never a rectangle. False: the smallest of squares and the six rectangles."""
    extended: bool = False
    """Data Matrix only: rectangles of the extension (DMRE) too; readers report them as `]d8`, not `]d2`."""
    ec_level: str = "M"
    """QR only: error correction L, M, Q or H; it is never raised silently."""
    upper_link: bool = False
    """QR only: scheme and host of a web address in capitals, which often saves a size step."""
    columns: int | None = None
    """DataBar Expanded Stacked only: symbol characters in a row, 2 to 20, an even number."""


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
    """Symbology identifier a reader reports: `]d2`, `]Q3`, `]C1`, or `]d1`, `]Q1` for plain data;
    `]e0` DataBar, `]I1` ITF-14, `]E0` and `]E4` EAN/UPC, `]d8` a Data Matrix of the rectangular extension."""
    modules: NDArray[np.bool_] = field(repr=False, compare=False)
    """Modules as rows x columns, dark is True, without quiet zone, read-only. A linear symbol has one row."""
    options: EncodeOptions = EncodeOptions()
    hri: tuple[str, ...] = ()
    """Human readable interpretation in parts; a line may break between parts only."""

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of modules without quiet zone."""
        rows, columns = self.modules.shape
        return int(rows), int(columns)

    @property
    def quiet_zone(self) -> int:
        """Light modules rendered around the symbol (left and right only for a linear one)."""
        return FORMAT[self.format].quiet_zone

    @property
    def is_linear(self) -> bool:
        """True for bars, False for squares."""
        return self.size[0] == 1

    @property
    def bar_height(self) -> int:
        """Height of a linear symbol's bars in modules, bearer bars included; 0 for all others."""
        return FORMAT[self.format].bar_height

    @property
    def bearer(self) -> int:
        """Thickness in modules of the bars above and below (ITF-14), else 0."""
        return FORMAT[self.format].bearer

    @property
    def version(self) -> str:
        """The size as the standard names it: "22x22" for Data Matrix, "3" for QR, "" for all others.

        >>> encode("(01)09506000134352(21)A1", "qrcode").version
        '1'
        """
        rows, columns = self.size
        match self.format:
            case "datamatrix":
                return f"{rows}x{columns}"
            case "qrcode":
                return str((rows - 17) // 4)
            case _:
                return ""

    @property
    def ec_level(self) -> str:
        """The error correction printed in a QR symbol, as its format information says; "" for all others."""
        read = qr.read_format(self.modules) if self.format == "qrcode" else None
        return read[0] if read else ""

    @property
    def codewords(self) -> bytes:
        """Data and error correction codewords as they stand in a Data Matrix or QR symbol, interleaved blocks and all;
        empty for linear and stacked symbols and for the rectangular extension.

        >>> encode("(01)09506000134352", "datamatrix").codewords[0]  # FNC1 in first place
        232
        """
        layout = self._layout()
        return layout.codewords(self.modules).tobytes() if layout else b""

    def _layout(self) -> MatrixLayout | None:
        if self.format == "qrcode":
            read = qr.read_format(self.modules)
            assert read is not None, "the encoder writes format information"
            return layout_of("qrcode", self.size, level=read[0], mask=read[1])
        if self.format == "datamatrix" and self.version not in DATAMATRIX_EXTENDED:
            return layout_of("datamatrix", self.size)
        return None

    def svg(self, *, x_mm: float | None = None) -> str:
        """The symbol with quiet zone as one SVG path; `x_mm` is the module width in mm."""
        return render.svg(self, x_mm=x_mm)

    def png(self, scale: int = 8, *, dpi: int | None = None) -> bytes:
        """The symbol with quiet zone as a 1-bit PNG, `scale` pixels per module, never anti-aliased."""
        return render.png(self, scale, dpi=dpi)

    def zpl(
        self, dpi: int = 300, *, x_mm: float | None = None, undercut: render.Undercut = render.NO_UNDERCUT
    ) -> bytes:
        """The symbol as a ZPL label with a dot-exact graphic; `SymbolError` x_dimension when X is no whole dot."""
        return render.zpl(self, dpi, x_mm=x_mm, undercut=undercut)

    def pdf(self, *, x_mm: float | None = None) -> bytes:
        """The symbol with quiet zone as a one-page PDF whose page is exactly as large as the symbol."""
        return render.pdf(self, x_mm=x_mm)


_DEFAULT_OPTIONS: Final = EncodeOptions()


def encode(text: str, format: str, *, options: EncodeOptions = _DEFAULT_OPTIONS) -> Symbol:  # noqa: A002 -- promised name
    """Make the symbol for GS1 content or for a URI or other plain text.

    Raises `gs1.GS1Error` (names the AI) for content that GS1 refuses and `SymbolError` with code `format`, `option`,
    `content` (the format cannot carry this kind of content), or `does_not_fit` (pinned size too small; `.offers` has
    the sizes that would do).
    Sources: ISO/IEC 16022, ISO/IEC 18004, GS1 General Specifications section 5.

    >>> encode("(01)09506000134352(21)A1", "datamatrix").symbology_id
    ']d2'
    >>> encode("https://id.gs1.org/01/09506000134352/21/A1", "qrcode").symbology_id
    ']Q1'
    >>> encode("(01)09506000134352", "databar-omni").size
    (1, 96)
    """
    form = FORMAT.get(format)
    if form is None:
        raise SymbolError(f"format {format!r} is not one of {', '.join(FORMATS)}", code="format")
    if not text or len(text) > limits.TEXT_LENGTH_MAX:
        raise SymbolError(
            f"expected 1 to {limits.TEXT_LENGTH_MAX} characters to encode, got {len(text)}", code="content"
        )
    arguments = _encoder_arguments(format, options)
    content = content_of(text, form, upper_link=options.upper_link)
    barcode = _barcode(content, form, options, arguments)
    modules = np.asarray(barcode.to_image(1, False, False)) == 0
    if form.bar_height:
        modules = modules[:1]
    modules.setflags(write=False)
    coded = bytes(barcode.bytes)
    _check_made(content, form, barcode.symbology_identifier, coded)
    _check_size(format, options, modules)
    identifier = content.identifier
    if format == "datamatrix" and "{}x{}".format(*modules.shape) in DATAMATRIX_EXTENDED:
        identifier = _EXTENDED_IDENTIFIER[identifier]
    return Symbol(content.text, coded, format, identifier, modules, options, content.hri)


def _barcode(
    content: Content, form: Format, options: EncodeOptions, arguments: Mapping[str, object]
) -> zxingcpp.Barcode:
    if content.is_gs1:
        arguments = {**arguments, "gs1": True}
    if (
        form.name == "datamatrix"
        and options.version is None
        and not (options.square and not options.extended)
    ):
        return _smallest(content, form, options, arguments)
    try:
        return zxingcpp.create_barcode(content.handed, form.barcode_format, **arguments)
    except ValueError as error:
        raise _unmade(content, form, options, arguments, error) from error


def _smallest(
    content: Content, form: Format, options: EncodeOptions, arguments: Mapping[str, object]
) -> zxingcpp.Barcode:
    """The size of least area among those allowed; left to itself, the library takes any it knows."""
    fault: ValueError = ValueError("no size allowed")
    for size in sorted(_allowed(options), key=_area):
        try:
            return zxingcpp.create_barcode(
                content.handed, form.barcode_format, **{**arguments, "version": _SIZES.index(size) + 1}
            )
        except ValueError as error:
            fault = error
    raise _unmade(content, form, options, arguments, fault)


def _unmade(
    content: Content, form: Format, options: EncodeOptions, arguments: Mapping[str, object], error: ValueError
) -> SymbolError:
    """Why the library refuses; for a pinned size, which sizes would do."""
    what = f"{content.text[:60]!r} does not go into a {form.name}"
    if "too long" not in str(error):
        return SymbolError(f"{what}: {error}", code="content")
    if options.version is None:
        return SymbolError(f"{what}: {error}", code="does_not_fit")
    offers = tuple(_fitting(content, form, options, arguments))
    advice = f"it fits {', '.join(offers)}" if offers else "it fits no size"
    return SymbolError(f"{what} of size {options.version}; {advice}", code="does_not_fit", offers=offers)


def _fitting(
    content: Content, form: Format, options: EncodeOptions, arguments: Mapping[str, object]
) -> Iterator[str]:
    """The smallest sizes that hold the content, in the shapes allowed."""
    if form.name == "datamatrix":
        candidates = [(size, _SIZES.index(size) + 1) for size in sorted(_allowed(options), key=_area)]
    else:
        candidates = [(f"{17 + 4 * version}x{17 + 4 * version}", version) for version in range(1, 41)]
    found = 0
    for size, version in candidates:
        try:
            zxingcpp.create_barcode(content.handed, form.barcode_format, **{**arguments, "version": version})
        except ValueError:
            continue
        yield size
        found += 1
        if found == _OFFERS:
            return


def _check_made(content: Content, form: Format, identifier: str, coded: bytes) -> None:
    """A broken promise of the library is ours: it claims FNC1 where none is printed for some inputs."""
    # The writer does not claim the checked forms of ITF, EAN-8 that the reader reports; proof.py reads them back.
    assert identifier == content.identifier or form.carries == "GTIN", (identifier, content.identifier)
    # Text outside ASCII may travel as Latin-1 or as UTF-8 with an ECI: the encoder picks the shorter.
    assert coded == content.data or not content.text.isascii(), (coded, content.data)


def _check_size(form: str, options: EncodeOptions, modules: NDArray[np.bool_]) -> None:
    """An out-of-range version means "automatic" to the library, silently: look at what came out."""
    rows, columns = modules.shape
    if form == "datamatrix" and options.square and not options.extended:
        assert rows == columns, (rows, columns)
    if form == "qrcode" and options.version is not None:
        assert rows == 17 + 4 * _qr_version(options.version), (rows, options.version)
    if form == "datamatrix" and options.version is not None:
        assert f"{rows}x{columns}" == _datamatrix_size(options), (rows, columns, options.version)


_TAKES: Final = {
    "datamatrix": frozenset({"version", "square", "extended"}),
    "qrcode": frozenset({"version", "ec_level", "upper_link"}),
    "databar-expanded-stacked": frozenset({"columns"}),
}
"""Options that a format knows; for all others they must stay as they are."""


@lru_cache(maxsize=256)
def _encoder_arguments(form: str, options: EncodeOptions) -> Mapping[str, object]:
    """Our typed options as the library's keywords; it ignores unknown ones without a word, so all is checked here."""
    if options is not _DEFAULT_OPTIONS:
        for name in EncodeOptions.__dataclass_fields__:
            if name not in _TAKES.get(form, ()) and getattr(options, name) != getattr(_DEFAULT_OPTIONS, name):
                raise SymbolError(
                    f"{name} = {getattr(options, name)!r} is no option of {form}", code="option"
                )
    match form:
        case "datamatrix":
            if options.version is None:
                return {"force_square": True}
            return {"version": _SIZES.index(_datamatrix_size(options)) + 1}
        case "qrcode":
            if options.ec_level not in QR_LEVELS:
                raise SymbolError(f"ec_level {options.ec_level!r} is not one of L, M, Q, H", code="option")
            version = {} if options.version is None else {"version": _qr_version(options.version)}
            return {"ec_level": options.ec_level, **version}
        case "databar-expanded-stacked" if options.columns is not None:
            if options.columns not in range(2, 21, 2):
                raise SymbolError(f"columns = {options.columns}; expected 2, 4 ... 20", code="option")
            return {"columns": options.columns // 2}
        case _:
            return {}


def _allowed(options: EncodeOptions) -> tuple[str, ...]:
    """Data Matrix sizes in the shapes that the options allow."""
    if options.extended:
        return _SIZES
    return DATAMATRIX_SQUARES if options.square else (*DATAMATRIX_SQUARES, *DATAMATRIX_RECTANGLES)


def _area(size: str) -> int:
    rows, columns = size.split("x")
    return int(rows) * int(columns)


def _datamatrix_size(options: EncodeOptions) -> str:
    """The pinned size as "RxC"; numbers are versions 1 to 24 (squares), 25 to 30 (rectangles), 31 to 48 (extension)."""
    sizes = _allowed(options)
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
