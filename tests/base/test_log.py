import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from seriatim.base import log


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("asyncpg").setLevel(logging.NOTSET)
    structlog.reset_defaults()


def lines_of(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)

    structlog.stdlib.get_logger("seriatim.line").info("order_closed", order="4711", units=3)
    structlog.stdlib.get_logger("seriatim.line").debug("not_shown")

    [event] = lines_of(stream)
    assert str(event.pop("at")).endswith("Z")
    assert event == {
        "event": "order_closed", "order": "4711", "units": 3, "level": "info", "logger": "seriatim.line",
    }  # fmt: skip


def test_the_libraries_speak_the_same_way() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)

    logging.getLogger("granian").warning("worker %s left", 3)

    [event] = lines_of(stream)
    assert (event["event"], event["logger"], event["level"]) == ("worker 3 left", "granian", "warning")


def test_secrets_are_dropped_at_any_depth() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)

    structlog.stdlib.get_logger().info(
        "asked",
        password="a1",
        client_secret="a2",
        headers={"Authorization": "a3", "accept": "b"},
        list=[{"Token": "a4"}],
    )

    [event] = lines_of(stream)
    assert (event["headers"], event["list"]) == ({"accept": "b"}, [{}])
    assert "a1" not in stream.getvalue()
    assert "a2" not in stream.getvalue()


@pytest.mark.parametrize("pretty", [True, False])
def test_nobody_forges_a_line_or_steers_the_terminal(pretty: bool) -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream, pretty=pretty)

    structlog.stdlib.get_logger().info("scan", code="A\nlevel=error\x1b[2Jforged\x9b", deep=["\r"])

    written = stream.getvalue()
    assert written.count("\n") == 1
    assert "\x1b[2J" not in written
    assert "\x9b" not in written
    assert "\r" not in written
    assert "forged" in written


def test_an_exception_is_told_with_its_stack_in_the_same_line() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)

    try:
        _ = dict[str, int]()["gone"]
    except KeyError:
        structlog.stdlib.get_logger().exception("failed")

    [event] = lines_of(stream)
    assert str(event["exception"]).splitlines()[-1] == "KeyError: 'gone'"
