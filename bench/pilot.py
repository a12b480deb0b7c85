"""The pilot from an empty folder to its report, as `seriatim demo --exit` runs it."""

import subprocess
import sys
import time
from collections.abc import Iterator

import msgspec

from bench.figures import BenchmarkFailed, Figure, Sizes, figure
from bench.plant import temporary_folder, without_settings


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Wall time, the start of Python and of the database included."""
    runs = [_run(sizes.units, seed) for seed in range(1, sizes.long_runs + 1)]
    pictures = runs[0][1]
    case = f"{sizes.units:,} units, {pictures:,} pictures taken and judged by two processes, empty folder"
    yield figure("demo.pilot", [seconds for seconds, _ in runs], "s", case, better="less")


def _run(units: int, seed: int) -> tuple[float, int]:
    with temporary_folder() as folder:
        command = [
            *(sys.executable, "-m", "seriatim", "demo", "--exit", "--json"),
            *("--units", str(units), "--seed", str(seed), "--data", str(folder)),
        ]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False, env=without_settings())
        seconds = time.perf_counter() - start
    if done.returncode:
        raise BenchmarkFailed(f"seriatim demo failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return seconds, int(msgspec.json.decode(done.stdout)["line"]["pictures"])
