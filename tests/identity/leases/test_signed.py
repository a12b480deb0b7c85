"""A lease that a line checks without the server: what is refused, and with which word."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.credentials.data_integrity import sign
from seriatim.identity.credentials.multikey import did_key, multikey_of
from seriatim.identity.leases.model import Lease, serials_of
from seriatim.identity.leases.signed import (
    FAULTS,
    Counters,
    HeldLease,
    LeaseRefused,
    counters_of,
    lease_signer,
    proved_lease,
    refusal_of,
    sign_lease,
)
from seriatim.identity.serials.policy import SerialPolicy

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
GTIN = "09506000134352"
MASTER = bytes(range(32))
LEASE = Lease(
    "019e6fdb-7800-7000-8000-000000000000", GTIN, 0, 1_000, 1_020, "L3", "4711", "granted", NOW,
    NOW + timedelta(hours=12), epoch=2,
)  # fmt: skip
POLICY = SerialPolicy(GTIN)
SERIALS = serials_of(LEASE, POLICY, MASTER)
PUBLIC_KEY = lease_signer(MASTER).public_key
STATEMENT = sign_lease(
    LEASE, POLICY, SERIALS, organisation="https://id.brand.example", master_key=MASTER, now=NOW
)


def text(statement: Any) -> bytes:
    return json.dumps(statement).encode()


def held() -> HeldLease:
    proved = proved_lease(text(STATEMENT), PUBLIC_KEY, now=NOW)
    assert isinstance(proved, HeldLease)
    return proved


def refused(statement: Any) -> str:
    proved = proved_lease(text(statement), PUBLIC_KEY, now=NOW)
    assert isinstance(proved, LeaseRefused), proved
    return proved.code


def test_a_line_prints_from_a_lease_that_fits() -> None:
    lease = held()

    assert (lease.gtin, lease.count, lease.line, lease.order, lease.epoch) == (GTIN, 20, "L3", "4711", 2)
    assert (lease.form.length, lease.expires, lease.organisation) == (
        12,
        NOW + timedelta(hours=12),
        "https://id.brand.example",
    )
    assert refusal_of(lease, SERIALS, line="L3", epoch=2, now=NOW) is None


def test_the_counters_are_sealed_and_only_the_server_opens_them() -> None:
    lease = held()

    assert counters_of(lease, MASTER) == Counters(1_000, 1_020, ())
    assert counters_of(lease, bytes(32)) is None
    assert "1000" not in json.dumps(STATEMENT)
    assert "1020" not in json.dumps(STATEMENT)


def test_t23_a_lease_signed_by_somebody_else_is_forged() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = key.public_key().public_bytes_raw()
    document = {name: value for name, value in STATEMENT.items() if name != "proof"}
    signer = f"{did_key(public)}#{multikey_of(public)}"

    assert refused(sign(document, key, verification_method=signer, created=NOW)) == "forged"


@pytest.mark.parametrize("name", sorted(set(STATEMENT) - {"proof"}))
def test_t23_a_statement_with_one_thing_changed_is_altered(name: str) -> None:
    value = STATEMENT[name]
    other = value + 1 if isinstance(value, int) else value + "x" if isinstance(value, str) else {}

    assert refused(STATEMENT | {name: other}) == "altered"


@given(data=st.data())
def test_t23_no_flipped_bit_of_the_text_passes_for_another_lease(data: st.DataObject) -> None:
    content = bytearray(text(STATEMENT))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    proved = proved_lease(bytes(content), PUBLIC_KEY, now=NOW)

    assert isinstance(proved, LeaseRefused) or proved == held()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"proof": {}}', b"{" * 1_000, b"0" * 300_000]
)
def test_rubbish_is_no_lease(content: bytes) -> None:
    assert proved_lease(content, PUBLIC_KEY, now=NOW) == LeaseRefused("not_a_lease")


def test_something_else_that_the_server_signed_is_no_lease() -> None:
    signer = lease_signer(MASTER)
    for document in ({"type": "Other", "version": 1}, {"type": "SerialLease", "version": 2}):
        signed = sign(document, signer.key, verification_method=signer.verification_method, created=NOW)
        assert refused(signed) == "not_a_lease"


@pytest.mark.parametrize(
    ("serials", "line", "epoch", "after", "code"),
    [
        (SERIALS[:-1], "L3", 2, timedelta(0), "altered"),
        ([*SERIALS[:-1], SERIALS[0]], "L3", 2, timedelta(0), "altered"),
        (SERIALS[::-1], "L3", 2, timedelta(0), "altered"),
        (SERIALS, "L4", 2, timedelta(0), "other_line"),
        (SERIALS, "L3", 3, timedelta(0), "other_epoch"),
        (SERIALS, "L3", 1, timedelta(0), "other_epoch"),
        (SERIALS, "L3", 2, timedelta(hours=12), "expired"),
        (SERIALS, "L3", 2, -timedelta(minutes=6), "not_yet_valid"),
        (SERIALS, "L3", 2, -timedelta(minutes=4), None),
        (None, None, 2, timedelta(0), None),
    ],
)
def test_L54_t23_what_does_not_fit_is_refused_with_a_word_of_its_own(
    serials: list[str] | None, line: str | None, epoch: int, after: timedelta, code: str | None
) -> None:
    told = refusal_of(held(), serials, line=line, epoch=epoch, now=NOW + after)

    assert (told.code if told else None) == code


def test_each_word_has_a_sentence() -> None:
    assert [LeaseRefused(code).words for code in FAULTS] == list(FAULTS.values())
