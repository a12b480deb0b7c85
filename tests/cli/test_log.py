"""`seriatim log` at the terminal: status, export, verify, the stand-alone verifier, a proof."""

import json
from pathlib import Path

from click.testing import CliRunner

from seriatim.access.verifiable_log import Proof, verifier
from seriatim.cli.log import log


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(log, arguments)
    return done.exit_code, done.output


def test_the_log_is_exported_and_checked_alone(data: Path, tmp_path: Path) -> None:
    code, words = run("status", "--json", "--data", str(data))
    state = json.loads(words)
    assert code == 0

    code, words = run("export", str(tmp_path / "bundle.zip"), "--data", str(data), "--json")
    (tmp_path / "policy").write_text(f"log {state['key']}\nquorum none\n")
    checked = run("verify", str(tmp_path / "bundle.zip"), "--policy", str(tmp_path / "policy"))

    assert code == 0
    assert json.loads(words)["size"] >= state["size"]
    assert checked[0] == 0
    assert checked[1].splitlines()[-1] == "good"


def test_a_bundle_without_documents_is_checked_too(data: Path, tmp_path: Path) -> None:
    run("export", str(tmp_path / "bundle.zip"), "--no-documents", "--data", str(data))

    code, words = run("verify", str(tmp_path / "bundle.zip"), "--json")

    assert code == 0
    assert "documents    0 match their entries, 0 erased" in json.loads(words)["lines"][2]


def test_what_is_no_bundle_ends_with_its_own_code(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")

    assert run("verify", str(tmp_path / "x.zip"))[0] == 3


def test_the_verifier_is_printed_whole() -> None:
    assert run("verifier") == (0, Path(verifier.__file__).read_text(encoding="utf-8"))


def test_an_unknown_event_has_no_proof(data: Path) -> None:
    done = CliRunner().invoke(log, ["proof", "urn:uuid:none", "--data", str(data)])

    assert done.exit_code == 1
    assert "There is no event urn:uuid:none." in str(done.exception)
    assert Proof.parse("c2sp.org/tlog-proof@v1\nindex 0\n\nnote").place == 0
