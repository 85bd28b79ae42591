"""A reference is laid where the coarse temperature lies, and its bad pixels are left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import Footprint, SceneError, build_scene, geobox_of
from lstsr_core.grid import on_grid
from lstsr_core.testing import make_scene
from lstsr_physics import see
from lstsr_runtime.bench.protocol import BORDER, COLDEST, drop_contaminated, lay_truth, pair_up

SIMULATED = make_scene(shape=(40, 36), seed=3)
TRUTH = SIMULATED["reference/lst"]


def scene_with(reference: xr.DataArray) -> xr.DataTree:
    coarse = see(TRUTH, Footprint(), 4).rename("lst")
    guide = SIMULATED["guide"].to_dataset()
    return build_scene(coarse.to_dataset(), guide, reference.rename("lst").to_dataset())


def displaced(columns: float, rows: float) -> xr.DataArray:
    """Say of the true temperature that it lies further to the right and down than it does."""
    return on_grid(TRUTH.to_numpy(), geobox_of(TRUTH).translate_pix(columns, rows))


@pytest.mark.parametrize(("dx", "dy"), [(0.0, 0.0), (1.0, -2.0), (0.75, 0.75)])
def test_reference_that_lies_beside_is_found_and_laid_back(dx, dy):
    truth = lay_truth(scene_with(displaced(dx, dy)))
    assert (truth.shift.dx, truth.shift.dy) == pytest.approx((dx, dy), abs=0.05)
    error = truth.lst - TRUTH.to_numpy()
    left_alone = lay_truth(scene_with(displaced(0.0, 0.0))).lst - np.roll(TRUTH.to_numpy(), 2)
    inner = (slice(20, -20), slice(20, -20))
    assert np.abs(error[inner]).mean() < 0.2 * np.abs(left_alone[inner]).mean()


def test_reference_in_another_projection_is_laid_on_the_fine_grid():
    here = geobox_of(TRUTH)
    utm = here.to_crs("EPSG:32631", resolution=120)
    fine = on_grid(TRUTH.to_numpy(), here)
    reference = fine.odc.reproject(utm, resampling="cubic", dst_nodata=math.nan)
    truth = lay_truth(scene_with(reference))
    assert (truth.shift.dx, truth.shift.dy) == pytest.approx((0.0, 0.0), abs=0.1)
    error = (truth.lst - TRUTH.to_numpy())[20:-20, 20:-20]
    assert np.nanmean(np.abs(error)) < 0.3


def test_scene_without_reference_is_refused():
    scene = make_scene(shape=(8, 8))
    bare = build_scene(scene["coarse"].to_dataset(), scene["guide"].to_dataset())
    with pytest.raises(SceneError) as caught:
        lay_truth(bare)
    assert caught.value.code == "SCENE_INCOMPLETE"


def test_cold_and_missing_pixels_go_with_three_pixels_around_them():
    reference = np.full((20, 24), 300.0)
    reference[5, 6], reference[15, 20] = COLDEST - 0.1, np.nan
    clean = drop_contaminated(reference)
    expected = np.zeros(reference.shape, bool)
    expected[2:9, 3:10] = expected[12:19, 17:24] = True
    assert np.array_equal(np.isnan(clean), expected)


@given(amount=st.floats(-30, 30))
def test_constant_difference_is_bias_and_nothing_else(amount):
    truth = TRUTH.to_numpy().astype(float)
    pair = pair_up(truth + amount, truth, 4)
    assert pair.bias == pytest.approx(amount)
    np.testing.assert_allclose(pair.prediction, pair.truth, rtol=1e-9)


def test_only_pixels_known_to_both_and_off_the_border_are_compared():
    prediction, truth = np.zeros((40, 48)), np.ones((40, 48))
    prediction[20, 20] = truth[30, 30] = np.nan
    pair = pair_up(prediction, truth, 4)
    assert pair.truth.shape == (40 - 16, 48 - 16)
    assert BORDER * 4 == 8
    known = np.isfinite(pair.prediction)
    assert np.array_equal(known, np.isfinite(pair.truth))
    assert (~known).sum() == 2


def test_fields_that_share_no_pixel_are_refused():
    nothing = np.full((40, 40), np.nan)
    with pytest.raises(SceneError) as caught:
        pair_up(nothing, np.zeros((40, 40)), 4)
    assert caught.value.code == "NO_VALID_PIXELS"
