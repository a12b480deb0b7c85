import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from tests.factories.terminal import data_folder


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """One data folder for all commands that need a database; it is made by the first of them."""
    with data_folder() as folder:
        yield folder


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that runs inside the test's process sets up logs for the stderr of that test."""
    root = logging.getLogger()
    handlers, level, asyncpg = root.handlers[:], root.level, logging.getLogger("asyncpg").level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("asyncpg").setLevel(asyncpg)
    structlog.reset_defaults()
