"""A checkpoint: the log's name, how many entries it has, and the root over all of them, signed.

>>> print(Checkpoint("example.com/seriatim", 0, EMPTY_ROOT).text, end="")
example.com/seriatim
0
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

Source: C2SP tlog-checkpoint (text of July 2026), without extension lines.
"""

import base64
import re
from dataclasses import dataclass
from typing import Final

from seriatim.access.verifiable_log.merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX
from seriatim.access.verifiable_log.notes import BadNote, strict_base64

__all__ = ["EMPTY_ROOT", "Checkpoint"]

SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one moment."""

    origin: str
    """Which log: host and name, without a scheme."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint that a note's text says; extension lines of others are passed over. Raises BadNote."""
        origin, _, rest = text.partition("\n")
        size, _, rest = rest.partition("\n")
        root = strict_base64(rest.partition("\n")[0])
        if not origin or not SIZE.fullmatch(size) or int(size) > SIZE_MAX:
            raise BadNote("a checkpoint says its origin, then its size in decimal.", text=text[:200])
        if root is None or len(root) != HASH_BYTES:
            raise BadNote("the third line of a checkpoint is its root, 32 bytes in base64.", text=text[:200])
        return cls(origin, int(size), root)
