"""Rows of calibrations and of pictures that were graded, as values."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from seriatim import symbols
from seriatim.areas.line.grading.model import Asked, KeptRead, NewCalibration
from seriatim.base import limits
from seriatim.base.db import Queries, Transaction

SQL: Final = Queries.load(__package__, "store.sql")
CALIBRATIONS_MAX: Final = 200
KEPT_HOURS: Final = 24
KEPT_MAX: Final = 50
"""Pictures kept at once; the oldest goes first."""
KEPT_BYTES_MAX: Final = 512 * limits.MIB
ENCODE: Final = msgspec.json.Encoder().encode


class KeptCalibration(msgspec.Struct, frozen=True):
    """A calibration as it was entered; a new one is a new record."""

    id: str
    made_on: date
    card: str
    dark_level: float
    white_level: float
    mm_per_pixel: float | None
    note: str
    entered_by: str
    entered_at: datetime
    retired_at: datetime | None = None
    retired_by: str | None = None

    def calibration(self) -> symbols.Calibration:
        """As the grader takes it."""
        return symbols.Calibration(
            self.id, self.made_on, self.card, self.dark_level, self.white_level, self.mm_per_pixel
        )


class KeptPicture(msgspec.Struct, frozen=True):
    """A picture that was graded, with all that is needed to grade it again."""

    id: UUID
    name: str
    picture: bytes
    asked: Asked
    reads: list[KeptRead]
    kept_by: str
    kept_at: datetime

    @property
    def forgotten_at(self) -> datetime:
        return self.kept_at + timedelta(hours=KEPT_HOURS)


class KeptName(msgspec.Struct, frozen=True):
    """A kept picture in a list."""

    id: UUID
    name: str
    grades: list[float | None]
    """Overall grade of each code."""
    kept_by: str
    kept_at: datetime


async def insert_calibration(
    tx: Transaction, new: NewCalibration, by: str, now: datetime
) -> KeptCalibration | None:
    row = await tx.row(SQL.insert_calibration, *msgspec.structs.astuple(new), by, now)
    return None if row is None else KeptCalibration(**row)


async def retire_calibration(tx: Transaction, name: str, by: str, now: datetime) -> KeptCalibration | None:
    row = await tx.row(SQL.retire_calibration, name, now, by)
    return None if row is None else KeptCalibration(**row)


async def calibration(tx: Transaction, name: str) -> KeptCalibration | None:
    row = await tx.row(SQL.calibration, name)
    return None if row is None else KeptCalibration(**row)


async def calibrations(tx: Transaction) -> list[KeptCalibration]:
    return [KeptCalibration(**row) for row in await tx.rows(SQL.calibrations, CALIBRATIONS_MAX)]


async def insert_picture(tx: Transaction, kept: KeptPicture, grades: list[float | None]) -> None:
    columns = (kept.id, kept.name, kept.picture, ENCODE(kept.asked).decode(), ENCODE(kept.reads).decode())
    await tx.execute(SQL.insert_picture, *columns, ENCODE(grades).decode(), kept.kept_by, kept.kept_at)


async def forget(tx: Transaction, now: datetime) -> None:
    """What is too old, too many or too much."""
    await tx.execute(SQL.forget_old, _oldest(now))
    await tx.execute(SQL.forget_excess, KEPT_MAX, KEPT_BYTES_MAX)


async def picture(tx: Transaction, picture_id: UUID, now: datetime) -> KeptPicture | None:
    row = await tx.row(SQL.picture, picture_id, _oldest(now))
    if row is None:
        return None
    asked = msgspec.json.decode(row["asked"], type=Asked)
    reads = msgspec.json.decode(row["reads"], type=list[KeptRead])
    return KeptPicture(**{**row, "asked": asked, "reads": reads})


async def kept_names(tx: Transaction, now: datetime) -> list[KeptName]:
    """The newest first."""
    rows = await tx.rows(SQL.picture_names, _oldest(now), KEPT_MAX)
    return [KeptName(**{**row, "grades": msgspec.json.decode(row["grades"])}) for row in rows]


def _oldest(now: datetime) -> datetime:
    return now - timedelta(hours=KEPT_HOURS)
