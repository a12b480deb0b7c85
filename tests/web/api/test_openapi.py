"""The OpenAPI document describes the table: every route, every answer, and every reference leads somewhere."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.factories.site import PUBLIC_URL, Site

from seriatim import __version__
from seriatim.web.api.openapi import document
from seriatim.web.site import ENDPOINTS

DOCUMENT = document(ENDPOINTS, PUBLIC_URL)
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_an_openapi_3_1_document() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["info"]["version"] == __version__
    assert DOCUMENT["servers"] == [{"url": PUBLIC_URL}]
    assert set(DOCUMENT) <= {"openapi", "info", "servers", "tags", "security", "paths", "components"}


def test_every_route_is_described_and_no_other() -> None:
    told = {(method.upper(), path) for path, method, _ in OPERATIONS}

    assert told == {(e.method, re.sub(r"\{(\w+):\w+\}", r"{\1}", e.path)) for e in ENDPOINTS}


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    lost = {ref for ref in references(DOCUMENT) if ref.rpartition("/")[2] not in schemas}

    assert lost == set()
    assert {ref.rpartition("/")[0] for ref in references(DOCUMENT)} == {"#/components/schemas"}


def test_names_of_components_are_names() -> None:
    assert [
        name for name in DOCUMENT["components"]["schemas"] if not re.fullmatch(r"[A-Za-z0-9._-]+", name)
    ] == []


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_tag() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"\w+", name)] == []
    assert [op["operationId"] for _, _, op in OPERATIONS if not op["summary"] or not op["tags"]] == []
    assert {tag for _, _, op in OPERATIONS for tag in op["tags"]} == {tag["name"] for tag in DOCUMENT["tags"]}


def test_every_parameter_of_a_path_is_described() -> None:
    for path, _, operation in OPERATIONS:
        told = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert told == re.findall(r"\{(\w+)\}", path)
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        assert len({(p["in"], p["name"]) for p in operation["parameters"]}) == len(operation["parameters"])


def test_every_operation_tells_its_answer_and_its_problems() -> None:
    for endpoint in ENDPOINTS:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)
        operation = DOCUMENT["paths"][path][endpoint.method.lower()]
        assert str(endpoint.status) in operation["responses"]
        assert {"401", "403", "404", "422"} <= set(operation["responses"])
        assert ("requestBody" in operation) == (endpoint.body is not None or endpoint.takes_file)
        assert ("security" in operation) == (endpoint.permission is None)
        idempotent = [p["name"] for p in operation["parameters"] if p["in"] == "header"]
        assert idempotent == (["Idempotency-Key"] if endpoint.method == "POST" else [])


def test_every_body_is_closed_to_unknown_fields() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for _, _, operation in OPERATIONS:
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            if "$ref" in schema:
                schema = schemas[schema["$ref"].rpartition("/")[2]]
            if schema.get("type") == "object" and "properties" in schema:
                assert schema["additionalProperties"] is False, operation["operationId"]


@pytest.mark.anyio
async def test_the_document_and_its_page_are_for_those_who_hold_a_key_or_are_signed_in(site: Site) -> None:
    stranger, machine = site.client(), await site.with_key("partner")
    browser, _ = await site.signed_in("auditor")

    assert (await stranger.get("/api/openapi.json")).status_code == 401
    assert (await stranger.get("/api/docs")).headers["location"] == "/signin?next=%2Fapi%2Fdocs"
    served = await machine.get("/api/openapi.json")
    page = await browser.get("/api/docs")

    assert served.json() == msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    assert page.headers["content-type"].startswith("text/html")
    assert [path for path, _, _ in OPERATIONS if path not in page.text] == []
