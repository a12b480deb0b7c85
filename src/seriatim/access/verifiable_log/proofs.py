"""A proof that one deed or event stands in the log, as a small text that anybody can check without us.

Source: C2SP tlog-proof (text of July 2026). The `extra` line carries what ties the entry to the document that it stands
for: salt and bytes are not in it, since whoever checks a proof holds the document already.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.merkle import (
    HASH_BYTES,
    PROOF_HASHES_MAX,
    SIZE_MAX,
    leaf_hash,
    root_of_inclusion,
)
from seriatim.access.verifiable_log.notes import BadNote, VerifierKey, open_note, strict_base64
from seriatim.base.errors import BadInput

HEAD: Final = "c2sp.org/tlog-proof@v1"
INDEX: Final = re.compile(r"0|[1-9][0-9]{0,18}")
PROOF_BYTES_MAX: Final = 100_000


class BadProof(BadInput):
    """This is no proof, or it does not lead to the checkpoint in it."""

    code = "bad_proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry, its place, and the road from it to a signed checkpoint."""

    place: int
    path: tuple[bytes, ...]
    note: str
    """The checkpoint with its signatures."""
    extra: bytes = b""
    """Of no weight in the check: what the reader may need to make the entry again."""

    def __str__(self) -> str:
        lines = [HEAD]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.place}")
        lines += [base64.b64encode(step).decode() for step in self.path]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """The proof of its text. Raises BadProof."""
        if len(text) > PROOF_BYTES_MAX:
            raise BadProof(f"a proof has {PROOF_BYTES_MAX:,} characters at most.")
        top, gap, note = text.partition("\n\n")
        head, *lines = top.split("\n")
        if head != HEAD or not gap or not lines:
            raise BadProof(f"a proof begins with the line {HEAD}.")
        extra = b""
        if lines[0].startswith("extra "):
            extra = _bytes(lines.pop(0).removeprefix("extra "))
        index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
        if not INDEX.fullmatch(index) or int(index) >= SIZE_MAX or len(lines) > PROOF_HASHES_MAX:
            raise BadProof("after its head, a proof says `index` and the place, then 63 hashes at most.")
        path = tuple(_bytes(line) for line in lines)
        if any(len(step) != HASH_BYTES for step in path):
            raise BadProof("each line of a proof's path is one hash of 32 bytes in base64.")
        return cls(int(index), path, note, extra)

    def check(self, entry: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
        """The checkpoint that holds the entry. Raises BadProof, BadNote (also when none of `keys` has signed it)."""
        opened = open_note(self.note, keys)
        if not opened.signed_by:
            raise BadNote("none of the known keys has signed the checkpoint of this proof.")
        checkpoint = Checkpoint.parse(opened.text)
        found = root_of_inclusion(self.place, checkpoint.size, leaf_hash(entry), self.path)
        if found != checkpoint.root:
            raise BadProof(
                f"the proof does not lead from this entry at {self.place} to the checkpoint's root."
            )
        return checkpoint


def _bytes(text: str) -> bytes:
    raw = strict_base64(text)
    if raw is None:
        raise BadProof(f"this is no base64: {text[:60]!r}")
    return raw
