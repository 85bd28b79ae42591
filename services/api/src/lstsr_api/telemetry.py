"""Traces by OpenTelemetry where a collector is named, without what a query says."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

COLLECTOR: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""Variable that names the collector (OpenTelemetry, SDK configuration)."""
NAME: Final = "OTEL_SERVICE_NAME"
"""Variable that names the service."""
ADDRESSES: Final = ("http.url", "http.target", "url.full", "url.path", "url.query")
"""Attributes of a span that hold the query (semantic conventions for HTTP, old and new)."""
SILENT: Final = "health,metrics"
"""Paths that are asked for all the time and tell nothing."""

logger = logging.getLogger(__name__)


def trace(app: FastAPI) -> None:
    """Send a span of every request to the collector; nothing is done where none is named."""
    if not os.environ.get(COLLECTOR):
        return
    try:
        _instrument(app)
    except ImportError as error:
        logger.warning("no traces, %s: pip install 'lstsr-api[telemetry]'", error)


def _instrument(app: FastAPI) -> None:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = {"service.name": os.environ.get(NAME, app.title)}
    provider = TracerProvider(resource=Resource.create(name))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        server_request_hook=hide,
        excluded_urls=SILENT,
        exclude_spans=["receive", "send"],
    )


def hide(span: Any, scope: Mapping[str, Any]) -> None:  # noqa: ANN401  a Span of OpenTelemetry
    """Leave of an address its path alone: a query may hold what is nobody else's."""
    for name in ADDRESSES:
        if name in span.attributes:
            span.set_attribute(name, "" if name == "url.query" else scope["path"])
