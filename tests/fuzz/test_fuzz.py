"""Every target of `fuzz` for a bounded number of inputs; more of them: `python -m fuzz --rounds 1000000`."""

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.driver import Found, drive
from fuzz.target import Target
from fuzz.targets import TARGETS

ROUNDS = 1_500
CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_damaged_inputs_give_an_answer_or_a_named_error(name: str) -> None:
    report = drive(TARGETS[name], ROUNDS, seed=1)

    assert report.inputs == ROUNDS + len(TARGETS[name].samples)
    assert len(TARGETS[name].samples) <= report.accepted < report.inputs


def breaking(sign: str) -> Target:
    def run(text: str) -> None:
        if sign in text:
            raise KeyError(sign)
        if len(text) > 9:
            raise ValueError

    return Target("breaking", run, (ValueError,), ("urn:epc:",))


def test_the_driver_finds_a_planted_fault_and_names_the_input() -> None:
    with pytest.raises(Found, match="breaking broke on") as found:
        drive(breaking("%"), 2_000, seed=1)

    assert "%" in found.value.text
    assert isinstance(found.value.__cause__, KeyError)


def test_the_same_seed_takes_the_same_road() -> None:
    first, second = (drive(TARGETS["urn"], 300, seed=3) for _ in range(2))

    assert (first.inputs, first.accepted) == (second.inputs, second.accepted)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fuzz", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_the_command_reports_each_target() -> None:
    done = run("tag", "pattern", "--rounds", "50")

    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["tag", "pattern"]


@pytest.mark.parametrize("arguments", [("nothing",), ("--atheris",), ("tag", "-runs=5")])
def test_the_command_refuses_what_it_does_not_know(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2
