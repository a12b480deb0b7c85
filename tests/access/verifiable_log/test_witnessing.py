"""The log asks a witness over HTTP: signed, away, forgetful, set back, rewritten."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.factories.log import LOG, WITNESS, write_log
from tests.factories.plant import NOW

from seriatim.access.verifiable_log import (
    BadNote,
    HistoryContradicted,
    LogFolder,
    Witness,
    WitnessAddress,
    cosign,
)
from seriatim.access.verifiable_log.notes import open_note


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    """The witness at an address of this machine."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = witness.add_checkpoint(body, NOW)
            self.send_response(answer.status)
            self.send_header("content-type", answer.media_type)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(WITNESS, [LOG.key], tmp_path / "witness.db")


@pytest.fixture
def address(witness: Witness) -> Iterator[WitnessAddress]:
    with served(witness) as url:
        yield WitnessAddress(WITNESS.key, url)


def grown(folder: Path, size: int, *, forged: int | None = None) -> LogFolder:
    """A log that no witness has signed yet."""
    log = write_log(folder, size, forged=forged)
    log.sign(log.checkpoint())
    return log


def names_on(log: LogFolder) -> list[str]:
    return [one.name for one in open_note(log.note() or "", [LOG.key, WITNESS.key]).signed_by]


def test_the_witness_signs_and_its_signature_stands_on_the_checkpoint(
    address: WitnessAddress, tmp_path: Path
) -> None:
    log = grown(tmp_path / "log", 10)

    assert cosign(log, [address]) == ()
    assert names_on(log) == ["log.example/log", "witness.example"]
    assert cosign(log, [address]) == (), "what is signed is not asked for again"


def test_a_log_that_forgot_what_was_signed_is_told_and_goes_on(
    address: WitnessAddress, tmp_path: Path
) -> None:
    cosign(grown(tmp_path / "then", 10), [address])
    log = grown(tmp_path / "now", 300)

    assert cosign(log, [address]) == ()
    assert names_on(log) == ["log.example/log", "witness.example"]


def test_a_witness_that_is_away_is_named_and_stops_nothing(tmp_path: Path) -> None:
    log = grown(tmp_path / "log", 10)

    assert cosign(log, [WitnessAddress(WITNESS.key, "http://127.0.0.1:9")]) == ("witness.example",)
    assert names_on(log) == ["log.example/log"]


def test_i15_a_log_that_was_set_back_is_recognised(address: WitnessAddress, tmp_path: Path) -> None:
    cosign(grown(tmp_path / "newest", 300), [address])
    restored = grown(tmp_path / "restored", 200)

    with pytest.raises(HistoryContradicted, match=r"has signed 300 entries .* now has 200"):
        cosign(restored, [address])


def test_a_log_that_was_rewritten_is_recognised(address: WitnessAddress, tmp_path: Path) -> None:
    cosign(grown(tmp_path / "honest", 200), [address])

    with pytest.raises(HistoryContradicted, match="the log was rewritten"):
        cosign(grown(tmp_path / "forged", 300, forged=5), [address])


@pytest.mark.parametrize(
    "text",
    ["", str(WITNESS.key), f"{LOG.key} https://a.example", f"{WITNESS.key} ftp://a.example", "a b c"],
)
def test_a_setting_that_names_no_witness_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        WitnessAddress.parse(text)


def test_a_witness_is_set_by_key_and_address() -> None:
    assert WitnessAddress.parse(f" {WITNESS.key}  https://notary.example/ ") == WitnessAddress(
        WITNESS.key, "https://notary.example"
    )
