"""The doors of the verifiable log: files for auditors, proofs, the witness's address, and what the console shows."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.access.verifiable_log.test_witness import asked
from tests.factories.log import LOG, WITNESS, everything_numbered
from tests.factories.plant import commission, lease_serials, make_plant
from tests.factories.site import Site, open_site

from seriatim.access.verifiable_log import Checkpoint, LogFolder, Proof, VerifierKey, Witness
from seriatim.access.verifiable_log.entries import sealed_in
from seriatim.access.verifiable_log.verifier import sha256
from seriatim.base.db import Database
from seriatim.web.witness import site as witness_site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        async with db.transaction() as tx:
            await make_plant(tx)
            serials = await lease_serials(tx, 2)
        async with db.transaction() as tx:
            await commission(tx, serials)
        await sealed(site)
        yield site


async def sealed(site: Site) -> None:
    """Everything that was done so far is under a checkpoint."""
    await everything_numbered(site.app.database, site.app.log_sources)
    await site.app.keep_log()


async def test_an_auditor_reads_the_files_of_the_log(site: Site) -> None:
    auditor = await site.with_key("auditor")

    checkpoint = await auditor.get("/log/checkpoint")
    size = Checkpoint.parse(checkpoint.text).size
    tile = await auditor.get(f"/log/tile/0/000.p/{size}")
    bundle = await auditor.get(f"/log/tile/entries/000.p/{size}")

    assert checkpoint.headers["cache-control"] == "private, no-cache"
    assert len(tile.content) == 32 * size
    assert len(bundle.content) == 59 * size
    assert "immutable" in tile.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "../master.key",
        "..%2Fmaster.key",
        "tile/0/999",
        "tile/0/0",
        "witnesses.json",
        ".publishing",
        "",
        "tile/0/000.p/0",
    ],
)
async def test_nothing_but_the_files_of_the_log_is_served(site: Site, path: str) -> None:
    auditor = await site.with_key("auditor")

    assert (await auditor.get(f"/log/{path}")).status_code == 404


async def test_the_log_is_for_those_who_may_read_the_trail(site: Site) -> None:
    assert (await site.client().get("/log/checkpoint")).status_code == 401
    assert (await (await site.with_key("warehouse")).get("/log/checkpoint")).status_code == 403


async def test_an_event_is_proved_to_whoever_has_the_answer(site: Site) -> None:
    auditor = await site.with_key("auditor")
    state = (await auditor.get("/api/v1/log")).json()
    async with site.app.database.transaction() as tx:
        event_id = await tx.value("select event_id from history_event")

    answer = (await auditor.get(f"/api/v1/events/{quote(event_id, safe='')}/proof")).json()

    content, salt, entry = (base64.b64decode(answer[name]) for name in ("content", "salt", "entry"))
    assert sha256(salt + content).digest() == sealed_in(entry)
    assert Proof.parse(answer["proof"]).check(entry, [VerifierKey.parse(state["key"])]).size == state["size"]
    assert b'"ObjectEvent"' in content


async def test_a_line_of_the_trail_is_proved_too(site: Site) -> None:
    auditor = await site.with_key("auditor")

    answer = await auditor.get("/api/v1/audit/1/proof")

    assert answer.json()["kind"] == "audit"
    assert (await auditor.get("/api/v1/audit/999999/proof")).status_code == 404
    assert (await auditor.get("/api/v1/audit/none/proof")).status_code == 404
    assert (await auditor.get("/api/v1/audit/" + "9" * 40 + "/proof")).status_code == 404


async def test_what_is_not_under_a_checkpoint_yet_has_no_proof(site: Site) -> None:
    auditor = await site.with_key("auditor")  # making the key is a deed of its own, and new
    async with site.app.database.transaction() as tx:
        newest = await tx.value("select max(id) from access_audit")

    assert (await auditor.get(f"/api/v1/audit/{newest}/proof")).status_code == 404
    await sealed(site)
    assert (await auditor.get(f"/api/v1/audit/{newest}/proof")).status_code == 200


async def test_the_console_shows_the_log_and_gives_the_proof_of_an_event(site: Site) -> None:
    browser, _ = await site.signed_in("auditor")
    async with site.app.database.transaction() as tx:
        number = await tx.value("select id from history_event")

    audit = (await browser.get("/console/audit")).text
    page = (await browser.get(f"/console/events/{number}")).text
    proof = await browser.get(f"/console/events/{number}/proof")

    assert "are sealed in the verifiable log" in audit
    assert "in the verifiable log. Whoever holds the event and this proof can check" in page
    log = LogFolder.of(site.app.environment)
    read = Proof.parse(proof.text)
    assert read.check(read.extra, [log.signer.key]) == log.checkpoint()


async def test_the_figures_say_how_far_the_log_is(site: Site) -> None:
    administrator = await site.with_key("administrator")

    lines = (await administrator.get("/metrics")).text.splitlines()

    size = LogFolder.of(site.app.environment).checkpoint().size
    assert f"seriatim_log_entries {float(size)}" in lines
    assert any(line.startswith("seriatim_log_waiting ") for line in lines)


async def test_the_witness_answers_at_its_address(tmp_path: Path) -> None:
    door = witness_site(Witness(WITNESS, [LOG.key], tmp_path / "witness.db"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(door), base_url="http://witness.example"
    ) as client:
        signed = await client.post("/add-checkpoint", content=asked(0, 100))
        conflict = await client.post("/add-checkpoint", content=asked(0, 50))
        garbage = await client.post("/add-checkpoint", content=b"\xff\xfe")
        large = await client.post("/add-checkpoint", content=b"x" * 64_001)

    assert signed.text.startswith("\u2014 witness.example ")
    assert (conflict.status_code, conflict.text, conflict.headers["content-type"]) == (
        409,
        "100\n",
        "text/x.tlog.size",
    )
    assert (garbage.status_code, large.status_code) == (400, 413)
