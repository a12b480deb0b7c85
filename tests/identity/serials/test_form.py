"""Forms of serials: what each may be, how many it gives, and that all of them are values of AI (21)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.gs1.checksums import CSET82
from seriatim.identity.serials.form import BASE28, CSET32, DIGITS, SerialForm, is_serial
from seriatim.identity.serials.permutation import counter_of, serials_of_counters, shuffle_of
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.presets import PRESETS, preset, with_room_for
from seriatim.identity.serials.writing import number_of, read, rows_of, texts_of

GTIN = "09506000134352"
MASTER = bytes(range(32))
FORMS = [
    *(one.form for one in PRESETS),
    SerialForm(alphabet=DIGITS, length=7, below=1_000_007),
    SerialForm(alphabet=DIGITS, length=19, below=(1 << 63) - 1),
    SerialForm(alphabet="".join(sorted(CSET82)), length=5, prefix="/-"),
    SerialForm(alphabet=CSET32, length=10, prefix="ABCDEFGHIJ"),
]


def of(form: SerialForm) -> SerialPolicy:
    return SerialPolicy(
        GTIN, alphabet=form.alphabet, length=form.length, prefix=form.prefix, below=form.below
    )


@pytest.mark.parametrize(
    ("name", "space", "capacity"),
    [
        ("default", 32**12, 115_292_150_460_684),
        ("no_words", 28**12, 23_221_826_508_921),
        ("no_words_short", 28**10, 29_619_676_669),
        ("letters_and_digits", 36**12, 473_838_133_832_161),
        ("sgtin_96", 274_877_906_944, 27_487_790),
        ("sgtin_96_even", 10**11, 10_000_000),
        ("digits_12", 10**12, 100_000_000),
        ("digits_18", 10**18, 10**14),
    ],
)
def test_each_preset_has_the_capacity_that_the_law_gives_it(name: str, space: int, capacity: int) -> None:
    assert (preset(name).form.space, preset(name).form.capacity) == (space, capacity)


def test_every_preset_is_named_once_and_the_default_comes_first() -> None:
    assert PRESETS[0].name == "default"
    assert len({one.name for one in PRESETS}) == len({one.form for one in PRESETS}) == len(PRESETS) == 8
    with pytest.raises(NotFound, match="there are default, "):
        preset("nothing")


def test_the_shortest_presets_with_room_are_advised_first() -> None:
    assert [one.name for one in with_room_for(10_000_000)][:2] == ["no_words_short", "default"]
    assert [one.name for one in with_room_for(10**14)] == ["default", "letters_and_digits"]


@pytest.mark.parametrize("form", FORMS)
def test_every_serial_of_every_form_is_a_value_of_ai_21(form: SerialForm) -> None:
    serials = serials_of_counters(range(2_000), of(form), MASTER)

    assert len(set(serials)) == 2_000
    assert all(is_serial(serial) and serial.startswith(form.prefix) for serial in serials)
    for serial in serials[:50]:
        assert gs1.parse(f"^01{GTIN}21{serial}").value("21") == serial


@given(st.sampled_from(FORMS), st.data())
def test_a_serial_of_any_form_tells_its_counter(form: SerialForm, data: st.DataObject) -> None:
    counter = data.draw(st.integers(0, form.space - 1))

    serial = serials_of_counters(range(counter, counter + 1), of(form), MASTER)[0]

    assert counter_of(serial, of(form), MASTER) == counter
    assert shuffle_of(of(form), MASTER).encrypt(counter) == number_of(serial, form)


@pytest.mark.parametrize("form", FORMS)
def test_many_serials_are_read_as_each_alone(form: SerialForm) -> None:
    numbers = np.array([0, 1, 12_345, form.space // 3, form.space - 2, form.space - 1], dtype=np.uint64)
    texts = [*texts_of(numbers, form), "", "0", "00", "7", "X", "ü" * 12, "2" * 20, "1" * 12, "0" * 12, "1"]

    read_numbers, fits = read(rows_of(texts), form)

    assert read_numbers.tolist() == [n for n in (number_of(text, form) for text in texts) if n is not None]
    assert fits.tolist() == [number_of(text, form) is not None for text in texts]
    assert read_numbers[:6].tolist() == numbers.tolist()


@given(st.sampled_from(FORMS), st.lists(st.text(max_size=20), min_size=1, max_size=20))
def test_any_text_is_read_by_many_as_alone(form: SerialForm, texts: list[str]) -> None:
    texts = [text.rstrip("\0") for text in texts]

    numbers, fits = read(rows_of(texts), form)

    assert fits.tolist() == [number_of(text, form) is not None for text in texts]
    assert numbers.tolist() == [n for n in (number_of(text, form) for text in texts) if n is not None]


def test_serials_for_sgtin_96_go_into_a_96_bit_tag_and_come_back() -> None:
    for name in ("sgtin_96", "sgtin_96_even"):
        serials = serials_of_counters(range(3_000), of(preset(name).form), MASTER)
        assert all(serial == str(int(serial)) and int(serial) < 1 << 38 for serial in serials)
        for serial in serials[:200]:
            message = gs1.parse(f"^01{GTIN}21{serial}")
            tag = gs1.epc.encode(message, scheme="SGTIN-96", filter=1, gcp_length=7)
            assert gs1.epc.decode(tag).digital_link.endswith(f"/21/{serial}")


def test_a_bound_that_is_no_power_of_two_is_still_a_permutation() -> None:
    policy = of(SerialForm(alphabet=DIGITS, length=7, below=1_000_003))
    everything = np.arange(1_000_003, dtype=np.uint64)

    shuffled = shuffle_of(policy, MASTER).encrypt_many(everything)

    assert np.array_equal(np.sort(shuffled), everything)
    assert np.array_equal(shuffle_of(policy, MASTER).decrypt_many(shuffled), everything)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"prefix": "a b"}, "bad_serial_policy", "prefix"),
        ({"prefix": "123456789"}, "bad_serial_policy", "length"),
        ({"below": 2_000_000}, "bad_serial_policy", "below"),
        ({"alphabet": DIGITS, "length": 7, "below": 2_000_000, "prefix": "1"}, "bad_serial_policy", "below"),
        ({"alphabet": DIGITS, "length": 8, "below": 2_000_000}, "bad_serial_policy", "length"),
        ({"alphabet": DIGITS, "length": 2, "below": 0}, "bad_serial_policy", "length"),
        ({"alphabet": DIGITS, "length": 6, "below": 999_999}, "domain_too_small", None),
        ({"alphabet": DIGITS, "length": 5, "prefix": "1"}, "domain_too_small", None),
        ({"alphabet": BASE28, "length": 14}, "bad_serial_policy", "length"),
    ],
)
def test_a_form_that_cannot_be_is_refused_and_names_its_field(
    fields: dict[str, object], code: str, field: str | None
) -> None:
    with pytest.raises(Unprocessable) as refused:
        SerialForm(**fields)  # type: ignore[arg-type] -- a table of wrong ones

    assert (refused.value.code, refused.value.facts.get("field")) == (code, field)


@pytest.mark.parametrize("number", [-1, 1_000_003])
def test_a_number_outside_the_bound_is_refused_also_where_the_cipher_would_take_it(number: int) -> None:
    shuffle = shuffle_of(of(SerialForm(alphabet=DIGITS, length=7, below=1_000_003)), MASTER)

    with pytest.raises(ValueError, match="0 to 1000002"):
        shuffle.encrypt(number)
    with pytest.raises(ValueError, match="0 to 1000002"):
        shuffle.decrypt(number)
    with pytest.raises(ValueError, match="0 to 1000002"):
        shuffle.encrypt_many(np.array([max(number, 1_000_003)], dtype=np.uint64))
