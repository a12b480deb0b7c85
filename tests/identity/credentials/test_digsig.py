"""Signatures in AI (8030): carried, and judged by a verifier that somebody brings."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from seriatim import gs1
from seriatim.identity.credentials import SignatureVerdict, SignatureVerifier, check_signature, signature_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
UNIT = "(01)09506000134352(21)A1"


class KeyAndSerial:
    """A maker's own signature: 64 bytes of Ed25519 over GTIN and serial."""

    def __init__(self, public_key: Ed25519PublicKey) -> None:
        self.public_key = public_key

    def verify(self, signature: str, message: gs1.Message) -> SignatureVerdict:
        if len(signature) != 86:
            return "unknown"
        try:
            self.public_key.verify(base64.urlsafe_b64decode(signature + "=="), said(message))
        except InvalidSignature:
            return "invalid"
        return "valid"


VERIFIER: SignatureVerifier = KeyAndSerial(KEY.public_key())


def said(message: gs1.Message) -> bytes:
    return "".join(value for ai, value in message.elements if ai in {"01", "21"}).encode()


def signed(text: str = UNIT, over: str = UNIT) -> gs1.Message:
    signature = base64.urlsafe_b64encode(KEY.sign(said(gs1.parse(over)))).decode().rstrip("=")
    return gs1.parse(f"{text}(8030){signature}")


def test_a_code_without_signature_says_so() -> None:
    assert signature_of(gs1.parse(UNIT)) is None
    assert check_signature(gs1.parse(UNIT), [VERIFIER]) == "absent"


def test_a_signature_that_nobody_can_check_is_never_valid() -> None:
    foreign = gs1.parse(f"{UNIT}(8030)3q2-7w")

    assert check_signature(signed()) == "unchecked"
    assert check_signature(foreign, [VERIFIER]) == "unchecked"
    assert signature_of(foreign) == "3q2-7w"


def test_the_first_verifier_that_knows_it_decides() -> None:
    class Ignorant:
        def verify(self, signature: str, message: gs1.Message) -> SignatureVerdict:
            return "unknown"

    assert check_signature(signed(), [Ignorant(), VERIFIER]) == "valid"
    assert check_signature(signed(over="(01)09506000134352(21)A2"), [Ignorant(), VERIFIER]) == "invalid"


def test_a_signature_survives_every_spelling_of_the_code() -> None:
    message = signed()

    for text in (message.element_string(), message.digital_link(), f"]d2{message.element_string()[1:]}"):
        assert (
            check_signature(gs1.parse(text.replace("^", "\x1d") if text[0] == "]" else text), [VERIFIER])
            == "valid"
        )


@pytest.mark.parametrize(
    "text", [f"{UNIT}(8030)a=b", f"{UNIT}(8030){'A' * 91}", "(01)09506000134352(8030)AAAA"]
)
def test_a_signature_of_wrong_form_or_without_its_key_is_no_code(text: str) -> None:
    with pytest.raises(gs1.GS1Error):
        gs1.parse(text)
