"""The warehouse: one scan of a pallet ships or receives all that stands on it; what is missing or extra is named."""

from seriatim.areas.warehouse import api
from seriatim.areas.warehouse.actions import (
    AlreadyReceived,
    WrongDestination,
    known_shipment,
    open_shipment,
    receive_shipment,
)
from seriatim.areas.warehouse.events import received, shipped, sold, unpacked
from seriatim.areas.warehouse.model import Comparison, Shipment, compared

__all__ = [
    "AlreadyReceived",
    "Comparison",
    "Shipment",
    "WrongDestination",
    "api",
    "compared",
    "known_shipment",
    "open_shipment",
    "receive_shipment",
    "received",
    "shipped",
    "sold",
    "unpacked",
]
