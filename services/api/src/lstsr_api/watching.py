"""What the service tells of itself: a log line and numbers for every request, and safe headers."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import MutableHeaders

from lstsr_data.acquisition.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("lstsr_api.access")

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content security policy (CSP level 3) of every answer: nothing from elsewhere, no inline code."""
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
"""Headers of every answer."""
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)
"""Durations that requests are sorted by. [s]"""


class Numbers:
    """Numbers for Prometheus.

    Parameters
    ----------
    waiting : callable
        Gives how many jobs wait or run.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        words: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter(
            "lstsr_requests", "Requests answered.", ["method", "route", "status"], **words
        )
        self.seconds = Histogram(
            "lstsr_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS, **words
        )
        jobs = Gauge("lstsr_jobs", "Jobs that wait or run.", **words)
        jobs.set_function(waiting)

    def text(self) -> bytes:
        """Give all numbers as Prometheus reads them."""
        return generate_latest(self.registry)


class Watch:
    """ASGI middleware that measures every request and puts the safe headers on its answer.

    Parameters
    ----------
    app : ASGI application
        What is watched.
    numbers : Numbers
        Where it is counted.
    """

    def __init__(self, app: ASGIApp, numbers: Numbers) -> None:
        self.app = app
        self.numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), [500]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            self._tell(scope, status[0], time.perf_counter() - start)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self.numbers.requests.labels(scope["method"], route, status).inc()
        self.numbers.seconds.labels(route).observe(seconds)
        logger.info(
            "%s %s %s", scope["method"], route, status, extra={"seconds": round(seconds, 4)}
        )


class Lines(logging.Formatter):
    """One JSON object a line; a request is named by its route, so no secret of it is written."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        seconds = getattr(record, "seconds", None)
        return json.dumps(line if seconds is None else {**line, "seconds": seconds})


def log_as_json() -> None:
    """Write the log of the service to standard error, one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    for name in ("lstsr_api", "uvicorn.error"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.INFO)
