"""A job is asked for, done, shown and dismissed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pystac
import pytest

from lstsr_api import worker
from lstsr_api.foreman import oversee
from lstsr_api.identity import job_id
from lstsr_api.requests import Sharpen, canonical
from lstsr_api.settings import Limits
from lstsr_api.store import write_json


def test_a_job_is_done_and_its_result_is_an_item_of_the_catalogue(worked, execute, asked, wait_for):
    inputs = asked
    accepted = execute(worked, inputs)
    assert accepted.status_code == 201
    job = accepted.json()["jobID"]
    assert accepted.headers["location"] == f"/jobs/{job}"
    assert wait_for(worked, job, "successful", "failed")["status"] == "successful"
    item = worked.get(f"/jobs/{job}/results").json()["item"]
    assert item["id"] == job
    assert item["properties"]["lstsr:request"]["model"] == "bicubic"
    assert set(item["assets"]) == {"lst", "lst_uncertainty", "quality", "quicklook", "coarse"}
    assert "run folder complete" in worked.get(f"/jobs/{job}/log").text
    collection = worked.get("/catalogue/results/collection.json").json()
    assert f"./{job}/stac.json" in [link["href"] for link in collection["links"]]
    at_once = execute(worked, inputs, prefer="")
    assert at_once.status_code == 200
    assert at_once.json()["item"] == item
    failing = execute(worked, {**inputs, "units": "celsius"}).json()["jobID"]
    told = wait_for(worked, failing, "successful", "failed")
    assert told["status"] == "failed"
    assert told["message"].startswith("SCALE_SUSPECT")
    problem = worked.get(f"/jobs/{failing}/results")
    assert problem.json()["code"] == "SCALE_SUSPECT"
    assert str(worked.service.store.root) not in problem.text
    measured = execute(worked, {"lst": inputs["lst"]}, "scaling").json()["jobID"]
    assert wait_for(worked, measured, "successful", "failed")["status"] == "successful"
    assert "scaling" in worked.get(f"/jobs/{measured}/results").json()["item"]["assets"]
    assert worked.delete(f"/jobs/{job}").json()["status"] == "dismissed"
    assert not worked.service.store.result(job).exists()
    collection = worked.get("/catalogue/results/collection.json").json()
    assert f"./{job}/stac.json" not in [link["href"] for link in collection["links"]]


@pytest.mark.fault(52)
def test_the_same_request_is_the_same_job_whatever_its_order(service, asked, execute):
    first = execute(service, asked).json()["jobID"]
    turned = dict(reversed(asked.items()))
    assert execute(service, {**turned, "corrections": []}).json()["jobID"] == first
    assert execute(service, {**asked, "model": "nearest"}).json()["jobID"] != first
    assert len(service.get("/jobs").json()["jobs"]) == 2


@pytest.mark.fault(53)
def test_a_thousand_requests_are_slowed_down_and_the_service_lives(start, execute, asked):
    client = start(Limits(queue=20, rate=0.001, burst=500))
    inputs = asked
    answers = [execute(client, {**inputs, "scale": 1 + n / 1e4}) for n in range(1000)]
    assert {answer.status_code for answer in answers} == {201, 429}
    assert sum(answer.status_code == 201 for answer in answers) == 20
    refused = answers[-1]
    assert refused.json()["code"] == "TOO_MANY_REQUESTS"
    assert refused.headers["retry-after"] == "1"
    assert client.get("/health").status_code == 200


@pytest.mark.fault(56)
def test_a_job_is_there_as_soon_as_it_was_asked_for(service, asked, execute):
    for number in range(20):
        job = execute(service, {**asked, "scale": 1 + number / 100}).json()["jobID"]
        assert service.get(f"/jobs/{job}").status_code == 200


@pytest.mark.fault(57)
def test_nothing_is_left_of_a_job_that_is_dismissed_while_it_writes(service, asked, execute):
    store, settings = service.service.store, service.service.settings
    job = execute(service, asked).json()["jobID"]
    write_json(store.work(job) / "order.json", {"process": "sharpen", "request": asked})
    seen = []

    def is_dismissed():
        seen.append(job)
        return True

    assert not oversee(settings, job, is_dismissed)
    assert seen
    service.delete(f"/jobs/{job}")
    store.forget(job)
    assert not store.work(job).exists()
    assert not store.result(job).exists()
    assert service.get(f"/jobs/{job}").json()["status"] == "dismissed"


@pytest.mark.fault(57)
@pytest.mark.parametrize("stage", ["oversee", "publish"])
def test_nothing_is_left_of_a_job_that_is_dismissed_at_work(
    worked, asked, execute, wait_for, monkeypatch, stage
):
    jobs, store = worked.service.jobs, worked.service.store
    go_on = getattr(worker, stage)
    job = job_id("sharpen", canonical(Sharpen.model_validate(asked)))

    def interrupted(*words):
        jobs.dismiss(jobs.find(job))
        return go_on(*words)

    monkeypatch.setattr(worker, stage, interrupted)
    assert execute(worked, asked).json()["jobID"] == job
    wait_for(worked, job, "dismissed")
    for _ in range(600):
        if not store.work(job).exists():
            break
        threading.Event().wait(0.1)
    assert not store.work(job).exists()
    assert not store.result(job).exists()
    assert job not in worked.get("/catalogue/results/collection.json").text


def test_a_dismissed_job_begins_anew_when_it_is_asked_for_again(service, asked, execute):
    job = execute(service, asked).json()["jobID"]
    service.delete(f"/jobs/{job}")
    assert service.get(f"/jobs/{job}").json()["status"] == "dismissed"
    assert execute(service, asked).json()["jobID"] == job
    assert service.get(f"/jobs/{job}").json()["status"] == "accepted"


def test_jobs_and_results_survive_the_end_of_the_service(service, result):
    from starlette.testclient import TestClient

    from lstsr_api.app import create_app

    with TestClient(create_app(service.service.settings)) as later:
        assert later.get(f"/jobs/{result}").status_code == 200
        assert later.get(f"/catalogue/results/{result}/stac.json").json()["id"] == result


def test_a_synchronous_request_that_takes_long_goes_on_as_a_job(start, execute, asked):
    client = start(Limits(patience=0.0))
    answer = execute(client, asked, prefer="")
    assert answer.status_code == 201
    assert answer.json()["status"] == "accepted"
    assert (
        client.get(f"{answer.headers['location']}/results")
        .json()["type"]
        .endswith("result-not-ready")
    )


def test_the_catalogue_is_a_static_stac_catalogue(service, result):
    catalogue = pystac.Catalog.from_file(str(service.service.store.catalogue / "catalog.json"))
    children = {child.id: child for child in catalogue.get_children()}
    assert set(children) == {"results", "models"}
    (item,) = children["results"].get_items()
    assert item.id == result
    for asset in item.assets.values():
        assert asset.extra_fields["file:checksum"].startswith("1220")
    assert "bicubic" in [model.id for model in children["models"].get_items()]


def test_a_result_names_no_place_on_the_server(service, result):
    text = json.dumps(service.get(f"/catalogue/results/{result}/stac.json").json())
    assert str(service.service.store.root) not in text
    assert "file:" not in text.replace('"file:', "")


def test_the_process_of_a_job_ends_when_its_worker_does(tmp_path):
    words = [sys.executable, "-m", "lstsr_api.labour", str(tmp_path), "0" * 64]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, timeout=120, check=False)
    assert done.returncode == 1
