"""Whatever GS1's description of the interface lets a client send, the doors answer it as the standard says.

Requests are made by schemathesis out of GS1's own OpenAPI file. No answer is an error of ours; each status is one that the
description knows for the operation, or one of those that we answer beyond it; each problem is a problem document.
`SERIATIM_FUZZ_EXAMPLES` asks for more requests to each operation, chosen anew in each run.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.epcis.documents import VECTORS
from tests.factories.exchange import PLANT, SLASHED, UNIT, URN, document, event
from tests.factories.site import Site, open_site

from seriatim.base.db import Database, EmbeddedPostgres

OPENAPI = VECTORS / "openapi.yaml"
SCHEMA = VECTORS / "EPCIS-JSON-Schema.json"
STUB = "https://gs1.github.io/EPCIS/REST%20Bindings/JSON-Schema-Stub.json#/definitions/"
EXAMPLES = int(os.environ.get("SERIATIM_FUZZ_EXAMPLES", "4"))
BEYOND = {400, 404, 405, 406, 413, 414, 415, 501}
"""What any operation may answer, whether GS1's file lists it there or not (EPCIS note, section 10, slip 8)."""
NAME = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"

URIS = st.sampled_from(
    [UNIT, URN, SLASHED, PLANT, NAME, "urn:epc:idpat:sgtin:9506000.013435.*"]
) | st.from_regex(r"(urn:[a-z]{1,9}:|https?://[a-z]{1,9}[.]example/)[!-~]{0,20}", fullmatch=True)

pytestmark = pytest.mark.skipif(not OPENAPI.exists(), reason="GS1's description is not beside the repository")


class Operation(NamedTuple):
    """One operation of the description."""

    method: str
    path: str
    statuses: frozenset[int]
    requests: st.SearchStrategy[Any]


def operations() -> Iterator[Operation]:
    """Every operation; what the file refers to on the network is taken from the schema beside it."""
    from schemathesis import openapi  # noqa: PLC0415 -- heavy: only these tests need it
    from schemathesis.core.result import Ok  # noqa: PLC0415 -- the same

    definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    openapi.format("uri", URIS)
    text = OPENAPI.read_text(encoding="utf-8").replace(STUB, "#/definitions/")
    described = openapi.from_file(f"{text}\ndefinitions: {json.dumps(definitions)}\n")
    for result in described.get_all_operations():
        assert isinstance(result, Ok), result
        one = result.ok()
        statuses = frozenset(int(code) for code in one.definition.raw["responses"] if code.isdigit())
        yield Operation(one.method.upper(), one.path, statuses, one.as_strategy())


async def furnish(client: httpx.AsyncClient) -> None:
    """Something to find: events, an error, a named query."""
    told = [event(minute, eventID=f"{NAME[:-1]}{minute}") for minute in range(5)]
    wrong = event(0, eventID=f"{NAME[:-1]}0", errorDeclaration={"declarationTime": "2026-11-20T09:00:00Z"})
    for events in (told, [wrong]):
        sent = await client.post(
            "/epcis/capture", content=document(*events), headers={"content-type": "application/ld+json"}
        )
        assert sent.status_code == 202
    query = {"name": "kept", "query": {"EQ_bizStep": ["shipping"]}}
    assert (await client.post("/epcis/queries", json=query)).status_code == 201


KNOWN = {
    "captureID": "0",
    "eventID": f"{NAME[:-1]}1",
    "eventType": "ObjectEvent",
    "epc": UNIT,
    "bizStep": "shipping",
    "bizLocation": "urn:example:shop",
    "readPoint": PLANT,
    "disposition": "active",
    "queryName": "kept",
}
"""A value for each name in a path that leads somewhere."""


def request_of(case: Any, client: httpx.AsyncClient, choices: st.DataObject) -> httpx.Request | None:
    """The request of a case. Often the path leads to something, and the headers stand in nobody's way: else nearly every
    case would end at the first check. None for what no client can send.
    """
    if choices.draw(st.booleans(), label="a path that is there") and isinstance(case.path_parameters, dict):
        case.path_parameters = {name: KNOWN.get(name, value) for name, value in case.path_parameters.items()}
    sent = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/") + "/epcis")
    headers = dict(sent["headers"])
    if choices.draw(st.booleans(), label="versions that fit"):
        headers = {
            name: value for name, value in headers.items() if not name.endswith(("-Min", "-Max", "-Version"))
        }
    if choices.draw(st.booleans(), label="one parameter alone") and isinstance(sent.get("params"), str):
        parameters = sent["params"].split("&")
        sent["params"] = parameters[choices.draw(st.integers(0, len(parameters) - 1))]
    try:
        return client.build_request(
            sent["method"],
            sent["url"],
            params=sent.get("params") or None,
            json=sent.get("json"),
            content=sent["data"] if isinstance(sent.get("data"), bytes | str) else None,
            headers={name: value.encode("latin-1") for name, value in headers.items()},
        )
    except (UnicodeEncodeError, httpx.InvalidURL):
        return None


def complaint(operation: Operation, request: httpx.Request, answer: httpx.Response) -> str | None:
    """What is wrong with an answer."""
    status = answer.status_code
    if status >= 500 and status != 501:
        return "an error of ours"
    if status not in operation.statuses | BEYOND:
        return f"{status} is none of {sorted(operation.statuses)}"
    if status >= 400 and request.method != "HEAD":
        media = answer.headers["content-type"].partition(";")[0]
        if not media.startswith("application/problem+"):
            return f"{status} in {media}"
        if media.endswith("json") and not answer.json()["type"].startswith(("epcisException:", "about:")):
            return f"the type {answer.json()['type']}"
    return None


def test_whatever_the_description_allows_is_answered_as_the_standard_says(
    database_url: str, postgres: EmbeddedPostgres
) -> None:
    """E25: over all operations of GS1's OpenAPI."""
    seen: dict[int, int] = {}

    with asyncio.Runner() as runner:

        async def run() -> None:
            database = await Database.open(
                database_url, folder=postgres.home.folder.parent / "openapi", max_size=4, allow_unsafe=True
            )
            async with open_site(database) as site:
                await everything(site)
            await database.close()

        async def everything(site: Site) -> None:
            client = await site.with_key("integration")
            await furnish(client)
            loop = asyncio.get_running_loop()
            for operation in operations():
                await asyncio.to_thread(one_operation, operation, client, loop)

        def one_operation(
            operation: Operation, client: httpx.AsyncClient, loop: asyncio.AbstractEventLoop
        ) -> None:
            @settings(
                max_examples=EXAMPLES,
                derandomize="SERIATIM_FUZZ_EXAMPLES" not in os.environ,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                deadline=None,
            )
            @given(operation.requests, st.data())
            def ask(case: Any, choices: st.DataObject) -> None:
                request = request_of(case, client, choices)
                if request is None:
                    return
                answer = asyncio.run_coroutine_threadsafe(client.send(request), loop).result()
                seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
                wrong = complaint(operation, request, answer)
                assert wrong is None, (
                    wrong,
                    request.method,
                    str(request.url),
                    dict(request.headers),
                    request.content[:2000],
                    answer.text[:500],
                )

            ask()

        runner.run(run())

    assert seen.keys() >= {200, 204, 404}
