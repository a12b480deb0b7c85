from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.epcis.documents import CASE, EX, OTHER_UNIT, PLACE, UNIT

from seriatim import epcis

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_an_object_event_is_made_from_bare_words_and_identifiers() -> None:
    made = epcis.object_event(
        event_time=NOON,
        action="ADD",
        epc_list=[UNIT],
        biz_step="commissioning",
        disposition="active",
        read_point=PLACE,
        biz_location=epcis.Location(PLACE),
        biz_transactions=[("prodorder", "urn:example:order:1")],
        lot="L1",
        expiry=date(2028, 2, 29),
    )

    assert epcis.event_json(made) == {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T12:00:00.000Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "epcList": [UNIT],
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": PLACE},
        "bizLocation": {"id": PLACE},
        "bizTransactionList": [{"type": "prodorder", "bizTransaction": "urn:example:order:1"}],
        "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2028-02-29"},
    }


def test_each_type_of_event_can_be_made() -> None:
    made = [
        epcis.object_event(event_time=NOON, action="OBSERVE", epc_list=[UNIT]),
        epcis.aggregation_event(event_time=NOON, action="ADD", parent_id=CASE, child_epcs=[UNIT]),
        epcis.association_event(event_time=NOON, action="ADD", parent_id=PLACE, child_epcs=[UNIT]),
        epcis.transaction_event(
            event_time=NOON, action="ADD", epc_list=[UNIT], biz_transactions=[("po", "urn:x:1")]
        ),
        epcis.transformation_event(event_time=NOON, input_epc_list=[UNIT], output_epc_list=[OTHER_UNIT]),
    ]

    assert epcis.loads(epcis.dumps(made), profile="strict").events == tuple(made)


def test_the_offset_is_that_of_the_time_unless_it_is_given() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert (
        epcis.object_event(event_time=east, action="ADD", epc_list=[UNIT]).event_time_zone_offset == "+05:45"
    )
    given = epcis.object_event(
        event_time=NOON, action="ADD", epc_list=[UNIT], event_time_zone_offset="-03:30"
    )
    assert (given.event_time_zone_offset, given.event_time) == ("-03:30", NOON)


def test_microseconds_survive() -> None:
    made = epcis.object_event(event_time=NOON.replace(microsecond=123_456), action="ADD", epc_list=[UNIT])

    assert made.event_time_text == "2026-03-01T12:00:00.123456Z"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        epcis.object_event(event_time=NOON.replace(tzinfo=None), action="ADD", epc_list=[UNIT])


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"biz_step": "shiping"}, ("/bizStep", "unknown_word")),
        ({"action": "PUT"}, ("/action", "bad_action")),
        ({"epc_list": ["A1"]}, ("/epcList/0", "not_a_uri")),
        ({"epc_list": [UNIT, UNIT]}, ("/epcList/1", "duplicate_epc")),
        ({"action": "OBSERVE", "lot": "L1"}, ("/ilmd", "ilmd_not_allowed")),
        ({"read_point": "dock"}, ("/readPoint/id", "not_a_uri")),
        ({"biz_transactions": [("nope", "urn:x:1")]}, ("/bizTransactionList/0/type", "unknown_word")),
    ],
)
def test_an_event_that_nobody_would_accept_is_not_made(changes: dict[str, Any], found: Any) -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.object_event(**({"event_time": NOON, "action": "ADD", "epc_list": [UNIT]} | changes))

    assert [(problem.path, problem.code) for problem in caught.value.problems] == [found]


def test_packing_without_a_parent_is_not_made() -> None:
    with pytest.raises(epcis.EPCISError, match="parentID"):
        epcis.aggregation_event(event_time=NOON, action="ADD", child_epcs=[UNIT])


def test_words_may_be_given_in_any_spelling() -> None:
    made = epcis.object_event(
        event_time=NOON, action="ADD", epc_list=[UNIT], biz_step="urn:epcglobal:cbv:bizstep:encoding"
    )

    assert made.biz_step == "encoding"


def test_own_fields_come_along() -> None:
    made = epcis.object_event(
        event_time=NOON, action="ADD", epc_list=[UNIT], extensions=[epcis.Extension(EX, "line", "7")]
    )

    assert epcis.load_event(epcis.event_bytes(made)).extensions == (epcis.Extension(EX, "line", "7"),)


def test_every_identifier_of_an_event_is_listed_with_the_parent() -> None:
    made = epcis.aggregation_event(
        event_time=NOON, action="ADD", parent_id=CASE, child_epcs=[UNIT, OTHER_UNIT]
    )

    assert list(made.epcs()) == [CASE, UNIT, OTHER_UNIT]
