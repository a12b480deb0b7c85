"""Label templates: the text at the left, the label at the right, faults where they stand; versions that stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from seriatim import gs1, identity
from seriatim.areas import line
from seriatim.areas.line import store as line_store
from seriatim.base.errors import BadInput, NotFound, SeriatimError
from seriatim.symbols import LabelTemplate, TemplateError, TemplateFault
from seriatim.web.console.asking import number_in, tried
from seriatim.web.pages import Page, Visit

RESOLUTIONS: Final = (203, 300, 600)
SAMPLES: Final = 10
"""Orders, and products, to choose from."""
PRODUCT: Final = "product:"
SERIAL: Final = "K4W8Z0M2RD6T"
CARRIER: Final = "39506000134352001"
STARTER: Final = """# A label of 50 x 30 mm. Lengths are in millimetres, from the top left corner.
format = 1
name = "new-label"
width_mm = 50
height_mm = 30

[[elements]]
kind = "symbol"
symbology = "datamatrix"
content = "(01){gtin}(17){expiry}(10){lot}(21){serial}"
version = "24x24"
x_mm = 33
y_mm = 4
module_mm = 0.508

[[elements]]
kind = "text"
text = "{product}"
x_mm = 3
y_mm = 4
size_mm = 3
width_max_mm = 28

[[elements]]
kind = "hri"
x_mm = 3
y_mm = 20
size_mm = 2
width_max_mm = 44
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the preview prints."""

    key: str
    """An order's number, or a product; empty for made-up values."""
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A text looked at."""

    picture: Markup | None
    faults: tuple[TemplateFault, ...]
    lines: tuple[str, ...]
    width_mm: float = 0
    height_mm: float = 0

    def said(self, fault: TemplateFault) -> str:
        """The line of the text that a fault stands on."""
        return self.lines[fault.line - 1] if fault.line and fault.line <= len(self.lines) else ""


async def listing(visit: Visit) -> Response:
    found = await line.labels.templates(visit.tx)
    values = _made_up(visit.now.date())
    shown = [(one, look(one.source, values, None)) for one in found]
    return visit.html("console/labels.html", section="Labels", shown=shown)


async def new(visit: Visit) -> Response:
    return await _editor(visit, None, STARTER)


async def one(visit: Visit) -> Response:
    asked = visit.query.get("version")
    kept = await line.labels.known_template(
        visit.tx, visit.path["name"], number_in(asked, "version") if asked else None
    )
    return await _editor(visit, kept, kept.source)


async def preview(visit: Visit) -> Response:
    """The label of the text in the form: a part for htmx, the whole page for a browser without script."""
    name, source = visit.form.get("kept", ""), visit.form.get("source", "")
    if visit.wants_fragment:
        sample = await _sample(visit)
        return visit.html(
            "console/label_preview.html", preview=look(source, sample.values, _dpi(visit)), dpi=_dpi(visit)
        )
    kept = await line.labels.known_template(visit.tx, name) if name else None
    return await _editor(visit, kept, source)


async def save(visit: Visit) -> Response:
    name, source = visit.form.get("kept", ""), visit.form.get("source", "")
    sample = await _sample(visit)

    async def deed() -> line.labels.KeptTemplate:
        return await line.labels.save_template(
            visit.tx,
            source,
            sample.values,
            dpi=_dpi(visit),
            note=visit.form.get("note", "").strip(),
            actor=visit.actor,
            now=visit.now,
        )

    try:
        outcome = await tried(visit, deed)
    except line.labels.BadTemplate as bad:
        outcome = bad
    if isinstance(outcome, SeriatimError):
        kept = await line.labels.known_template(visit.tx, name) if name else None
        return await _editor(visit, kept, source, fault=outcome.message, status=outcome.status)
    return visit.go(f"/console/labels/{outcome.name}")


def look(source: str, values: Mapping[str, str], dpi: int | None) -> Preview:
    """What a text gives: the label, or all that is wrong with it."""
    source = line.labels.tidy(source)
    lines = tuple(source.splitlines())
    try:
        template = LabelTemplate.load(source)
    except TemplateError as error:
        return Preview(None, error.faults, lines)
    faults = template.faults(values, dpi=dpi)
    # Our own drawing, whose texts are escaped as they are set.
    picture = Markup(template.sketch(values))  # noqa: S704 -- escaped
    return Preview(picture, faults, lines, template.width_mm, template.height_mm)


async def _editor(
    visit: Visit,
    kept: "line.labels.KeptTemplate | None",
    source: str,
    *,
    fault: str = "",
    status: int = 200,
) -> Response:
    versions = await line.labels.versions(visit.tx, kept.name) if kept else []
    sample = await _sample(visit)
    return visit.html(
        "console/label.html",
        status,
        section="Labels",
        kept=kept,
        source=source,
        versions=versions,
        samples=await _samples(visit),
        sample=sample,
        dpi=_dpi(visit),
        resolutions=RESOLUTIONS,
        preview=look(source, sample.values, _dpi(visit)),
        fault=fault,
        note=visit.form.get("note", ""),
        may_save=visit.may("orders:write"),
    )


def _dpi(visit: Visit) -> int:
    asked = visit.form.get("dpi") or visit.query.get("dpi", "")
    return int(asked) if asked in map(str, RESOLUTIONS) else 300


async def _samples(visit: Visit) -> list[tuple[str, str]]:
    """What a label may be tried with: key and words."""
    orders = await line_store.orders(visit.tx, None, SAMPLES)
    products = (await identity.products(visit.tx, limit=SAMPLES)).items
    return [
        ("", "made-up values"),
        *((order.number, f"order {order.number}") for order in orders),
        *((f"{PRODUCT}{product.gtin}", f"product {product.name}") for product in products),
    ]


async def _sample(visit: Visit) -> Sample:
    """The values to print; an order or product that is gone gives the made-up ones."""
    key = visit.form.get("sample") or visit.query.get("sample", "")
    made_up = _made_up(visit.now.date())
    if not key or "\0" in key:
        return Sample("", made_up)
    try:
        if key.startswith(PRODUCT):
            product = await identity.known_product(visit.tx, key.removeprefix(PRODUCT))
            known = {"gtin": product.gtin, "product": product.name, "brand": product.brand}
            return Sample(key, {**made_up, **known})
        order = await line.known_order(visit.tx, key)
        product = await identity.known_product(visit.tx, order.gtin)
    except (NotFound, BadInput):
        return Sample("", made_up)
    return Sample(key, {**made_up, **line.label_of(order, SERIAL, product.name, product.brand).texts()})


def _made_up(today: date) -> dict[str, str]:
    """Values of nobody's: GS1's own sample prefix."""
    label = line.Label(
        "09506000134352",
        "H26K20",
        today + timedelta(days=365),
        SERIAL,
        "Huila washed, 250 g",
        "Alboral",
        "4711",
        "Line 1",
        "DE",
        today,
    )
    return {**label.texts(), "sscc": CARRIER + gs1.check_digit(CARRIER), "count": "48"}


PAGES: Final = (
    Page("/console/labels", listing, "orders:read"),
    Page("/console/labels/new", new, "orders:read"),
    Page("/console/labels/preview", preview, "orders:read", methods=("POST",)),
    Page("/console/labels/save", save, "orders:write", methods=("POST",)),
    Page("/console/labels/{name}", one, "orders:read"),
)
