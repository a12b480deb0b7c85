"""Carries the letters of subscriptions over HTTPS."""

import time
from typing import Final

from seriatim.areas.exchange.subscriptions import Answer, BadDestination, Letter
from seriatim.base import limits
from seriatim.base.http_client import HttpClient, NameNotKnown, NoReply, Reply
from seriatim.base.outbound import AddressRefused, target_of
from seriatim.connectors.webhook.signing import signed

NOWHERE: Final = "The host stands for no address in the public internet, at port 443 or from 1024 on."
"""What outsiders are told, whether the name is one of our network or none at all: which names it has is not theirs to know."""


class Webhook:
    """The carrier of subscriptions (a `Carrier`).

    Outsiders have a client of their own: networks of ours that are open to our own systems are not open to partners, who
    could call whatever stands in them, and read what it answers (T32).
    """

    def __init__(self, client: HttpClient, for_outsiders: HttpClient) -> None:
        self._clients = {False: client, True: for_outsiders}

    async def check(self, dest: str, *, is_for_outsider: bool) -> None:
        """Raises BadDestination for an address that may not be called, or whose name nobody knows."""
        try:
            target_of(dest)
        except AddressRefused as error:
            raise BadDestination(f"dest: {error.message}", field="dest") from error
        try:
            await self._clients[is_for_outsider].vet(dest)
        except (AddressRefused, NoReply) as error:
            words = NOWHERE if is_for_outsider else str(error)
            raise BadDestination(f"dest: {words}", field="dest") from error

    async def carry(self, letter: Letter) -> Answer:
        """What the receiver says; an address that may not be called any more is no answer."""
        headers = {
            "Content-Type": letter.media_type,
            **letter.headers,
            **signed(str(letter.id), letter.at, letter.body, letter.tokens),
        }
        began = time.monotonic()
        try:
            reply = await self._clients[letter.is_for_outsider].post(letter.dest, headers, letter.body)
        except (AddressRefused, NoReply) as error:
            is_hidden = letter.is_for_outsider and isinstance(error, AddressRefused | NameNotKnown)
            return Answer(None, _words(NOWHERE if is_hidden else str(error)), _ms_since(began))
        return Answer(
            reply.status, _words(reply.body.decode("utf-8", "replace")), _ms_since(began), _pause(reply)
        )


def _words(text: str) -> str:
    """What strangers wrote, fit for a column and a page: no control character, not too long."""
    clean = "".join(one if one.isprintable() else " " for one in text[: 4 * limits.DELIVERY_SAID_CHARACTERS])
    return " ".join(clean.split())[: limits.DELIVERY_SAID_CHARACTERS]


def _pause(reply: Reply) -> int | None:
    """The pause in seconds that the receiver asks for (RFC 9110, 10.2.3); a date is not read."""
    text = reply.headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _ms_since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
