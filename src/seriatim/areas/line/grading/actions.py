"""What one may do with pictures to be graded and with calibrations: keep, find, enter, retire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from seriatim import access, symbols
from seriatim.access import Actor
from seriatim.areas.line.grading import store
from seriatim.areas.line.grading.model import Asked, Examined, KeptRead, NewCalibration, WrongAsk
from seriatim.areas.line.grading.store import KeptCalibration, KeptPicture
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable
from seriatim.base.ids import new_id

NAME_MAX: Final = 120


class RefusedCalibration(Unprocessable):
    """A calibration like this cannot be entered."""

    code = "refused_calibration"


class CalibrationExists(Refused):
    """A calibration with this id is there already; a new one is a new record, under another id."""

    code = "calibration_exists"


def asked_of(values: Mapping[str, Any]) -> Asked:
    """The conditions in a form or address; empty fields are left at their defaults. Raises WrongAsk."""
    given = {name: value for name, value in values.items() if value != ""}
    try:
        asked = msgspec.convert(given, Asked, strict=False)
    except msgspec.ValidationError as error:
        raise WrongAsk(f"{error}.") from error
    _ = asked.spot
    return asked


async def calibration_of(
    tx: Transaction, asked: Asked, *, retired_too: bool = False
) -> symbols.Calibration | None:
    """The calibration that is asked for. Raises WrongAsk for one that is not there, or retired."""
    if not asked.calibration:
        return None
    kept = await store.calibration(tx, asked.calibration)
    if kept is None:
        raise WrongAsk(f"There is no calibration {asked.calibration}.", field="calibration")
    if kept.retired_at is not None and not retired_too:
        raise WrongAsk(f"Calibration {kept.id} is retired; choose one in use.", field="calibration")
    return kept.calibration()


async def enter_calibration(
    tx: Transaction, new: NewCalibration, *, actor: Actor, now: datetime
) -> KeptCalibration:
    """Keeps a station's calibration; audited. Raises RefusedCalibration, CalibrationExists."""
    try:
        new.checked()
    except symbols.SymbolError as error:
        raise RefusedCalibration(f"{error}.") from error
    if new.made_on > now.date():
        raise RefusedCalibration(f"{new.made_on} is still to come; when was it made?", field="made_on")
    kept = await store.insert_calibration(tx, new, actor.name, now)
    if kept is None:
        raise CalibrationExists(f"There is a calibration {new.id} already; give the new one another id.")
    await access.audit(tx, actor, "calibration.entered", new.id, msgspec.to_builtins(new), now)
    return kept


async def retire_calibration(tx: Transaction, name: str, *, actor: Actor, now: datetime) -> KeptCalibration:
    """It cannot be chosen any more; what was graded with it stays. Raises NotFound."""
    kept = await store.retire_calibration(tx, name, actor.name, now)
    if kept is None:
        raise NotFound(f"There is no calibration {name[:60]} in use.")
    await access.audit(tx, actor, "calibration.retired", name, {}, now)
    return kept


async def keep(
    tx: Transaction, data: bytes, name: str, asked: Asked, seen: Examined, *, actor: Actor, now: datetime
) -> KeptPicture:
    """Keeps a graded picture for a day, so that its reports can be fetched; older and surplus ones are forgotten."""
    reads = [KeptRead.of(code.read) for code in seen.codes]
    kept = KeptPicture(new_id(), tidy_name(name), data, asked, reads, actor.name, now)
    await store.insert_picture(tx, kept, [code.overall for code in seen.codes])
    await store.forget(tx, now)
    return kept


def tidy_name(name: str) -> str:
    """The last part of a file's name, printable, of bounded length.

    >>> tidy_name("shots/pack 7.png")
    'pack 7.png'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:NAME_MAX].strip() or "picture"


async def known_picture(tx: Transaction, picture_id: UUID, *, now: datetime) -> KeptPicture:
    """A kept picture, or NotFound."""
    kept = await store.picture(tx, picture_id, now)
    if kept is None:
        raise NotFound(
            f"This picture is not kept: pictures are forgotten after {store.KEPT_HOURS} hours, the oldest first "
            f"when there are more than {store.KEPT_MAX}. Bring it again."
        )
    return kept


async def forget(tx: Transaction, *, now: datetime) -> None:
    """Forgets pictures past their time."""
    await store.forget(tx, now)
