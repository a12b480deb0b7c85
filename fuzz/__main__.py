"""The command: see `fuzz`."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from fuzz.driver import Found, drive
from fuzz.target import Target
from fuzz.targets import TARGETS


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Throw damaged inputs at the parsers."
    )
    parser.add_argument(
        "names", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all when none is named"
    )
    parser.add_argument("--rounds", type=int, default=10_000, help="damaged inputs for each target")
    parser.add_argument("--seed", type=int, default=1, help="another seed takes another road")
    parser.add_argument(
        "--atheris", action="store_true", help="one target, coverage guided; further options go to libFuzzer"
    )
    given, further = parser.parse_known_args(arguments)
    unknown = [name for name in given.names if name not in TARGETS]
    if unknown or (further and not given.atheris) or (given.atheris and len(given.names) != 1):
        parser.error(
            f"no such target: {unknown[0]}"
            if unknown
            else "--atheris takes one target; options only with --atheris"
        )
    if given.atheris:
        return _guided(TARGETS[given.names[0]], further)
    failed = False
    for name in given.names or TARGETS:
        failed |= _reported(TARGETS[name], given.rounds, given.seed)
    return 1 if failed else 0


def _reported(target: Target, rounds: int, seed: int) -> bool:
    """Runs one target and prints what came of it; True when something is wrong."""
    try:
        report = drive(target, rounds, seed)
    except Found as found:
        print(f"{found}\n  because of {found.__cause__!r}", file=sys.stderr)
        return True
    slow = "  TOO SLOW" if report.too_slow else ""
    print(
        f"{report.name:16} {report.inputs:>9,} inputs {report.accepted:>9,} accepted"
        f"   slowest {report.slowest_ms:6.1f} ms at {len(report.slowest):,} characters{slow}"
    )
    return report.too_slow


def _guided(target: Target, options: Sequence[str]) -> int:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed; run without --atheris for the built-in driver.", file=sys.stderr)
        return 2

    def one_input(data: bytes) -> None:
        target.accepts(data.decode("utf-8", "surrogateescape"))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *options], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
