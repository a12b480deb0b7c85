"""Identifiers are answered as Digital Links, as URNs, or as they came. (E38, E2)"""

from typing import Any

import pytest
from tests.epcis.documents import PLACE, UNIT, UNIT_URN, event, read

from seriatim import epcis


class Nobody:
    """A source of company prefixes that knows none."""

    def length_of(self, digits: str) -> int | None:
        return None


FULL = event(
    epcList=[UNIT_URN, "urn:jaif:id:obj:37SUN321456789A111222333AB+123456789012"],
    quantityList=[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1"}],
    readPoint={"id": "urn:epc:id:sgln:9506000.13435.0"},
    bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:9506000.00001.A"}],
    sourceList=[{"type": "location", "source": "urn:epc:id:sgln:9506000.13435.7"}],
    sensorElementList=[
        {"sensorReport": [{"type": "Temperature", "deviceID": "urn:epc:id:giai:9506000.111"}]}
    ],
)


def test_every_identifier_becomes_a_digital_link_and_other_uris_stay_e38() -> None:
    one = epcis.in_format(read(FULL), "Always_GS1_Digital_Link")

    assert one.epc_list == (UNIT, "urn:jaif:id:obj:37SUN321456789A111222333AB+123456789012")
    assert one.quantity_list[0].epc_class == "https://id.gs1.org/01/09506000134352/10/L1"
    assert (one.read_point, one.source_list[0].id) == (epcis.Location(PLACE), PLACE + "/254/7")
    assert one.biz_transaction_list[0].id.startswith("https://id.gs1.org/253/9506000000")
    assert one.sensor_element_list[0].reports[0].device_id == "https://id.gs1.org/8004/9506000111"


def test_urns_come_back_where_the_length_of_the_prefix_is_known_e38() -> None:
    links = epcis.in_format(read(FULL), "Always_GS1_Digital_Link")

    assert epcis.in_format(links, "Always_EPC_URN", gcp_length=7) == read(FULL)


def test_an_unknown_prefix_length_is_never_guessed_e38() -> None:
    stranger = read(event(epcList=["https://id.gs1.org/01/00000000000017/21/A"]))

    assert epcis.in_format(stranger, "Always_EPC_URN", gcp_length=Nobody()) == stranger


@pytest.mark.parametrize("name", ["Never_Translates", "No_Preference"])
def test_as_captured_means_as_captured_e38(name: Any) -> None:
    assert epcis.in_format(read(FULL), name) == read(FULL)


def test_the_strict_hash_does_not_depend_on_the_format_e51() -> None:
    given = read(FULL)

    assert epcis.event_hash(epcis.in_format(given, "Always_GS1_Digital_Link")) == epcis.event_hash(given)


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="Always_Barcode"):
        epcis.in_format(read(event()), "Always_Barcode")  # type: ignore[arg-type] -- what is tested
