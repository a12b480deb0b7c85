import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.base.ids import hash_secret, new_id, new_secret, uuid7


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_seven_that_holds_its_time(at_ms: int, random: bytes) -> None:
    made = uuid7(at_ms, random)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == at_ms


@given(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_their_millisecond(at_ms: int, one: bytes, other: bytes) -> None:
    assert uuid7(at_ms, one) < uuid7(at_ms + 1, other)
    assert str(uuid7(at_ms, one)) < str(uuid7(at_ms + 1, other))


def test_the_example_of_the_standard_is_reproduced() -> None:
    """RFC 9562, appendix A.6."""
    random = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")

    assert str(uuid7(0x017F22E279B0, random)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_fresh_ids_and_secrets_differ() -> None:
    assert len({new_id() for _ in range(1_000)}) == 1_000
    assert len({new_secret() for _ in range(1_000)}) == 1_000
    assert len(new_secret()) == 43


@pytest.mark.parametrize("bits", [0, 120, 129])
def test_a_secret_that_could_be_guessed_is_not_made(bits: int) -> None:
    with pytest.raises(ValueError, match="128"):
        new_secret(bits)


def test_a_secret_is_kept_as_its_hash() -> None:
    assert hash_secret("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
