"""`lstsr doctor` says what can be read, reached and opened, and never shows a secret."""

from __future__ import annotations

import base64
import json
import socket
import sys
import time

import pytest
from click.testing import CliRunner

from lstsr_core import Sensor, StacSource, registry
from lstsr_core.commands import doctor
from lstsr_core.registry import Offer, Offers
from lstsr_data.acquisition.patience import Clock, Patience
from lstsr_data.acquisition.signing import HOOK
from lstsr_data.acquisition.wire import Wire
from lstsr_data.examination import accounts, catalogues, formats

ROOT = json.dumps({"type": "Catalog", "id": "world", "stac_version": "1.0.0", "links": []}).encode()


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """A user without accounts."""
    for name in (accounts.EARTHDATA, accounts.SUBSCRIPTION, HOOK, "LSTSR_BEARER_DATA_EXAMPLE_ORG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.fixture
def install(monkeypatch):
    """Make as if one sensor for each address, and no other, were installed."""

    def put(*addresses):
        sensors = [
            Sensor(
                name=f"sensor-{number}",
                role="thermal",
                resolution=1000.0,
                decode=lambda raw: raw,
                sources=(StacSource(catalogue=address, collection="some", assets={}),),
            )
            for number, address in enumerate(addresses)
        ]
        items = tuple(Offer(plugin="mine", value=sensor) for sensor in sensors)
        offers = Offers(noun="sensor", items=items, problems=())
        monkeypatch.setattr(registry, "sensors", lambda: offers)

    return put


@pytest.fixture
def hasty(waits):
    """A way to the network whose time passes only by waiting."""
    clock = Clock(now=lambda: sum(waits), wait=waits.append)
    return Wire(patience=Patience(connect=5, read=5, budget=1), clock=clock)


def nowhere():
    """Give an address on loopback at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/stac"


def test_a_catalogue_that_answers_is_well(files, install, hasty):
    install(files.put("/stac", ROOT))
    [finding] = catalogues.examine(hasty)
    assert finding.healthy
    assert not finding.remedy
    assert "answers in" in finding.state
    assert "used by sensor-0" in finding.state


def test_each_catalogue_is_asked_once_and_its_first_sensors_are_named(files, install, hasty):
    address = files.put("/stac", ROOT)
    install(*[address] * 6)
    [finding] = catalogues.examine(hasty)
    assert "sensor-0, sensor-1, sensor-2, sensor-3 and 2 more" in finding.state
    assert len(files.asked) == 1


def test_no_network_is_a_note_that_says_what_can_be_done(install, hasty):
    install(nowhere())
    [finding] = catalogues.examine(hasty)
    assert finding.healthy
    assert "ConnectionError" in finding.state
    assert "HTTPS_PROXY" in finding.remedy


FAULTS = {
    "is overloaded": (503, {}, b"later"),
    "is gone": (404, {}, b"nothing here"),
    "is a login page": (200, {"Content-Type": "text/html"}, b"<html>Welcome to the hotel</html>"),
    "is another service": (200, {}, b"[1, 2]"),
    "is not text": (200, {}, b"\xff\xfe\x00\x80"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_catalogue_is_noted_that(fault, files, install, hasty):
    address = files.put("/stac", ROOT)
    files.misbehave("/stac", *[FAULTS[fault]] * 50)
    install(address)
    [finding] = catalogues.examine(hasty)
    assert finding.healthy
    assert finding.remedy == catalogues.OFFLINE


def test_a_catalogue_that_is_locked_says_how_it_is_opened(files, install, hasty):
    address = files.put("/stac", ROOT)
    files.misbehave("/stac", (401, {}, b""))
    install(address)
    [finding] = catalogues.examine(hasty)
    assert "LSTSR_BEARER_" in finding.remedy


def test_catalogues_are_asked_at_the_same_time_and_keep_their_order(files, serve, install, hasty):
    install(nowhere(), files.put("/stac", ROOT), serve("127.0.0.2").put("/stac", ROOT))
    found = catalogues.examine(hasty)
    assert [finding.subject for finding in found] == sorted(finding.subject for finding in found)
    assert sum(not finding.remedy for finding in found) == 2


def test_the_whole_report_ends_well_without_a_network(install, monkeypatch):
    install(nowhere())
    quick = Patience(connect=1, read=1, first=0.01, budget=0.01)
    monkeypatch.setattr(catalogues, "SHORT", quick)
    answer = CliRunner().invoke(doctor)
    assert answer.exit_code == 0, answer.output
    assert "note catalogue http://127.0.0.1" in answer.output
    assert "ok   GeoTIFF (all others): read by rasterio" in answer.output


@pytest.fixture
def earthdata(install):
    install("https://cmr.earthdata.nasa.gov/stac/LPCLOUD")


def token(seconds):
    """Make a token as Earthdata does, that runs out in so many seconds."""
    claims = {"uid": "somebody", "exp": int(time.time() + seconds)}
    parts = [b'{"alg":"RS256"}', json.dumps(claims).encode(), b"signature"]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_without_a_token_the_user_hears_where_to_get_one(earthdata):
    [finding] = accounts.examine()
    assert finding.healthy
    assert "https://urs.earthdata.nasa.gov" in finding.remedy
    assert "EARTHDATA_TOKEN" in finding.remedy


def test_accounts_that_no_sensor_needs_are_not_asked_for(install):
    install("https://stac.example.org")
    assert [*accounts.examine()] == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("machine urs.earthdata.nasa.gov login me password secret", "never passwords"),
        ("machine other.example.org login me password secret", "no EARTHDATA_TOKEN"),
        ("machine urs.earthdata.nasa.gov secret secret", "cannot be read"),
    ],
)
def test_a_netrc_is_known_of_but_its_password_is_not_shown(earthdata, tmp_path, entry, said):
    path = tmp_path / "netrc"
    path.write_text(entry + "\n", encoding="utf-8")
    path.chmod(0o600)
    [finding] = accounts.examine()
    assert said in finding.state
    assert "secret" not in f"{finding}"


@pytest.mark.parametrize(
    ("seconds", "healthy", "said"),
    [(86400 * 30, True, "good until"), (-86400, False, "ran out on")],
)
def test_a_token_says_when_it_runs_out_and_is_never_shown(
    earthdata, monkeypatch, seconds, healthy, said
):
    monkeypatch.setenv(accounts.EARTHDATA, token(seconds))
    [finding] = accounts.examine()
    assert finding.healthy is healthy
    assert said in finding.state
    for part in token(seconds).split("."):
        assert part not in f"{finding}"


@pytest.mark.parametrize("odd", ["opaque", "a.b.c", "a.e30.c", "a.bnVsbA.c", "a.W10.c"])
def test_a_token_that_does_not_say_when_is_just_set(earthdata, monkeypatch, odd):
    monkeypatch.setenv(accounts.EARTHDATA, odd)
    [finding] = accounts.examine()
    assert finding.state == "EARTHDATA_TOKEN is set"


def test_other_tokens_are_named_and_not_shown(install, monkeypatch):
    install()
    monkeypatch.setenv("LSTSR_BEARER_DATA_EXAMPLE_ORG", "hidden-value")
    [finding] = accounts.examine()
    assert "LSTSR_BEARER_DATA_EXAMPLE_ORG" in finding.subject
    assert "hidden-value" not in f"{finding}"


@pytest.mark.parametrize(("key", "said"), [("", "none is needed"), ("hidden-key", "is set")])
def test_the_planetary_computer_needs_no_key_and_shows_none(install, monkeypatch, key, said):
    install("https://planetarycomputer.microsoft.com/api/stac/v1")
    monkeypatch.setenv(accounts.SUBSCRIPTION, key)
    [finding] = accounts.examine()
    assert said in finding.state
    assert "hidden-key" not in f"{finding}"


def test_a_signer_that_is_not_there_has_to_be_mended(install, monkeypatch):
    install()
    monkeypatch.setenv(HOOK, "no_such_module:sign")
    [finding] = accounts.examine()
    assert not finding.healthy
    monkeypatch.setenv(HOOK, "os.path:basename")
    [finding] = accounts.examine()
    assert finding.healthy


def test_a_missing_reader_is_a_note_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhdf.SD", None)
    hdf4, *others = formats.examine()
    assert hdf4.healthy
    assert hdf4.remedy == "pip install 'lstsr-data[hdf4]'"
    assert "not installed" in hdf4.state
    assert all("read by" in finding.state for finding in others)


def test_a_reader_whose_library_is_damaged_has_to_be_mended(monkeypatch):
    def import_module(name):
        raise ImportError(f"libmfhdf.so.4:\n  cannot open shared object file, for {name}")

    monkeypatch.setattr(formats, "import_module", import_module)
    hdf4, *_ = formats.examine()
    assert not hdf4.healthy
    assert "cannot be read: libmfhdf.so.4: cannot open" in hdf4.state
