"""The endpoint table as OpenAPI 3.1: what is served is what is documented, since both are the same table."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from seriatim import __version__
from seriatim.access import Endpoint
from seriatim.base import limits

REF: Final = "#/components/schemas/{name}"
PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Never changes; the words may."},
        "instance": {"type": "string"},
    },
    "additionalProperties": True,
}
PROBLEMS: Final = {
    "400": "The sender can mend it",
    "401": "No valid key or session",
    "403": "The role may not do this",
    "404": "Not there",
    "409": "The rules say no; nothing has changed",
    "413": "Past a size limit",
    "422": "Well-formed, but wrong content",
    "503": "Something this needs is away; try again",
}


def document(endpoints: Iterable[Endpoint], server: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these endpoints, served under `server`."""
    table = list(endpoints)
    types = {kind for e in table for kind in (e.body, e.query, e.returns) if kind is not None}
    schemas_of, components = msgspec.json.schema_components(sorted(types, key=repr), ref_template=REF)
    schemas = dict(zip(sorted(types, key=repr), schemas_of, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in table:
        paths.setdefault(_template(endpoint.path), {})[endpoint.method.lower()] = _operation(
            endpoint, schemas, components
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Seriatim",
            "version": __version__,
            "description": "Item-level serialisation: every unit an identity, and a story that can be proved.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": tag} for tag in sorted({e.tag for e in table if e.tag})],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`seriatim keys create`"}
            },
        },
    }


def _template(path: str) -> str:
    """Starlette's `{name:path}` as OpenAPI's `{name}`."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


def _permission(endpoint: Endpoint) -> str:
    if endpoint.permission is None:
        return "Open to everybody."
    own = f"; with `{endpoint.own}`, for what the caller may see" if endpoint.own else ""
    return f"Permission: `{endpoint.permission}`{own}."


def _operation(endpoint: Endpoint, schemas: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{endpoint.method.lower()}_{_template(endpoint.path)}").strip("_")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag] if endpoint.tag else [],
        "parameters": [
            *_path_parameters(endpoint),
            *_query_parameters(endpoint, schemas, components),
            *_idempotency(endpoint),
        ],
        "responses": _responses(endpoint, schemas),
    }
    described = [
        endpoint.description,
        _permission(endpoint),
    ]
    operation["description"] = "\n\n".join(text for text in described if text)
    if endpoint.permission is None:
        operation["security"] = []
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[endpoint.body]}},
        }
    if endpoint.takes_file:
        file = {"schema": {"type": "string", "maxLength": endpoint.file_bytes or limits.IMPORT_BYTES}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(endpoint.file_types, file)}
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", _template(endpoint.path))
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(
    endpoint: Endpoint, schemas: dict[Any, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    schema = schemas[endpoint.query]
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": kind}
        for name, kind in schema["properties"].items()
    ]


def _idempotency(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.method != "POST":
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": limits.IDEMPOTENCY_KEY_CHARACTERS}
    words = "Sent again with the same body, the same key gives the same answer and does nothing twice."
    return [
        {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema, "description": words}
    ]


def _responses(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if endpoint.returns is not None:
        done["content"] = {"application/json": {"schema": schemas[endpoint.returns]}}
    faults = {
        status: {
            "description": words,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, words in PROBLEMS.items()
    }
    return {str(endpoint.status): done, **faults}
