"""Signatures of webhooks, as a receiver checks them."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.exchange.subscriptions import BadDestination, Letter
from seriatim.base.http_client import HttpClient
from seriatim.base.outbound import Policy
from seriatim.connectors.webhook import Forged, Inbox, SeenBefore, Webhook, signed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BODY = b'{"type": "EPCISQueryDocument"}'


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """Standard Webhooks 1.0: base64 of HMAC-SHA-256 over `id.timestamp.body`; `whsec_` secrets are base64."""
    secret = b"whsec_" + base64.b64encode(b"0123456789abcdef01234567")
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, BODY, [secret])

    text = f"msg_p5jXN8AQM9LWM0D4loKWxJek.{int(NOW.timestamp())}.".encode() + BODY
    expected = base64.b64encode(hmac.digest(b"0123456789abcdef01234567", text, hashlib.sha256)).decode()

    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["GS1-Signature"] == "sha256=" + hmac.digest(secret, BODY, hashlib.sha256).hex()


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40), st.uuids())
def test_what_is_signed_is_opened_by_who_shares_the_secret_alone(
    body: bytes, token: bytes, of: object
) -> None:
    headers = signed(str(of), NOW, body, [token])

    assert Inbox([token]).open(headers, body, now=NOW + timedelta(minutes=4)) == str(of)
    with pytest.raises(Forged):
        Inbox([token + b"x"]).open(headers, body, now=NOW)


@pytest.mark.parametrize(
    "what", ["a byte more", "too old", "from the future", "another id", "no time", "unsigned"]
)
def test_T33_what_is_forged_or_old_is_refused(what: str) -> None:
    headers, body, now = signed("m1", NOW, BODY, [b"secret"]), BODY, NOW
    match what:
        case "a byte more":
            body += b" "
        case "too old":
            now += timedelta(minutes=6)
        case "from the future":
            now -= timedelta(minutes=6)
        case "another id":
            headers["webhook-id"] = "m2"
        case "no time":
            del headers["webhook-timestamp"]
        case _:
            del headers["webhook-signature"]

    with pytest.raises(Forged):
        Inbox([b"secret"]).open(headers, body, now=now)


def test_T33_an_id_that_was_here_before_is_known_again() -> None:
    inbox = Inbox([b"secret"])
    headers = signed("m1", NOW, BODY, [b"secret"])
    inbox.open(headers, BODY, now=NOW)

    with pytest.raises(SeenBefore):
        inbox.open(headers, BODY, now=NOW + timedelta(minutes=1))


def test_T33_while_one_token_replaces_another_both_open_it_and_others_do_not() -> None:
    headers = signed("m1", NOW, BODY, [b"new", b"old"])

    assert [Inbox([token]).open(headers, BODY, now=NOW) for token in (b"new", b"old")] == ["m1", "m1"]
    with pytest.raises(Forged):
        Inbox([b"older"]).open(headers, BODY, now=NOW)


@pytest.mark.anyio
async def test_T32_an_outsider_does_not_learn_which_names_our_network_has() -> None:
    """A name of ours and a name of nobody: the same words, when it subscribes and when something is delivered."""

    async def names(host: str, _: int) -> Sequence[str]:
        if host == "erp.internal":
            return ["10.1.2.3"]
        raise OSError("no such name")

    webhook = Webhook(HttpClient(Policy(), resolve=names), HttpClient(Policy(), resolve=names))
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for outsider in told:
        for dest in ("https://erp.internal/", "https://nobody.internal/"):
            with pytest.raises(BadDestination) as refused:
                await webhook.check(dest, is_for_outsider=outsider)
            letter = Letter(UUID(int=1), dest, "application/json", BODY, NOW, is_for_outsider=outsider)
            answer = await webhook.carry(letter)
            told[outsider] |= {refused.value.message.removeprefix("dest: "), answer.said}

    assert len(told[True]) == 1
    assert "the name nobody.internal is not known" in told[False], "our own people are told"
