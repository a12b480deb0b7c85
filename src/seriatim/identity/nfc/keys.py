"""The keys inside NFC tags: every tag has one of its own, none is kept, all follow from the master key.

Three steps lead to a key. `base.crypto.derive` gives two keys per product and generation: one decrypts the UID and the
counter, and must be the same in all tags of the product, since the UID is not known before; from the other one NXP's
AN10922 (AES-CMAC diversification, which encoders and SAMs speak) makes each tag's own key out of its UID. Whoever reads
a tag's key out of its silicon can forge that one tag and no other.

>>> keys = tag_keys(bytes(range(32)), "09506000134352")
>>> keys.of_tag(bytes.fromhex("04DE5F1EACC040")) == keys.of_tag(bytes.fromhex("04DE5F1EACC041"))
False
"""

import functools
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from seriatim.base.crypto import derive
from seriatim.base.errors import CannotNow
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.nfc.lrp import Lrp

Mode: TypeAlias = Literal["aes", "lrp"]

KEY_BYTES: Final = 16
UID_BYTES: Final = 7
LRP_RANDOM_BYTES: Final = 8
FACTORY_KEY: Final = bytes(KEY_BYTES)
APPLICATION: Final = bytes.fromhex("D2760000850101")
"""The NDEF application's name (DF name) of NFC Forum Type 4 tags."""
SYSTEM: Final = b"seriatim"
DIVERSIFY_AES128: Final = b"\x01"
INPUT_BYTES: Final = range(16, 32)
"""AN10922 takes 1 to 31 bytes; from 16 on its padding is that of plain AES-CMAC (RFC 4493)."""


class FactoryNfcKey(CannotNow):
    """The NFC key is the factory's, sixteen zero bytes, which everybody knows; give the tags keys of their own."""

    code = "factory_nfc_key"


@dataclass(frozen=True, slots=True)
class TagKeys:
    """What reads the taps of one product's tags. Raises FactoryNfcKey for a key of zeros.

    Never shown: `repr` leaves the keys out.
    """

    meta_read: bytes = field(repr=False)
    """SDMMetaReadKey, 16 bytes, the same in every tag of the product."""
    file_root: bytes = field(repr=False)
    """16 bytes that each tag's SDMFileReadKey is made of."""
    is_diversified: bool = True
    """False: the root itself is in every tag, as in tags that came encoded by somebody else."""
    mode: Mode = "aes"
    """How the tags were set up; a tap in the other mode is refused."""
    allow_factory_key: bool = False
    """For tests with published examples alone: these use the key of zeros."""
    _decryptor: Any = field(init=False, repr=False, compare=False)
    _lrp: Lrp | None = field(init=False, repr=False, compare=False)
    _diversifier: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.meta_read) != KEY_BYTES or len(self.file_root) != KEY_BYTES:
            raise ValueError("the keys of NFC tags have 16 bytes")
        if not self.allow_factory_key and FACTORY_KEY in (self.meta_read, self.file_root):
            raise FactoryNfcKey
        # Made once: AES-ECB of whole blocks keeps no state between calls, and the CMAC is only ever copied.
        object.__setattr__(self, "_decryptor", Cipher(AES(self.meta_read), modes.ECB()).decryptor())  # noqa: S305 -- one block, as NXP defines it
        object.__setattr__(self, "_diversifier", CMAC(AES(self.file_root)))
        object.__setattr__(self, "_lrp", Lrp(self.meta_read) if self.mode == "lrp" else None)

    def of_tag(self, uid: bytes) -> bytes:
        """The SDMFileReadKey (16 bytes) of the tag with this UID (7 bytes): what an encoder writes into it."""
        if not self.is_diversified:
            return self.file_root
        cmac: CMAC = self._diversifier.copy()
        cmac.update(DIVERSIFY_AES128 + uid + APPLICATION + SYSTEM)
        return cmac.finalize()

    def decrypt_picc_data(self, picc_data: bytes) -> bytes:
        """The 16 bytes with UID and counter in clear; takes 16 bytes, in LRP mode 24, of which 8 are random."""
        if self._lrp is not None:
            return self._lrp.decrypt(0, picc_data[:LRP_RANDOM_BYTES], picc_data[LRP_RANDOM_BYTES:])
        # AES-CBC of one block with an IV of zeros is AES-ECB.
        plain: bytes = self._decryptor.update(picc_data)
        return plain


@functools.lru_cache(maxsize=1024)
def tag_keys(master_key: bytes, gtin: str, generation: int = 0, mode: Mode = "aes") -> TagKeys:
    """The keys of a product's tags; another generation gives others, for tags encoded from then on. Raises BadGtin.

    The modes have different keys: no key is ever used in two ciphers.
    """
    product = gtin14(gtin)
    return TagKeys(
        meta_read=derive(master_key, "nfc", mode, "meta-read", product, str(generation), length=KEY_BYTES),
        file_root=derive(master_key, "nfc", mode, "file-read", product, str(generation), length=KEY_BYTES),
        mode=mode,
    )


def diversify(key: bytes, diversification_input: bytes) -> bytes:
    """An AES-128 key made of a root key and 16 to 31 bytes that name the tag. Source: NXP AN10922, section 2.2."""
    if len(diversification_input) not in INPUT_BYTES:
        raise ValueError("give 16 to 31 bytes; shorter inputs are padded otherwise in AN10922")
    return aes_cmac(key, DIVERSIFY_AES128 + diversification_input)


def aes_cmac(key: bytes, message: bytes) -> bytes:
    """AES-CMAC, 16 bytes. Source: RFC 4493, NIST SP 800-38B."""
    cmac = CMAC(AES(key))
    cmac.update(message)
    return cmac.finalize()
