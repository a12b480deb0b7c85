"""Keys and signatures in base58, and did:key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.credentials import did_key, public_key_of_did_key, trusting
from seriatim.identity.credentials.multikey import multibase, multikey_of, read_multibase, read_multikey

# Base58 samples of the IETF draft "The Base58 Encoding Scheme", section 5.
SAMPLES = [
    (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
    (b"The quick brown fox jumps over the lazy dog.", "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
    (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
]  # fmt: skip
KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
OTHER = bytes(range(32))


@pytest.mark.parametrize(("data", "text"), SAMPLES)
def test_the_samples_of_base58_come_out(data: bytes, text: str) -> None:
    assert (multibase(data), read_multibase(text)) == (text, data)


@given(st.binary(max_size=70))
def test_base58_gives_the_bytes_back(data: bytes) -> None:
    assert read_multibase(multibase(data)) == data


@pytest.mark.parametrize(
    "text", ["", "2NEpo7TZRRrLZSi2U", "z0", "zO", "zI", "zl", "z-", "z\u0661", "z" + "1" * 128]
)
def test_what_is_no_base58_gives_none(text: str) -> None:
    assert read_multibase(text) is None


def test_a_multikey_of_ed25519_begins_with_z6mk() -> None:
    assert multikey_of(KEY).startswith("z6Mk")
    assert read_multikey(multikey_of(KEY)) == KEY


@pytest.mark.parametrize(
    "data", [KEY, b"\xed\x01" + KEY[1:], b"\xed\x01" + KEY + b"\0", b"\x80\x24" + KEY, b""]
)
def test_a_key_of_another_kind_or_length_is_none(data: bytes) -> None:
    assert read_multikey(multibase(data)) is None
    assert public_key_of_did_key(f"did:key:{multibase(data)}") is None


def test_a_did_key_is_known_alone_and_with_its_own_fragment_only() -> None:
    did, multikey, other = did_key(KEY), multikey_of(KEY), multikey_of(OTHER)

    assert public_key_of_did_key(did) == KEY
    assert public_key_of_did_key(f"{did}#{multikey}") == KEY
    assert public_key_of_did_key(f"{did}#{other}") is None
    assert public_key_of_did_key(f"{did}#") is None
    assert public_key_of_did_key(f"did:web:x#{multikey}") is None


def test_a_source_knows_what_it_was_given() -> None:
    source = trusting({"did:web:a#1": KEY})

    assert (source("did:web:a#1"), source("did:web:a#2")) == (KEY, None)
    with pytest.raises(ValueError, match="32 bytes"):
        trusting({"did:web:a#1": KEY[1:]})
    with pytest.raises(ValueError, match="32 bytes"):
        multikey_of(KEY[1:])
