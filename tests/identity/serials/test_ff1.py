"""FF1 against NIST's own samples, and the fast road against the plain one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.serials.ff1 import FF1, DomainTooSmall

KEY_128 = "2B7E151628AED2A6ABF7158809CF4F3C"
KEY_192 = KEY_128 + "EF4359D8D580AA4F"
KEY_256 = KEY_192 + "7F036D6F04FC6A94"
NINE_DOWN = "39383736353433323130"
SEVENS = "3737373770717273373737"
DIGITS = "0123456789"
LETTERS = "0123456789abcdefghi"
SHAPES = [(10, 6), (10, 12), (10, 18), (28, 12), (32, 12), (36, 12), (2, 20), (5, 9), (62, 7)]


@pytest.mark.parametrize(
    ("key", "radix", "tweak", "plain", "secret"),
    [
        (KEY_128, 10, "", DIGITS, "2433477484"),
        (KEY_128, 10, NINE_DOWN, DIGITS, "6124200773"),
        (KEY_128, 36, SEVENS, LETTERS, "a9tv40mll9kdu509eum"),
        (KEY_192, 10, "", DIGITS, "2830668132"),
        (KEY_192, 10, NINE_DOWN, DIGITS, "2496655549"),
        (KEY_192, 36, SEVENS, LETTERS, "xbj3kv35jrawxv32ysr"),
        (KEY_256, 10, "", DIGITS, "6657667009"),
        (KEY_256, 10, NINE_DOWN, DIGITS, "1001623463"),
        (KEY_256, 36, SEVENS, LETTERS, "xs8a0azh2avyalyzuwd"),
    ],
)
def test_the_samples_of_nist_come_out(key: str, radix: int, tweak: str, plain: str, secret: str) -> None:
    cipher = FF1(bytes.fromhex(key), radix=radix, length=len(plain), tweak=bytes.fromhex(tweak))

    assert cipher.encrypt(int(plain, radix)) == int(secret, radix)
    assert cipher.decrypt(int(secret, radix)) == int(plain, radix)


@pytest.mark.parametrize(("radix", "length"), SHAPES)
@pytest.mark.parametrize("tweak_bytes", [0, 7, 11, 12, 40])
def test_the_fast_road_gives_what_the_plain_one_gives(radix: int, length: int, tweak_bytes: int) -> None:
    cipher = FF1(bytes(range(32)), radix=radix, length=length, tweak=bytes(range(tweak_bytes)))
    some = [0, 1, 12_345, cipher.domain // 2, cipher.domain - 2, cipher.domain - 1]

    secret = cipher.encrypt_many(np.array(some, dtype=np.uint64))

    assert secret.tolist() == [cipher.encrypt(number) for number in some]
    assert cipher.decrypt_many(secret).tolist() == some


@given(st.data())
def test_what_is_encrypted_can_be_decrypted_and_stays_in_the_domain(data: st.DataObject) -> None:
    radix, length = data.draw(st.sampled_from([*SHAPES, (36, 19), (82, 20), (1 << 16, 4)]))
    cipher = FF1(data.draw(st.binary(min_size=16, max_size=16)), radix=radix, length=length, tweak=bytes(7))
    number = data.draw(st.integers(0, cipher.domain - 1))

    secret = cipher.encrypt(number)

    assert 0 <= secret < cipher.domain
    assert cipher.decrypt(secret) == number


def test_a_whole_domain_is_permuted() -> None:
    cipher = FF1(bytes(16), radix=10, length=6)
    everything = np.arange(1_000_000, dtype=np.uint64)

    secret = cipher.encrypt_many(everything)

    assert np.array_equal(np.sort(secret), everything)
    assert np.array_equal(cipher.decrypt_many(secret), everything)


def test_ten_million_serials_of_one_policy_are_distinct() -> None:
    cipher = FF1(bytes(32), radix=32, length=12, tweak=bytes(7))
    secret = np.empty(10_000_000, dtype=np.uint64)

    for start in range(0, secret.size, 1_000_000):
        block = np.arange(start, start + 1_000_000, dtype=np.uint64)
        secret[start : start + 1_000_000] = cipher.encrypt_many(block)
    secret.sort()

    assert np.count_nonzero(secret[1:] == secret[:-1]) == 0


@pytest.mark.parametrize("size", [0, 1, 16_383, 16_384, 16_385])
def test_any_number_of_numbers_goes_through(size: int) -> None:
    cipher = FF1(bytes(32), radix=32, length=12, tweak=bytes(7))
    numbers = np.arange(size, dtype=np.uint64)

    assert np.array_equal(cipher.decrypt_many(cipher.encrypt_many(numbers)), numbers)


def test_another_key_or_tweak_is_another_permutation() -> None:
    firsts = {
        FF1(key, radix=32, length=12, tweak=tweak).encrypt(0)
        for key in (bytes(16), b"k" * 16)
        for tweak in (bytes(7), b"t" * 7, b"")
    }

    assert len(firsts) == 6


@pytest.mark.parametrize(
    ("radix", "length"), [(10, 5), (999_999 // 20, 1), (36, 3), (2, 19), (999, 2), (32, 0)]
)
def test_a_domain_below_a_million_is_refused(radix: int, length: int) -> None:
    with pytest.raises(DomainTooSmall) as refused:
        FF1(bytes(16), radix=radix, length=length)

    assert refused.value.code == "domain_too_small"
    assert refused.value.facts["domain"] == radix**length


@pytest.mark.parametrize(
    ("radix", "length", "words"),
    [(1, 30, "radix"), (1 << 17, 4, "radix"), (10, 80, "too many")],
)
def test_a_foreign_shape_is_refused(radix: int, length: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FF1(bytes(16), radix=radix, length=length)


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_outside_the_domain_is_refused(number: int) -> None:
    cipher = FF1(bytes(16), radix=10, length=6)

    with pytest.raises(ValueError, match="0 to 999999"):
        cipher.encrypt(number)
    with pytest.raises(ValueError, match="0 to 999999"):
        cipher.decrypt(number)


def test_an_array_with_a_number_outside_the_domain_is_refused() -> None:
    cipher = FF1(bytes(16), radix=10, length=6)

    with pytest.raises(ValueError, match="0 to 999999"):
        cipher.encrypt_many(np.array([1, 1_000_000], dtype=np.uint64))


def test_wide_serials_are_refused_in_bulk_and_taken_one_by_one() -> None:
    cipher = FF1(bytes(16), radix=36, length=19)

    assert not cipher.is_vectorised
    with pytest.raises(ValueError, match="too wide"):
        cipher.encrypt_many(np.array([1], dtype=np.uint64))
