"""A real server over a real pilot, and a real browser: what every test of a page asks for.

The pilot of 240 units runs once for the whole test run, also when several workers share it; each worker has a server and
a browser of its own. Without Chromium the tests are skipped, unless SERIATIM_REQUIRE_BROWSER=1.

    def test_the_page_says_so(console: Page) -> None:
        console.goto("/console/units")
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from seriatim import access
from seriatim.access import Role
from seriatim.app import open_app
from seriatim.areas import protection, recall
from seriatim.base.db import Transaction
from seriatim.base.settings import Settings

UNITS, SEED = 240, 7
SCREENS = Path(__file__).parent / "screens"
PASSWORD = "correct horse battery staple"
STARTS_WITHIN = 60.0
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests stay together, and come last: Playwright leaves a loop running, beside which no other can run."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass(frozen=True)
class Site:
    """A running Seriatim."""

    url: str
    data: Path
    pilot: dict[str, Any]
    """What `seriatim demo --json` reported."""

    def ask(self, question: Callable[[Transaction], Any]) -> Any:
        """The answer of an async question to the database behind the site."""

        async def answer() -> Any:
            async with open_app(Settings(data=self.data)) as app, app.database.transaction() as tx:
                return await question(tx)

        # In a thread of its own: Playwright's loop runs in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(answer())).result()

    def once_link(self, role: Role) -> str:
        """The address of a one-time link for a new person of this role."""

        async def invite(tx: Transaction) -> str:
            now = datetime.now(UTC)
            person = await access.add_person(
                tx, f"{secrets.token_hex(6)}@alboral.example", role.replace("_", " ").title(), role,
                actor=access.SYSTEM, now=now,
            )  # fmt: skip
            return await access.make_once_link(tx, "set_password", person.id, now=now)

        return f"{self.url}/welcome/{self.ask(invite)}"


@pytest.fixture(scope="session")
def pilot_data() -> Iterator[tuple[Path, dict[str, Any]]]:
    """The data folder of one pilot, filled by whoever comes first."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(6)
    folder = Path(tempfile.gettempdir()) / f"seriatim-browser-{os.getuid()}-{run[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    report = folder / "report.json"
    with (folder / "users.lock").open("a") as users:
        with (folder / "fill.lock").open("a") as fill:
            fcntl.flock(fill, fcntl.LOCK_EX)
            if not report.exists():
                report.write_bytes(_fill(folder / "data"))
        fcntl.flock(users, fcntl.LOCK_SH)
        yield folder / "data", json.loads(report.read_bytes())
        fcntl.flock(users, fcntl.LOCK_UN)
        with contextlib.suppress(OSError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            forget(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _fill(data: Path) -> bytes:
    command = [
        sys.executable,
        "-m",
        "seriatim",
        "demo",
        "--units",
        str(UNITS),
        "--seed",
        str(SEED),
        "--exit",
        "--json",
    ]
    done = subprocess.run([*command, "--data", str(data)], capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    return done.stdout


def forget(data: Path) -> None:
    """The database lies elsewhere when the tests run as root: only a link to it stands in the data folder."""
    shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)


@pytest.fixture(scope="session")
def site(pilot_data: tuple[Path, dict[str, Any]]) -> Iterator[Site]:
    """A server on a free port."""
    data, report = pilot_data
    with _served(data) as url:
        yield Site(url, data, report)


@contextlib.contextmanager
def _served(data: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "seriatim", "serve", "--port", str(port), "--data", str(data)]
    log = data.parent / f"server-{port}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://localhost:{port}"
        _wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-4000:]
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{url}/signin", timeout=2),
        ):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-4000:])


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on its first day: nothing in it."""
    data = tmp_path_factory.mktemp("empty") / "data"
    with _served(data) as url:
        yield Site(url, data, {})
    forget(data)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    executable = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if executable is None:
        message = "no Chromium on this machine"
        if os.environ.get("SERIATIM_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sign_in(browser: Browser) -> Callable[[Site, Role], Any]:
    """Goes through the real door, as a new person of a role; gives the browser's state."""
    return lambda site, role: _sign_in(browser, site, role)


def _sign_in(browser: Browser, site: Site, role: Role) -> Any:
    """The one-time link, a password, the console."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto(site.once_link(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password and sign in").click()
    page.wait_for_url("**/console")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: Site) -> Any:
    """The browser's state of an administrator."""
    return _sign_in(browser, site, "administrator")


@pytest.fixture
def context(browser: Browser, site: Site, signed_in: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=site.url,
        storage_state=signed_in,
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    yield context
    context.close()


@pytest.fixture
def console(context: BrowserContext) -> Page:
    """A page of somebody who is signed in, 1440 pixels wide."""
    return context.new_page()


@pytest.fixture(scope="session")
def first_alert(site: Site) -> int:
    """The id of an open alert about one unit that travels impossibly."""

    async def question(tx: Transaction) -> int:
        found = await protection.alerts(tx, "open", None, 1_000)
        return next(alert.id for alert in found if alert.rule == "R4h")

    return int(site.ask(question))


@pytest.fixture(scope="session")
def live_recall(site: Site) -> recall.Recall:
    """The recall of the pilot."""

    async def question(tx: Transaction) -> recall.Recall:
        return (await recall.recalls(tx, "live"))[-1]

    found: recall.Recall = site.ask(question)
    return found
