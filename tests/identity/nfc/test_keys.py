"""Keys of tags: derived, different, never the factory's, never shown."""

import pytest

from seriatim.identity import BadGtin
from seriatim.identity.nfc import FactoryNfcKey, TagKeys, tag_keys
from seriatim.identity.nfc.keys import diversify

MASTER = bytes(range(32))
GTIN = "09506000134352"
UID = bytes.fromhex("04782E21801D80")


def test_the_example_of_an10922_comes_out() -> None:
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    named = bytes.fromhex("04782E21801D803042F54E585020416275")

    assert diversify(key, named).hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


@pytest.mark.parametrize("length", [0, 15, 32])
def test_inputs_that_an10922_pads_otherwise_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 to 31"):
        diversify(bytes(16), bytes(length))


def test_a_tags_key_is_the_diversified_root() -> None:
    keys = tag_keys(MASTER, GTIN)

    named = UID + bytes.fromhex("D2760000850101") + b"seriatim"

    assert keys.of_tag(UID) == diversify(keys.file_root, named)


def test_master_product_generation_mode_and_uid_each_give_other_keys() -> None:
    all_keys = [
        tag_keys(MASTER, GTIN),
        tag_keys(MASTER, GTIN, 1),
        tag_keys(MASTER, "09521234543213"),
        tag_keys(bytes(32), GTIN),
        tag_keys(MASTER, GTIN, mode="lrp"),
    ]
    every = [key for keys in all_keys for key in (keys.meta_read, keys.file_root, keys.of_tag(UID))]
    every.append(all_keys[0].of_tag(bytes(7)))

    assert len(set(every)) == 16


def test_a_gtin_of_13_digits_has_the_keys_of_its_14() -> None:
    assert tag_keys(MASTER, GTIN[1:]) == tag_keys(MASTER, GTIN)
    with pytest.raises(BadGtin):
        tag_keys(MASTER, "09506000134353")


@pytest.mark.parametrize(("meta", "root"), [(bytes(16), b"k" * 16), (b"k" * 16, bytes(16))])
def test_T18_the_factory_key_is_refused(meta: bytes, root: bytes) -> None:
    with pytest.raises(FactoryNfcKey) as error:
        TagKeys(meta, root)

    assert error.value.code == "factory_nfc_key"


def test_keys_have_16_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        TagKeys(b"k" * 32, b"k" * 16)


def test_keys_are_not_shown() -> None:
    keys = tag_keys(MASTER, GTIN)

    assert repr(keys) == "TagKeys(is_diversified=True, mode='aes', allow_factory_key=False)"
