"""Codes and labels at the terminal, and a printer that is none."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pypdfium2
import pytest
from tests.factories.terminal import environment, exit_code

from seriatim import symbols

EXAMPLE = Path(__file__).parents[2] / "examples" / "pilot" / "label.toml"
HEADER = "gtin,lot,expiry,serial,product,brand"
GTIN = "09506000134352"


def rows(count: int) -> str:
    lines = [f"{GTIN},H26K20,2027-11-20,S{number:05},Huila 250 g,Alboral" for number in range(count)]
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(rows(3), "utf-8")
    return path


def text_of(number: int) -> str:
    return f"(01){GTIN}(17)271120(10)H26K20(21)S{number:05}"


@pytest.mark.parametrize("form", symbols.FORMATS)
def test_every_format_is_written_and_reads_back(form: str, tmp_path: Path) -> None:
    text = {"ean-8": "95060002", "upc-a": "036000291452"}.get(form, f"(01){GTIN}")
    out = tmp_path / "code.png"

    assert exit_code("symbols", "encode", text, "--format", form, "--out", out) == 0

    symbols.read_back(symbols.encode(text, form), cv2.imread(str(out), cv2.IMREAD_GRAYSCALE))


def test_a_pinned_size_too_small_is_refused_with_those_that_would_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = exit_code("symbols", "encode", text_of(1), "--size", "10x10", "--out", tmp_path / "code.svg")

    assert code == 1
    assert "it fits 22x22, 24x24, 26x26" in capsys.readouterr().err
    assert not (tmp_path / "code.svg").exists()


def test_a_module_between_printer_dots_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code(
        "symbols", "encode", text_of(1), "--dpi", "203", "--module", "0.254", "--out", tmp_path / "code.zpl"
    )

    assert code == 1
    assert "the next printable X is 0.375 mm" in capsys.readouterr().err


def test_a_pdf_has_a_label_for_each_row(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"

    assert exit_code("labels", "render", EXAMPLE, "--data", data, "--out", out) == 0

    pages = [page.render(scale=300 / 72, grayscale=True).to_numpy() for page in pypdfium2.PdfDocument(out)]
    assert [symbols.read(page)[0].text for page in pages] == [text_of(number) for number in range(3)]


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_many_pictures_are_numbered(
    suffix: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = exit_code(
        "labels", "render", EXAMPLE, "--data", data, "--out", tmp_path / f"one{suffix}", "--json"
    )

    [told] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [Path(file).name for file in told["files"]] == [f"one-{number:04}{suffix}" for number in (1, 2, 3)]
    assert all(Path(file).exists() for file in told["files"])
    assert told["template_sha256"] == symbols.LabelTemplate.load(EXAMPLE).sha256


@pytest.mark.parametrize("suffix", [".pdf", ".zpl"])
def test_nothing_is_written_when_one_row_makes_no_label(
    suffix: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text(rows(2) + f"{GTIN[:-1]}3,H26K20,2027-11-20,S1,Huila,Alboral\n", "utf-8")
    out = tmp_path / f"labels{suffix}"

    assert exit_code("labels", "render", EXAMPLE, "--data", data, "--out", out) == 1

    assert "row 3: AI (01): the check digit should be 2, not 3" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("content", ["", HEADER + "\n", '[{"gtin": 1}]', b"\xff\xfe"])
def test_rows_that_are_none_are_refused(content: str | bytes, tmp_path: Path) -> None:
    data = tmp_path / ("rows.json" if "{" in str(content) else "rows.csv")
    data.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert exit_code("labels", "render", EXAMPLE, "--data", data, "--out", tmp_path / "l.pdf") == 1


def test_json_rows_do_as_well(tmp_path: Path) -> None:
    data = tmp_path / "rows.json"
    data.write_text(
        json.dumps([dict(zip(HEADER.split(","), rows(1).splitlines()[1].split(","), strict=True))])
    )

    assert exit_code("labels", "render", EXAMPLE, "--data", data, "--out", tmp_path / "one.png") == 0

    [found] = symbols.read(tmp_path / "one.png")
    assert found.text == text_of(0)


def test_a_faulty_template_is_told_with_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "label.toml"
    path.write_text(
        EXAMPLE.read_text("utf-8").replace("module_mm", "modul_mm").replace("{lot}", "{los}"), "utf-8"
    )

    assert exit_code("labels", "check", path, "--json") == 1

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["element"], line["key"]) for line in lines] == [(0, "modul_mm"), (3, "text")]
    assert exit_code("labels", "check", EXAMPLE) == 0


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A printer of its own process; its port and its folder."""
    folder = tmp_path / "printed"
    command = [
        "-m",
        "seriatim",
        "printer",
        "fake",
        "--port",
        "0",
        "--out",
        folder,
        "--speed",
        "200",
        "--paper",
        "5",
    ]
    process: Any = subprocess.Popen(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True, env=environment()
    )
    port = int(process.stdout.readline().split(";")[0].rsplit(":", 1)[1])
    yield port, folder
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def test_labels_sent_to_a_printer_that_is_none_become_pictures_until_its_paper_is_out(
    fake: tuple[int, Path], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, folder = fake
    zpl = tmp_path / "labels.zpl"
    exit_code("labels", "render", EXAMPLE, "--data", data, "--out", zpl)
    where = ("--host", "127.0.0.1", "--port", str(port))
    capsys.readouterr()

    first = exit_code("printer", "send", zpl, *where, "--json")
    second = exit_code("printer", "send", zpl, *where, "--json")
    state = exit_code("printer", "status", "127.0.0.1", "--port", str(port), "--json")

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first, second, state) == (0, 1, 1)
    assert [told[0][key] for key in ("labels", "printed", "fault")] == [3, 3, None]
    assert told[1]["fault"] == "paper_out"
    assert told[2]["faults"] == ["paper_out"]
    pictures = sorted(folder.glob("label-*.png"))
    assert [symbols.read(picture)[0].text for picture in pictures] == [text_of(n) for n in (0, 1, 2, 0, 1)]


def test_a_printer_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("printer", "status", "127.0.0.1", "--port", "1") == 1

    assert "Look at its cable and its power." in capsys.readouterr().err
