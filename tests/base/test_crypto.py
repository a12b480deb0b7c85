from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.base.crypto import (
    BadMasterKey,
    derive,
    fingerprint,
    hash_password,
    load_master_key,
    password_needs_rehash,
    seal,
    unseal,
    verify_password,
)

MASTER = bytes(range(32))
KEPT_BEFORE = (
    "$argon2id$v=19$m=19456,t=2,p=1$qIItx3pfPHr7RXwgRkygBw$I4kESzySPLJmcdx+/YGA1ubfiPQrUnjwjFtbdDnu42Q",
    "$argon2id$v=19$m=256,t=1,p=2$GQDawWDISJOWVR2uWICHMg$PEpKyYrVtMnAQsxZKZ5Vgp37AwtGbd/GxO7xPsolDSw",
)
"""Hashes of the password "päss" by argon2-cffi, which hashed for Seriatim before; the second with other costs."""
PARTS = st.lists(st.one_of(st.text(max_size=8), st.binary(max_size=8)), min_size=1, max_size=4)


def test_a_fresh_master_key_is_kept_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "master.key"

    key = load_master_key(path)

    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_master_key(path) == key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    load_master_key(path)
    path.chmod(mode)

    with pytest.raises(BadMasterKey, match="chmod 600"):
        load_master_key(path)


@pytest.mark.parametrize("content", ["", "abc", "00" * 31, "zz" * 32])
def test_a_damaged_master_key_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(BadMasterKey, match="64 hexadecimal digits"):
        load_master_key(path)
    assert path.read_text() == content


@given(PARTS, PARTS)
def test_other_parts_give_another_key(one: list[str | bytes], other: list[str | bytes]) -> None:
    def raw(parts: list[str | bytes]) -> list[bytes]:
        return [part.encode() if isinstance(part, str) else part for part in parts]

    assert (derive(MASTER, *one) == derive(MASTER, *other)) == (raw(one) == raw(other))


def test_a_derived_key_has_the_length_asked_for_and_depends_on_the_master() -> None:
    assert len(derive(MASTER, "serials", length=16)) == 16
    assert derive(MASTER, "serials") != derive(bytes(32), "serials")
    assert fingerprint(MASTER) != fingerprint(bytes(32))


def test_a_key_without_a_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="purpose"):
        derive(MASTER)


@pytest.mark.anyio
async def test_only_the_right_password_opens() -> None:
    kept = await hash_password("correct horse")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(kept, "correct horse")
    assert not await verify_password(kept, "wrong horse")
    for damaged in (
        "not a hash",
        "$argon2id$v=19$m=8,t=1,p=1$AA$AAAAAA",
        kept[:-9],
        kept.replace("p=1", "p=0"),
    ):
        assert not await verify_password(damaged, "correct horse")
    assert not password_needs_rehash(kept)


@pytest.mark.anyio
async def test_a_hash_of_another_program_or_of_other_costs_opens_too_and_wants_a_new_one() -> None:
    ours, theirs = KEPT_BEFORE

    assert await verify_password(ours, "päss")
    assert await verify_password(theirs, "päss")
    assert not await verify_password(theirs, "pass")
    assert [password_needs_rehash(one) for one in KEPT_BEFORE] == [False, True]


@pytest.mark.anyio
async def test_nobody_signs_in_as_somebody_who_does_not_exist() -> None:
    assert not await verify_password(None, "")


@given(st.binary(max_size=200))
def test_what_is_sealed_is_read_with_its_key_alone_and_never_altered(secret: bytes) -> None:
    key, other = derive(MASTER, "a"), derive(MASTER, "b")
    sealed = seal(key, secret)

    assert unseal(key, sealed) == secret
    assert seal(key, secret) != sealed, "equal secrets cannot be told by their seals"
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong_key, text in ((other, sealed), (key, altered), (key, sealed[:5]), (key, b"")):
        with pytest.raises(BadMasterKey):
            unseal(wrong_key, text)
