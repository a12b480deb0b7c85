"""How a new embedded cluster is set up; what is written then belongs to whoever runs it."""

import os
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024
BUFFERS_MIB: Final = (128, 4096)
"""Memory that the database keeps pages in: the least, and the most."""
SHARE: Final = 8
"""One part in so many of the machine's memory."""
GROUP_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")

TUNING: Final = """
# Written by Seriatim when the cluster was made; yours to change.
shared_buffers = {buffers}MB
max_wal_size = 2GB
max_connections = 100
random_page_cost = 1.1
log_min_messages = warning
log_checkpoints = off
jit = off
"""


def tuning(memory: int | None) -> str:
    """Settings for a machine with so many bytes of memory; None where nobody knows.

    Serials are random, so that every new unit touches another page of their index: at ten million units this index and
    what stands beside it no longer fit 1 GB, and a unit takes a tenth more time than with 3. Memory is taken as pages are
    touched: a small store needs little of it.

    >>> "shared_buffers = 1024MB" in tuning(8 * 1024 * MIB)
    True
    """
    least, most = BUFFERS_MIB
    buffers = least if memory is None else min(max(memory // SHARE // MIB, least), most)
    return TUNING.format(buffers=buffers)


def memory_here() -> int | None:
    """Bytes of memory that this process may use: the machine's, or its container's where that is less."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        limit = GROUP_LIMIT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        limit = "max"
    return min(found, int(limit)) if limit.isdigit() else found
