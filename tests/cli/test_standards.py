"""The standards at the terminal: one JSON line for each input, and an exit code that tells whether all were good."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pypdfium2
import pytest
from tests.factories.terminal import exit_code
from tests.factories.terminal import seriatim as run

from seriatim import epcis, symbols

CODE = "(01)09506000134352(21)A1"
LINK = "https://id.gs1.org/01/09506000134352/21/A1"
URN = "urn:epc:id:sgtin:9506000.013435.A1"
DOCUMENT = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-11-20T08:00:00Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventTime": f"2026-11-20T08:0{minute}:00.000Z",
                "eventTimeZoneOffset": "+00:00",
                "action": "OBSERVE",
                "bizStep": "shipping",
                "epcList": [LINK],
            }
            for minute in range(2)
        ]
    },
}


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[Any, list[Any]]:
    """Exit code and JSON lines of a command, run inside this process."""
    code = exit_code(*arguments)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_text_gets_its_line_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = said(
        capsys, "gs1", "parse", CODE, "^010950600013435221A1", "]d2010950600013435221A1", LINK, URN
    )

    assert code == 0
    assert [line.pop("input") for line in lines] == [
        CODE,
        "^010950600013435221A1",
        "]d2010950600013435221A1",
        LINK,
        URN,
    ]
    assert (
        lines
        == [
            {
                "elements": [["01", "09506000134352"], ["21", "A1"]],
                "bracketed": CODE,
                "element_string": "^010950600013435221A1",
                "digital_link": LINK,
            }
        ]
        * 5
    )


def test_a_bad_text_tells_code_ai_position_and_markup_and_the_others_are_still_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, (bad, good) = said(capsys, "gs1", "parse", "(01)09506000134353", CODE)

    assert code == 1
    assert set(bad) == {"input", "error"}
    assert bad["error"]["ai"] == "01"
    assert bad["error"]["markup"].count("|") == 2
    assert {"code", "position", "message"} <= set(bad["error"])
    assert good["bracketed"] == CODE


def test_texts_come_from_standard_input_too() -> None:
    done = run("gs1", "parse", stdin=f"{CODE}\n{LINK}\r\n\n")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["input"] for line in lines] == [CODE, LINK, ""]
    assert ["error" in line for line in lines] == [False, False, True]
    assert done.returncode == 1


def test_bytes_that_are_no_text_are_a_bad_text() -> None:
    piped = subprocess.run(
        [sys.executable, "-m", "seriatim", "gs1", "parse"],
        input=b"(01)\xff\n",
        capture_output=True,
        check=False,
    )
    given = subprocess.run(
        [sys.executable, "-m", "seriatim", "gs1", "parse", b"(01)\xff"], capture_output=True, check=False
    )

    for done in (piped, given):
        assert (done.returncode, done.stderr) == (1, b"")
        assert json.loads(done.stdout)["input"] == "(01)\ufffd"


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "zpl"])
def test_a_code_is_written_in_the_form_of_the_files_ending(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"code.{ending}"

    code, (told,) = said(capsys, "symbols", "encode", CODE, "--out", out, "--json")

    assert (code, told) == (
        0,
        {
            "file": str(out),
            "format": "datamatrix",
            "text": CODE,
            "symbology_id": "]d2",
            "size": [16, 16],
        },
    )
    beginning = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "zpl": b"^XA"}[ending]
    assert beginning in out.read_bytes()[:200]


def test_what_is_encoded_can_be_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "symbols", "encode", CODE, "--out", tmp_path / "code.pdf", "--json")
    with pypdfium2.PdfDocument(tmp_path / "code.pdf") as document:
        cv2.imwrite(str(tmp_path / "code.png"), document[0].render(scale=6).to_numpy())

    code, (told,) = said(capsys, "symbols", "read", tmp_path / "code.png")

    assert code == 0
    (read,) = told["codes"]
    assert (read["text"], read["format"], read["symbology_id"]) == (CODE, "datamatrix", "]d2")
    assert read["grade"]["letter"] == ""
    assert "Artwork that never saw a camera" in read["grade"]["note"]
    assert len(read["corners"]) == 4


@pytest.mark.parametrize("text", ["(01)09506000134353", "(01)0950600013435"])
def test_a_code_that_cannot_be_is_refused_and_no_file_is_written(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "code.svg"

    code = exit_code("symbols", "encode", text, "--out", out)

    told = capsys.readouterr()
    assert (code, told.out, out.exists()) == (1, "", False)
    assert told.err.startswith("seriatim: ")


def test_a_picture_without_a_code_or_no_picture_at_all_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = symbols.synth.frame(symbols.encode(CODE, "datamatrix"), effects={"absent": 1.0})
    cv2.imwrite(str(tmp_path / "empty.png"), scene.image)
    (tmp_path / "half.png").write_bytes((tmp_path / "empty.png").read_bytes()[:300])

    code, (empty, half) = said(capsys, "symbols", "read", tmp_path / "empty.png", tmp_path / "half.png")

    assert code == 1
    assert empty["codes"] == []
    assert set(half["error"]) == {"code", "message"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonld"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return path


def test_a_good_document_is_valid(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "epcis", "check", file) == (
        0,
        [{"file": str(file), "valid": True, "events": 2, "warnings": []}],
    )


def test_every_fault_of_a_document_is_told_with_its_place(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = json.loads(file.read_text(encoding="utf-8"))
    first, second = wrong["epcisBody"]["eventList"]
    first["action"] = "MAYBE"
    del second["eventTimeZoneOffset"]
    (tmp_path / "wrong.jsonld").write_text(json.dumps(wrong), encoding="utf-8")

    code, (bad, good) = said(capsys, "epcis", "check", tmp_path / "wrong.jsonld", file)

    assert (code, bad["valid"], good["valid"]) == (1, False, True)
    places = " ".join(problem["path"] for problem in bad["problems"])
    assert "/eventList/0" in places
    assert "/eventList/1" in places


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_what_is_no_document_is_invalid(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad").write_bytes(content)

    code, (told,) = said(capsys, "epcis", "check", tmp_path / "bad")

    assert (code, told["valid"]) == (1, False)
    assert told["problems"]


def test_each_event_has_its_hash(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = [epcis.event_hash(event, mode="strict") for event in epcis.loads(file.read_bytes()).events]

    code, lines = said(capsys, "epcis", "hash", file, "--json")
    assert exit_code("epcis", "hash", file) == 0
    plain = capsys.readouterr().out.split()

    assert code == 0
    assert [line["hash"] for line in lines] == plain == expected
    assert [line["event"] for line in lines] == [0, 1]


def test_a_document_that_is_none_has_no_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad").write_bytes(b"{")

    assert (exit_code("epcis", "hash", tmp_path / "bad"), capsys.readouterr().out) == (1, "")


def test_gs1_explain_says_what_is_wrong_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code("gs1", "explain", "(01)09506000134353(21)A1")

    told = capsys.readouterr().out
    assert code == 1
    assert "the check digit should be 2, not 3" in told
    assert "Probably meant" in told


def test_gs1_explain_gives_one_json_line_for_each_code(capsys: pytest.CaptureFixture[str]) -> None:
    code, answers = said(capsys, "gs1", "explain", "--json", "--gcp-length", "7", CODE, LINK)

    assert code == 0
    assert [answer["form"] for answer in answers] == ["bracketed", "digital_link"]
    assert answers[0]["spellings"][6] == {"name": "EPC URN", "text": "urn:epc:id:sgtin:9506000.013435.A1"}
