"""Upsampling keeps to the pixel corner."""

from __future__ import annotations

import numpy as np

from lstsr_core import factor_between, geobox_of
from lstsr_core.grid import same_grid
from lstsr_core.testing import make_scene
from lstsr_physics import average, upsample


def test_upsampled_field_lies_on_the_fine_grid_of_the_scene():
    scene = make_scene(shape=(7, 9), factor=3, crs="EPSG:4326", pixel=0.01)
    fine = upsample(scene["coarse/lst"], 3)
    assert factor_between(geobox_of(scene["coarse/lst"]), geobox_of(fine)) == 3
    assert same_grid(geobox_of(fine), geobox_of(scene["guide"].to_dataset()))
    assert fine.attrs["units"] == "K"


def test_plane_comes_back_exactly_from_its_block_means():
    truth = make_scene(shape=(16, 12), factor=4)["reference/lst"]
    plane = truth.copy(data=(0.1 * truth.x + 0.2 * truth.y).transpose("y", "x").data)
    fine = upsample(average(plane, 4), 4)
    inner = {"y": slice(12, -12), "x": slice(12, -12)}
    np.testing.assert_allclose(fine.isel(inner), plane.isel(inner), rtol=1e-9)


def test_gap_stays_inside_its_coarse_pixel():
    coarse = make_scene(shape=(8, 8))["coarse/lst"].copy(deep=True)
    coarse[3, 5] = np.nan
    missing = np.isnan(upsample(coarse, 4).to_numpy())
    expected = np.zeros_like(missing)
    expected[12:16, 20:24] = True
    assert np.array_equal(missing, expected)
