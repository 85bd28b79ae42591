"""Grids are read, divided and compared by their geotransforms, whatever their numbers."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.grid import (
    check_axes,
    check_north_up,
    divide,
    factor_between,
    geobox_of,
    on_grid,
    same_grid,
    with_plain_dims,
)
from lstsr_core.testing.scenes import MODIS_PIXEL, SINUSOIDAL

GRIDS = {
    "sinusoidal": (SINUSOIDAL, MODIS_PIXEL, (277061.0, 5100146.0)),
    "utm": ("EPSG:32631", 1000.0, (400000.0, 5100000.0)),
    "geographic": ("EPSG:4326", 1 / 120, (-112.5, 34.0)),
}
boxes = st.builds(
    lambda name, rows, columns: box((rows, columns), name),
    st.sampled_from(sorted(GRIDS)),
    st.integers(1, 300),
    st.integers(1, 300),
)


def box(shape=(6, 8), name="utm", shift=0.0):
    crs, pixel, (x, y) = GRIDS[name]
    return GeoBox(shape, Affine(pixel, 0, x + shift * pixel, 0, -pixel, y), CRS(crs))


def field(grid):
    return xr.Dataset({"lst": on_grid(np.full(grid.shape, 300.0, np.float32), grid)})


@pytest.mark.parametrize("name", GRIDS)
def test_a_field_put_on_a_grid_lies_on_it(name):
    grid = box(name=name)
    node = field(grid)
    assert node["lst"].dims == ("y", "x")
    assert same_grid(geobox_of(node), grid)
    assert geobox_of(node).crs == CRS(GRIDS[name][0])


@given(boxes, st.integers(1, 60))
def test_dividing_a_grid_by_any_factor_gives_that_factor_back(coarse, factor):
    fine = divide(coarse, factor)
    rows, columns = coarse.shape
    assert fine.shape == (rows * factor, columns * factor)
    assert factor_between(coarse, fine) == factor


def test_a_divided_grid_covers_the_same_ground():
    coarse = box((1200, 1200), "sinusoidal")
    fine = divide(coarse, 4)
    corner = (1200, 1200)
    assert fine.affine * (4800, 4800) == pytest.approx(coarse.affine * corner, abs=1e-6)
    assert fine.affine * (0, 0) == pytest.approx(coarse.affine * (0, 0), abs=1e-9)


@pytest.mark.parametrize("shift", [0.005, -0.005])
def test_rounding_in_a_header_does_not_make_another_grid(shift):
    assert same_grid(box(), box(shift=shift))


@pytest.mark.parametrize("shift", [0.02, -0.5, 1.0])
def test_a_shift_by_more_than_rounding_makes_another_grid(shift):
    assert not same_grid(box(), box(shift=shift))


def test_a_pixel_size_that_drifts_over_the_grid_makes_another_grid():
    one = box((100, 100))
    stretched = GeoBox(one.shape, one.affine @ Affine.scale(1.001), one.crs)
    assert not same_grid(one, stretched)


@pytest.mark.parametrize(
    "fine",
    [
        divide(box((5, 8)), 4),
        divide(box(shift=0.25), 4),
        GeoBox((24, 31), divide(box(), 4).affine, box().crs),
        GeoBox((3, 4), box().affine @ Affine.scale(2), box().crs),
    ],
    ids=["other rows", "shifted by a fine pixel", "a column short", "coarser"],
)
def test_a_fine_grid_that_does_not_divide_the_coarse_one_is_refused(fine):
    with pytest.raises(SceneError) as caught:
        factor_between(box(), fine)
    assert caught.value.code == "GRID_NOT_NESTED"


def test_two_coordinate_systems_are_refused_and_named():
    with pytest.raises(SceneError) as caught:
        factor_between(box(), box(name="sinusoidal"))
    assert caught.value.code == "CRS_MISMATCH"
    assert "EPSG:32631" in caught.value.found
    assert "unknown" in caught.value.found


def refused(node):
    with pytest.raises(SceneError) as caught:
        geobox_of(node)
    return caught.value.code


def test_a_grid_without_a_coordinate_system_is_refused():
    axes = {axis: field(box())[axis].to_numpy() for axis in ("y", "x")}
    bare = xr.Dataset({"lst": (("y", "x"), np.zeros((6, 8)))}, coords=axes)
    assert refused(bare) == "NO_CRS"


def test_a_field_without_coordinates_is_refused():
    assert refused(xr.Dataset({"lst": (("y", "x"), np.zeros((2, 2)))})) == "GRID_UNSUPPORTED"


def test_irregular_coordinates_are_refused():
    node = field(box())
    assert refused(node.isel(x=[0, 1, 2, 4, 5, 7])) == "GRID_UNSUPPORTED"


def test_coordinates_rounded_to_float32_are_still_a_grid():
    grid = divide(box((100, 100), "geographic"), 4)
    node = field(grid)
    rounded = node.assign_coords({axis: node[axis].astype("float32") for axis in ("y", "x")})
    assert geobox_of(rounded).shape == grid.shape


def test_rows_from_south_to_north_are_refused():
    assert refused(field(box()).isel(y=slice(None, None, -1))) == "GRID_UNSUPPORTED"


def test_columns_from_east_to_west_are_refused():
    assert refused(field(box()).isel(x=slice(None, None, -1))) == "GRID_UNSUPPORTED"


def test_a_rotated_grid_is_refused():
    turned = GeoBox((4, 4), box().affine @ Affine.rotation(10), box().crs)
    assert refused(xr.Dataset({"lst": on_grid(np.zeros((4, 4)), turned)})) == "GRID_UNSUPPORTED"
    with pytest.raises(SceneError, match="rotated"):
        check_north_up(turned)


def test_an_empty_grid_is_refused():
    assert refused(field(box()).isel(x=slice(0, 0))) == "GRID_UNSUPPORTED"


def test_latitude_and_longitude_become_y_and_x_on_the_same_grid():
    node = field(box(name="geographic"))
    degrees = node.rename(y="latitude", x="longitude")
    plain = with_plain_dims(degrees)
    assert plain["lst"].dims == ("y", "x")
    assert same_grid(geobox_of(plain), geobox_of(node))


def test_a_field_of_several_bands_is_refused_by_its_name():
    node = field(box()).expand_dims(band=3)
    with pytest.raises(SceneError) as caught:
        check_axes(node)
    assert caught.value.code == "GRID_UNSUPPORTED"
    assert "lst of dimensions (band, y, x)" in caught.value.found


def test_fields_on_the_grid_and_single_values_are_let_through():
    check_axes(field(box()).assign(view_time=np.datetime64("2019-07-01", "ns")))
