"""Application logs: structured, one event a line, without names, tokens or query texts."""

from typing import Any

import structlog


def _taire_les_arguments(_: Any, __: str, evenement: Any) -> Any:
    """Remove the arguments of a job, which procrastinate quotes when it fails: to whom a mail goes, and its page."""
    travail = getattr(evenement.get("_record"), "job", None)
    if travail:
        evenement["event"] = evenement["event"].replace(travail["call_string"], travail["task_name"])
    return evenement


_COMMUNS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(forme: str) -> dict[str, Any]:
    """Return the ``logging`` configuration; ``forme`` is ``texte`` (development) or ``json`` (production)."""
    structlog.configure(
        processors=[*_COMMUNS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    rendu: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if forme == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "fce": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_COMMUNS, _taire_les_arguments],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendu],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "fce"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "fce": {"level": "INFO"},
            # Django's access and 4xx logs hold whole URLs, thus queries: our own logs replace them.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "ERROR"},
            # At DEBUG this logger writes the message and trace of template errors, which may hold data.
            "django.template": {"level": "WARNING"},
            # These loggers write the URL of each call: the number asked, for whom and why.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            # Its errors hold the address of the cluster and the words searched: our own logs replace them.
            "opensearch": {"level": "CRITICAL"},
        },
    }
