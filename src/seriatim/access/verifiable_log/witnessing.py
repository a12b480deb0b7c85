"""Asks witnesses to sign the newest checkpoint, and hears from them when the log was set back or rewritten.

A witness that is away stops nothing: the checkpoint stays without its signature, and is asked for again later.
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.merkle import consistency_proof
from seriatim.access.verifiable_log.notes import COSIGNATURE, BadNote, VerifierKey, open_note
from seriatim.access.verifiable_log.publishing import CHECKPOINT_FILE, HistoryContradicted, LogFolder

TIMEOUT_S: Final = 5
ANSWER_BYTES_MAX: Final = 10_000
MEMORY_FILE: Final = "witnesses.json"


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """A witness, and where it is asked."""

    key: VerifierKey
    url: str

    @classmethod
    def parse(cls, text: str) -> "WitnessAddress":
        """From `key address`, as it stands in the settings. Raises BadNote."""
        words = text.split()
        if len(words) != 2 or not words[1].startswith(("https://", "http://")):
            raise BadNote("a witness is set as its key, a space, and its address: name+id+key https://...")
        key = VerifierKey.parse(words[0])
        if key.kind != COSIGNATURE:
            raise BadNote(f"{key.name} is the key of a log, not of a witness.")
        return cls(key, words[1].rstrip("/"))


def cosign(log: LogFolder, witnesses: Sequence[WitnessAddress]) -> tuple[str, ...]:
    """Asks those who have not signed the newest checkpoint; answers the names of those that are away or refuse.

    Blocks for some seconds at most: run it in a thread. Raises HistoryContradicted, BadNote.
    """
    note = log.note()
    if note is None:
        return ()
    signed = {one.key for one in open_note(note, [witness.key for witness in witnesses]).signed_by}
    missing = []
    for witness in witnesses:
        if witness.key in signed:
            continue
        line = _ask(log, witness)
        if line is None:
            missing.append(witness.key.name)
            continue
        # Alone, and only behind the checkpoint that was signed: another process may publish a newer one meanwhile.
        with log.alone() as may_write:
            if may_write and log.note() == note:
                note += line
                log.write({CHECKPOINT_FILE: note.encode()})
    return tuple(missing)


def _ask(log: LogFolder, witness: WitnessAddress) -> str | None:
    """The witness's signature lines; None when it is away or does not sign."""
    checkpoint, sizes = log.checkpoint(), _remembered(log)
    status, body = _post(witness, _request(log, checkpoint, sizes.get(witness.key.name, 0)))
    if status == 409 and body.strip().isdigit():
        last = int(body)
        if last > checkpoint.size:
            raise HistoryContradicted(
                f"{witness.key.name} has signed {last:,} entries of {checkpoint.origin}, which now has "
                f"{checkpoint.size:,}: the log was set back. Restore the newest state before anything else."
            )
        status, body = _post(witness, _request(log, checkpoint, last))
    if status == 422:
        raise HistoryContradicted(
            f"{witness.key.name} says that {checkpoint.origin} at {checkpoint.size:,} entries does not continue "
            "what it has signed before: the log was rewritten."
        )
    if status != 200:
        return None
    opened = open_note(f"{checkpoint.text}\n{body}", [witness.key])
    if not opened.signed_by:
        return None
    log.write({MEMORY_FILE: json.dumps({**sizes, witness.key.name: checkpoint.size}).encode()})
    return body


def _request(log: LogFolder, checkpoint: Checkpoint, old: int) -> str:
    proof = consistency_proof(min(old, checkpoint.size), checkpoint.size, log.hashes(checkpoint.size))
    lines = "".join(base64.b64encode(step).decode() + "\n" for step in proof)
    return f"old {old}\n{lines}\n{log.note()}"


def _post(witness: WitnessAddress, body: str) -> tuple[int, str]:
    """Status and body; 0 when nobody answers."""
    request = urllib.request.Request(f"{witness.url}/add-checkpoint", body.encode(), method="POST")  # noqa: S310 -- http(s) only, from the settings
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 -- as above
            return answer.status, answer.read(ANSWER_BYTES_MAX).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(ANSWER_BYTES_MAX).decode("utf-8", "replace")
    except OSError:
        return 0, ""


def _remembered(log: LogFolder) -> dict[str, int]:
    """What each witness signed last, as far as we know; a witness that knows better says so."""
    try:
        kept = json.loads((log.folder / MEMORY_FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return (
        {name: size for name, size in kept.items() if isinstance(size, int)} if isinstance(kept, dict) else {}
    )
