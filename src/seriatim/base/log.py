"""What Seriatim says while it works: one JSON line per event on stderr, or readable lines on a terminal.

`structlog.stdlib.get_logger(__name__).info("order_closed", order="4711")`: the event is a short name, facts are keys.
Passwords, tokens and secrets are dropped by their key; control characters are escaped, so that nobody forges a line.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import msgspec
import structlog

SECRET_WORDS: Final = ("secret", "password", "token", "authorization", "cookie", "dsn")
CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
CONTROL_KEEPING_LINES: Final = {code: text for code, text in CONTROL.items() if code not in {0x09, 0x0A}}

Event = MutableMapping[str, Any]


def configure(level: str = "info", *, stream: TextIO | None = None, pretty: bool | None = None) -> None:
    """Send all logs, the libraries' too, to `stream` (stderr). Call once, at the start of a program."""
    stream = stream or sys.stderr
    pretty = stream.isatty() if pretty is None else pretty
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        drop_secrets,
        escape_control,
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(timestamp_key="at", colors=True) if pretty else _as_json
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # The pool tells each failed reconnection with a stack; the transaction that needs it says so by itself.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def drop_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Take out every fact whose key speaks of a secret, at any depth."""
    return {key: _clean(value) for key, value in event.items() if not _is_secret(key)}


def escape_control(_logger: Any, _method: str, event: Event) -> Event:
    r"""Write control characters out as \x.. in every text; a stack trace keeps its lines."""
    return {
        str(key).translate(CONTROL): _escaped(value, CONTROL_KEEPING_LINES if key == "exception" else CONTROL)
        for key, value in event.items()
    }


def _is_secret(key: Any) -> bool:
    return isinstance(key, str) and any(word in key.lower() for word in SECRET_WORDS)


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items() if not _is_secret(key)}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def _escaped(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, Mapping):
        return {str(key).translate(table): _escaped(inner, table) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(inner, table) for inner in value]
    return value


def _as_json(_logger: Any, _method: str, event: Event) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()
