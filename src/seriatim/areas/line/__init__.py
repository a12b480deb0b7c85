"""The packaging line: orders, labels, what the camera saw of each unit, rejects, cases and pallets.

A serial is commissioned when the good unit has passed the camera, never when it is printed. Every refused unit keeps
its reason, its raw code and its picture.
"""

from seriatim.areas.line import api, labels
from seriatim.areas.line.actions import (
    PRINTER_DPI,
    Inspected,
    NotReconciled,
    WrongOrderState,
    begin_packing,
    close_order,
    create_order,
    destroy_rejects,
    inspect,
    keep_cases,
    keep_print_job,
    known_order,
    record_inspections,
    send_to_printer,
    start_order,
)
from seriatim.areas.line.events import commissioned, gln_id, sscc_id, unit_id
from seriatim.areas.line.events import packed as packed_events
from seriatim.areas.line.faults import EXPECTED_REASONS, FaultKind
from seriatim.areas.line.look import Shot, look, shoot
from seriatim.areas.line.model import (
    BadOrder,
    Case,
    Counts,
    Frame,
    FrameSource,
    Label,
    Order,
    OrderExists,
    Pallet,
    case_sizes,
    label_of,
    packed,
)
from seriatim.areas.line.printer import (
    REMEDY,
    Printer,
    PrinterAway,
    PrinterFault,
    PrinterStatus,
    PrintRun,
    print_labels,
)
from seriatim.areas.line.reprint import AlreadyPassed, MarkNotDestroyed, begin_reprint, reprint_of
from seriatim.areas.line.store import Inspection, labels_printed, order, orders, print_jobs
from seriatim.areas.line.verdict import BAND_WORDS, REMEDIES, SeenCode, Sighting, Target, Verdict, judge

__all__ = [
    "BAND_WORDS",
    "EXPECTED_REASONS",
    "PRINTER_DPI",
    "REMEDIES",
    "REMEDY",
    "AlreadyPassed",
    "BadOrder",
    "Case",
    "Counts",
    "FaultKind",
    "Frame",
    "FrameSource",
    "Inspected",
    "Inspection",
    "Label",
    "MarkNotDestroyed",
    "NotReconciled",
    "Order",
    "OrderExists",
    "Pallet",
    "PrintRun",
    "Printer",
    "PrinterAway",
    "PrinterFault",
    "PrinterStatus",
    "SeenCode",
    "Shot",
    "Sighting",
    "Target",
    "Verdict",
    "WrongOrderState",
    "api",
    "begin_packing",
    "begin_reprint",
    "case_sizes",
    "close_order",
    "commissioned",
    "create_order",
    "destroy_rejects",
    "gln_id",
    "inspect",
    "judge",
    "keep_cases",
    "keep_print_job",
    "known_order",
    "label_of",
    "labels",
    "labels_printed",
    "look",
    "order",
    "orders",
    "packed",
    "packed_events",
    "print_jobs",
    "print_labels",
    "record_inspections",
    "reprint_of",
    "send_to_printer",
    "shoot",
    "sscc_id",
    "start_order",
    "unit_id",
]
