"""`seriatim bench`: lines for machines. How fast anything is stays out of the tests."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from seriatim.cli import bench as command

PROMISED = {"name", "value", "unit", "n", "conditions", "goal"}


def test_each_figure_is_one_line_with_the_promised_names() -> None:
    answer = CliRunner().invoke(command.bench, ["serials", "protection", "--quick"])

    figures = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0, answer.output
    assert [one["name"] for one in figures] == [
        "serials.make",
        "serials.make_sgtin_96",
        "peer.ff3.serials",
        "peer.random_and_set.serials",
        "serials.guard",
        "serials.was_it_issued",
        "serials.was_it_issued_in_five_generations",
        "protection.replay",
    ]
    assert [PROMISED - one.keys() for one in figures] == [set()] * 8
    measured = [one for one in figures if one["value"] is not None]  # peers may be absent
    assert all(one["low"] <= one["value"] <= one["high"] for one in measured)
    assert {"cores", "python", "postgresql"} <= figures[0]["conditions"].keys()


def test_a_goal_stands_beside_its_figure_and_says_which_way_is_better() -> None:
    answer = CliRunner().invoke(command.bench, ["serials", "--quick"])

    figures = {line["name"]: line for line in map(json.loads, answer.stdout.splitlines())}
    made, told = figures["serials.make"], figures["serials.was_it_issued"]
    assert (made["goal"], made["better"]) == (3_000_000, "more")
    assert (told["goal"], told["better"]) == (60, "less")


def test_without_the_checkout_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "CHECKOUT", tmp_path)

    answer = CliRunner().invoke(command.bench, ["gs1"])

    assert answer.exit_code == 1
    assert "run `make bench` in the source checkout" in answer.stderr


def test_an_unknown_group_is_a_usage_error() -> None:
    assert CliRunner().invoke(command.bench, ["everything"]).exit_code == 2
