"""`seriatim bench`: lines for machines. How fast anything is stays out of the tests."""

import json
from pathlib import Path

import pytest
from bench.figures import QUICK
from bench.peers import Peer
from click.testing import CliRunner

from seriatim.cli import bench as command

PROMISED = {"name", "value", "unit", "n", "conditions", "goal"}


def test_each_figure_is_one_line_with_the_promised_names() -> None:
    answer = CliRunner().invoke(command.bench, ["serials", "protection", "--quick"])

    figures = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0, answer.output
    assert [one["name"] for one in figures] == [
        "serials.make",
        "peer.ff3.serials",
        "serials.was_it_issued",
        "protection.replay",
    ]
    assert [PROMISED - one.keys() for one in figures] == [set()] * 4
    measured = [one for one in figures if one["value"] is not None]  # peers may be absent
    assert all(one["low"] <= one["value"] <= one["high"] for one in measured)
    assert {"cores", "python", "postgresql"} <= figures[0]["conditions"].keys()


def test_a_goal_stands_beside_its_figure_and_says_which_way_is_better() -> None:
    answer = CliRunner().invoke(command.bench, ["serials", "--quick"])

    made, _, told = (json.loads(line) for line in answer.stdout.splitlines())
    assert (made["goal"], made["better"]) == (3_000_000, "more")
    assert (told["goal"], told["better"]) == (60, "less")


def test_a_peer_that_is_not_installed_has_a_line_without_a_value() -> None:
    absent = Peer("no_such_package").rate_of("work", lambda: str, [1], "any", QUICK)

    assert (absent.name, absent.value, absent.low, absent.high, absent.n) == (
        "peer.no_such_package.work",
        None,
        None,
        None,
        0,
    )
    assert absent.conditions.case.startswith("peer not installed: no_such_package")
    assert absent.is_reached is None
    assert command._table([absent], 200).row_count == 1


def test_without_the_checkout_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "CHECKOUT", tmp_path)

    answer = CliRunner().invoke(command.bench, ["gs1"])

    assert answer.exit_code == 1
    assert "run `make bench` in the source checkout" in answer.stderr


def test_an_unknown_group_is_a_usage_error() -> None:
    assert CliRunner().invoke(command.bench, ["everything"]).exit_code == 2
