"""A started process knows when the one that started it is gone."""

import os
import subprocess
import sys

from seriatim.base import parent

ASK = "from seriatim.base import parent; print(parent.is_orphan())"


def test_a_process_without_a_mark_is_nobodys_child() -> None:
    assert not parent.is_orphan({})


def test_a_child_sees_its_parent_and_misses_another() -> None:
    for mark, answer in ((parent.mark(), "False"), ({parent.MARK: "1"}, "True")):
        child = subprocess.run(
            [sys.executable, "-c", ASK], env=os.environ | mark, capture_output=True, text=True, check=True
        )
        assert child.stdout.strip() == answer
