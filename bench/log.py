"""The verifiable log: what it costs to seal an event, and how long an auditor reads."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from bench.figures import BenchmarkFailed, Figure, Sizes, figure
from seriatim.access.verifiable_log import Checkpoint, LogFolder, Signer, verifier
from seriatim.access.verifiable_log.entries import entry_of
from seriatim.access.verifiable_log.merkle import HASH_BYTES
from seriatim.access.verifiable_log.publishing import ENTRIES_AT_ONCE, write_growth
from seriatim.access.verifiable_log.tiles import WIDTH
from seriatim.base.files import write_together

CONTENT = b'{"type":"ObjectEvent","eventTime":"2026-11-25T09:00:00Z"}' * 8
SALT = bytes(16)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Entries of events of some 450 bytes; the files are written as the worker writes them, with fsync."""
    seals, writes, limits, reads = [], [], [], []
    # ext4 looks past every place of a file deleted minutes ago: folders go last, or each run pays for the one before
    with tempfile.TemporaryDirectory() as together:
        for run in range(sizes.long_runs):
            folder = Path(together) / f"run-{run}"
            log = LogFolder(folder / "log", Signer.from_seed("log.example/log", bytes(32)))
            sealed, written = _write(log, sizes.serials)
            seals.append(1e6 * sealed / sizes.serials)
            writes.append(1e6 * written / sizes.serials)
            limits.append(1e6 * _bare_files(folder, sizes.serials) / sizes.serials)
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
        "limit.log_files",
        limits,
        "us",
        f"as many files of as many bytes, written with fsync and nothing else, for one entry, {case}",
        better="less",
        clock="processor",
    )
    yield figure(
        "log.verify", reads, "s", f"{case}, every tile, without documents", better="less", clock="processor"
    )


def _write(log: LogFolder, size: int) -> tuple[float, float]:
    """Seconds for the entries, and for the files."""
    old, sealed, written = 0, 0.0, 0.0
    entries: list[bytes] = []
    while old < size:
        started = time.process_time()
        more = min(ENTRIES_AT_ONCE, size - old)
        entries = entries[len(entries) - old % 256 :] if old % 256 else []
        entries += [entry_of("event", CONTENT, SALT, NOW) for _ in range(more)]
        sealed += time.process_time() - started
        started = time.process_time()
        root = write_growth(log, old, entries)
        written += time.process_time() - started
        old += more
    log.sign(Checkpoint(log.signer.key.name, size, root))
    log.write({"key": f"{log.signer.key}\n".encode()})
    return sealed, written


def _bare_files(folder: Path, size: int) -> float:
    """Seconds for what is written of so many entries: each full tile, and the bundle beside it."""
    pair = {
        "tile": bytes(HASH_BYTES * WIDTH),
        "entries": bytes((len(entry_of("event", CONTENT, SALT, NOW)) + 2) * WIDTH),
    }
    spent = 0.0
    for first in range(0, size, ENTRIES_AT_ONCE):
        numbers = range(first // WIDTH, min(first + ENTRIES_AT_ONCE, size) // WIDTH)
        files = {folder / f"{name}-{number}": content for number in numbers for name, content in pair.items()}
        started = time.process_time()
        write_together(files)
        spent += time.process_time() - started
    return spent
