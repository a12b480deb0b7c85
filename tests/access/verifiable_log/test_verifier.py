"""The auditor's check: what it accepts, and that whatever is changed, cut or rewritten is found and named."""

import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st
from tests.factories.log import LOG, POLICY, publish_note, write_log
from tests.factories.plant import NOW

from seriatim.access.verifiable_log import verifier
from seriatim.access.verifiable_log.checkpoints import Checkpoint

SIZE = 600
FLIPS = 120
"""Flips on each run; `SERIATIM_DRILL_FLIPS=10000` runs as many as A2 asks for."""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.txt"
    path.write_text(POLICY)
    return path


def checked(folder: Path, policy: Path, *more: str) -> int:
    return verifier.main([str(folder), "--policy", str(policy), *more])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 70_000])
def test_a5_a_log_of_any_size_is_good(size: int, tmp_path: Path, policy: Path) -> None:
    write_log(tmp_path / "log", size)

    assert checked(tmp_path / "log", policy) == 0


def test_a_log_that_grew_in_steps_is_the_log_that_was_written_at_once(tmp_path: Path) -> None:
    at_once = write_log(tmp_path / "one", SIZE)
    in_steps = write_log(tmp_path / "two", SIZE, stops=(1, 2, 255, 256, 257, 511, 513))

    files = [path.relative_to(at_once.folder) for path in at_once.folder.rglob("*") if path.is_file()]
    assert sorted(files) == sorted(
        path.relative_to(in_steps.folder)
        for path in in_steps.folder.rglob("*")
        if path.is_file() and not (".p" in str(path.parent) and path.name not in {"88", "2"})
    )
    for file in files:
        assert (at_once.folder / file).read_bytes() == (in_steps.folder / file).read_bytes()


