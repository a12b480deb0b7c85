"""SimpleEventQuery as values: every parameter of GS1's files is read, and means what the standard says."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.epcis.documents import CASE, CONTEXT, EX, OTHER_UNIT, PLACE, UNIT, UNIT_URN, VECTORS, event, read

from seriatim import epcis
from seriatim.epcis.query import Amount, At, Attributed, Field, Matches, OneOf, Typed
from seriatim.epcis.query_parse import namespaces_in

NAMES = {"ex": EX}
SCHEMA = VECTORS / "query-schema.json"
OPENAPI = VECTORS / "openapi.yaml"


def query(*parameters: tuple[str, str]) -> epcis.Query:
    return epcis.query_from_url(parameters, NAMES)


def found(one: epcis.Event, *parameters: tuple[str, str], master_data: Any = ()) -> bool:
    return epcis.matches(query(*parameters), one, master_data)


def made(kind: str = "ObjectEvent", **changes: Any) -> epcis.Event:
    return read(event(kind, **changes), context=[CONTEXT, NAMES])


def sensed(*reports: dict[str, Any], **metadata: Any) -> epcis.Event:
    element: dict[str, Any] = {"sensorReport": list(reports)}
    if metadata:
        element["sensorMetadata"] = metadata
    return made(sensorElementList=[element])


# Reading -----------------------------------------------------------------------------------------------------------


def sample_of(pattern: str) -> str:
    """A parameter name that fits a pattern of the query schema."""
    pattern = pattern.replace("\\\\", "\\")  # GS1's file doubles its backslashes
    name = pattern.strip("^$").replace("[a-z][a-zA-Z0-9]*\\:\\w+", "ex:field")
    name = name.replace("[a-z][a-zA-Z0-9_]+", "po" if "bizTransaction" in name else "location")
    name = name.replace("[A-Z0-9]{2,4}", "KGM").replace("\\w+_\\w+", "bizLocation_site")
    assert re.fullmatch(pattern, name), (pattern, name)
    return name


def value_for(name: str) -> Any:
    operator, _, field = name.partition("_")
    if operator in {"EXISTS", "HASATTR"}:
        return 1 if operator == "EXISTS" else ["cbvmda:site"]
    if "Time" in field or field == "time":
        return "2026-03-01T09:00:00Z"
    if name in {"eventCountLimit", "maxEventCount", "perPage"}:
        return 5
    if name == "EQ_action":
        return ["ADD"]
    if name == "EQ_booleanValue":
        return True
    if name in {"orderBy", "orderDirection"}:
        return {"orderBy": "eventTime", "orderDirection": "ASC"}[name]
    if operator in {"GT", "GE", "LT", "LE"} or re.search("quantity|value_|percRank", field):
        return 5
    return ["urn:example:a"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="GS1's query schema is not beside the repository")
def test_every_parameter_of_the_query_schema_is_read_108_families_included() -> None:
    schema = json.loads(SCHEMA.read_text())["definitions"]["EPCIS-Query"]
    names = [sample_of(pattern) for pattern in schema["patternProperties"]]
    names += [name for name in schema["properties"] if name not in {"@context", "eventCountLimit"}]

    assert len(schema["patternProperties"]) == 108
    for name in names:
        as_json = epcis.query_from_body({"@context": NAMES, name: value_for(name)})
        value = value_for(name)
        text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
        as_text = query((name, text))
        assert len(as_json.conditions) == len(as_text.conditions)


@pytest.mark.skipif(not OPENAPI.exists(), reason="GS1's OpenAPI is not beside the repository")
def test_every_parameter_of_the_openapi_is_read() -> None:
    names = set(
        re.findall(
            r"name: ['\"]?((?:EQ|GT|GE|LT|LE|WD|MATCH|EXISTS)_[A-Za-z_]+)['\"]?\n", OPENAPI.read_text()
        )
    )

    assert len(names) > 40
    for name in names:
        value = value_for(name)
        assert query((name, "|".join(map(str, value)) if isinstance(value, list) else str(value))) is not None


@pytest.mark.parametrize(
    "name",
    [
        "EQ_foo", "foo", "MATCH_foo", "GE_bizStep", "GT_eventTime", "WD_epc", "EXISTS_bizStep", "EQ_", "", "GT_readPoint_ex:a",
        "EQ_value_kelvin", "HASATTR_foo", "EQ_ATTR_foo", "EXISTS_value_KEL", "EQ_zz:foo", "LE_value_",
    ],
)  # fmt: skip
def test_an_unknown_parameter_is_refused_by_its_name_e31(name: str) -> None:
    with pytest.raises(epcis.QueryError) as caught:
        query((name, "1"))

    assert (caught.value.parameter, caught.value.exception) == (name, "QueryParameterException")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EQ_action", "MOVE"), ("GE_eventTime", "2026-03-01T09:00:00"), ("GE_eventTime", "yesterday"), ("GE_quantity", "many"),
        ("GE_quantity", "NaN"), ("GE_quantity", "1|2"), ("maxEventCount", "0"), ("orderDirection", "UP"), ("EQ_bizStep", ""),
        ("EQ_bizStep", "|"), ("EXISTS_errorDeclaration", "maybe"), ("GE_ex:a", "word"), ("orderBy", "bizStep"),
        ("eventCountLimit", "5"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: str) -> None:
    with pytest.raises(epcis.QueryError, match=name):
        query((name, value))


def test_limits_exclude_each_other_and_a_first_few_need_an_order_e31() -> None:
    with pytest.raises(epcis.QueryError, match="maxEventCount"):
        query(("eventCountLimit", "5"), ("maxEventCount", "5"), ("orderBy", "eventTime"))
    with pytest.raises(epcis.QueryError) as caught:
        epcis.query_from_body({"eventCountLimit": 5})

    assert caught.value.exception == "QueryValidationException"
    assert query(("orderBy", "eventTime")).descending is True


def test_a_parameter_twice_is_refused() -> None:
    with pytest.raises(epcis.QueryError, match="twice"):
        query(("EQ_bizStep", "shipping"), ("EQ_bizStep", "receiving"))


def test_a_raw_plus_in_a_zone_arrives_as_a_blank_and_is_meant_as_plus_e58() -> None:
    for text in ("2022-06-30T00:15:47.000 02:00", "2022-06-30T00:15:47.000+02:00", "2022-06-29T22:15:47Z"):
        (condition,) = query(("GE_eventTime", text)).conditions
        assert isinstance(condition, At)
        assert condition.at.isoformat() == "2022-06-29T22:15:47+00:00"


def test_both_spellings_of_the_declaration_time_are_one_parameter_e32() -> None:
    time = "2026-03-01T09:00:00Z"

    assert query(("GE_errorDeclarationTime", time)) == query(("GE_errorDeclaration_Time", time))


def test_prefixes_come_from_the_query_or_from_gs1_extensions_and_full_names_need_none() -> None:
    expected = (Field("event", "EQ", EX, "a", ("1",)),)

    assert (
        epcis.query_from_url([("EQ_ex:a", "1")], namespaces_in("x=urn:x:, ex=" + EX)).conditions == expected
    )
    assert epcis.query_from_body({"@context": {"e-x": EX}, "EQ_e-x:a": ["1"]}).conditions == expected
    assert epcis.query_from_url([(f"EQ_{EX}a", "1")]).conditions == expected


def test_conditions_are_typed_and_canonical() -> None:
    assert query(
        (
            "EQ_bizStep",
            "urn:epcglobal:cbv:bizstep:shipping|https://ref.gs1.org/cbv/BizStep-receiving|shipping",
        ),
        ("MATCH_epc", UNIT_URN),
        ("EQ_value_KEL", "1.50"),
        ("EQ_source_owning_party", "urn:epc:id:pgln:9506000.13435"),
        ("EQ_ATTR_bizLocation_cbvmda:site", "A"),
        ("EQ_INNER_ILMD_cbvmda:lotNumber", "0012"),
    ).conditions == (
        OneOf("bizStep", ("shipping", "receiving")),
        Matches(("epcList", "childEPCs"), (UNIT,)),
        Amount("value", "EQ", (Decimal("1.50"),), "KEL"),
        Typed("source", "owning_party", ("https://id.gs1.org/417/9506000134352",)),
        Attributed("bizLocation", ("urn:epcglobal:cbv:mda:site",), ("A",)),
        Field("ilmd", "EQ", "urn:epcglobal:cbv:mda", "lotNumber", ("0012",), inner=True),
    )


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=5))
def test_any_parameters_give_a_query_or_an_error_that_says_why(parameters: list[tuple[str, str]]) -> None:
    answer = answered(lambda: epcis.query_from_url(parameters))

    assert isinstance(answer, epcis.Query) or answer.exception == "QueryParameterException"


@given(st.dictionaries(st.sampled_from(["EQ_bizStep", "GE_quantity", "eventType", "EXISTS_ex:a", "EQ_ILMD_ex:b", "perPage"]),
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), lambda x: st.lists(x, max_size=3))))  # fmt: skip
def test_any_json_body_gives_a_query_or_an_error(body: dict[str, Any]) -> None:
    answer = answered(lambda: epcis.query_from_body({"@context": NAMES, **body}))

    assert isinstance(answer, epcis.Query) or answer.exception == "QueryValidationException"


def answered(read_query: Callable[[], epcis.Query]) -> epcis.Query | epcis.QueryError:
    try:
        return read_query()
    except epcis.QueryError as error:
        return error


# Meaning -----------------------------------------------------------------------------------------------------------


def test_values_are_ored_and_parameters_anded_e26() -> None:
    shipped = made(bizStep="shipping", action="OBSERVE")
    steps = ("EQ_bizStep", "shipping|receiving")

    assert found(shipped, steps, ("EQ_action", "OBSERVE"))
    assert not found(shipped, steps, ("EQ_action", "ADD"))
    assert not found(made(bizStep="packing"), steps)


def test_match_epc_looks_at_objects_and_children_match_any_at_every_role_e27() -> None:
    packed = made(
        "AggregationEvent", childQuantityList=[{"epcClass": "https://id.gs1.org/01/09506000134352"}]
    )

    assert not found(packed, ("MATCH_epc", CASE))
    assert found(packed, ("MATCH_anyEPC", CASE))
    assert found(packed, ("MATCH_parentID", CASE))
    assert found(packed, ("MATCH_epc", UNIT_URN))
    assert found(packed, ("MATCH_epcClass", "urn:epc:idpat:sgtin:9506000.013435.*"))


def test_a_pattern_finds_all_serials_of_its_product_and_no_other_e28() -> None:
    product = ("MATCH_epc", "urn:epc:idpat:sgtin:9506000.013435.*")
    company = ("MATCH_epc", "urn:epc:idpat:sgtin:9506000.*.*")

    assert found(made(), product)
    assert found(made(), company)
    assert not found(made(epcList=["https://id.gs1.org/01/09506000134369/21/A1"]), product)
    assert found(made(epcList=["https://id.gs1.org/01/09506000134369/21/A1"]), company)
    assert not found(made(epcList=["https://id.gs1.org/01/04012345111118/21/A1"]), company)


@pytest.mark.parametrize("serial", ["a_b", "a%25b", "a*b"])
def test_wildcards_of_other_languages_are_letters_in_a_serial_e28(serial: str) -> None:
    stored = made(epcList=[f"https://id.gs1.org/01/09506000134352/21/{serial}"])
    other = made(epcList=["https://id.gs1.org/01/09506000134352/21/aXb"])
    asked = ("MATCH_epc", f"https://id.gs1.org/01/09506000134352/21/{serial}")

    assert found(stored, asked)
    assert not found(other, asked)


def test_serials_match_no_class_and_classes_no_serial_e28_d4() -> None:
    counted = made(epcList=[], quantityList=[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1"}])

    assert not found(made(), ("MATCH_epcClass", UNIT))
    assert not found(counted, ("MATCH_epc", "urn:epc:class:lgtin:9506000.013435.L1"))
    assert found(counted, ("MATCH_anyEPCClass", "https://id.gs1.org/01/09506000134352/10/L1"))
    assert not found(counted, ("MATCH_inputEPCClass", "https://id.gs1.org/01/09506000134352/10/L1"))


@pytest.mark.parametrize(
    "spelling",
    [
        UNIT_URN, "https://brand.example/x/01/9506000134352/21/A1", "https://id.gs1.org/01/09506000134352/10/L1/21/A1",
        "https://id.gs1.org/01/09506000134352/21/A1?17=261231",
    ],
)  # fmt: skip
def test_every_spelling_of_a_unit_finds_it_and_is_found_by_it_e29(spelling: str) -> None:
    assert found(made(epcList=[UNIT]), ("MATCH_epc", spelling))
    assert found(made(epcList=[spelling]), ("MATCH_epc", UNIT))


def test_celsius_are_found_by_kelvin_and_never_a_pressure_e33() -> None:
    warm = sensed({"type": "Temperature", "value": 5, "uom": "CEL"})
    pressed = sensed({"type": "Pressure", "value": 300, "uom": "PAL"})
    kind = ("EQ_type", "Temperature")

    assert found(warm, kind, ("GE_value_KEL", "278"))
    assert not found(warm, kind, ("GE_value_KEL", "279"))
    assert found(warm, ("EQ_value_KEL", "278.15"), ("EQ_value_FAH", "41"))
    assert not found(pressed, ("GE_value_KEL", "0"))
    assert found(pressed, ("EQ_value_KPA", "0.3"))


def test_a_deviation_converts_without_offset_and_an_unknown_unit_only_to_itself() -> None:
    spread = sensed({"type": "Temperature", "sDev": 1, "uom": "CEL"})
    odd = sensed({"type": "Temperature", "value": 7, "uom": "XYZ"})

    assert found(spread, ("LE_sDev_KEL", "1"))
    assert not found(spread, ("GE_sDev_KEL", "1.1"))
    assert found(odd, ("GE_value_XYZ", "7"))
    assert not found(odd, ("GE_value_KEL", "0"))


def test_a_device_is_found_in_metadata_and_in_reports_e34_d9() -> None:
    device = "https://id.gs1.org/8004/4000001111"
    asked = ("EQ_deviceID", "urn:epc:id:giai:4000001.111")

    assert found(sensed({"type": "Temperature", "deviceID": device}), asked)
    assert found(sensed({"type": "Temperature"}, deviceID=device), asked)
    assert not found(sensed({"type": "Temperature"}), asked)


def test_a_site_contains_its_descendants_and_equals_only_itself_e35() -> None:
    site, hall, shelf = PLACE, f"{PLACE}/254/h", f"{PLACE}/254/s"
    tree = [
        epcis.Vocabulary(
            "urn:epcglobal:epcis:vtype:BusinessLocation",
            (epcis.VocabularyElement(site, (), (hall,)), epcis.VocabularyElement(hall, (), (shelf, site))),
        )
    ]
    stored = made(bizLocation={"id": shelf})

    assert found(stored, ("WD_bizLocation", site), master_data=tree)
    assert not found(stored, ("WD_bizLocation", site))
    assert not found(stored, ("EQ_bizLocation", site), master_data=tree)
    assert found(stored, ("EQ_bizLocation", shelf))


def test_exists_error_declaration_false_asks_nothing_e32_d8() -> None:
    declared = made(errorDeclaration={"declarationTime": "2026-03-02T09:00:00Z", "reason": "did_not_occur"})

    assert found(declared, ("EXISTS_errorDeclaration", "true"), ("EQ_errorReason", "did_not_occur"))
    assert not found(made(), ("EXISTS_errorDeclaration", "true"))
    assert found(made(), ("EXISTS_errorDeclaration", "false"))
    assert epcis.query_from_body({"EXISTS_errorDeclaration": 1}) == epcis.query_from_body(
        {"EXISTS_errorDeclaration": True}
    )


def test_times_are_from_inclusive_and_before_exclusive() -> None:
    at = "2026-03-01T08:00:00Z"

    assert found(made(), ("GE_eventTime", at))
    assert not found(made(), ("LT_eventTime", at))


def test_extension_fields_at_the_top_and_below() -> None:
    stored = made(action="ADD", ilmd={"ex:a": {"ex:b": [5, "x"]}, "cbvmda:lotNumber": "0012"})

    assert found(stored, ("EQ_ILMD_cbvmda:lotNumber", "0012"))
    assert not found(stored, ("EQ_ILMD_cbvmda:lotNumber", "12"))
    assert found(stored, ("EXISTS_ILMD_ex:a", "true"))
    assert not found(stored, ("EXISTS_ILMD_ex:b", "true"))
    assert found(
        stored, ("EXISTS_INNER_ILMD_ex:b", "true"), ("GT_INNER_ILMD_ex:b", "4.9"), ("EQ_INNER_ILMD_ex:b", "x")
    )
    assert not found(stored, ("GT_INNER_ILMD_ex:b", "5"))


def test_extensions_of_places_sensors_and_declarations() -> None:
    stored = made(
        readPoint={"id": PLACE, "ex:gate": "7"},
        sensorElementList=[{
            "ex:e": 1, "sensorMetadata": {"ex:m": "2026-03-01T08:00:00Z"}, "sensorReport": [{"type": "Count", "ex:r": True}],
        }],
        errorDeclaration={"declarationTime": "2026-03-02T09:00:00Z", "ex:by": "me"},
    )  # fmt: skip

    assert found(
        stored,
        ("EQ_readPoint_ex:gate", "7"),
        ("EQ_SENSORELEMENT_ex:e", "1.0"),
        ("EQ_SENSORREPORT_ex:r", "true"),
    )
    assert found(
        stored, ("EQ_SENSORMETADATA_ex:m", "2026-03-01T09:00:00+01:00"), ("EQ_ERROR_DECLARATION_ex:by", "me")
    )
    assert not found(stored, ("EQ_bizLocation_ex:gate", "7"))


def test_documents_parties_and_quantities() -> None:
    stored = made(
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:9506000.00001.A"}],
        quantityList=[
            {"epcClass": "urn:x:c", "quantity": 2.5, "uom": "KGM"},
            {"epcClass": "urn:x:d", "quantity": 7},
        ],
    )

    assert found(stored, ("EQ_bizTransaction_po", "urn:epc:id:gdti:9506000.00001.A"))
    assert not found(stored, ("EQ_bizTransaction_inv", "urn:epc:id:gdti:9506000.00001.A"))
    assert found(stored, ("EQ_quantity_GRM", "2500"), ("EQ_quantity", "7|8"))
    assert not found(stored, ("GT_quantity_KGM", "2.5"))


def test_attributes_of_master_data() -> None:
    data = [
        epcis.Vocabulary(
            "urn:x:v", (epcis.VocabularyElement(PLACE, (epcis.Attribute("urn:x:kind", "dock"),)),)
        )
    ]
    stored = made(bizLocation={"id": "urn:epc:id:sgln:9506000.13435.0"})

    assert found(stored, ("HASATTR_bizLocation", "urn:x:kind"), master_data=data)
    assert found(stored, ("EQ_ATTR_bizLocation_urn:x:kind", "dock|gate"), master_data=data)
    assert not found(stored, ("EQATTR_bizLocation_urn:x:kind", "gate"), master_data=data)
    assert not found(stored, ("HASATTR_readPoint", "urn:x:kind"), master_data=data)


def test_order_limits_and_too_many_e31_d1_d2() -> None:
    events = [
        made(eventTime=f"2026-03-0{day}T09:00:00Z", **({"ex:n": day} if day != 2 else {}))
        for day in (2, 1, 3)
    ]
    second, first, third = events

    assert epcis.select(query(), events) == (second, first, third)
    assert epcis.select(query(("orderBy", "eventTime")), events) == (third, second, first)
    assert epcis.select(query(("orderBy", "eventTime"), ("orderDirection", "ASC"), ("eventCountLimit", "2")), events) == (
        first, second,
    )  # fmt: skip
    assert epcis.select(query(("orderBy", "ex:n")), events) == (third, first, second)
    assert len(epcis.select(query(("maxEventCount", "3")), events)) == 3
    with pytest.raises(epcis.QueryTooLargeError):
        epcis.select(query(("maxEventCount", "2")), events)


def test_event_types_and_transformations() -> None:
    changed = made("TransformationEvent")

    assert found(
        changed,
        ("eventType", "ObjectEvent|TransformationEvent"),
        ("MATCH_inputEPC", UNIT),
        ("MATCH_outputEPC", OTHER_UNIT),
    )
    assert not found(changed, ("MATCH_epc", UNIT))
    assert found(made("ex:Cooked", action="ADD"), ("eventType", "ex:Cooked"))
