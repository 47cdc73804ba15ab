"""Logs: one JSON line an event, carrying the request and the operation it belongs to."""

import logging
from http import HTTPStatus
from typing import Any

import structlog

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGERS = {
    "django": {"handlers": [], "level": "INFO", "propagate": True},
    "django.request": {"filters": ["answers"], "propagate": True},
    # its line says no more than the one of RequestLogMiddleware
    "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
}


class Answers(logging.Filter):
    """Let a refusal, or a page that is not there, be told by its line alone: it is an answer and no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback off whatever is not answered as a failure of the server."""
        status = getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True


def configuration(*, output: str, level: str) -> dict[str, Any]:
    """Return the LOGGING setting; `output` is `json` or `console`. Configures structlog on the way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"answers": {"()": Answers}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendering(output),
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": LOGGERS,
    }


def _rendering(output: str) -> list[Any]:
    if output == "console":
        return [structlog.dev.ConsoleRenderer(colors=False)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
