"""`lstsr models`, and bundles that users choose by their names."""

from __future__ import annotations

import functools
import http.server
import threading

import pytest
from click.testing import CliRunner

from lstsr_core import LstsrError, ModelError, SourceError, UnknownNameError
from lstsr_runtime.bundle import finding
from lstsr_runtime.bundle.command import models
from lstsr_runtime.bundle.finding import find_bundles, locate
from lstsr_runtime.bundle.offering import bundle_models
from lstsr_runtime.bundle.pulling import pull


@pytest.fixture
def installed(bundles, monkeypatch):
    """Let LSTSR_BUNDLES name the folder that bundles are written into."""
    bundles.home.mkdir()
    monkeypatch.setenv("LSTSR_BUNDLES", str(bundles.home))
    monkeypatch.setattr(
        finding.registry,
        "bundles",
        lambda: finding.registry.Offers(noun="bundle", items=(), problems=()),
    )
    return bundles


def lstsr(*words):
    outcome = CliRunner().invoke(models, words)
    if isinstance(outcome.exception, LstsrError):
        raise outcome.exception
    return outcome


def test_a_bundle_is_a_model_of_its_name(installed):
    installed.write()
    [model] = bundle_models()
    assert (model.name, model.rank, model.margin, model.factors) == ("tiny", 60, 12, (4,))
    assert model.guides == ("ndvi",)


def test_a_path_of_a_bundle_itself_is_enough(bundles, monkeypatch, installed):
    monkeypatch.setenv("LSTSR_BUNDLES", str(bundles.write(name="by-itself")))
    assert [model.name for model in bundle_models()] == ["by-itself"]


def test_bundles_of_plugins_are_found(bundles, monkeypatch):
    folder = bundles.write(name="from-a-plugin")
    offer = finding.registry.Offer(plugin="p", value=folder)
    offers = finding.registry.Offers(noun="bundle", items=(offer,), problems=())
    monkeypatch.setattr(finding.registry, "bundles", lambda: offers)
    assert [one.folder for one in find_bundles()] == [folder]


def test_a_broken_bundle_is_named_and_harms_nobody(installed, caplog):
    installed.write(name="sound")
    (installed.write(name="broken") / "model.json").write_text("{}")
    assert [model.name for model in bundle_models()] == ["sound"]
    assert "broken" in caplog.text
    assert "DIGEST_MISMATCH" in caplog.text
    assert "REFUSED" in lstsr("list").output


def test_without_onnx_runtime_best_takes_another_model(installed, monkeypatch):
    installed.write()
    monkeypatch.setattr("lstsr_runtime.bundle.offering.find_spec", lambda _: None)
    assert [model.rank for model in bundle_models()] == [0]


@pytest.mark.fault(38)
def test_two_that_are_alike_are_one_and_two_that_differ_are_both_named(installed, nets, caplog):
    installed.write()
    installed.write()
    assert len(bundle_models()) == 1
    assert not caplog.text
    other = installed.write(nets.linear(ndvi=0.1))
    assert len(bundle_models()) == 2
    assert str(other) in caplog.text
    with pytest.raises(UnknownNameError, match="tiny-3"):
        locate("tiny")


def test_a_draft_is_no_bundle(installed):
    folder = installed.write()
    folder.rename(folder.with_name(".tiny.draft"))
    assert find_bundles() == ()


def test_a_folder_that_is_not_there_is_named(monkeypatch, caplog, installed):
    monkeypatch.setenv("LSTSR_BUNDLES", "nowhere-at-all")
    assert find_bundles() == ()
    assert "nowhere-at-all" in caplog.text


def test_list_shows_names_and_places(installed):
    folder = installed.write()
    assert "tiny" in lstsr("list").output
    assert str(folder) in lstsr("list").output


def test_list_of_nothing_says_how_to_get_something(installed):
    assert "lstsr models pull" in lstsr("list").output


def test_show_tells_what_a_bundle_says_of_itself(installed):
    installed.write()
    text = lstsr("show", "tiny").output
    for words in ("ndvi (required)", "learnt from -50 to 50", "Apache-2.0", "scores.ratio = 1.0"):
        assert words in text


def test_show_of_an_unknown_name_names_what_is_there(installed):
    installed.write()
    with pytest.raises(UnknownNameError) as caught:
        lstsr("show", "tinny")
    assert "tiny" in caught.value.expected


def test_verify_tells_how_near_every_bundle_came(installed):
    installed.write(name="one")
    installed.write(name="two")
    outcome = lstsr("verify", "--device", "cpu")
    assert outcome.exit_code == 0
    assert outcome.output.count("ok ") == 2
    assert "of 0.001 K on cpu" in outcome.output


