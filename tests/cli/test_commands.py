"""What all commands share: help with an example, three exit codes, one sentence when something is wrong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.factories.terminal import exit_code
from tests.factories.terminal import seriatim as run

from seriatim import __version__
from seriatim.base.errors import BadInput
from seriatim.cli import COMMANDS, seriatim
from seriatim.cli.demo import default_pilot


def every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(seriatim)
    for name in COMMANDS:
        command = seriatim.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner, child in command.commands.items():
                yield f"{name} {inner}", child


EVERY = dict(every_command())
LONG_RUNNING = {"serve", "log witness", "printer fake"}


@pytest.mark.parametrize("name", EVERY)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(*name.split(), "--help") == 0

    told = " ".join(capsys.readouterr().out.split())
    assert re.search(rf"Example: .*seriatim {name}", told), told
    assert all(option.help for option in EVERY[name].params if isinstance(option, click.Option))


def test_every_command_that_answers_takes_json() -> None:
    without = [
        name
        for name, command in EVERY.items()
        if not isinstance(command, click.Group)
        and not any("--json" in param.opts for param in command.params)
    ]

    assert set(without) - LONG_RUNNING - {"bench"} == set()


def test_help_names_every_command_and_where_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--help") == 0

    told = capsys.readouterr().out
    assert "seriatim demo" in told
    assert [name for name in COMMANDS if name not in told] == []


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--version") == 0

    assert capsys.readouterr().out.split()[-1] == __version__


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["keys", "create"],
        ["keys", "create", "--role", "king"],
        ["keys", "revoke"],
        ["demo", "--units", "23"],
        ["demo", "--units", "many"],
        ["demo", "--input", "/none/such/folder"],
        ["serve", "--port", "0"],
        ["symbols", "read", "/none/such/file.png"],
        ["symbols", "encode", "(01)09506000134352", "--out", "code.gif"],
        ["epcis", "check"],
        ["gs1", "parse", "--nonsense"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_is_meant(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(*arguments) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "Error: " in told.err


def refused(*arguments: str | Path, **settings: str) -> str:
    """The one sentence of a command that could not."""
    done = run(*arguments, **settings)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("seriatim: ")
    return lines[0].removeprefix("seriatim: ")


def test_a_pilot_without_its_files_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert re.match(
        r"Cannot read .*products\.toml: No such file or directory\. Copy examples/pilot and edit it\.",
        refused("demo", "--input", tmp_path, "--exit"),
    )


def test_a_pilot_with_an_unknown_fault_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for file in default_pilot().glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    plan = tmp_path / "pilot.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("defocus", "daydream"), encoding="utf-8")

    assert "unknown faults ['daydream']; known are ['absent'" in refused(
        "demo", "--input", tmp_path, "--exit"
    )


def test_a_folder_without_photographs_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert refused("demo", "--frames", tmp_path, "--exit", "--data", tmp_path / "data").startswith(
        f"There are no pictures in {tmp_path}"
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"SERIATIM_LOG_LEVEL": "loud"},
            "SERIATIM_LOG_LEVEL must be debug, info, warning or error, not 'loud'.",
        ),
        ({"SERIATIM_PUBLIC_URL": "example.com"}, "SERIATIM_PUBLIC_URL must be an address"),
        ({"SERIATIM_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, ""),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    settings: dict[str, str], words: str, tmp_path: Path
) -> None:
    assert refused("keys", "list", "--data", tmp_path / "data", **settings).startswith(words)


def test_an_error_of_ours_becomes_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise BadInput("Give a number.")

    monkeypatch.setattr(seriatim, "get_command", lambda *_: failing)

    assert (exit_code("keys"), capsys.readouterr().err) == (1, "seriatim: Give a number.\n")


def test_the_standards_need_no_settings_and_no_database() -> None:
    done = run(
        "gs1", "parse", "(01)09506000134352", SERIATIM_LOG_LEVEL="loud", SERIATIM_DATABASE_URL="nonsense"
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["bracketed"] == "(01)09506000134352"
