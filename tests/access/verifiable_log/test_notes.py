"""Signed notes and checkpoints: what is accepted, what spoils a note, what is passed over."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.notes import (
    COSIGNATURE,
    BadNote,
    Signer,
    VerifierKey,
    open_note,
    sign,
    strict_base64,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOG = Signer.from_seed("log.example/one", bytes(32))
WITNESS = Signer.from_seed("witness.example", bytes([1]) * 32, COSIGNATURE)
STRANGER = Signer.from_seed("stranger.example", bytes([2]) * 32)
CHECKPOINT = Checkpoint("log.example/one", 20_852_163, bytes(range(32)))


def test_a_published_key_and_note_are_read() -> None:
    # The example key of the signed-note format, as the checksum database of Go modules publishes it.
    key = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")

    assert (key.name, key.id.hex()) == ("sum.golang.org", "033de0ae")
    assert str(key) == "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


def test_log_and_witness_sign_one_note() -> None:
    note = sign(CHECKPOINT.text, [LOG, WITNESS], now=NOW)

    opened = open_note(note, [LOG.key, WITNESS.key])

    assert Checkpoint.parse(opened.text) == CHECKPOINT
    assert [(one.name, one.at) for one in opened.signed_by] == [
        ("log.example/one", None),
        ("witness.example", NOW),
    ]


def test_signatures_of_unknown_keys_say_nothing() -> None:
    note = sign(CHECKPOINT.text, [LOG, STRANGER])

    assert [one.name for one in open_note(note, [LOG.key]).signed_by] == ["log.example/one"]
    assert open_note(note, []).signed_by == ()


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    note = sign(CHECKPOINT.text, [LOG, STRANGER])
    forged = note.replace("20852163", "20852164")

    with pytest.raises(BadNote, match=r"the signature of log\.example/one is wrong"):
        open_note(forged, [LOG.key])


@given(st.data())
def test_any_flipped_bit_below_the_text_is_seen(data: st.DataObject) -> None:
    note = sign(CHECKPOINT.text, [LOG])
    raw = bytearray(note.encode())
    place = data.draw(st.integers(len(CHECKPOINT.text), len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 6))
    try:
        opened = open_note(raw.decode(), [LOG.key])
    except (BadNote, UnicodeDecodeError):
        return
    assert opened.signed_by == (), "a changed name or id is somebody else's line, never a good one"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno dash here\n",
        "text\n\n\u2014 name not!base64\n",
        "text\n\n\u2014 name QQ==\n",
        "te\x07xt\n\n\u2014 name QUJDREVG\n",
        "text\n\n\u2014 name QUJDREVG",
        "x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, [LOG.key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AAAA",
        "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "a name+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n01\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n-1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n9223372036854775809\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "origin\n1\n" + base64.b64encode(bytes(31)).decode() + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_base64_has_one_spelling() -> None:
    assert strict_base64("QQ==") == b"A"
    assert strict_base64("QR==") is None
    assert strict_base64("QQ= =") is None
