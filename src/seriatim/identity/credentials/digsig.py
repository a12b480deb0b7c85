"""Signatures inside the code itself, AI (8030): carried and checked in form, judged by a verifier that you bring.

The signature of ISO/IEC 20248 (DigSig) has no open implementation and no public vectors, so none comes with Seriatim:
what cannot be tested would be a promise without ground. `gs1` reads and writes AI (8030) and knows which keys it may
stand with; here is the door for a verifier, and the rule that without one the answer is `unchecked`, never `valid`.
"""

from collections.abc import Iterable
from typing import Final, Literal, Protocol, TypeAlias

from seriatim.gs1 import Message

DIGSIG: Final = "8030"

SignatureVerdict: TypeAlias = Literal["valid", "invalid", "unknown"]
SignatureState: TypeAlias = Literal["absent", "unchecked", "valid", "invalid"]


class SignatureVerifier(Protocol):
    """Judges the digital signature that a code carries in AI (8030).

    MUST answer `unknown` for a signature that is not of its kind, or whose certificate it does not know.
    MUST answer `valid` only if the signature covers the code's key and serial and the signer may sign for that key.
    MUST NOT raise for any signature or message, whatever their length and content.
    MUST NOT fetch an address that stands in the code.
    MUST compare secrets, if it has any, in constant time.
    MAY be slow (a smart card, an HSM): it is asked once for each code.
    MAY keep certificates it was given, and MUST then honour that they end or are withdrawn.
    """

    def verify(self, signature: str, message: Message) -> SignatureVerdict:
        """The verdict on `signature`, 1 to 90 characters of base64url, in the message it came with."""
        ...


def signature_of(message: Message) -> str | None:
    """What AI (8030) holds; None when the code carries no signature."""
    return next((value for ai, value in message.elements if ai == DIGSIG), None)


def check_signature(message: Message, verifiers: Iterable[SignatureVerifier] = ()) -> SignatureState:
    """What the verifiers say of the code's signature; the first one that knows it decides.

    `absent`: the code carries none. `unchecked`: it carries one that no verifier knows, which proves nothing.
    """
    signature = signature_of(message)
    if signature is None:
        return "absent"
    for verifier in verifiers:
        verdict = verifier.verify(signature, message)
        if verdict != "unknown":
            return verdict
    return "unchecked"
