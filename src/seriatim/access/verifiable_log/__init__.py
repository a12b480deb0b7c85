"""The verifiable log: every deed and every event in one list that nobody can change afterwards without being seen.

    sequencer    gives each row its place, in the database
    publishing   writes the list as files: bundles, tiles, a signed checkpoint (C2SP tlog-tiles)
    proofs       that one entry is in it; bundle: the whole of it for an auditor; excerpts: what proves many entries
    witness      signs checkpoints elsewhere, and only those that continue the one before
    verifier     checks it all without us: one file, standard library only

What it cannot do: tell whether what was captured was true; see a change within the second before a checkpoint; and,
without a witness outside, see that the holder of the key wrote the whole log anew.
"""

from seriatim.access.verifiable_log.bundle import export
from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.excerpts import excerpt
from seriatim.access.verifiable_log.notes import BadNote, Signer, VerifierKey
from seriatim.access.verifiable_log.proofs import BadProof, Proof
from seriatim.access.verifiable_log.publishing import (
    Entered,
    HistoryContradicted,
    LogFolder,
    LogState,
    Proved,
    places_of,
    proof_of,
    proved,
    publish,
    state_of,
)
from seriatim.access.verifiable_log.sequencer import Content, Cursor, Elsewhere, Source, Waiting, number_page
from seriatim.access.verifiable_log.witness import Witness
from seriatim.access.verifiable_log.witnessing import WitnessAddress, cosign

__all__ = [
    "BadNote",
    "BadProof",
    "Checkpoint",
    "Content",
    "Cursor",
    "Elsewhere",
    "Entered",
    "HistoryContradicted",
    "LogFolder",
    "LogState",
    "Proof",
    "Proved",
    "Signer",
    "Source",
    "VerifierKey",
    "Waiting",
    "Witness",
    "WitnessAddress",
    "cosign",
    "excerpt",
    "export",
    "number_page",
    "places_of",
    "proof_of",
    "proved",
    "publish",
    "state_of",
]