def test_it_runs_alone_on_the_standard_library(tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", 300)
    script = tmp_path / "verify.py"
    script.write_bytes(Path(verifier.__file__).read_bytes())

    done = subprocess.run(
        [sys.executable, "-I", "-S", script, log.folder, "--policy", policy],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("entries      300 (300 event)")
    assert done.stdout.splitlines()[-1] == "good"


def test_a2_every_flipped_bit_is_found_and_its_place_named(tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", SIZE)
    dice = random.Random(7)
    files = sorted(path for path in log.folder.rglob("*") if path.is_file() and "tile" in str(path))
    assert len(files) == 7, "three bundles, three tiles, and one tile above them"
    for _ in range(int(os.environ.get("SERIATIM_DRILL_FLIPS", FLIPS))):
        file = dice.choice(files)
        content = bytearray(file.read_bytes())
        spoilt = bytearray(content)
        place = dice.randrange(len(spoilt))
        spoilt[place] ^= 1 << dice.randrange(8)
        file.write_bytes(spoilt)

        assert checked(log.folder, policy) == 1, f"{file} at {place}"
        file.write_bytes(content)
    assert checked(log.folder, policy) == 0


def test_a2_every_flipped_bit_of_the_checkpoint_is_found(tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", 300)
    file = log.folder / "checkpoint"
    content = file.read_bytes()
    for place in range(len(content)):
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << place % 8
        file.write_bytes(spoilt)
        assert checked(log.folder, policy) in {1, 2}, f"bit {place % 8} of byte {place}"


def test_the_first_bad_entry_is_named(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write_log(tmp_path / "log", SIZE)
    bundle = log.folder / "tile/entries/001"
    content = bytearray(bundle.read_bytes())
    content[59 * 44 + 30] ^= 1
    bundle.write_bytes(content)

    assert checked(log.folder, policy) == 1
    assert "first at entry 300" in capsys.readouterr().out


def test_a3_a_tail_that_was_cut_contradicts_the_checkpoint_kept_from_last_time(
    tmp_path: Path, policy: Path
) -> None:
    long = write_log(tmp_path / "long", SIZE)
    short = write_log(tmp_path / "short", SIZE - 1)
    kept = tmp_path / "kept"
    kept.write_text(long.note() or "")

    assert checked(short.folder, policy) == 0
    assert checked(short.folder, policy, "--since", str(kept)) == 2


@pytest.mark.parametrize("since", [1, 255, 256, 300, 599, 600])
def test_a3_a_history_written_anew_with_the_true_keys_contradicts_it_as_well(
    since: int, tmp_path: Path, policy: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_text(write_log(tmp_path / "then", since).note() or "")
    honest = write_log(tmp_path / "honest", SIZE)
    rewritten = write_log(tmp_path / "rewritten", SIZE, forged=0)

    assert checked(honest.folder, policy, "--since", str(kept)) == 0
    assert checked(rewritten.folder, policy, "--since", str(kept)) == 2


def test_a3_without_a_witness_it_says_what_it_cannot_see(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write_log(tmp_path / "log", 10)

    assert verifier.main([str(log.folder)]) == 0
    assert "could have cut or rewritten this log unseen" in capsys.readouterr().out


def test_a_checkpoint_without_the_witness_misses_the_quorum(tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", 10)
    log.sign(log.checkpoint())

    assert checked(log.folder, policy) == 2


def test_a_signed_root_that_is_not_the_entries_is_found(tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", 10)
    publish_note(log, Checkpoint(LOG.key.name, 10, bytes(32)))

    assert checked(log.folder, policy) == 1


@pytest.mark.parametrize(
    ("quorum", "code"),
    [
        ("quorum notary", 0),
        ("witness other K\ngroup both all notary other\nquorum both", 2),
        ("witness other K\ngroup one any notary other\nquorum one", 0),
        ("witness other K\ngroup two 2 notary other\nquorum two", 2),
        ("quorum none", 0),
        ("quorum nobody", 2),
        ("", 2),
        ("quorum notary\nquorum notary", 2),
        ("group none any notary\nquorum none", 2),
        ("nonsense", 2),
    ],
)
def test_the_policy_says_who_must_have_signed(quorum: str, code: int, tmp_path: Path, policy: Path) -> None:
    log = write_log(tmp_path / "log", 10)
    other = "other+a6d2d1f8+BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    known = verifier.sha256(b"other\n" + bytes([4]) + bytes([1]) * 32).digest()[:4].hex()
    lines = POLICY.rsplit("quorum", 1)[0] + quorum.replace("K", other.replace("a6d2d1f8", known))
    policy.write_text(lines + "\n")

    assert checked(log.folder, policy) == code


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18), bytes(1000)])
def test_what_is_no_bundle_is_said_in_one_line(
    content: bytes, tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(content)

    assert checked(bundle, policy) in {1, 3}
    assert len(capsys.readouterr().out.splitlines()) == 2


@given(st.integers(0, 10_000), st.integers(0, 255))
@example(2160, 64)  # the version of a file in the archive's directory, beyond what Python knows
def test_a_spoilt_archive_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    log = write_log(folder / "log", 5)
    bundle = folder / "bundle.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in log.folder.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(log.folder))
    content = bytearray(bundle.read_bytes())
    content[place % len(content)] = value
    bundle.write_bytes(content)
    (folder / "policy").write_text(POLICY)

    assert checked(bundle, folder / "policy") in {0, 1, 2, 3}


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_its_own_ed25519_agrees_with_the_library(seed: bytes, message: bytes, flip: int) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public = secret.public_key().public_bytes_raw()
    signature = secret.sign(message)
    spoilt = bytearray(signature)
    spoilt[flip // 8] ^= 1 << flip % 8

    assert verifier.ed25519_holds(public, message, signature)
    assert not verifier.ed25519_holds(public, message, bytes(spoilt))
    with pytest.raises(InvalidSignature):
        secret.public_key().verify(bytes(spoilt), message)


def test_the_note_says_when_the_witness_signed(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", 1)

    assert str(int(NOW.timestamp())).encode() not in (log.folder / "checkpoint").read_bytes()
    assert verifier.signers_of(log.note() or "", [verifier.key_of(str(LOG.key))])[1]
