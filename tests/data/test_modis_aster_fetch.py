"""Published files are fetched, proved by their digests, or not there at all."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from lstsr_core import EmptySearchError, ResourceError, SourceError
from lstsr_data import modis_aster_fetch, modis_aster_registry
from lstsr_data.modis_aster import open_database
from lstsr_data.modis_aster_fetch import fetch_database

LOGIN_PAGE = b"<!doctype html><title>Sign in</title>"


class Answer(NamedTuple):
    """What the server says to one request."""

    status: int = 200
    body: bytes = b""
    promised: int | None = None


class Server:
    """A file server on this machine, whose answers a test can spoil."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rsplit("/", 1)[-1]
                outer.asked.append(name)
                answer = outer.answers.get(name, Answer(status=404))
                size = len(answer.body) if answer.promised is None else answer.promised
                self.send_response(answer.status)
                self.send_header("Content-Length", str(size))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/data/"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def published(server, monkeypatch):
    """Two made-up files that stand for scene 000, served and with their digests known."""
    files = {"0_data_dict.pkl": b"fields" * 1000, "0_aster_250m.tif": b"raster" * 1000}
    known = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    for module in (modis_aster_fetch, modis_aster_registry):
        monkeypatch.setattr(module, "digests", lambda: known)
    server.answers |= {name: Answer(body=body) for name, body in files.items()}
    return files


def code_of(server, folder) -> str:
    with pytest.raises((SourceError, ResourceError)) as caught:
        fetch_database(["000"], folder, address=server.address)
    return caught.value.code


def test_files_are_fetched_once_and_kept(server, published, tmp_path):
    for _ in range(2):
        assert fetch_database(["000"], tmp_path / "kept", address=server.address).is_dir()
    found = {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()}
    assert found == published
    assert sorted(server.asked) == sorted(published)


@pytest.mark.usefixtures("published")
def test_a_full_cache_needs_no_network(server, tmp_path):
    fetch_database(["000"], tmp_path, address=server.address)
    fetch_database(["000"], tmp_path, address="http://127.0.0.1:9/")


def test_a_damaged_copy_is_fetched_again(server, published, tmp_path):
    fetch_database(["000"], tmp_path, address=server.address)
    (tmp_path / "0_data_dict.pkl").write_bytes(b"damaged")
    fetch_database(["000"], tmp_path, address=server.address)
    assert (tmp_path / "0_data_dict.pkl").read_bytes() == published["0_data_dict.pkl"]


@pytest.mark.fault(2)
def test_download_cut_short_leaves_nothing(server, published, tmp_path):
    body = published["0_data_dict.pkl"]
    server.answers["0_data_dict.pkl"] = Answer(body=body[:3600], promised=len(body))
    assert code_of(server, tmp_path) == "DOWNLOAD_FAILED"
    assert list(tmp_path.iterdir()) == []


def test_shorter_file_than_published_leaves_nothing(server, published, tmp_path):
    server.answers["0_data_dict.pkl"] = Answer(body=published["0_data_dict.pkl"][:-1])
    assert code_of(server, tmp_path) == "DIGEST_MISMATCH"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault(3)
@pytest.mark.usefixtures("published")
def test_login_page_in_place_of_the_file_leaves_nothing(server, tmp_path):
    server.answers["0_data_dict.pkl"] = Answer(body=LOGIN_PAGE)
    assert code_of(server, tmp_path) == "DIGEST_MISMATCH"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_refusal_of_the_server_is_named(server, tmp_path, status):
    server.answers["0_data_dict.pkl"] = Answer(status=status, body=LOGIN_PAGE)
    with pytest.raises(SourceError, match=str(status)) as caught:
        fetch_database(["000"], tmp_path, address=server.address)
    assert caught.value.code == "DOWNLOAD_FAILED"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(20)
@pytest.mark.usefixtures("published")
def test_no_server_is_said_so_at_once(server, tmp_path):
    server.stop()
    assert code_of(server, tmp_path) == "DOWNLOAD_FAILED"


@pytest.mark.usefixtures("published")
def test_folder_that_cannot_be_made_is_named(server, tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert code_of(server, file / "cache") == "OUTPUT_NOT_WRITABLE"


def test_scene_that_was_never_published_is_refused_before_any_request(server, tmp_path):
    with pytest.raises(EmptySearchError, match="999"):
        fetch_database(["000", "999"], tmp_path, address=server.address)
    assert server.asked == []


def test_real_files_make_a_scene_after_fetching(server, shared_data, tmp_path):
    originals = shared_data / "modis-aster-original"
    server.answers = {f.name: Answer(body=f.read_bytes()) for f in originals.glob("*_*")}
    folder = fetch_database(["000", "060", "119"], tmp_path, address=server.address)
    assert list(open_database(folder)) == ["000", "060", "119"]
    assert open_database(folder)["060"]()["coarse"].sizes == {"y": 64, "x": 64}
