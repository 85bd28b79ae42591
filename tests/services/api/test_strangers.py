"""Requests of strangers, careless or ill-meant, do no harm and are told why not."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from lstsr_api.confinement import check_public
from lstsr_api.guard import depth_of
from lstsr_api.keys import add_key
from lstsr_api.settings import Limits, Settings, check_door
from lstsr_core import LstsrError

PRIVATE = [
    "169.254.169.254",
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.0.1",
    "::ffff:10.0.0.1",
    "0.0.0.0",
    "fd00::1",
]
SECRET = "hunter2-hunter2-hunter2"


@pytest.mark.fault(49)
@pytest.mark.parametrize("address", PRIVATE)
def test_a_job_connects_to_no_private_address(address):
    with pytest.raises(LstsrError) as caught:
        check_public(address)
    assert caught.value.code == "HREF_REFUSED"


@pytest.mark.fault(49)
def test_every_connection_of_a_job_is_judged_redirects_and_all():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        code = (
            "import socket; from lstsr_api.confinement import refuse_private_addresses as r; r()\n"
            f"socket.create_connection(('localhost', {port}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
        )
    assert "HREF_REFUSED" in done.stderr


@pytest.mark.fault(49)
def test_an_address_is_no_input_and_no_layer(service, asked, result, execute):
    address = "http://169.254.169.254/latest/meta-data"
    for raster in ({"href": address}, {"upload": address}, address):
        assert execute(service, {**asked, "lst": raster}).status_code == 422
    tile = f"/items/{result}/layers/lst/tiles/WebMercatorQuad/0/0/0.png"
    assert service.get(tile).status_code == 200
    plain = service.get(tile).content
    assert service.get(tile, params={"url": address}).content == plain


@pytest.mark.fault(50)
@pytest.mark.parametrize("name", ["..%2f..%2fx", "%2e%2e%2fx", "..%5c..", "A" * 64, "0" * 63])
def test_an_id_is_never_a_path(service, result, name):
    places = (
        f"/jobs/{name}",
        f"/jobs/{name}/results",
        f"/items/{name}/pixel?lon=0&lat=0",
        f"/items/{result}/layers/{name}/tiles/WebMercatorQuad/0/0/0",
        f"/catalogue/results/{name}/stac.json",
        f"/catalogue/results/{result}/{name}",
        f"/catalogue/models/{name}/stac.json",
        f"/catalogue/results/{result}/run.yaml",
        f"/viewer/{name}/{name}/pyproject.toml",
    )
    assert {service.get(place).status_code for place in places} <= {404, 405}


@pytest.mark.fault(51)
def test_the_whole_world_and_a_gigantic_tile_are_too_large(service, result, execute):
    world = {"sensor": "modis", "bbox": [-180, -80, 180, 80], "date": "2023-08-11"}
    answer = execute(service, world, "fetch-and-sharpen")
    assert answer.status_code == 413
    assert answer.json()["code"] == "REQUEST_TOO_LARGE"
    tile = f"/items/{result}/layers/lst/tiles/WebMercatorQuad/0/0/0.png"
    assert service.get(tile, params={"tilesize": 10**9}).status_code == 413


@pytest.mark.fault(51)
def test_a_raster_of_too_many_pixels_is_refused_before_it_is_a_job(start, execute, asked):
    client = start(Limits(pixels=1000))
    assert execute(client, asked).status_code == 413


@pytest.mark.fault(58)
def test_a_large_body_is_refused_whether_it_says_so_or_not(start):
    client = start(Limits(upload=10_000))
    path = "/processes/sharpen/execution"
    stated = {"content-length": str(10**9), "content-type": "application/json"}
    assert client.post(path, content=b"{}", headers=stated).status_code == 413
    assert client.post("/inputs", content=b"{}", headers=stated).status_code == 413

    def parts():
        for _ in range(100):
            yield b" " * 100_000

    assert client.post(path, content=parts()).status_code == 413
    assert client.post("/inputs", content=parts()).status_code == 413
    assert [*(client.service.store.root / "arriving").iterdir()] == []


@pytest.mark.fault(58)
def test_deep_json_is_refused_before_it_is_parsed(service):
    deep = b"[" * 100_000 + b"]" * 100_000
    headers = {"content-type": "application/json"}
    answer = service.post("/processes/sharpen/execution", content=deep, headers=headers)
    assert answer.status_code == 413


@given(
    st.recursive(
        st.text() | st.none(), lambda node: st.lists(node) | st.dictionaries(st.text(), node)
    )
)
def test_the_depth_of_json_is_counted_without_its_texts(document):
    def depth(node):
        inner = node.values() if isinstance(node, dict) else node
        nested = isinstance(node, (list, dict))
        return 1 + max(map(depth, inner), default=0) if nested else 0

    assert depth_of(json.dumps(document).encode()) == depth(document)


@pytest.mark.fault(59)
def test_a_script_in_a_title_is_a_text_that_no_page_may_run(service, rasters):
    title = "<script>alert(1)</script>"
    service.post("/inputs", params={"title": title}, content=rasters.lst + b" ")
    answer = service.get("/inputs")
    assert title in [one["title"] for one in answer.json()]
    assert answer.headers["content-type"] == "application/json"
    for place in ("/inputs", "/viewer/", "/jobs/x"):
        headers = service.get(place).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.fault(60)
def test_a_secret_in_a_parameter_is_never_echoed(service, asked, caplog, capfd, execute):
    with caplog.at_level(logging.DEBUG):
        answers = [
            execute(service, {**asked, "settings": {"token": SECRET}}),
            execute(service, {**asked, "password": SECRET}),
            execute(service, {**asked, "units": SECRET}),
            execute(service, {**asked, "lst": {"upload": SECRET}}),
            service.get("/jobs", params={"token": SECRET, "limit": SECRET}),
            service.get(f"/jobs/{SECRET}"),
            service.get(f"/processes/{SECRET}"),
            service.get("/jobs", headers={"Authorization": f"Bearer {SECRET}"}),
            service.get("/metrics"),
        ]
    assert all(SECRET not in answer.text for answer in answers)
    ours = [line.getMessage() for line in caplog.records if line.name.startswith("lstsr")]
    assert ours
    assert not any(SECRET in line for line in ours)
    assert SECRET not in "".join(capfd.readouterr())


def test_other_sites_and_other_names_are_refused(service, asked):
    foreign = {"Origin": "https://evil.example", "Prefer": "respond-async"}
    address = "/processes/sharpen/execution"
    assert service.post(address, json={"inputs": asked}, headers=foreign).status_code == 403
    assert service.get("/jobs", headers={"Host": "evil.example"}).status_code == 403
    assert "access-control-allow-origin" not in service.get("/", headers=foreign).headers


def test_keys_are_kept_as_digests_and_open_the_service(start, tmp_path):
    key = add_key(tmp_path / "keys", "alice")
    client = start(keys=tmp_path / "keys")
    assert key not in (tmp_path / "keys").read_text(encoding="utf-8")
    assert client.get("/jobs").status_code == 401
    assert client.get("/jobs", headers={"X-API-Key": "wrong"}).status_code == 401
    assert client.get("/jobs", headers={"X-API-Key": key}).status_code == 200
    assert client.get("/jobs", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get("/viewer/").status_code == 200
    assert client.get("/", headers={"Accept": "text/html"}).url.path == "/viewer/"


def test_a_service_for_other_machines_wants_keys(tmp_path):
    check_door(Settings(store=tmp_path))
    with pytest.raises(LstsrError, match="KEY_REQUIRED"):
        check_door(Settings(store=tmp_path, host="0.0.0.0"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>",
        b"II*\0" + b"\xff" * 200,
        b"\x89HDF\r\n\x1a\n" + b"\0" * 100,
    ],
)
def test_a_file_that_is_no_raster_is_refused_and_forgotten(service, content):
    answer = service.post("/inputs", content=content)
    assert answer.status_code == 422
    assert answer.json()["code"] == "FILE_UNREADABLE"
    assert [*(service.service.store.root / "arriving").iterdir()] == []
    assert len(service.get("/inputs").json()) == 2


def test_a_raster_without_a_place_is_refused(service, tmp_path):
    path = tmp_path / "nowhere.tif"
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(path, "w", driver="GTiff", count=1, height=4, width=4, dtype="float32") as f,
    ):
        f.write(np.zeros((1, 4, 4), np.float32))
    assert service.post("/inputs", content=path.read_bytes()).json()["code"] == "NO_CRS"
