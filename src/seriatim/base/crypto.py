"""The one secret of an installation and what follows from it; and how passwords are kept.

Every key is derived from the master key, none is stored: whoever has the data folder's backup without the master key
has no key at all.

>>> derive(bytes(32), "serials", "09506000134352").hex()[:16]
'c2cc5457f13c744b'
"""

import asyncio
import binascii
import contextlib
import functools
import os
import secrets
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seriatim.base.errors import CannotNow
from seriatim.base.files import write_atomic
from seriatim.base.ids import hash_secret

__all__ = [
    "BadMasterKey",
    "derive",
    "fingerprint",
    "hash_password",
    "hash_secret",
    "load_master_key",
    "password_needs_rehash",
    "seal",
    "unseal",
    "verify_password",
]

P = ParamSpec("P")
T = TypeVar("T")

KEY_BYTES: Final = 32
FILE_BYTES_MAX: Final = 1_000
NONCE_BYTES: Final = 12
# OWASP's argon2id: 19 MiB, two passes, one lane. A pool of two bounds the memory that sign-ins can take.
HASH_PASSES: Final = 2
HASH_KIBIBYTES: Final = 19_456
HASH_LANES: Final = 1
HASH_HEAD: Final = f"$argon2id$v=19$m={HASH_KIBIBYTES},t={HASH_PASSES},p={HASH_LANES}$"
"""What every hash of these costs begins with (PHC string format)."""
SALT_BYTES: Final = 16
HASHING_THREADS: Final = 2


class BadMasterKey(CannotNow):
    """The master key file cannot be used."""

    code = "bad_master_key"


def load_master_key(path: Path) -> bytes:
    """The 32 bytes in the file, which is made with fresh ones (0600) when absent. Raises BadMasterKey.

    A key that others can read is refused, never mended in silence: it may have been read already.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with contextlib.suppress(FileExistsError):  # another process was faster: its key counts
                write_atomic(path, secrets.token_hex(KEY_BYTES).encode() + b"\n", mode=0o600, replace=False)
        return _read_key(path)
    except OSError as error:
        raise BadMasterKey(
            f"the master key file {path} cannot be read or made ({error.strerror}); "
            "check its rights, or set SERIATIM_MASTER_KEY_FILE."
        ) from error


def _read_key(path: Path) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
            raise BadMasterKey(f"{path} can be read by others; make it yours alone: chmod 600 {path}")
        text = file.read(FILE_BYTES_MAX)
    try:
        key = binascii.unhexlify(text.strip())
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadMasterKey(
            f"{path} should hold {2 * KEY_BYTES} hexadecimal digits; bring back the right file."
        )
    return key


def derive(master: bytes, *parts: str | bytes, length: int = 32) -> bytes:
    """A key for one purpose: HKDF-SHA256 (RFC 5869) over the parts, each with its length before it.

    The lengths keep ("ab", "c") and ("a", "bc") apart.
    """
    if len(master) < 16:
        raise ValueError("the master key must have 16 bytes or more")
    if not parts:
        raise ValueError("a derived key needs a purpose")
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    info = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"seriatim/1" + info).derive(master)


def fingerprint(master: bytes) -> bytes:
    """Eight bytes that tell two master keys apart and say nothing else about them."""
    return derive(master, "fingerprint", length=8)


def seal(key: bytes, secret: bytes) -> bytes:
    """A secret of somebody else's that must be read again, encrypted under a derived key (AES-256-GCM).

    >>> unseal(bytes(32), seal(bytes(32), b"token"))
    b'token'
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, None)


def unseal(key: bytes, sealed: bytes) -> bytes:
    """What was sealed under this key. Raises BadMasterKey for another key, or an altered text."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise BadMasterKey(
            "A sealed secret cannot be opened: it was sealed under another master key."
        ) from error


async def hash_password(password: str) -> str:
    """The argon2id hash to keep of a password; takes some 20 ms in a thread."""
    return await _in_pool(_hash, password)


async def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one. `kept=None` (no such person) takes as long and says no."""
    return await _in_pool(_verify, kept, password)


def password_needs_rehash(kept: str) -> bool:
    """Whether the hash was made with other costs than today's; hash again after the next sign-in."""
    return not kept.startswith(HASH_HEAD)


def _hash(password: str) -> str:
    hasher = Argon2id(
        salt=secrets.token_bytes(SALT_BYTES),
        length=KEY_BYTES,
        iterations=HASH_PASSES,
        lanes=HASH_LANES,
        memory_cost=HASH_KIBIBYTES,
    )
    return hasher.derive_phc_encoded(password.encode())


def _verify(kept: str | None, password: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), kept or _nobodys_hash())
    except (InvalidKey, ValueError):  # another password, or a hash that is damaged
        return False
    return kept is not None


@functools.cache
def _nobodys_hash() -> str:
    return _hash(secrets.token_hex(16))


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="password")


async def _in_pool(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    call = functools.partial(work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_pool(), call)
