"""The witness's answers, case by case, and that it never goes back."""

import base64
import threading
from pathlib import Path

import pytest
from tests.factories.log import LOG, WITNESS, entries
from tests.factories.plant import NOW

from seriatim.access.verifiable_log import Checkpoint, Signer, Witness
from seriatim.access.verifiable_log.merkle import consistency_proof, in_memory, leaf_hash, root_of
from seriatim.access.verifiable_log.notes import open_note, sign

LEAVES = [leaf_hash(entry) for entry in entries(300)]
HASHES = in_memory(LEAVES)
FORGER = Signer.from_seed("log.example/log", bytes([9]) * 32)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(WITNESS, [LOG.key], tmp_path / "witness.db")


def asked(
    old: int, new: int, *, signer: Signer = LOG, origin: str = "log.example/log", root: bytes | None = None
) -> str:
    checkpoint = Checkpoint(origin, new, root or root_of(new, HASHES))
    proof = consistency_proof(old, new, HASHES) if old <= new else []
    lines = "".join(base64.b64encode(step).decode() + "\n" for step in proof)
    return f"old {old}\n{lines}\n{sign(checkpoint.text, [signer])}"


def test_what_continues_is_signed_and_the_signature_holds(witness: Witness) -> None:
    first = witness.add_checkpoint(asked(0, 100), NOW)
    second = witness.add_checkpoint(asked(100, 300), NOW)

    assert (first.status, second.status) == (200, 200)
    note = sign(Checkpoint("log.example/log", 300, root_of(300, HASHES)).text, [LOG]) + second.body
    assert [(one.name, one.at) for one in open_note(note, [LOG.key, WITNESS.key]).signed_by] == [
        ("log.example/log", None),
        ("witness.example", NOW),
    ]


def test_the_same_checkpoint_again_is_signed_again(witness: Witness) -> None:
    witness.add_checkpoint(asked(0, 100), NOW)

    assert witness.add_checkpoint(asked(100, 100), NOW).status == 200


def test_a_log_that_was_set_back_is_told_the_size_signed_last(witness: Witness) -> None:
    witness.add_checkpoint(asked(0, 300), NOW)

    answer = witness.add_checkpoint(asked(0, 100), NOW)

    assert answer == (409, "300\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(0, 100, origin="other.example/log"), 404),
        (asked(0, 100, signer=FORGER), 403),
        (asked(0, 100).replace("\n100\n", "\n101\n"), 403),
        (asked(200, 100), 400),
        (asked(10, 100), 409),
        (asked(0, 0, root=bytes(32)), 422),
        (asked(0, 100).replace("old 0\n", "old 0\n" + base64.b64encode(bytes(32)).decode() + "\n"), 422),
        ("", 400),
        ("old 00\n\nx\n\n\u2014 y QUJDREVG\n", 400),
        ("old -1\n\nx\n\n\u2014 y QUJDREVG\n", 400),
        ("old 0\nAA==\n\n", 400),
        ("old 0\n" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + "\n", 400),
        ("x" * 64_001, 400),
    ],
)
def test_everything_else_is_refused_with_its_own_status(witness: Witness, body: str, status: int) -> None:
    assert witness.add_checkpoint(body, NOW).status == status
    assert witness.last("log.example/log")[0] == 0


def test_a_rewritten_history_is_not_signed(witness: Witness) -> None:
    witness.add_checkpoint(asked(0, 100), NOW)
    forged = in_memory([leaf_hash(b"forged"), *LEAVES[1:]])
    checkpoint = Checkpoint("log.example/log", 200, root_of(200, forged))
    proof = "".join(base64.b64encode(one).decode() + "\n" for one in consistency_proof(100, 200, forged))

    answer = witness.add_checkpoint(f"old 100\n{proof}\n{sign(checkpoint.text, [LOG])}", NOW)

    assert answer.status == 422
    assert witness.last("log.example/log") == (100, root_of(100, HASHES))


def test_another_root_of_the_same_size_is_a_fork(witness: Witness) -> None:
    witness.add_checkpoint(asked(0, 100), NOW)

    assert witness.add_checkpoint(asked(100, 100, root=bytes(32)), NOW).status == 422


def test_it_remembers_over_a_restart(witness: Witness, tmp_path: Path) -> None:
    witness.add_checkpoint(asked(0, 100), NOW)

    again = Witness(WITNESS, [LOG.key], tmp_path / "witness.db")

    assert again.add_checkpoint(asked(0, 200), NOW).body == "100\n"


def test_a6_of_many_at_once_one_is_signed_and_the_size_never_goes_back(witness: Witness) -> None:
    bodies = [asked(0, size) for size in (50, 100, 150, 200, 250, 300)]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda body=body: statuses.append(witness.add_checkpoint(body, NOW).status))
        for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    size, root = witness.last("log.example/log")
    assert root == root_of(size, HASHES)
