"""What one may do with label templates: release a new version, look one up."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from seriatim import access, gs1, symbols
from seriatim.access import Actor
from seriatim.areas.line.labels import store
from seriatim.areas.line.labels.store import KeptTemplate
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, CannotNow, NotFound
from seriatim.symbols import LabelTemplate, SymbolError

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NOTE_MAX: Final = 200
TRIES: Final = 5


class BadTemplate(BadInput):
    """The template cannot be released as it is; mend what is underlined."""

    code = "bad_template"


class BusyTemplate(CannotNow):
    """Others are saving this template at this moment; save again."""

    code = "busy_template"


def release(source: str, sample: Mapping[str, str], *, dpi: int) -> LabelTemplate:
    """The template, proved: it is understood, a label of the sample is made, each of its codes reads back.

    Raises BadTemplate with the first fault.
    """
    try:
        template = LabelTemplate.load(tidy(source))
        for fault in template.faults(sample, dpi=dpi):
            raise BadTemplate(f"{fault}.", line=fault.line)
        for placed in template.fill(sample).symbols:
            symbols.verify(placed.symbol)
    except (SymbolError, gs1.GS1Error) as error:
        raise BadTemplate(f"{error}.") from error
    if not NAME.fullmatch(template.name):
        raise BadTemplate(
            f"A template's name is made of small letters, digits and hyphens, at most 40; {template.name!r} is not."
        )
    return template


def tidy(source: str) -> str:
    """A text as it is kept: line ends as LF, one of them at the end. Forms send CRLF."""
    return source.replace("\r\n", "\n").rstrip() + "\n"


async def save_template(
    tx: Transaction,
    source: str,
    sample: Mapping[str, str],
    *,
    dpi: int,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> KeptTemplate:
    """Releases a text as the next version of its template; the newest text again is no new version.

    Raises BadTemplate, BusyTemplate.
    """
    template = release(source, sample, dpi=dpi)
    if len(note) > NOTE_MAX:
        raise BadTemplate(f"A note has at most {NOTE_MAX} characters.", field="note")
    newest = await store.version(tx, template.name, None)
    kept = await _keep(tx, template.name, template.source, note, actor.name, now, newest)
    if kept != newest:
        facts = {"version": kept.version, "sha256": kept.sha256}
        await access.audit(tx, actor, "label.released", kept.name, facts, now)
    return kept


async def kept_version(
    tx: Transaction, template: LabelTemplate, *, by: str, now: datetime
) -> KeptTemplate | None:
    """The kept version of a template that is printed; kept now when it never was. None for one without a name to keep
    it under: its hash alone stands with what was printed.
    """
    if not NAME.fullmatch(template.name):
        return None
    known = await store.same(tx, template.name, template.sha256)
    return known or await _keep(tx, template.name, template.source, "as printed", by, now, None)


async def _keep(
    tx: Transaction, name: str, source: str, note: str, by: str, now: datetime, newest: KeptTemplate | None
) -> KeptTemplate:
    if newest is not None and newest.source == source:
        return newest
    digest = LabelTemplate.load(source).sha256
    for _ in range(TRIES):
        kept = await store.insert_version(tx, name, source, digest, note, by, now)
        if kept is not None:
            return kept
    raise BusyTemplate(f"Others are saving {name} at this moment; save again.")


async def known_template(tx: Transaction, name: str, version: int | None = None) -> KeptTemplate:
    """A version of a template, the newest unless asked otherwise; or NotFound."""
    found = await store.version(tx, name, version)
    if found is None:
        which = f" version {version}" if version else ""
        raise NotFound(f"There is no label template {name[:60]}{which}.", name=name)
    return found
