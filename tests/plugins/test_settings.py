"""Options of a model, from the command line to the result."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import ModelError, SourceError, registry
from lstsr_core.commands import plugins
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen
from lstsr_runtime.commands import sharpen as command
from lstsr_runtime.opening import open_request
from lstsr_runtime.request import make_request, read_request


def test_a_setting_changes_the_result():
    scene = make_scene()
    plain = sharpen(scene, "tsharp")["lst"].to_numpy()
    local = sharpen(scene, "tsharp", settings={"window": 5})["lst"].to_numpy()
    assert np.nanmax(np.abs(plain - local)) > 0.01


def test_local_windows_do_not_depend_on_the_tiles():
    scene = make_scene(shape=(40, 44))
    settings = {"window": 5, "exact": True}
    whole, cut = (
        sharpen(scene, "tsharp", settings=settings, tile=tile)["lst"].to_numpy() for tile in (64, 8)
    )
    assert np.abs(whole - cut).max() < 1e-3


def test_settings_stand_in_the_run_yaml(tmp_path):
    request = make_request(lst="lst.tif", model="tsharp", settings={"window": "5", "exact": True})
    (tmp_path / "run.yaml").write_text(request.to_yaml())
    assert read_request(tmp_path).settings == {"window": "5", "exact": True}


def test_an_unknown_setting_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "lst.tif").write_bytes(b"never read")
    request = make_request(lst=tmp_path / "lst.tif", model="tsharp", settings={"windw": 5})
    with pytest.raises(ModelError, match="did you mean 'window'"):
        open_request(request)


def test_texture_is_an_option_of_the_models_that_have_it(tmp_path):
    (tmp_path / "lst.tif").write_bytes(b"never read")
    arguments = [str(tmp_path / "lst.tif"), "--model", "tsharp", "--texture", "full", "--plan"]
    answer = CliRunner().invoke(command, arguments)
    assert isinstance(answer.exception, ModelError)
    assert answer.exception.code == "OPTION_UNKNOWN"
    assert not isinstance(answer.exception, SourceError)


def test_the_options_of_a_model_are_listed():
    shown = CliRunner().invoke(plugins, ["options", "tsharp"])
    assert shown.exit_code == 0
    assert "window" in shown.output
    assert "no options" in CliRunner().invoke(plugins, ["options", "bicubic"]).output


def test_best_is_the_network_with_its_guide_the_law_with_another_and_bicubic_without():
    assert registry.choose_model("best", ["ndvi"], factor=4).name == "residual-unet"
    assert registry.choose_model("best", ["ndvi"], factor=5).name == "scaling-law"
    assert registry.choose_model("best", ["red"]).name == "scaling-law"
    assert registry.choose_model("best", []).name == "bicubic"


def test_options_of_a_correction_change_the_result():
    scene = make_scene()
    plain = sharpen(scene, "bicubic")["lst"].to_numpy()
    rise = {}
    for assumed in ("0.99", "0.98"):
        step = f"emissivity:assumed={assumed},uncertainty=0.02"
        rise[assumed] = sharpen(scene, "bicubic", corrections=[step])["lst"].to_numpy() - plain
    assert np.nanmean(rise["0.99"] - rise["0.98"]) == pytest.approx(0.46, abs=0.1)


def test_a_correction_stands_in_the_run_yaml_with_its_options(tmp_path):
    steps = ("emissivity:assumed=0.98", "conservation")
    request = make_request(lst="lst.tif", corrections=steps)
    (tmp_path / "run.yaml").write_text(request.to_yaml())
    assert read_request(tmp_path).corrections == steps


def test_an_unknown_option_of_a_correction_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "lst.tif").write_bytes(b"never read")
    request = make_request(lst=tmp_path / "lst.tif", corrections=("diurnal:hours=13",))
    with pytest.raises(ModelError, match="did you mean 'hour'"):
        open_request(request)
