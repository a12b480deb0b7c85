"""Events as values: what happened to which object, when, where, why and in which state.

Five types of event share one record, `Event`; which fields a type may carry is a rule (EPCIS 2.0, section 7.4), not
a class. Everything is frozen and comparable. Words of the CBV vocabulary are bare (`shipping`), other vocabulary
values are full URIs, identifiers keep the spelling in which they came (`canon.identifier` brings spellings together).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from seriatim.epcis.errors import Problem


class Instant(Struct, frozen=True, gc=False):
    """A moment, and how it was written."""

    at: datetime
    """In UTC, microseconds; further digits of the text are cut off here and kept there."""
    text: str
    """As it was written, for instance `2005-04-03T20:33:31.116-06:00`."""


class Extension(Struct, frozen=True):
    """One field that the standard does not know. A repeated field is several of these, in order."""

    namespace: str
    """URI, for instance `https://ns.example.com/epcis/`; `""` for a plain name inside another extension."""
    name: str
    value: "str | bool | int | Decimal | tuple[Extension, ...]"
    """A text, a boolean, a number, or the fields inside it."""


Extensions = tuple[Extension, ...]


class Quantity(Struct, frozen=True, kw_only=True):
    """How much of a class or lot. Without `quantity` an unknown amount, without `uom` a count of pieces."""

    epc_class: str
    quantity: Decimal | None = None
    uom: str | None = None
    """UN/ECE Recommendation 20 code: `KGM`, `LTR`."""


class BizTransaction(Struct, frozen=True, kw_only=True, gc=False):
    """A business document: purchase order, despatch advice, production order."""

    type: str | None = None
    """Bare word (`po`, `desadv`, `prodorder` ...), URI, or None."""
    id: str


class Source(Struct, frozen=True, kw_only=True, gc=False):
    """Who or where it comes from."""

    type: str
    """`owning_party`, `possessing_party`, `location`, or a URI."""
    id: str


class Destination(Struct, frozen=True, kw_only=True, gc=False):
    """Who or where it goes to."""

    type: str
    id: str


class Location(Struct, frozen=True):
    """A read point or business location."""

    id: str
    extensions: Extensions = ()


class PersistentDisposition(Struct, frozen=True, kw_only=True):
    """States that stay until taken back."""

    set: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


class ErrorDeclaration(Struct, frozen=True, kw_only=True):
    """Says that an earlier event with the same event id was wrong."""

    declaration_time: Instant
    reason: str | None = None
    """`did_not_occur`, `incorrect_data`, or a URI."""
    corrective_event_ids: tuple[str, ...] = ()
    extensions: Extensions = ()


class SensorMetadata(Struct, frozen=True, kw_only=True):
    """What holds for every report of one sensor element."""

    time: Instant | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    extensions: Extensions = ()


class SensorReport(Struct, frozen=True, kw_only=True):
    """One observation or statistic. Numbers are exact decimals as written; `float(value)` gives the double."""

    type: str | None = None
    exception: str | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    time: Instant | None = None
    microorganism: str | None = None
    chemical_substance: str | None = None
    coordinate_reference_system: str | None = None
    value: Decimal | None = None
    component: str | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: str | None = None
    uri_value: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    mean_value: Decimal | None = None
    s_dev: Decimal | None = None
    perc_rank: Decimal | None = None
    perc_value: Decimal | None = None
    uom: str | None = None
    extensions: Extensions = ()


class SensorElement(Struct, frozen=True, kw_only=True):
    """Reports taken together, with what they have in common."""

    metadata: SensorMetadata | None = None
    reports: tuple[SensorReport, ...] = ()
    extensions: Extensions = ()


class Event(Struct, frozen=True, kw_only=True):
    """One event of any type. A tuple is empty, a single value None, when the field is absent."""

    type: str
    """`ObjectEvent`, `AggregationEvent`, `TransactionEvent`, `TransformationEvent`, `AssociationEvent`, or the URI
    of an extension event type."""
    event_time: datetime
    """When it happened, in UTC."""
    event_time_text: str
    """The same as it was written; keeps digits beyond microseconds."""
    event_time_zone_offset: str
    """The offset that was in force where it happened, `+02:00`; independent of how the time is written."""
    record_time: Instant | None = None
    """When a repository stored it; an inbound value proves nothing."""
    event_id: str | None = None
    action: str | None = None
    """`ADD`, `OBSERVE` or `DELETE`; None on a TransformationEvent."""
    epc_list: tuple[str, ...] = ()
    quantity_list: tuple[Quantity, ...] = ()
    parent_id: str | None = None
    child_epcs: tuple[str, ...] = ()
    child_quantity_list: tuple[Quantity, ...] = ()
    input_epc_list: tuple[str, ...] = ()
    input_quantity_list: tuple[Quantity, ...] = ()
    output_epc_list: tuple[str, ...] = ()
    output_quantity_list: tuple[Quantity, ...] = ()
    transformation_id: str | None = None
    biz_step: str | None = None
    disposition: str | None = None
    persistent_disposition: PersistentDisposition | None = None
    read_point: Location | None = None
    biz_location: Location | None = None
    biz_transaction_list: tuple[BizTransaction, ...] = ()
    source_list: tuple[Source, ...] = ()
    destination_list: tuple[Destination, ...] = ()
    sensor_element_list: tuple[SensorElement, ...] = ()
    ilmd: Extensions = ()
    """Data given once at birth: lot, expiry date."""
    error_declaration: ErrorDeclaration | None = None
    certification_info: tuple[str, ...] = ()
    extensions: Extensions = ()

    def epcs(self) -> Iterator[str]:
        """Every serial-level identifier, in any role, as written: epcList, parent, children, inputs, outputs."""
        yield from self.epc_list
        if self.parent_id is not None:
            yield self.parent_id
        yield from self.child_epcs
        yield from self.input_epc_list
        yield from self.output_epc_list


class Attribute(Struct, frozen=True):
    """One property of a master data element."""

    id: str
    value: "str | bool | int | Decimal | Extensions | None" = None


class VocabularyElement(Struct, frozen=True):
    """Master data of one thing: a place, a product, a party."""

    id: str
    attributes: tuple[Attribute, ...] = ()
    children: tuple[str, ...] = ()


class Vocabulary(Struct, frozen=True):
    """Master data of one kind (`urn:epcglobal:epcis:vtype:BusinessLocation` ...)."""

    type: str
    elements: tuple[VocabularyElement, ...] = ()


class Document(Struct, frozen=True, kw_only=True):
    """An EPCISDocument, or the answer of a query (EPCISQueryDocument)."""

    events: tuple[Event, ...] = ()
    master_data: tuple[Vocabulary, ...] = ()
    type: str = "EPCISDocument"
    schema_version: str = "2.0"
    creation_date: Instant | None = None
    id: str | None = None
    sender: str | None = None
    receiver: str | None = None
    instance_identifier: str | None = None
    query_name: str | None = None
    subscription_id: str | None = None
    prefixes: tuple[tuple[str, str], ...] = ()
    """Short names of extension namespaces that the document declares: `(("ex", "https://ns.example.com/epcis/"),)`.
    They are a spelling, not part of any event."""
    extensions: Extensions = ()
    warnings: tuple[Problem, ...] = ()
    """What was let through and should be mended; at most `limits.PROBLEMS_MAX`."""
