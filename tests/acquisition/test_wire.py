"""The network fails in every way, and nothing wrong is taken for an answer."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lstsr_core import ResourceError, SourceError
from lstsr_data.acquisition.address import check_address
from lstsr_data.acquisition.credentials import token_for
from lstsr_data.acquisition.download import fetch_file
from lstsr_data.acquisition.granule import Layer
from lstsr_data.acquisition.patience import seconds_of
from lstsr_data.acquisition.redaction import redacted
from lstsr_data.acquisition.wire import Question

HDF = b"\x0e\x03\x13\x01" + bytes(range(256)) * 4000
DIGEST = "1220" + hashlib.sha256(HDF).hexdigest()
LOGIN = b"<!DOCTYPE html><html><title>Earthdata Login</title></html>"


@pytest.fixture
def granule(files):
    return Layer(href=files.put("/a.hdf", HDF), size=len(HDF), digest=DIGEST)


def cut_at(count):
    """Send the start of a body whose length was promised in full, then hang up."""

    def answer(handler):
        body = handler.server.files.bodies["/a.hdf"]
        handler.give(200, {}, body[:count], length=len(body))

    return answer


@pytest.mark.fault(2)
def test_a_download_cut_at_60_percent_goes_on_where_it_stopped(files, granule, access):
    files.misbehave("/a.hdf", cut_at(len(HDF) * 6 // 10))
    assert fetch_file(granule, access).read_bytes() == HDF
    assert files.sent < 1.1 * len(HDF)
    spans = [headers.get("Range") for _, _, headers in files.asked]
    assert spans[0] is None
    assert spans[1].startswith("bytes=")


def test_a_server_that_keeps_no_ranges_is_asked_for_all_again(files, granule, access):
    files.misbehave("/a.hdf", cut_at(1_000), (200, {}, HDF))
    assert fetch_file(granule, access).read_bytes() == HDF


def test_a_stalled_transfer_is_broken_off_and_goes_on(files, granule, access):
    stop = threading.Event()

    def stall(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(HDF)))
        handler.end_headers()
        handler.wfile.write(HDF[:1000])
        handler.wfile.flush()
        stop.wait(5)
        handler.close_connection = True

    files.misbehave("/a.hdf", stall)
    quick = replace(access.wire.patience, read=0.2)
    way = replace(access, wire=replace(access.wire, patience=quick))
    assert fetch_file(granule, way).read_bytes() == HDF
    stop.set()


@pytest.mark.fault(3)
@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/html"}])
def test_a_login_page_is_no_granule(files, granule, access, headers):
    files.misbehave("/a.hdf", *[(200, headers, LOGIN)] * 20)
    with pytest.raises(SourceError) as refused:
        fetch_file(replace(granule, size=None, digest=None), access)
    assert refused.value.code == "AUTH_REQUIRED"
    assert "EARTHDATA_TOKEN" in refused.value.remedy
    assert not [path for path in access.cache.files() if path.suffix == ".hdf"]


@pytest.mark.fault(2)
@pytest.mark.parametrize(
    ("changes", "why"),
    [({"digest": "1220" + "0" * 64}, "SHA-256"), ({"size": 100}, "bytes instead of")],
)
def test_a_file_that_is_not_the_published_one_is_refused(granule, access, changes, why):
    with pytest.raises(SourceError, match=why) as refused:
        fetch_file(replace(granule, **changes), access)
    assert refused.value.code == "DIGEST_MISMATCH"
    assert not [path for path in access.cache.files() if path.suffix in {".hdf", ".part"}]


def test_a_file_of_another_kind_is_refused(files, access):
    layer = Layer(href=files.put("/b.hdf", b"not an HDF file at all"))
    with pytest.raises(SourceError, match="begins with"):
        fetch_file(layer, access)


@pytest.mark.fault(4)
def test_retry_after_is_waited_for_at_least(files, granule, access, waits):
    files.misbehave("/a.hdf", (429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "3"}, b""))
    assert fetch_file(granule, access).read_bytes() == HDF
    assert 7 <= waits[0] <= 8
    assert 3 <= waits[1] <= 5


@pytest.mark.fault(4)
def test_an_outage_of_three_minutes_ends_the_wait_within_the_budget(files, granule, access, waits):
    files.misbehave("/a.hdf", *[(503, {}, b"")] * 500)
    with pytest.raises(SourceError, match="HTTP 503") as refused:
        fetch_file(granule, access)
    assert refused.value.code == "DOWNLOAD_FAILED"
    assert sum(waits) < access.wire.patience.budget
    assert len(set(waits)) == len(waits), "waits are drawn at random"


def test_a_server_that_asks_for_more_time_than_there_is_is_not_waited_for(
    files, granule, access, waits
):
    files.misbehave("/a.hdf", (429, {"Retry-After": "3600"}, b""))
    with pytest.raises(SourceError, match="3600 s"):
        fetch_file(granule, access)
    assert waits == []


def test_retry_after_can_be_a_date_and_nonsense_is_no_date():
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert seconds_of("120") == 120
    assert seconds_of("soon") is None


@pytest.mark.fault(5)
def test_a_token_goes_to_its_own_host_and_not_along_a_redirect(files, serve, access, monkeypatch):
    monkeypatch.setenv("LSTSR_BEARER_127_0_0_1", "secret-token")
    other = serve("localhost")
    other.put("/there.hdf", HDF)
    moved = {"Location": f"http://localhost:{other.address.rsplit(':', 1)[1]}/there.hdf"}
    files.misbehave("/a.hdf", (302, moved, b""))
    layer = Layer(href=f"{files.address}/a.hdf")
    assert fetch_file(layer, access).read_bytes() == HDF
    assert files.asked[0][2]["Authorization"] == "Bearer secret-token"
    assert "Authorization" not in other.asked[0][2]


def test_a_token_never_travels_over_plain_http(monkeypatch):
    monkeypatch.setenv("EARTHDATA_TOKEN", "secret-token")
    host = "data.lpdaac.earthdatacloud.nasa.gov"
    assert token_for(check_address(f"https://{host}/a.hdf")) == "secret-token"
    assert token_for(check_address(f"http://{host}/a.hdf")) is None
    assert token_for(check_address(f"https://{host}.example.org/a.hdf")) is None


def test_a_netrc_file_adds_no_password(files, granule, access, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch_file(granule, access)
    assert "Authorization" not in files.asked[0][2]


def test_redirects_that_go_round_end(files, access):
    there = {"Location": f"{files.address}/round.hdf"}
    files.misbehave("/round.hdf", *[(302, there, b"")] * 20)
    with pytest.raises(SourceError, match="redirects"):
        fetch_file(Layer(href=f"{files.address}/round.hdf"), access)
    assert len(files.asked) < 10


@pytest.mark.parametrize("there", ["file:///etc/passwd", "ftp://example.org/x", "/a/../../x"])
def test_a_redirect_to_a_place_off_the_web_is_refused(files, access, there):
    files.misbehave("/r.hdf", (302, {"Location": there}, b""))
    with pytest.raises(SourceError) as refused:
        fetch_file(Layer(href=f"{files.address}/r.hdf"), access)
    # The library resolves `..` of a relative place itself, so that nothing is found there.
    assert refused.value.code in {"HREF_REFUSED", "DOWNLOAD_FAILED"}


@pytest.mark.fault(6)
@pytest.mark.parametrize("status", [401, 403])
def test_signatures_and_tokens_stand_in_no_error_traceback_or_log(
    files, access, monkeypatch, caplog, status
):
    monkeypatch.setenv("LSTSR_BEARER_127_0_0_1", "secret-token")
    caplog.set_level(logging.DEBUG)
    files.misbehave("/s.hdf", *[(status, {}, b"")] * 5)
    layer = Layer(href=f"{files.address}/s.hdf?sig=secret-signature")
    with pytest.raises(SourceError) as refused:
        fetch_file(layer, access)
    told = "".join(traceback.format_exception(refused.value)) + caplog.text
    assert "/s.hdf" in told
    assert "secret" not in told


def test_a_dead_host_leaks_no_signature(access):
    question = Question(address="http://127.0.0.1:9/x.tif?sig=secret-signature")
    with pytest.raises(SourceError) as refused:
        access.wire.ask(question)
    assert refused.value.code == "DOWNLOAD_FAILED"
    assert "secret" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.fault(6)
def test_redaction_leaves_the_path_and_takes_queries_tokens_and_passwords():
    text = "GET https://me:pw@h/a.tif?sig=abc%3D&se=2 Authorization: Bearer ey.J-x_1=="
    assert redacted(text) == "GET https://...@h/a.tif?... Authorization: Bearer ..."


@pytest.mark.fault(31)
@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "../../x",
        "/etc/passwd",
        "https://example.org/a/../../x",
        "https://example.org/a/%2e%2e/x",
        "https://example.org/a/%252e%252e/x",
        "https://me:secret@example.org/x",
        "https:///x",
        "http://[::1/x",
        "s3://bucket/x",
        "/vsicurl/http://example.org/x",
    ],
)
def test_an_href_off_the_web_is_refused(href):
    with pytest.raises(SourceError) as refused:
        check_address(href)
    assert refused.value.code == "HREF_REFUSED"
    assert "secret" not in str(refused.value)


def test_many_who_want_one_file_get_one_valid_file(files, granule, access):
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: fetch_file(granule, access), range(8)))
    assert len(set(paths)) == 1
    assert paths[0].read_bytes() == HDF
    assert len(files.asked) == 1


FETCH = """
import sys
from pathlib import Path
from lstsr_data.acquisition.cache import Cache
from lstsr_data.acquisition.download import fetch_file
from lstsr_data.acquisition.granule import Layer
from lstsr_data.acquisition.remote_file import Access
from lstsr_data.acquisition.signing import sign
from lstsr_data.acquisition.wire import Wire
cache = Cache(folder=Path(sys.argv[2]), limit=1e9)
print(fetch_file(Layer(href=sys.argv[1]), Access(wire=Wire(), signer=sign, cache=cache)))
"""


@pytest.mark.fault(13)
def test_two_processes_that_want_one_file_get_one_valid_file(files, granule, tmp_path):
    words = [sys.executable, "-c", FETCH, granule.href, str(tmp_path / "cache")]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    paths = {process.communicate(timeout=60)[0].strip() for process in both}
    assert len(paths) == 1
    assert Path(paths.pop()).read_bytes() == HDF
    assert len(files.asked) == 1


def test_a_cache_keeps_to_its_limit_and_drops_the_oldest(access):
    cache = replace(access.cache, limit=2500)
    for name in ("old", "middle", "new"):
        cache.put("ranges", name, bytes(1000))
        place = cache.path("ranges", name)
        os.utime(place, (len(name), {"old": 1, "middle": 2, "new": 3}[name]))
    assert cache.trim() == 1
    assert cache.get("ranges", "old") is None
    assert cache.get("ranges", "new") == bytes(1000)


def test_a_cache_that_cannot_be_written_says_so(access, tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache = replace(access.cache, folder=tmp_path / "file")
    with pytest.raises(ResourceError, match="LSTSR_CACHE_DIR"):
        cache.put("ranges", "a", b"")
