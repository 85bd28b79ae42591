"""`lstsr demo` shows the main job and says plainly what it shows it on."""

from __future__ import annotations

import re

import pytest

NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody runs: the network is out of reach."""


@pytest.fixture
def offline(tmp_path):
    """An environment without network, without a cache and without real data."""
    home = str(tmp_path / "home")
    return {
        "HTTPS_PROXY": NOWHERE,
        "https_proxy": NOWHERE,
        "NO_PROXY": "",
        "HOME": home,
        "XDG_CACHE_HOME": home,
        "LOCALAPPDATA": home,
        "LSTSR_SHARED_DATA": "",
    }


def errors(said: str) -> dict[str, float]:
    """Give the error of each model in the table. [K]"""
    rows = re.findall(r"^([\w-]+) +(\d+\.\d+) +-?\d+\.\d+ +0\.\d+ +-?\d\.\d+$", said, re.MULTILINE)
    return {model: float(error) for model, error in rows}


def test_offline_it_sharpens_a_simulated_scene_and_says_so(lstsr, offline, tmp_path):
    out = tmp_path / "out"
    done = lstsr("demo", "-o", out, env=offline)
    assert done.returncode == 0, done.stderr
    assert "This is a SIMULATED scene" in done.stdout
    assert "REAL" not in done.stdout
    bicubic, best = errors(done.stdout).values()
    assert best < 0.9 * bicubic
    assert f"Picture: {out / 'quicklook.png'}" in done.stdout
    assert (out / "quicklook.png").is_file()
    assert (out / "lst.tif").is_file()


@pytest.mark.parametrize("layout", ["", "modis-aster", "modis-aster-original"])
def test_real_scene_of_the_folder_given_is_scored_against_aster(
    lstsr, offline, shared_data, tmp_path, layout
):
    done = lstsr("demo", "--data", shared_data / layout, "-o", tmp_path / "out", env=offline)
    assert done.returncode == 0, done.stderr
    assert "This is a REAL scene" in done.stdout
    assert "ASTER" in done.stdout
    assert "flatters" in done.stdout
    bicubic, best = errors(done.stdout).values()
    assert 0.6 < best < bicubic < 2.5


def test_real_data_is_found_by_the_environment(lstsr, offline, shared_data, tmp_path):
    environment = {**offline, "LSTSR_SHARED_DATA": str(shared_data)}
    done = lstsr("demo", "-o", tmp_path / "out", env=environment)
    assert "This is a REAL scene" in done.stdout


def test_folder_given_without_scenes_is_an_error_not_a_simulation(lstsr, offline, tmp_path):
    done = lstsr("demo", "--data", tmp_path, "-o", tmp_path / "out", env=offline)
    assert "error NO_SCENES" in done.stderr
    assert done.returncode == 3
    assert not (tmp_path / "out").exists()


def test_folder_that_holds_something_is_refused_before_any_download(lstsr, offline, tmp_path):
    (tmp_path / "kept.txt").touch()
    done = lstsr("demo", "-o", tmp_path, env=offline)
    assert "error OUTPUT_NOT_EMPTY" in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "home").exists()
