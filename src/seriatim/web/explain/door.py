"""`/explain`: a form, and its answer.

The text travels in the body of a POST, never in the address: a code with its serial is what a pack keeps secret, and
addresses end in access logs, histories and referrers. So an explanation has no address to share, and that is the price.
"""

from typing import Any, Final

from starlette.responses import Response

from seriatim import gs1
from seriatim.base import limits
from seriatim.base.pace import TooFast
from seriatim.gs1.explaining import TEXT_MAX
from seriatim.web.explain.look import pieces_of
from seriatim.web.explain.words import EXAMPLES, KINDS, VERDICTS, WORDS
from seriatim.web.pages import Page, Visit
from seriatim.web.refusals import address_of

PREFIX_LENGTHS: Final = range(6, 13)


async def ask(visit: Visit) -> Response:
    """The empty page, which shows what can be asked."""
    return visit.html("explain/page.html", told=None, **_around(""))


async def answer(visit: Visit) -> Response:
    """The page with an explanation; 200 whatever the text was, since a bad code is an answer too."""
    admit(visit)
    text = visit.form.get("text", "")[: TEXT_MAX + 1]
    length = visit.form.get("gcp_length", "")
    gcp_length = int(length) if length in {str(one) for one in PREFIX_LENGTHS} else None
    told = gs1.explain(text, this_year=visit.now.year, gcp_length=gcp_length)
    if told.form == "empty":
        return await ask(visit)
    state, word = VERDICTS[told.verdict]
    if any(problem.code.startswith("suspected_") for problem in told.problems):
        word = WORDS.doubtful
    return visit.html(
        "explain/page.html",
        told=told,
        state=state,
        verdict=word,
        groups=pieces_of(told),
        gcp_length=gcp_length,
        **_around(typed(told.text)),
    )


def admit(visit: Visit) -> None:
    """One visit of this address; raises TooFast past its pace."""
    network = address_of(visit.request)
    if network and not visit.app.visits.admits(network, visit.now):
        raise TooFast(
            f"More than {limits.VISITS_PER_MINUTE} requests a minute came from your network. Wait a moment.",
            retry_after_s=visit.app.visits.wait_s(network, visit.now),
        )


def typed(text: str) -> str:
    """The text as a person can type it: a field of a form takes no control signs."""
    return text.replace("\x1d", "{GS}")


def _around(text: str) -> dict[str, Any]:
    return {
        "text": text,
        "words": WORDS,
        "examples": EXAMPLES,
        "kinds": KINDS,
        "most": TEXT_MAX,
        "typed": typed,
        "lengths": PREFIX_LENGTHS,
    }


PAGES: Final = (Page("/explain", ask, None), Page("/explain", answer, None, ("POST",)))
