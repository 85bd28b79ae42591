"""Whatever the OpenAPI document allows, and what it does not, is answered without a defect."""

from __future__ import annotations

import os

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="no schemathesis")

from hypothesis import HealthCheck, Phase, errors, given, settings  # noqa: E402  after the skip
from hypothesis import strategies as st  # noqa: E402

CASES = int(os.environ.get("LSTSR_CASES", "300"))
"""Requests in all, at least; the figures of the documentation are of 2,000."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    from lstsr_api.app import create_app
    from lstsr_api.settings import Limits, Settings

    many = Limits(rate=1e6, burst=10**6, queue=10**6, patience=0.0)
    return create_app(Settings(store=tmp_path_factory.mktemp("store"), limits=many))


@pytest.fixture(scope="module")
def known(app, tmp_path_factory):
    """A result and an upload, by the names of what requests put in their place."""
    from starlette.testclient import TestClient

    from lstsr_api.carrying_out import carry_out
    from lstsr_api.catalogue import publish
    from lstsr_api.demo import submit_demo

    service = app.state.service
    with TestClient(app) as client:
        job = submit_demo(service, "")
        carry_out(service.store, job.id, {"process": "sharpen", "request": job.request}, 0)
        publish(service.store, job.id)
        upload = client.get("/inputs").json()[0]["id"]
    return {
        "item": job.id,
        "job": job.id,
        "upload": upload,
        "layer": "lst",
        "z": 5,
        "x": 16,
        "y": 11,
    }


def with_known(found, known):
    """Put what is there in place of what cannot be, so that a request gets further."""
    if isinstance(found, dict):
        return {name: known.get(name, with_known(one, known)) for name, one in found.items()}
    return [with_known(one, known) for one in found] if isinstance(found, list) else found


def judge(case, answer):
    told = (case.method, case.path, answer.status_code, answer.content[:300])
    assert answer.status_code < 500, told
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith("application/problem+json"), told


@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore")
def test_no_request_meets_a_defect(app, known, capsys):
    schema = schemathesis.openapi.from_asgi("/api", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = [*schemathesis.GenerationMode]
    each = -(-2 * CASES // (len(operations) * len(modes)))  # some have few distinct requests
    statuses = {}

    for operation in operations:
        for mode in modes:

            @settings(
                max_examples=each,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=[*HealthCheck],
            )
            @given(case=operation.as_strategy(generation_mode=mode), further=st.booleans())
            def probe(case, further):
                if further and case.method != "DELETE":  # others still need it
                    case.path_parameters = with_known(case.path_parameters, known)
                    case.body = with_known(case.body, known)
                answer = case.call()
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                judge(case, answer)

            try:
                probe()
            except (schemathesis.errors.SchemathesisError, errors.Unsatisfiable):  # cannot be wrong
                continue
    with capsys.disabled():
        print(sorted(statuses.items()))  # noqa: T201  the figures are what it is run for
    assert sum(statuses.values()) >= CASES / 2