def test_verify_goes_on_after_a_bundle_that_is_broken(installed):
    (installed.write(name="broken") / "model.onnx").write_bytes(b"")
    installed.write(name="sound")
    outcome = lstsr("verify")
    assert outcome.exit_code == 4
    assert "ok      sound" in outcome.output
    assert "DIGEST_MISMATCH" in outcome.output


def test_a_folder_is_pulled_whole(bundles, tmp_path):
    source = bundles.write()
    digest = bundles.seal(source)
    outcome = lstsr("pull", str(source), "--digest", digest, "--to", str(tmp_path / "own"))
    assert str(tmp_path / "own" / "tiny") in outcome.output
    copies = {path.name: path.read_bytes() for path in (tmp_path / "own" / "tiny").iterdir()}
    assert copies == {path.name: path.read_bytes() for path in source.iterdir()}
    assert [one.bundle.contract.name for one in find_bundles() if one.bundle][-1:] == ["tiny"]


def test_pulling_again_changes_nothing(bundles, tmp_path):
    source = bundles.write()
    first = pull(str(source), tmp_path / "own")
    stamp = (first.folder / "model.onnx").stat().st_mtime_ns
    assert pull(str(source), tmp_path / "own") == first
    assert (first.folder / "model.onnx").stat().st_mtime_ns == stamp


@pytest.mark.fault(38)
def test_another_bundle_of_the_name_is_not_overwritten(bundles, nets, tmp_path):
    first = pull(str(bundles.write()), tmp_path / "own")
    with pytest.raises(LstsrError) as caught:
        pull(str(bundles.write(nets.linear(ndvi=1.0))), tmp_path / "own")
    assert caught.value.code == "OUTPUT_NOT_EMPTY"
    assert pull(str(first.folder), tmp_path / "own").digest == first.digest


@pytest.mark.parametrize("name", ["model.onnx", "model.json", "selftest.npz"])
def test_a_damaged_source_leaves_nothing(bundles, tmp_path, name):
    source = bundles.write()
    (source / name).write_bytes(b"damaged")
    with pytest.raises(SourceError) as caught:
        pull(str(source), tmp_path / "own")
    assert caught.value.code == "DIGEST_MISMATCH"
    assert not [p for p in (tmp_path / "own").rglob("*") if p.is_dir() or "model" in p.name]


def test_another_digest_than_the_published_one_is_refused(bundles, tmp_path):
    with pytest.raises(SourceError) as caught:
        pull(str(bundles.write()), tmp_path / "own", digest="0" * 64)
    assert caught.value.code == "DIGEST_MISMATCH"


@pytest.fixture
def served(bundles):
    """Serve written bundles on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            if "/away/" in self.path:
                self.send_response(302)
                self.send_header("Location", f"http://example.invalid{self.path}")
                self.end_headers()
            else:
                super().do_GET()

    bundles.home.mkdir(exist_ok=True)
    handler = functools.partial(Quiet, directory=bundles.home)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_is_pulled_by_its_digest(bundles, served, tmp_path):
    source = bundles.write()
    bundle = pull(f"{served}/{source.name}/", tmp_path / "own", digest=bundles.seal(source))
    assert bundle.folder == tmp_path / "own" / "tiny"
    assert bundle.digest == bundles.seal(source)


def test_an_address_that_does_not_answer_is_named(served, tmp_path):
    with pytest.raises(SourceError) as caught:
        pull(f"{served}/nothing-here", tmp_path / "own", digest="0" * 64)
    assert caught.value.code == "DOWNLOAD_FAILED"
    assert "nothing-here" in caught.value.found


def test_a_redirect_to_an_address_that_is_not_safe_is_not_followed(served, tmp_path):
    with pytest.raises(ModelError) as caught:
        pull(f"{served}/away", tmp_path / "own", digest="0" * 64)
    assert caught.value.code == "BUNDLE_REFUSED"
    assert "http://example.invalid" in caught.value.found


def test_an_address_without_a_digest_is_refused(served, tmp_path):
    with pytest.raises(ModelError) as caught:
        pull(f"{served}/tiny", tmp_path / "own")
    assert "--digest" in caught.value.expected


@pytest.mark.parametrize("source", ["http://example.org/x", "ftp://example.org/x", "file:///etc"])
def test_an_address_that_is_not_safe_is_refused(tmp_path, source):
    with pytest.raises(ModelError) as caught:
        pull(source, tmp_path / "own", digest="0" * 64)
    assert caught.value.code == "BUNDLE_REFUSED"
