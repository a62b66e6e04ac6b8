"""Logs as JSON lines with an allow-list of keys, metrics per service, and the ids that tie a request to its events."""

import logging
import secrets
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)

ALLOWED_KEYS = frozenset(
    {"event", "level", "timestamp", "logger", "service", "correlation_id"}
    | {"method", "route", "status", "milliseconds", "error", "where"}
    | {"consumer", "event_id", "event_type", "attempt", "loop", "count", "seconds", "digest"}
)
"""A key that is not here does not reach a log: what it would hold might be about a child."""


def new_traceparent() -> str:
    """A W3C trace context for work that nobody started for us."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def _only_allowed(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: value for key, value in entry.items() if key in ALLOWED_KEYS}
    if (current := correlation_id.get()) is not None:
        kept["correlation_id"] = current
    return kept


class _BareLibraryRecords(logging.Handler):
    """Log records of libraries without their arguments and exception texts, which may quote a row or a request."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        text = str(record.msg).split("\n", 1)[0][:200]
        structlog.get_logger().log(record.levelno, text, logger=record.name, **({"error": error} if error else {}))


def set_up_logging() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_BareLibraryRecords()]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


def kind_of(error: BaseException) -> str:
    """The class of an exception; of a group, the class of the first in it."""
    return kind_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else type(error).__name__


def where_raised(error: BaseException) -> list[str]:
    """File, line and function of each frame: what a developer needs, without the values."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]
    ]
