"""Bands are laid by geotransform: copied where they nest, averaged by area where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_data.lay import how_to_lay, lay
from lstsr_data.rasters import open_bands

CORNER = (500_000.0, 4_900_000.0)


def box(shape, pixel, *, shift=(0.0, 0.0), crs="EPSG:32631"):
    x, y = CORNER[0] + shift[0], CORNER[1] - shift[1]
    return GeoBox(shape, Affine(pixel, 0, x, 0, -pixel, y), crs)


def overlaps(size, pixel, target):
    """Give the length that each source pixel shares with each target pixel along one axis."""
    start, count, step = target
    low = start + step * np.arange(count)[:, None]
    here = pixel * np.arange(size)[None, :]
    return np.clip(np.minimum(low + step, here + pixel) - np.maximum(low, here), 0, None)


@pytest.mark.fault(15)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(rows=st.integers(-12, 12), columns=st.integers(-12, 12))
def test_a_whole_shift_copies_every_pixel_to_where_it_lies(write_raster, rows, columns):
    values = np.arange(15 * 14, dtype=np.float32).reshape(15, 14)
    band = open_bands(write_raster("a.tif", values))[0]
    laid = lay(band, box((15, 14), 100.0, shift=(columns * 100.0, rows * 100.0)))
    moved = np.full((39, 38), np.nan, np.float32)
    moved[12:27, 12:26] = values
    wanted = moved[12 + rows : 27 + rows, 12 + columns : 26 + columns]
    assert laid.attrs["laid"] == "shifted"
    assert np.array_equal(laid.to_numpy(), wanted, equal_nan=True)


@pytest.mark.fault(15)
def test_a_grid_that_does_not_nest_is_averaged_by_area_and_gaps_do_not_spread(write_raster):
    values = np.random.default_rng(1).random((40, 50)).astype(np.float32)
    values[5, 5] = np.nan
    band = open_bands(write_raster("a.tif", values))[0]
    target = box((10, 9), 370.0, shift=(130.0, 110.0))
    rows = overlaps(40, 100.0, (110.0, 10, 370.0))
    columns = overlaps(50, 100.0, (130.0, 9, 370.0))
    seen = np.isfinite(values)
    wanted = (rows @ np.where(seen, values, 0) @ columns.T) / (rows @ seen @ columns.T)
    laid = lay(band, target)
    assert laid.attrs["laid"] == "averaged"
    assert np.abs(laid.to_numpy() - wanted).max() < 1e-6


def test_an_average_across_coordinate_systems_keeps_a_constant_and_a_gradient(write_raster):
    x = 500_000.0 + 100.0 * (np.arange(300) + 0.5)
    ramp = np.broadcast_to(x.astype(np.float32), (300, 300))
    band = open_bands(write_raster("a.tif", ramp))[0]
    corner = box((1, 1), 100.0, shift=(10_000.0, 10_000.0)).to_crs("EPSG:4326").affine
    target = GeoBox((8, 8), Affine(0.01, 0, corner.c, 0, -0.01, corner.f), "EPSG:4326")
    laid = lay(band, target)
    west, east = laid.to_numpy()[4, [0, 7]]
    # 7 pixels of 0.01 degree at 44.1 degrees north are 5604 m.
    assert east - west == pytest.approx(5604, rel=0.01)
    assert np.isfinite(laid.to_numpy()).all()


def test_laying_in_blocks_gives_the_bytes_of_laying_at_once(write_raster, monkeypatch):
    values = np.random.default_rng(2).random((90, 80)).astype(np.float32)
    band = open_bands(write_raster("a.tif", values))[0]
    target = box((30, 28), 255.0, shift=(33.0, 47.0))
    once = lay(band, target).to_numpy()
    monkeypatch.setattr("lstsr_data.lay.CHUNK", 7)
    assert np.array_equal(lay(band, target).to_numpy(), once, equal_nan=True)


@pytest.mark.parametrize("shift", [(100_000.0, 0.0), (0.0, -100_000.0), (100_050.0, 0.0)])
def test_a_band_of_another_place_is_refused(write_raster, shift):
    band = open_bands(write_raster("a.tif", np.ones((5, 5), np.float32)))[0]
    with pytest.raises(SceneError) as caught:
        lay(band, box((5, 5), 100.0, shift=shift))
    assert caught.value.code == "NO_OVERLAP"


def test_rounding_of_a_header_is_no_shift(write_raster):
    band = open_bands(write_raster("a.tif", np.ones((64, 64), np.float32), pixel=100.00001))[0]
    assert how_to_lay(band, box((64, 64), 100.0, shift=(0.3, 0.0))) == "shifted"


@pytest.mark.fault(15)
def test_half_a_pixel_is_one(write_raster):
    band = open_bands(write_raster("a.tif", np.ones((64, 64), np.float32)))[0]
    assert how_to_lay(band, box((64, 64), 100.0, shift=(50.0, 0.0))) == "averaged"
