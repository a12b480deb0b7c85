"""Master data: what was told of places, products and parties beside the events, with every version of it.

    kept = await master_data.keep(tx, document.master_data, actor=actor, now=now)
    inside = await master_data.within(tx, ["urn:epc:id:sgln:9506000.13435.0"])
    past = await master_data.versions_of(tx, "https://id.gs1.org/414/9506000134352")

A version is a thing as it stood from then on; a document that names an attribute replaces it, and says what lies in a place.
"""

from seriatim.history.master_data import api
from seriatim.history.master_data.actions import (
    HEADER_LIST,
    HierarchyTooLarge,
    above,
    having,
    keep,
    known,
    listed,
    told_by,
    versions_of,
    vocabularies,
    within,
)
from seriatim.history.master_data.catalogue import in_catalogue
from seriatim.history.master_data.model import VTYPE, Fault, Kept, MasterDatum

__all__ = [
    "HEADER_LIST",
    "VTYPE",
    "Fault",
    "HierarchyTooLarge",
    "Kept",
    "MasterDatum",
    "above",
    "api",
    "having",
    "in_catalogue",
    "keep",
    "known",
    "listed",
    "told_by",
    "versions_of",
    "vocabularies",
    "within",
]
