"""The witness's one address: `POST /add-checkpoint` (C2SP tlog-witness). It needs no database and no other door."""

import os
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from seriatim.access.verifiable_log import VerifierKey, Witness
from seriatim.access.verifiable_log.witness import BODY_BYTES_MAX, witness_signer
from seriatim.base.errors import TooLarge
from seriatim.web.api.runner import read_body


def site(witness: Witness) -> Starlette:
    """The witness as an ASGI application."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = (await read_body(request, BODY_BYTES_MAX)).decode("utf-8")
        except TooLarge as error:
            return Response(f"{error.message}\n", 413)
        except UnicodeDecodeError:
            return Response("The request is not UTF-8.\n", 400)
        answer = await run_in_threadpool(witness.add_checkpoint, body, datetime.now(UTC))
        return Response(answer.body, answer.status, {"content-type": answer.media_type})

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def application() -> Starlette:
    """The witness that the command line has described in the environment."""
    parts = {name: os.environ[f"SERIATIM_WITNESS_{name}"] for name in ("NAME", "LOGS", "MEMORY", "KEY_FILE")}
    logs = [VerifierKey.parse(text) for text in parts["LOGS"].split()]
    return site(Witness(witness_signer(parts["NAME"], Path(parts["KEY_FILE"])), logs, Path(parts["MEMORY"])))
