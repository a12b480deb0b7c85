"""A process that another one has started ends with it, also when the other was killed and could not say so.

The starter marks the environment with its own process id; the started one asks `is_orphan`. The id is told rather than
looked up, since the starter may die before the started process has come so far as to look.
"""

import os
from collections.abc import Mapping
from typing import Final

MARK: Final = "SERIATIM_PARENT_PID"
"""Not a setting: written by a process for those it starts."""
CHECK_S: Final = 0.5


def mark() -> dict[str, str]:
    """The environment variable for processes that shall end with this one."""
    return {MARK: str(os.getpid())}


def is_orphan(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the process that marked the environment is not our parent any more; False without a mark."""
    told = environ.get(MARK)
    return told is not None and told != str(os.getppid())
