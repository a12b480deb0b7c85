"""One print in many poses: how much the measured values scatter. The figures stand in docs/grading.md."""

import numpy as np
from tests.symbols.grading.exact import Print, as_read, picture

from seriatim import symbols
from seriatim.symbols import grading

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")
POSES = 24
BOUNDS = {"SC": 0.006, "MOD": 0.03, "AN": 0.0006, "GN": 0.005, "growth": 0.004}
"""Standard deviations that are not exceeded."""


def test_pose_and_noise_move_no_value_by_more_than_its_bound() -> None:
    rng = np.random.default_rng(77)
    values: dict[str, list[float]] = {name: [] for name in BOUNDS}
    for number in range(POSES):
        how = Print(
            angle=rng.uniform(-5, 5),
            offset=tuple(rng.uniform(0, 1, 2)),
            noise=2,
            seed=number,
            growth=(0.1, 0.1),
        )
        grade = grading.grade(picture(SYMBOL.modules, how), as_read(SYMBOL, how, wobble=1.2, seed=number))
        for name in ("SC", "MOD", "AN", "GN"):
            values[name].append(grade.parameters[name].value)
        values["growth"].append(grade.growth[0])

    scatter = {name: float(np.std(each)) for name, each in values.items()}

    print({name: round(one, 5) for name, one in scatter.items()})
    assert {name: scatter[name] for name in BOUNDS if scatter[name] > BOUNDS[name]} == {}
