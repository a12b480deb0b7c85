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
