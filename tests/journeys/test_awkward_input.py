"""Odd shapes, gaps and grids that do not nest give a result, and gaps stay local."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from odc.geo.geobox import GeoBox

from lstsr_core import Quality

REACH = 2
"""How far a gap may be felt: the reach of cubic upsampling. [coarse pixel]"""


@pytest.fixture
def sharpened(lstsr, read):
    """Sharpen and give the temperature."""

    def sharpen(inputs, out, *words) -> np.ndarray:
        done = lstsr(*inputs.words, *words, "-o", out)
        assert done.returncode == 0, done.stderr
        return read(out, "lst")

    return sharpen


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("shape", "tile"), [((13, 29), 8), ((1, 40), 16), ((40, 3), 7), ((5, 5), 1)]
)
def test_sizes_that_no_tile_divides_give_every_pixel(sharpened, make_inputs, tmp_path, shape, tile):
    inputs = make_inputs(tmp_path / "in", shape=shape).write()
    whole = sharpened(inputs, tmp_path / "whole")
    tiled = sharpened(inputs, tmp_path / "tiled", "--tile", tile)
    assert whole.shape == (4 * shape[0], 4 * shape[1])
    assert np.isfinite(whole).all()
    np.testing.assert_allclose(tiled, whole, atol=1e-4)


@pytest.mark.parametrize("factor", [2, 3, 5, 10])
def test_any_whole_factor_is_taken_from_the_guide(sharpened, make_inputs, tmp_path, factor):
    inputs = make_inputs(tmp_path / "in", shape=(9, 12), factor=factor).write()
    assert sharpened(inputs, tmp_path / "out").shape == (9 * factor, 12 * factor)


def test_geographic_grid_works(sharpened, make_inputs, tmp_path):
    inputs = make_inputs(tmp_path / "in", shape=(12, 15), crs="EPSG:4326", pixel=0.01).write()
    assert np.isfinite(sharpened(inputs, tmp_path / "out")).all()


@pytest.mark.fault(18)
def test_one_missing_pixel_is_felt_by_its_neighbours_only(sharpened, inputs, tmp_path):
    words = ("--model", "bicubic")
    whole = sharpened(inputs.write(), tmp_path / "whole", *words)
    inputs.lst.values[10, 15] = np.nan
    gappy = sharpened(inputs.write(), tmp_path / "gappy", *words)
    assert np.isnan(gappy[40:44, 60:64]).all()
    assert np.isnan(gappy).sum() == 16
    changed = np.argwhere(~(whole == gappy)) // 4
    assert np.abs(changed - (10, 15)).max() <= REACH


@pytest.mark.fault(17)
@pytest.mark.parametrize(("kind", "fill"), [("f4", -9999.0), ("u2", 0), ("f4", 0.0), ("u2", 65535)])
def test_fill_values_are_gaps(sharpened, inputs, tmp_path, kind, fill):
    scale = 0.02 if kind == "u2" else 1.0
    stored = (inputs.lst.values / scale).astype(kind)
    stored[3, 4] = fill
    inputs.write().lst.with_values(stored).write(inputs.lst_path)
    sharp = sharpened(inputs, tmp_path / "out", "--scale", scale)
    assert np.isnan(sharp).sum() == 16
    assert np.isnan(sharp[12:16, 16:20]).all()
    assert 250 < np.nanmin(sharp) < np.nanmax(sharp) < 350


def test_fill_value_of_the_users_own_is_named_by_nodata(sharpened, inputs, tmp_path):
    inputs.lst.values[3, 4] = 271.0
    sharp = sharpened(inputs.write(), tmp_path / "out", "--nodata", 271)
    assert np.isnan(sharp).sum() == 16


@pytest.mark.fault(22)
def test_fill_of_the_guide_is_flagged_and_invents_no_detail(sharpened, read, inputs, tmp_path):
    stored = (inputs.ndvi.values * 1e4).astype(np.int16)
    stored[8:12, 8:12] = -3000
    inputs.write().ndvi.with_values(stored).write(inputs.ndvi_path)
    words = ("--guide-scale", "ndvi=0.0001", "--nodata", -3000)
    sharp = sharpened(inputs, tmp_path / "out", *words)
    assert np.isfinite(sharp).all()
    quality = read(tmp_path / "out", "quality")
    flagged = (quality & Quality.NO_GUIDE) > 0
    assert flagged.sum() == 16
    assert flagged[8:12, 8:12].all()
    assert np.ptp(sharp[8:12, 8:12]) < np.ptp(sharp)


@pytest.mark.fault(15)
def test_guide_one_pixel_off_is_laid_by_its_geotransform(sharpened, inputs, tmp_path):
    there = sharpened(inputs.write(), tmp_path / "there")
    box = inputs.ndvi.box
    moved = replace(inputs.ndvi, values=inputs.ndvi.values[1:, 3:], box=box[1:, 3:])
    moved.write(inputs.ndvi_path)
    again = sharpened(inputs, tmp_path / "again")
    # The lost rim takes part in the fit: the two agree closely; by index they are kelvins apart.
    inner = (slice(8, -8), slice(12, -8))
    assert np.abs(there - again)[inner].max() < 0.2


def test_grid_that_does_not_nest_is_averaged_and_said_so(lstsr, read, inputs, tmp_path):
    box = inputs.ndvi.box
    finer = GeoBox((200, 300), box.affine * box.affine.scale(0.41), box.crs)
    rows, columns = (
        np.linspace(0, n - 1, m).round().astype(int) for n, m in ((80, 200), (120, 300))
    )
    other = replace(inputs.ndvi, values=inputs.ndvi.values[np.ix_(rows, columns)], box=finer)
    inputs.write()
    other.write(inputs.ndvi_path)
    done = lstsr(*inputs.words, "--factor", 4, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "averaged" in done.stderr
    quality = read(tmp_path / "out", "quality")
    assert ((quality & Quality.RESAMPLED_GUIDE) > 0).all()


def test_guide_in_another_system_is_averaged_onto_the_grid(sharpened, inputs, tmp_path):
    import rasterio.warp

    source = inputs.ndvi
    target = source.box.to_crs("EPSG:32631")
    values = np.full(target.shape, np.nan, np.float32)
    rasterio.warp.reproject(
        source.values,
        values,
        src_transform=source.box.affine,
        src_crs=str(source.box.crs),
        dst_transform=target.affine,
        dst_crs="EPSG:32631",
        dst_nodata=np.nan,
    )
    direct = sharpened(inputs.write(), tmp_path / "direct")
    replace(source, values=values, box=target).write(inputs.ndvi_path)
    sharp = sharpened(inputs, tmp_path / "out", "--factor", 4)
    assert sharp.shape == (80, 120)
    assert np.isfinite(sharp).all()
    assert np.corrcoef(sharp.ravel(), direct.ravel())[0, 1] > 0.98


@pytest.mark.fault(24)
def test_temperature_larger_than_its_guide_is_cropped_and_said_so(lstsr, read, inputs, tmp_path):
    part = replace(
        inputs.ndvi, values=inputs.ndvi.values[16:48, 20:60], box=inputs.ndvi.box[16:48, 20:60]
    )
    inputs.write()
    part.write(inputs.ndvi_path)
    done = lstsr(*inputs.words, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "out", "lst").shape == (32, 40)
    assert "cropped" in done.stderr


@pytest.mark.fault(26)
@pytest.mark.parametrize("model", ["nearest", "bilinear", "bicubic", "tsharp", "distrad"])
def test_constant_temperature_and_guide_stay_constant(sharpened, inputs, tmp_path, model):
    inputs.lst.values[:] = 300
    inputs.ndvi.values[:] = 0.5
    sharp = sharpened(inputs.write(), tmp_path / "out", "--model", model)
    np.testing.assert_allclose(sharp, 300, atol=1e-3)
