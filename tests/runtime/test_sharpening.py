"""Scene in, result out: names, corrections, flags."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import (
    Correction,
    Model,
    ModelError,
    PluginError,
    Quality,
    UnknownNameError,
    build_scene,
)
from lstsr_core.grid import geobox_of, same_grid
from lstsr_core.nested import repeat
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen
from lstsr_runtime.sharpening import name_unused_guides


def changed(scene, *, node, name, values):
    nodes = {key: scene[key].to_dataset() for key in ("coarse", "guide")}
    nodes[node] = nodes[node].assign({name: (("y", "x"), values)})
    return build_scene(nodes["coarse"], nodes["guide"])


def has(result, flag):
    return (result["quality"].to_numpy() & flag) > 0


def test_a_result_lies_on_the_grid_of_the_guide_with_units_and_flags():
    scene = make_scene()
    result = sharpen(scene)
    assert same_grid(geobox_of(result), geobox_of(scene["guide"].to_dataset()))
    assert result["lst"].attrs["units"] == result["lst_uncertainty"].attrs["units"] == "K"
    assert result["lst"].attrs["standard_name"] == "surface_temperature"
    assert result["quality"].dtype == np.uint8
    assert "outside_domain" in result["quality"].attrs["flag_meanings"]


def test_nothing_is_computed_before_it_is_asked_for():
    result = sharpen(make_scene())
    assert all(result[name].chunks for name in result)


def test_best_says_which_model_it_was():
    assert sharpen(make_scene()).attrs["model"] == "guided"
    scene = make_scene()
    bare = scene["guide"].to_dataset().drop_vars("ndvi")
    without = build_scene(scene["coarse"].to_dataset(), bare)
    assert sharpen(without).attrs["model"] == "plain"


def test_an_unknown_model_names_the_near_ones():
    with pytest.raises(UnknownNameError) as caught:
        sharpen(make_scene(), "guidedd")
    assert "did you mean guided" in caught.value.remedy


def test_a_guide_that_is_missing_is_named():
    scene = make_scene()
    renamed = build_scene(
        scene["coarse"].to_dataset(), scene["guide"].to_dataset().rename(ndvi="red")
    )
    with pytest.raises(ModelError) as caught:
        sharpen(renamed, "guided")
    assert caught.value.code == "GUIDE_MISSING"


def test_a_factor_that_a_model_cannot_do_is_refused():
    model = Model(name="four-only", prepare=lambda scene: None, margin=0, factors=(4,))
    with pytest.raises(ModelError) as caught:
        sharpen(make_scene(factor=3), model)
    assert caught.value.code == "FACTOR_UNSUPPORTED"


def test_where_nothing_was_measured_nothing_is_given():
    scene = make_scene(gaps=0.2)
    result = sharpen(scene).compute()
    measured = repeat(np.isfinite(scene["coarse"]["lst"].to_numpy()), 4)
    assert np.array_equal(np.isfinite(result["lst"]), measured)
    assert np.array_equal(np.isfinite(result["lst_uncertainty"]), measured)
    assert np.array_equal(has(result, Quality.MEASURED), measured)
    assert np.array_equal(has(result, Quality.MISSING), ~measured)


def test_a_missing_guide_is_flagged_where_it_is_missing():
    scene = make_scene()
    ndvi = scene["guide"]["ndvi"].to_numpy().copy()
    ndvi[10:30, 40:50] = np.nan
    result = sharpen(changed(scene, node="guide", name="ndvi", values=ndvi), "guided")
    assert np.array_equal(has(result, Quality.NO_GUIDE), np.isnan(ndvi))


def test_a_guide_outside_of_its_coarse_range_is_flagged():
    scene = make_scene()
    ndvi = scene["guide"]["ndvi"].to_numpy().copy()
    ndvi[5, 5] = 1.0
    result = sharpen(changed(scene, node="guide", name="ndvi", values=ndvi), "guided")
    assert has(result, Quality.OUTSIDE_DOMAIN)[5, 5]
    assert has(result, Quality.OUTSIDE_DOMAIN).mean() < 0.2


def test_a_model_without_a_guide_flags_no_guide():
    assert not has(sharpen(make_scene(), "plain"), Quality.NO_GUIDE).any()


@pytest.mark.fault(35)
def test_an_impossible_temperature_is_kept_and_flagged():
    def predictor(lst, guides, valid):
        fine = repeat(lst, 4)
        fine[0, 0], fine[0, 1] = 5000.0, np.nan
        return fine, np.ones_like(fine)

    model = Model(name="wild", prepare=lambda scene: predictor, margin=0)
    result = sharpen(make_scene(), model).compute()
    assert result["lst"][0, 0] == 5000.0
    assert has(result, Quality.UNPHYSICAL)[0, :2].all()
    assert has(result, Quality.UNPHYSICAL).sum() == 2


def test_corrections_run_in_order_at_their_stage():
    def warmer(scene):
        nodes = {key: scene[key].to_dataset() for key in ("coarse", "guide")}
        return build_scene(nodes["coarse"].assign(lst=nodes["coarse"]["lst"] + 1), nodes["guide"])

    def doubled(result, scene):
        return result.assign(lst_uncertainty=result["lst_uncertainty"] * 2)

    before = Correction(name="warmer", stage="scene", apply=warmer)
    after = Correction(name="doubled", stage="result", apply=doubled)
    scene = make_scene()
    plain = sharpen(scene, "plain").compute()
    corrected = sharpen(scene, "plain", corrections=[after, before]).compute()
    assert np.allclose(corrected["lst"], plain["lst"] + 1, atol=1e-3)
    assert np.allclose(corrected["lst_uncertainty"], plain["lst_uncertainty"] * 2, rtol=1e-3)
    assert corrected.attrs["model"] == "plain"


def test_an_unknown_correction_is_named():
    with pytest.raises(UnknownNameError):
        sharpen(make_scene(), corrections=["magic"])


def test_a_correction_that_gives_something_else_is_refused():
    broken = Correction(name="broken", stage="result", apply=lambda result, scene: result["lst"])
    with pytest.raises(PluginError) as caught:
        sharpen(make_scene(), corrections=[broken])
    assert caught.value.code == "CONTRACT_BROKEN"


def test_a_lazy_scene_gives_what_a_loaded_one_gives():
    scene = make_scene()
    lazy = build_scene(scene["coarse"].to_dataset().chunk(7), scene["guide"].to_dataset().chunk(11))
    assert isinstance(lazy, xr.DataTree)
    assert sharpen(lazy).compute().equals(sharpen(scene).compute())


def test_an_averaged_guide_is_said_to_be_averaged():
    scene = make_scene()
    guide = scene["guide"].to_dataset()
    guide["ndvi"].attrs["laid"] = "averaged"
    result = sharpen(build_scene(scene["coarse"].to_dataset(), guide), "guided")
    assert has(result, Quality.RESAMPLED_GUIDE).all()


def test_a_result_written_as_netcdf_keeps_its_place(tmp_path):
    result = sharpen(make_scene(shape=(8, 9)))
    result.to_netcdf(tmp_path / "result.nc", engine="h5netcdf")
    again = xr.open_dataset(tmp_path / "result.nc", engine="h5netcdf", decode_coords="all")
    assert same_grid(geobox_of(again), geobox_of(result))
    assert again["lst"].encoding["grid_mapping"] == "spatial_ref"


def test_a_guide_that_the_model_does_not_use_is_named_with_the_near_one(caplog):
    scene = make_scene()
    shouted = build_scene(
        scene["coarse"].to_dataset(), scene["guide"].to_dataset().rename(ndvi="NDVI")
    )
    with caplog.at_level("WARNING", logger="lstsr_runtime"):
        name_unused_guides("plain", shouted)
    assert "guide NDVI is not used by the model plain; did you mean ndvi?" in caplog.text


@pytest.mark.parametrize(("sigma", "said"), [(-1.0, "-1 K"), (np.nan, "without uncertainty")])
def test_an_uncertainty_that_is_none_is_refused(sigma, said):
    def predictor(lst, guides, valid):
        fine = repeat(lst, 4)
        return fine, np.full_like(fine, sigma)

    model = Model(name="vain", prepare=lambda scene: predictor, margin=0)
    with pytest.raises(ModelError, match=said):
        sharpen(make_scene(), model).compute(scheduler="synchronous")
