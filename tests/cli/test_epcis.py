"""`seriatim epcis`: documents checked, converted and hashed at the terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.epcis.documents import document, event
from tests.epcis.xml_documents import OBJECT
from tests.epcis.xml_documents import document as xml_document

from seriatim import epcis
from seriatim.cli.epcis import epcis_group
from seriatim.epcis import limits


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(epcis_group, list(arguments))
    return result.exit_code, result.stdout


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonld"
    path.write_bytes(document(event(bizStep="shipping")))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.xml"
    path.write_bytes(xml_document(OBJECT % "<bizStep>urn:epcglobal:cbv:bizstep:shiping</bizStep>"))
    return path


def test_check_names_every_fault_and_its_line(good: Path, bad: Path) -> None:
    code, out = run("check", str(good), str(bad))

    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert (first["valid"], second["valid"], second["count"]) == (True, False, 1)
    assert (second["problems"][0]["code"], second["problems"][0]["line"]) == ("unknown_word", 3)


def test_convert_gives_the_other_format_and_back(good: Path, tmp_path: Path) -> None:
    code, out = run("convert", str(good))
    back = tmp_path / "back.xml"
    back.write_text(out)

    again = json.loads(run("convert", str(back), "--json", "--out", str(tmp_path / "out"))[1])

    assert code == 0
    assert out.startswith("<?xml")
    assert epcis.loads(Path(again["written"]).read_bytes()).events == epcis.loads(good.read_bytes()).events


def test_hash_gives_one_line_for_each_event_in_both_modes(good: Path) -> None:
    strict = run("hash", str(good))
    reference = run("hash", str(good), "--mode", "reference", "--algorithm", "sha3-256")

    assert strict == (0, epcis.event_hash(epcis.loads(good.read_bytes()).events[0]) + "\n")
    assert reference == (0, str(epcis.event_hashes(good.read_bytes(), algorithm="sha3-256")[0]) + "\n")


def test_several_files_need_a_folder(good: Path) -> None:
    assert run("convert", str(good), str(good))[0] == 2


LONG = 19_000
"""Events; with some hundred octets each they are more than one capture may hold."""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document past the limit of one capture, whose last event but one is faulty."""
    path = tmp_path_factory.mktemp("long") / "long.jsonld"
    one = event(bizStep="shipping", readPoint={"id": "https://example.com/place/" + "x" * 1_800})
    whole = json.loads(document(one))
    texts = [json.dumps(whole["epcisBody"]["eventList"][0])] * LONG
    texts[-2] = texts[-2].replace("shipping", "shiping")
    whole["epcisBody"]["eventList"] = "EVENTS"
    path.write_text(json.dumps(whole).replace('"EVENTS"', "[" + ",".join(texts) + "]"))
    assert path.stat().st_size > limits.DOCUMENT_BYTES_MAX
    return path


def test_a_document_past_the_limit_of_one_capture_is_checked_event_by_event(long: Path) -> None:
    code, out = run("check", str(long))

    answer = json.loads(out)
    assert (code, answer["valid"], answer["count"]) == (1, False, 1)
    assert answer["problems"][0]["path"] == f"/epcisBody/eventList/{LONG - 2}/bizStep"


def test_a_document_past_the_limit_of_one_capture_is_hashed_event_by_event(long: Path) -> None:
    code, out = run("hash", str(long), "--json")

    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, len(answers)) == (1, LONG)
    assert [index for index, answer in enumerate(answers) if "error" in answer] == [LONG - 2]
    assert len({answer.get("hash") for answer in answers}) == 2


def test_a_document_past_the_limit_of_one_capture_has_no_reference_hashes(long: Path) -> None:
    result = CliRunner().invoke(epcis_group, ["hash", str(long), "--mode", "reference"])

    assert result.exit_code == 1
    assert "--mode strict" in result.stderr


def test_a_faulty_document_leaves_no_file_behind(long: Path, bad: Path, tmp_path: Path) -> None:
    for file in (long, bad):
        result = CliRunner().invoke(epcis_group, ["convert", str(file), "--out", str(tmp_path / "out")])

        assert result.exit_code == 1
        assert "bizStep" in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_document_past_the_limit_of_one_capture_is_converted_with_its_envelope(
    long: Path, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.jsonld"
    sound.write_bytes(long.read_bytes().replace(b"shiping", b"shipping"))

    code, _ = run("convert", str(sound), "--out", str(tmp_path / "out"))

    with (tmp_path / "out" / "sound.xml").open("rb") as stream, sound.open("rb") as original:
        readings = epcis.read_events(stream)
        assert code == 0
        assert all(
            first.event == second.event
            for first, second in zip(readings, epcis.read_events(original), strict=True)
        )
        stream.seek(0)
        original.seek(0)
        assert epcis.read_envelope(stream).creation_date == epcis.read_envelope(original).creation_date
