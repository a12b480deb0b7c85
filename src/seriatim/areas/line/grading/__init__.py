"""Pictures that people bring to be graded: looked at within bounds, kept for a day, under a station's calibration.

A picture nobody can look at raises `symbols.ImageError`; one without a readable code is an answer that says what to do.
"""

from seriatim.areas.line.grading import api
from seriatim.areas.line.grading.actions import (
    RefusedCalibration,
    asked_of,
    calibration_of,
    enter_calibration,
    forget,
    keep,
    known_picture,
    retire_calibration,
)
from seriatim.areas.line.grading.desk import DESK, Desk, DeskBusy
from seriatim.areas.line.grading.model import (
    CODES_MAX,
    Asked,
    Examined,
    GradedCode,
    NewCalibration,
    WrongAsk,
    examine,
    grade_again,
)
from seriatim.areas.line.grading.store import (
    KEPT_BYTES_MAX,
    KEPT_HOURS,
    KEPT_MAX,
    KeptCalibration,
    KeptName,
    KeptPicture,
    calibrations,
    kept_names,
)

__all__ = [
    "CODES_MAX",
    "DESK",
    "KEPT_BYTES_MAX",
    "KEPT_HOURS",
    "KEPT_MAX",
    "Asked",
    "Desk",
    "DeskBusy",
    "Examined",
    "GradedCode",
    "KeptCalibration",
    "KeptName",
    "KeptPicture",
    "NewCalibration",
    "RefusedCalibration",
    "WrongAsk",
    "api",
    "asked_of",
    "calibration_of",
    "calibrations",
    "enter_calibration",
    "examine",
    "forget",
    "grade_again",
    "keep",
    "kept_names",
    "known_picture",
    "retire_calibration",
]
