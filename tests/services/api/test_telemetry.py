"""Traces are sent where a collector is named, and hold no secret."""

from __future__ import annotations

import subprocess
import sys

import pytest
from fastapi import FastAPI

from lstsr_api import telemetry


class Span:
    def __init__(self, **attributes):
        self.attributes = attributes

    def set_attribute(self, name, value):
        self.attributes[name] = value


def test_a_span_holds_the_path_and_not_the_query():
    span = Span(
        **{"http.url": "http://h/jobs?token=x", "url.query": "token=x", "http.method": "GET"}
    )
    telemetry.hide(span, {"path": "/jobs"})
    assert span.attributes == {"http.url": "/jobs", "url.query": "", "http.method": "GET"}


def test_without_a_collector_nothing_of_it_is_loaded(monkeypatch):
    monkeypatch.delenv(telemetry.COLLECTOR, raising=False)
    monkeypatch.setattr(telemetry, "_instrument", lambda _: pytest.fail("it was asked for"))
    telemetry.trace(FastAPI())


def test_a_collector_without_the_library_is_told_and_the_service_goes_on(monkeypatch, caplog):
    monkeypatch.setenv(telemetry.COLLECTOR, "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.fastapi", None)
    telemetry.trace(FastAPI())
    assert "lstsr-api[telemetry]" in caplog.text


def test_the_library_takes_what_it_is_given():
    pytest.importorskip("opentelemetry.instrumentation.fastapi", reason="no OpenTelemetry")
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="no OpenTelemetry")
    code = (
        "from fastapi import FastAPI; from fastapi.testclient import TestClient\n"
        "from lstsr_api.telemetry import trace\n"
        "app = FastAPI(); trace(app)\n"
        "assert TestClient(app).get('/nothing?token=x').status_code == 404\n"
    )
    environment = {telemetry.COLLECTOR: "http://127.0.0.1:9"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)
