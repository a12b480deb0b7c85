"""What is exchanged with partners and their systems: EPCIS 2.0 in and out, over the interface that GS1 describes.

`routes(door)` gives the routes under /epcis; `door` is the site as this room sees it. What was sent can be looked at:

    job = await exchange.job_of(tx, job_id, actor=actor)
    data = await exchange.document_of(tx, job_id, actor=actor)
    places = epcis.locate_all(data, job.problems)

`subscriptions` brings what is new to those who have asked for it.
"""

from seriatim.areas.exchange import subscriptions
from seriatim.areas.exchange.actions import job_of, jobs_of
from seriatim.areas.exchange.api import routes
from seriatim.areas.exchange.documents import document_of, forget, forget_erased
from seriatim.areas.exchange.doors.site import Door
from seriatim.areas.exchange.errors import InvalidDocument
from seriatim.areas.exchange.model import Job
from seriatim.areas.exchange.reading import faults_of

__all__ = [
    "Door",
    "InvalidDocument",
    "Job",
    "document_of",
    "faults_of",
    "forget",
    "forget_erased",
    "job_of",
    "jobs_of",
    "routes",
    "subscriptions",
]
