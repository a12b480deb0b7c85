import pytest

from seriatim.base.db.tuning import MIB, memory_here, tuning


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(None, 128), (0, 128), (1024 * MIB, 128), (4096 * MIB, 512), (16 * 1024 * MIB, 2048), (1 << 45, 4096)],
)
def test_the_buffers_are_a_part_of_the_memory_within_bounds(memory: int | None, buffers: int) -> None:
    assert f"shared_buffers = {buffers}MB\n" in tuning(memory)


def test_the_memory_of_this_machine_is_known_or_said_to_be_unknown() -> None:
    found = memory_here()

    assert found is None or found > 64 * MIB
