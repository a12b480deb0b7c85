"""POST /epcis/capture and /epcis/events: what comes in, and what became of it."""

import asyncio
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from seriatim.areas.exchange import actions
from seriatim.areas.exchange.actions import RolledBack
from seriatim.areas.exchange.doors.site import Paths, Site
from seriatim.areas.exchange.errors import InvalidDocument
from seriatim.areas.exchange.http import (
    ENCODE,
    VERSIONS,
    XML_MEDIA,
    answer,
    chosen_media,
    error_behaviour,
    invalid,
    json_answer,
    read_body,
)
from seriatim.areas.exchange.model import job_json, verdict_json
from seriatim.areas.exchange.reading import read_document, read_event
from seriatim.areas.exchange.together import Together
from seriatim.areas.exchange.xml_forms import job_xml
from seriatim.base import limits
from seriatim.base.errors import NotAllowed, NotFound, Refused
from seriatim.epcis import EPCISError


class CaptureDoors:
    """Takes documents and single events in."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._together = Together(site.transaction, site.now)

    def paths(self) -> Paths:
        return {
            "/epcis/capture": {"GET": self.jobs, "POST": self.capture},
            "/epcis/capture/{job}": {"GET": self.job},
            "/epcis/events": {"POST": self.create_event},
            "/epcis/validate": {"POST": self.validate},
        }

    async def capture(self, request: Request) -> Response:
        """POST /epcis/capture: a document; 202 and the address of its job."""
        actor = await self._site.caller(request, "events:capture")
        behaviour = error_behaviour(request)
        data = await read_body(request)
        now = self._site.now()
        try:
            reading = await asyncio.to_thread(read_document, data, behaviour)
        except EPCISError as error:
            raise await self._site.refused(request, invalid(error), data, actor) from error
        try:
            async with self._site.transaction() as tx:
                job = await actions.capture_document(tx, reading, data, behaviour, actor=actor, now=now)
        except RolledBack as undone:
            job = undone.job
            async with self._site.transaction() as tx:
                await actions.keep_failed_job(tx, job, data, actor=actor, now=now)
        except (Refused, NotAllowed) as error:
            raise await self._site.refused(request, error, data, actor) from error
        return Response(status_code=202, headers={**VERSIONS, "Location": f"/epcis/capture/{job.id}"})

    async def validate(self, request: Request) -> Response:
        """POST /epcis/validate: what capture would answer; nothing is kept, not even a refusal."""
        actor = await self._site.caller(request, "events:capture")
        data = await read_body(request)
        try:
            reading = await asyncio.to_thread(read_document, data, "proceed")
        except EPCISError as error:
            raise invalid(error) from error
        try:
            async with self._site.transaction() as tx:
                await actions.try_document(tx, reading, data, actor=actor, now=self._site.now())
        except RolledBack as undone:
            job = undone.job
        return json_answer(request, ENCODE(verdict_json(job)))

    async def create_event(self, request: Request) -> Response:
        """POST /epcis/events: one event; 201, its address and itself."""
        actor = await self._site.caller(request, "events:capture")
        data = await read_body(request)
        try:
            if len(data) <= limits.SMALL_BODY_BYTES:
                event = read_event(data)
            else:
                event = await asyncio.to_thread(read_event, data)
        except EPCISError as error:
            raise await self._site.refused(request, invalid(error), data, actor) from error
        try:
            stored = await self._together.capture(event, actor=actor)
        except (InvalidDocument, Refused, NotAllowed) as error:
            raise await self._site.refused(request, error, data, actor) from error
        location = f"/epcis/events/{quote(stored.event_id, safe='')}"
        return self._site.written(
            request, lambda form: actions.event_document(stored, form), {"Location": location}, status=201
        )

    async def jobs(self, request: Request) -> Response:
        """GET /epcis/capture: jobs, newest first."""
        actor = await self._site.caller(request, "events:capture", "events:read")
        question = "jobs"
        limit, cursor = await self._site.page_asked(request, question, actor)
        before = UUID(cursor) if cursor is not None else None
        async with self._site.transaction(readonly=True) as tx:
            found = await actions.jobs_of(tx, before, limit + 1, actor=actor)
        cursor = str(found[limit - 1].id) if len(found) > limit else None
        headers = self._site.next_page(request, cursor, question, actor)
        return json_answer(request, ENCODE([job_json(job) for job in found[:limit]]), headers)

    async def job(self, request: Request) -> Response:
        """GET /epcis/capture/{captureID}: what became of a document."""
        actor = await self._site.caller(request, "events:capture", "events:read")
        missing = NotFound(f"There is no capture job {request.path_params['job']}.")
        try:
            job_id = UUID(request.path_params["job"])
        except ValueError:
            raise missing from None
        async with self._site.transaction(readonly=True) as tx:
            found = await actions.job_of(tx, job_id, actor=actor)
        if found is None:
            raise missing
        media = chosen_media(request)
        return answer(job_xml(found) if media in XML_MEDIA else ENCODE(job_json(found)), media=media)
