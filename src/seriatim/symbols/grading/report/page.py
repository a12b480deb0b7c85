"""The report as one HTML file: no script, no request, light and dark, fit for paper; everything from outside escaped."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from seriatim import gs1
from seriatim.symbols.grading.record import Grade
from seriatim.symbols.grading.report import drawing, words
from seriatim.symbols.images import Gray

__all__ = ["Parts", "html_parts", "html_report", "parts_style", "picture_of"]

_PICTURE_SIDE_MIN: Final = 480
"""Pixels: a small crop is enlarged, module edges kept."""
_PICTURE_MARGIN: Final = 0.18


@dataclass(frozen=True, slots=True)
class Parts:
    """A report without its page. Both are HTML, escaped, to stand within an element of class `greport`."""

    head: Markup
    """What the grade is, and of what."""
    body: Markup
    """Symbol, causes, parameters, conditions."""


def html_report(
    grade: Grade, *, limit: float | None = None, taken: str = "", trend: Sequence[float] = ()
) -> str:
    """A self-contained page about one grade.

    `limit`: the lowest grade the recipe lets pass. `taken`: when and where, in the reader's own words. `trend`: overall
    grades of the line's last pictures, oldest first, this one included; left out when there are fewer than two.
    """
    parts = html_parts(grade, limit=limit, taken=taken, trend=trend)
    return (
        _templates()
        .get_template("page.html")
        .render(
            grade=grade,
            css=Markup(_file("page.css")),  # noqa: S704 -- a file of ours
            parts_css=parts_style(),
            head=parts.head,
            body=parts.body,
        )
    )


def html_parts(
    grade: Grade,
    *,
    limit: float | None = None,
    taken: str = "",
    trend: Sequence[float] = (),
    level: int = 1,
    number: int = 1,
) -> Parts:
    """The same report for a page of somebody else, which carries :func:`parts_style` and the tokens of page.css.

    `level`: of its heading, 1 to 4. `number`: tells several reports of one page apart.
    """
    drawn = grade.symbol is not None
    macros: Any = _templates().get_template("parts.html").module
    return Parts(
        head=macros.head(grade, limit, taken, level, _elements(grade)),
        body=macros.body(
            grade,
            limit,
            level,
            number,
            Markup(drawing.modulation_svg(grade)) if drawn else "",  # noqa: S704 -- numbers and fixed words only
            Markup(drawing.codeword_svg(grade)) if drawn and grade.overlays else "",  # noqa: S704 -- as above
            _as_data_uri(picture_of(grade)),
            _trend(trend, limit),
        ),
    )


def parts_style() -> Markup:
    """The style sheet of the parts."""
    return Markup(_file("parts.css"))  # noqa: S704 -- a file of ours


def picture_of(grade: Grade) -> Gray:
    """The code and what surrounds it, enlarged to be looked at."""
    import cv2  # noqa: PLC0415 -- heavy

    image = grade.image
    if grade.outline:
        corners = np.array(grade.outline)
        reach = np.ptp(corners, axis=0).max() * _PICTURE_MARGIN
        left, top = np.maximum(np.floor(corners.min(axis=0) - reach), 0).astype(int)
        right, bottom = np.ceil(corners.max(axis=0) + reach).astype(int)
        image = image[top:bottom, left:right]
    scale = max(round(_PICTURE_SIDE_MIN / max(image.shape)), 1)
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST), np.uint8)


def _as_data_uri(picture: Gray) -> str:
    import cv2  # noqa: PLC0415 -- heavy

    done, data = cv2.imencode(".png", picture)
    assert done
    return "data:image/png;base64," + base64.b64encode(bytes(data)).decode()


def _elements(grade: Grade) -> list[tuple[str, str]]:
    """The AIs of a GS1 code; else the text as it is, without one."""
    try:
        return (
            [(ai, value) for ai, value in gs1.parse(grade.text).elements]
            if grade.text.startswith("(")
            else [("", grade.text)]
        )
    except gs1.GS1Error:
        return [("", grade.text)]


def _trend(values: Sequence[float], limit: float | None) -> dict[str, str] | None:
    if len(values) < 2:
        return None
    points = [(place * 1000 / (len(values) - 1), (4 - value) * 50) for place, value in enumerate(values)]
    return {
        "line": "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points),
        "dots": "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points),
        "limit": "" if limit is None else f"M0 {(4 - limit) * 50:.1f}H1000",
        "words": f"Overall grade of the last {len(values)} pictures; lowest {min(values):.1f}, newest {values[-1]:.1f}",
    }


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    sources = {name: _file(name) for name in ("page.html", "parts.html")}
    templates = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=DictLoader(sources))
    templates.globals["words"] = words
    return templates
