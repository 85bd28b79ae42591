"""A scene is checked at the border: each thing that would give a wrong picture has its code."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import (
    Model,
    ModelError,
    SceneError,
    build_scene,
    check_scene,
    factor_of,
    guide_names,
)
from lstsr_core.nested import block_mean
from lstsr_core.scene import check_model_fits
from lstsr_core.testing import make_scene


@pytest.fixture
def scene():
    return make_scene(shape=(6, 9), factor=3)


def parts(scene):
    return scene["coarse"].to_dataset(), scene["guide"].to_dataset()


def refused(coarse, guide):
    with pytest.raises(SceneError) as caught:
        build_scene(coarse, guide)
    return caught.value.code


def test_a_built_scene_has_cf_attributes_and_float32(scene):
    lst = scene["coarse"]["lst"]
    assert lst.dtype == np.float32
    assert lst.attrs["standard_name"] == "surface_temperature"
    assert lst.attrs["units"] == "K"
    assert scene["guide"]["ndvi"].attrs["units"] == "1"
    assert scene.attrs["Conventions"].startswith("CF-")


def test_building_leaves_the_fields_as_they_were(scene):
    coarse, guide = parts(scene)
    before = coarse.copy(deep=True), guide.copy(deep=True)
    build_scene(coarse, guide)
    assert coarse.identical(before[0])
    assert guide.identical(before[1])


def test_attributes_that_a_field_brings_are_kept(scene):
    coarse, guide = parts(scene)
    named = coarse.assign(lst=coarse["lst"].assign_attrs(long_name="night temperature"))
    assert build_scene(named, guide)["coarse"]["lst"].attrs["long_name"] == "night temperature"


def test_latitude_and_longitude_are_named_y_and_x():
    coarse, guide = parts(make_scene(shape=(6, 9), crs="EPSG:4326", pixel=0.01))
    degrees = {"y": "latitude", "x": "longitude"}
    scene = build_scene(coarse.rename(degrees), guide.rename(degrees))
    assert scene["coarse"]["lst"].dims == ("y", "x")
    assert factor_of(scene) == 4


def test_a_guide_grid_without_a_guide_still_says_how_fine(scene):
    coarse, guide = parts(scene)
    assert factor_of(build_scene(coarse, guide.drop_vars("ndvi"))) == 3


def test_a_scene_without_lst_is_incomplete(scene):
    coarse, guide = parts(scene)
    assert refused(coarse.rename(lst="temperature"), guide) == "SCENE_INCOMPLETE"


@pytest.mark.parametrize("node", ["coarse", "guide"])
def test_a_scene_without_one_of_its_nodes_is_incomplete(scene, node):
    del scene[node]
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE") as caught:
        check_scene(scene)
    assert f"/{node}" in caught.value.expected


def test_a_coarse_node_whose_lst_was_removed_is_incomplete(scene):
    scene["coarse"] = xr.DataTree(scene["coarse"].to_dataset().rename(lst="other"))
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        check_scene(scene)


def test_two_coordinate_systems_are_refused(scene):
    other = make_scene(shape=(6, 9), factor=3, crs="EPSG:32631")
    assert refused(parts(scene)[0], parts(other)[1]) == "CRS_MISMATCH"


def test_grids_of_one_shape_ratio_that_do_not_nest_are_refused(scene):
    coarse, guide = parts(scene)
    assert refused(coarse, guide.isel(x=slice(None, -1))) == "GRID_NOT_NESTED"
    shifted = guide.assign_coords(x=guide["x"] + 100.0)
    assert refused(coarse, shifted) == "GRID_NOT_NESTED"


def test_a_grid_without_a_coordinate_system_is_refused(scene):
    coarse, guide = parts(scene)
    axes = {axis: coarse[axis].to_numpy() for axis in ("y", "x")}
    bare = xr.Dataset({"lst": (("y", "x"), coarse["lst"].to_numpy())}, coords=axes)
    assert refused(bare, guide) == "NO_CRS"


def test_rows_from_south_to_north_are_refused(scene):
    coarse, guide = parts(scene)
    assert refused(coarse.isel(y=slice(None, None, -1)), guide) == "GRID_UNSUPPORTED"


@pytest.mark.parametrize("node", [0, 1])
def test_a_field_of_several_bands_is_refused(scene, node):
    both = list(parts(scene))
    both[node] = both[node].map(lambda field: field.expand_dims(band=2))
    assert refused(*both) == "GRID_UNSUPPORTED"


def test_celsius_that_says_so_and_celsius_that_does_not_have_codes_of_their_own(scene):
    coarse, guide = parts(scene)
    celsius = coarse["lst"] - 273.15
    assert refused(coarse.assign(lst=celsius.assign_attrs(units="degC")), guide) == "UNITS_UNKNOWN"
    assert refused(coarse.assign(lst=celsius), guide) == "SCALE_SUSPECT"


def test_an_empty_temperature_is_refused(scene):
    coarse, guide = parts(scene)
    assert refused(coarse.assign(lst=coarse["lst"] * np.nan), guide) == "NO_VALID_PIXELS"


def test_an_unscaled_guide_is_refused(scene):
    coarse, guide = parts(scene)
    assert refused(coarse, guide.assign(ndvi=guide["ndvi"] * 1e4)) == "SCALE_SUSPECT"


def test_a_model_gets_its_own_guides_in_its_order_and_others_only_if_it_asks(scene):
    coarse, guide = parts(scene)
    more = guide.assign(slope=guide["ndvi"] * 0, elevation=guide["ndvi"] * 0)
    scene = build_scene(coarse, more)

    def named(**options):
        return guide_names(Model(name="m", prepare=dict, margin=0, **options), scene)

    assert named() == ()
    assert named(guides=("slope", "ndvi")) == ("slope", "ndvi")
    assert named(guides=("slope",), extra_guides=True) == ("slope", "elevation", "ndvi")


def test_a_model_that_does_not_fit_the_scene_says_what_is_missing(scene):
    check_model_fits(Model(name="m", prepare=dict, margin=0, guides=("ndvi",)), scene)
    check_model_fits(Model(name="m", prepare=dict, margin=0, factors=(2, 3)), scene)
    with pytest.raises(ModelError, match="GUIDE_MISSING") as caught:
        check_model_fits(Model(name="m", prepare=dict, margin=0, guides=("albedo",)), scene)
    assert "--guide albedo=FILE" in caught.value.remedy
    with pytest.raises(ModelError, match="FACTOR_UNSUPPORTED"):
        check_model_fits(Model(name="m", prepare=dict, margin=0, factors=(4,)), scene)


def test_the_simulated_temperature_is_the_block_mean_of_its_truth():
    scene = make_scene(shape=(5, 7), factor=6)
    truth = scene["reference"]["lst"].to_numpy()
    np.testing.assert_allclose(scene["coarse"]["lst"], block_mean(truth, 6), atol=1e-4)


def test_the_simulated_gaps_noise_and_seed_do_what_they_say():
    still, noisy = make_scene(shape=(40, 40)), make_scene(shape=(40, 40), noise=0.5)
    difference = (noisy["coarse"]["lst"] - still["coarse"]["lst"]).to_numpy()
    assert difference.std() == pytest.approx(0.5, rel=0.1)
    gappy = make_scene(shape=(40, 40), gaps=0.3)["coarse"]["lst"]
    assert float(gappy.isnull().mean()) == pytest.approx(0.3, abs=0.05)
    assert make_scene(seed=1).identical(make_scene(seed=1))
    assert not make_scene(seed=1).identical(make_scene(seed=2))


def test_a_simulated_scene_follows_the_guide_by_the_slope_asked_for():
    scene = make_scene(shape=(64, 64), slope=-15.0)
    ndvi, truth = scene["guide"]["ndvi"].to_numpy(), scene["reference"]["lst"].to_numpy()
    assert np.polyfit(ndvi.ravel(), truth.ravel(), 1)[0] == pytest.approx(-15.0, abs=1.5)


def test_a_simulated_scene_of_no_size_is_refused():
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        make_scene(pixel=0.0)
