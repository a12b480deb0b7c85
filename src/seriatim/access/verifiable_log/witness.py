"""A witness signs a log's checkpoint only when it continues the one signed before: nobody can show two histories.

It runs away from the log: at a partner's, on the quality PC, at a notary's. What it has signed is on its disk before
it answers, and a log that was set back or rewritten gets no signature but the size that was signed last.
Source: C2SP tlog-witness (text of July 2026); for another root of the same size the newest text says 422.
"""

import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.merkle import EMPTY_ROOT, PROOF_HASHES_MAX, SIZE_MAX, is_consistent
from seriatim.access.verifiable_log.notes import (
    COSIGNATURE,
    BadNote,
    Signer,
    VerifierKey,
    open_note,
    strict_base64,
)
from seriatim.base.db import Queries
from seriatim.base.files import write_atomic

BODY_BYTES_MAX: Final = 64_000
OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")
TEXT: Final = "text/plain; charset=utf-8"
SIZE_TEXT: Final = "text/x.tlog.size"
SQL: Final = Queries.load(__package__, "witness.sql")


class Answer(NamedTuple):
    """What the witness says: a status, a body and its type."""

    status: int
    body: str
    media_type: str = TEXT


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to sign."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, body: str) -> "Asked":
        """The request of its text. Raises BadNote."""
        if len(body) > BODY_BYTES_MAX:
            raise BadNote(f"a request has {BODY_BYTES_MAX:,} bytes at most.")
        top, gap, note = body.partition("\n\n")
        head, *lines = top.split("\n")
        old = OLD.fullmatch(head)
        proof = [strict_base64(line) for line in lines]
        if not gap or old is None or int(old[1]) > SIZE_MAX:
            raise BadNote("a request begins with `old` and the size that was signed last.")
        if len(proof) > PROOF_HASHES_MAX or not all(step is not None and len(step) == 32 for step in proof):
            raise BadNote("a consistency proof is 63 lines at most, each 32 bytes in base64.")
        return cls(int(old[1]), tuple(step for step in proof if step is not None), note)


class Witness:
    """One witness: its key, the logs it watches, and what it has signed last of each."""

    def __init__(self, signer: Signer, logs: Sequence[VerifierKey], memory: Path) -> None:
        """`memory`: the file that outlives the process; made when absent."""
        self.signer = signer
        self._logs: Mapping[str, Sequence[VerifierKey]] = {
            key.name: [other for other in logs if other.name == key.name] for key in logs
        }
        self._memory = memory
        with closing(self._open()) as memory_now:
            memory_now.execute(SQL.schema)

    def add_checkpoint(self, body: str, now: datetime) -> Answer:
        """Answers one request as the protocol says; what is signed is on the disk first."""
        try:
            asked = Asked.parse(body)
            origin = asked.note.partition("\n")[0]
            keys = self._logs.get(origin)
            if keys is None:
                return Answer(404, f"This witness does not watch {origin[:100]}.\n")
        except BadNote as error:
            return Answer(400, f"{error.message}\n")
        try:
            opened = open_note(asked.note, keys)
        except BadNote as error:
            return Answer(403, f"{error.message}\n")
        if not opened.signed_by:
            return Answer(403, f"No known key of {origin[:100]} has signed this.\n")
        try:
            checkpoint = Checkpoint.parse(opened.text)
        except BadNote as error:
            return Answer(400, f"{error.message}\n")
        return self._consider(asked, checkpoint, now)

    def last(self, origin: str) -> tuple[int, bytes]:
        """Size and root that were signed last; those of the empty log when none was."""
        with closing(self._open()) as memory:
            return _last(memory, origin)

    def _consider(self, asked: Asked, checkpoint: Checkpoint, now: datetime) -> Answer:
        if asked.old > checkpoint.size:
            return Answer(400, "The old size is beyond the checkpoint's.\n")
        with closing(self._open()) as memory:
            # The lock is taken before the look: two requests at once can never set the size back.
            memory.execute("begin immediate")
            size, root = _last(memory, checkpoint.origin)
            if asked.old != size:
                return Answer(409, f"{size}\n", SIZE_TEXT)
            if not is_consistent(size, checkpoint.size, root, checkpoint.root, asked.proof) or (
                checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT
            ):
                return Answer(422, "This checkpoint does not continue the one signed last.\n")
            memory.execute(SQL.keep, (checkpoint.origin, checkpoint.size, checkpoint.root))
            memory.commit()
        return Answer(200, self.signer.line(checkpoint.text, now=now))

    def _open(self) -> sqlite3.Connection:
        memory = sqlite3.connect(self._memory, isolation_level=None, timeout=10)
        memory.execute("pragma synchronous = full")
        return memory


def witness_signer(name: str, key_file: Path) -> Signer:
    """The signer whose 32 secret bytes are in the file, in hexadecimal; made (0600) when there is none.

    Raises BadNote for a file that holds something else.
    """
    if not key_file.exists():
        write_atomic(key_file, secrets.token_hex(32).encode() + b"\n", mode=0o600, replace=False)
    try:
        seed = bytes.fromhex(key_file.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise BadNote(f"{key_file} should hold 64 hexadecimal digits; bring back the right file.")
    return Signer.from_seed(name, seed, COSIGNATURE)


def _last(memory: sqlite3.Connection, origin: str) -> tuple[int, bytes]:
    row = memory.execute(SQL.last, (origin,)).fetchone()
    return (0, EMPTY_ROOT) if row is None else (row[0], row[1])
