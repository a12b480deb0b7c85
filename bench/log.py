"""The verifiable log: what it costs to seal an event, and how long an auditor reads."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from bench.figures import BenchmarkFailed, Figure, Sizes, figure
from seriatim.access.verifiable_log import Checkpoint, LogFolder, Signer, verifier
from seriatim.access.verifiable_log.entries import entry_of
from seriatim.access.verifiable_log.publishing import ENTRIES_AT_ONCE, write_growth
from seriatim.base.clock import SystemClock

CONTENT = b'{"type":"ObjectEvent","eventTime":"2026-11-25T09:00:00Z"}' * 8
SALT = bytes(16)


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Entries of events of some 450 bytes; the files are written as the worker writes them, with fsync."""
    seals, writes, reads = [], [], []
    for _ in range(sizes.long_runs):
        with tempfile.TemporaryDirectory() as folder:
            log = LogFolder(Path(folder) / "log", Signer.from_seed("log.example/log", bytes(32)))
            sealed, written = _write(log, sizes.serials)
            seals.append(1e6 * sealed / sizes.serials)
            writes.append(1e6 * written / sizes.serials)
            started = time.process_time()
            with redirect_stdout(StringIO()):
                code = verifier.main([str(log.folder)])
            reads.append(time.process_time() - started)
            if code:
                raise BenchmarkFailed(f"the verifier ended with {code}")
    case = f"{sizes.serials:,} entries"
    yield figure("log.seal", seals, "us", f"entry of one event, {case}", better="less", clock="processor")
    yield figure(
        "log.publish",
        writes,
        "us",
        f"leaf, tiles and files for one entry, {case}",
        better="less",
        clock="processor",
    )
    yield figure(
        "log.verify", reads, "s", f"{case}, every tile, without documents", better="less", clock="processor"
    )


def _write(log: LogFolder, size: int) -> tuple[float, float]:
    """Seconds for the entries, and for the files."""
    now, old, sealed, written = SystemClock().now(), 0, 0.0, 0.0
    entries: list[bytes] = []
    while old < size:
        started = time.process_time()
        more = min(ENTRIES_AT_ONCE, size - old)
        entries = entries[len(entries) - old % 256 :] if old % 256 else []
        entries += [entry_of("event", CONTENT, SALT, now) for _ in range(more)]
        sealed += time.process_time() - started
        started = time.process_time()
        root = write_growth(log, old, entries)
        written += time.process_time() - started
        old += more
    log.sign(Checkpoint(log.signer.key.name, size, root))
    log.write({"key": f"{log.signer.key}\n".encode()})
    return sealed, written
