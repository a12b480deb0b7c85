import json
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from seriatim import gs1
from seriatim.gs1 import company_prefixes

UNIT = gs1.parse("(01)09521234543213(21)12345")
LIST = gs1.PrefixList({"952": 7, "95212345": 8, "401": 0})


@pytest.fixture(autouse=True)
def _asked_for_the_first_time() -> Iterator[None]:
    company_prefixes.installed_prefixes.cache_clear()
    yield
    company_prefixes.installed_prefixes.cache_clear()


def code_of(message: gs1.Message, gcp_length: Any = None) -> str:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.to_urn(message, gcp_length)
    return refused.value.code


def test_without_any_source_no_urn_and_no_classic_tag_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "biip.gs1_prefixes", None)

    assert code_of(UNIT) == "unknown_gcp_length"
    with pytest.raises(gs1.GS1Error, match=r"'\+' tag"):
        gs1.epc.encode(UNIT, "SGTIN-96")
    assert gs1.epc.encode(UNIT, "SGTIN+") == "F710952123454321305181C8"


def test_the_table_of_biip_is_asked_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class GS1CompanyPrefix:
        """Has the door of biip's class of this name."""

        value: str

        @classmethod
        def extract(cls, value: str) -> "GS1CompanyPrefix | None":
            return cls(value[:9]) if value.startswith("952") else None

    table = types.ModuleType("biip.gs1_prefixes")
    table.GS1CompanyPrefix = GS1CompanyPrefix  # type: ignore[attr-defined] -- a module made for this test
    monkeypatch.setitem(sys.modules, "biip", types.ModuleType("biip"))
    monkeypatch.setitem(sys.modules, "biip.gs1_prefixes", table)

    assert gs1.epc.to_urn(UNIT) == "urn:epc:id:sgtin:952123454.0321.12345"
    assert code_of(gs1.parse("(00)106141412345678908")) == "unknown_gcp_length"


def test_the_real_table_of_biip_knows_a_prefix_of_norway() -> None:
    pytest.importorskip("biip")

    assert gs1.epc.to_urn(gs1.parse("(01)07044610873466(21)1")) == "urn:epc:id:sgtin:704461.0087346.1"


@pytest.mark.parametrize(
    ("text", "urn"),
    [
        ("(01)09521234543213(21)1", "urn:epc:id:sgtin:95212345.04321.1"),
        ("(01)19521299543217(21)1", "urn:epc:id:sgtin:9521299.154321.1"),
        ("(00)195212345000000015", "urn:epc:id:sscc:95212345.100000001"),
        ("(8003)09521234543213A", "urn:epc:id:grai:95212345.4321.A"),
        ("(8004)9521299ABC", "urn:epc:id:giai:9521299.ABC"),
        ("(414)9521234543213", "urn:epc:id:sgln:95212345.4321.0"),
    ],
)
def test_the_longest_beginning_in_the_list_decides_in_every_scheme(text: str, urn: str) -> None:
    assert gs1.epc.to_urn(gs1.parse(text), LIST) == urn
    assert gs1.canonical_key(urn) == gs1.canonical_key(text)


def test_a_tag_takes_a_list_as_well() -> None:
    assert gs1.epc.decode(gs1.epc.encode(UNIT, "SGTIN-96", gcp_length=LIST)).gcp_length == 8


def test_what_the_list_does_not_know_is_refused() -> None:
    assert code_of(gs1.parse("(00)106141412345678908"), LIST) == "unknown_gcp_length"
    assert code_of(gs1.parse("(414)4012345000054"), LIST) == "unknown_gcp_length"  # a range of nobody
    assert code_of(gs1.parse("(414)9521234543213"), gs1.PrefixList({"95": 4})) == "bad_gcp_length"


def test_the_file_of_gs1_is_read() -> None:
    entries = [{"prefix": "0000000", "gcpLength": 0}, {"prefix": "9521234", "gcpLength": 10}]

    prefixes = gs1.PrefixList.from_json(json.dumps({"GCPPrefixFormatList": {"entry": entries}}))

    assert isinstance(prefixes, gs1.CompanyPrefixes)
    assert (prefixes.length_of("9521234543213"), prefixes.length_of("0000000543213")) == (10, None)


@pytest.mark.parametrize(
    "data",
    ["", "[]", "{}", '{"GCPPrefixFormatList": 1}', "[" * 100_000, b"\xff\xfe",
     '{"GCPPrefixFormatList": {"entry": [{"prefix": "X", "gcpLength": 7}]}}',
     '{"GCPPrefixFormatList": {"entry": [{"prefix": "95", "gcpLength": 70}]}}'],
)  # fmt: skip
def test_a_file_that_is_no_list_of_prefixes_is_refused(data: str | bytes) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.PrefixList.from_json(data)
    assert refused.value.code == "bad_prefix_list"
