"""Scenes of the MODIS-ASTER database, from either layout, lie where their files say."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS

from lstsr_core import SourceError, factor_of, geobox_of
from lstsr_core.testing.scenes import MODIS_PIXEL, SINUSOIDAL
from lstsr_data.modis_aster import open_database
from lstsr_data.modis_aster_registry import digests, published_names

ORIGINALS = ("000", "060", "119")
CORNER = (277061.0, 5100146.0)


def write(path, values, *, corner=CORNER, pixel=MODIS_PIXEL, crs=SINUSOIDAL) -> None:
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": CRS.from_string(crs),
        "transform": Affine(pixel, 0, corner[0], 0, -pixel, corner[1]),
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(values.astype(np.float32), 1)


@pytest.fixture
def folder(tmp_path):
    """A scene whose NDVI starts three fine pixels east and one south of the temperature."""
    scene = tmp_path / "modis-aster" / "007"
    scene.mkdir(parents=True)
    fine = MODIS_PIXEL / 4
    write(scene / "lst_1km.tif", np.full((6, 8), 300.0))
    ndvi = np.arange(24 * 32).reshape(24, 32) / 1000
    corner = (CORNER[0] + 3 * fine, CORNER[1] - fine)
    write(scene / "ndvi_250m.tif", ndvi, corner=corner, pixel=fine)
    aster = np.array([[0.0, 3000.0], [3015.0, 2999.0]])
    write(scene / "aster_lst_250m.tif", aster, corner=(5e5, 5e6), pixel=250.0, crs="EPSG:32631")
    return tmp_path


def test_guide_is_laid_by_its_geotransform_and_its_rim_stays_empty(folder):
    ndvi = open_database(folder)["007"]()["guide"]["ndvi"].to_numpy()
    assert ndvi.shape == (24, 32)
    assert np.isnan(ndvi[:1]).all()
    assert np.isnan(ndvi[:, :3]).all()
    expected = np.arange(24 * 32).reshape(24, 32)[:23, :29] / 1000
    np.testing.assert_allclose(ndvi[1:, 3:], expected, rtol=1e-6)


def test_reference_is_in_kelvin_on_its_own_grid_without_fill(folder):
    reference = open_database(folder)["007"]()["reference"].to_dataset()
    np.testing.assert_allclose(reference["lst"], [[np.nan, 300.0], [301.5, 299.9]], rtol=1e-6)
    assert geobox_of(reference).crs.epsg == 32631
    assert reference["lst"].attrs["units"] == "K"


def test_database_is_found_in_the_folder_and_in_its_parent(folder):
    assert list(open_database(folder)) == ["007"]
    assert list(open_database(folder / "modis-aster")) == ["007"]


def test_nothing_is_read_before_a_scene_is_asked_for(folder):
    (folder / "modis-aster" / "007" / "lst_1km.tif").write_bytes(b"damaged")
    database = open_database(folder)
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        database["007"]()


@pytest.mark.parametrize("name", ["ndvi_250m.tif", "aster_lst_250m.tif"])
def test_missing_file_of_a_scene_is_named(folder, name):
    (folder / "modis-aster" / "007" / name).unlink()
    with pytest.raises(SourceError, match=name) as caught:
        open_database(folder)["007"]()
    assert caught.value.code == "FILE_MISSING"


def test_folder_without_scenes_is_an_error(tmp_path):
    with pytest.raises(SourceError) as caught:
        open_database(tmp_path)
    assert caught.value.code == "NO_SCENES"


def test_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SourceError) as caught:
        open_database(tmp_path / "nowhere")
    assert caught.value.code == "FILE_MISSING"


def test_every_published_scene_has_a_digest_for_both_files():
    assert len(published_names()) == 83
    assert len(digests()) == 166
    assert all(len(bytes.fromhex(digest)) == 32 for digest in digests().values())


@pytest.fixture
def originals(shared_data, tmp_path):
    for file in (shared_data / "modis-aster-original").glob("*_*"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ORIGINALS)
def test_published_files_give_the_very_scene_of_the_folder(shared_data, originals, name):
    ours = open_database(originals)[name]()
    folders = open_database(shared_data / "modis-aster")[name]()
    assert factor_of(ours) == factor_of(folders) == 4
    for node in ("coarse", "guide", "reference"):
        one, other = ours[node].to_dataset(), folders[node].to_dataset()
        assert list(one.data_vars) == list(other.data_vars)
        assert one.equals(other)
        assert geobox_of(one).affine == geobox_of(other).affine
        assert geobox_of(one).crs == geobox_of(other).crs


@pytest.mark.parametrize(("name", "rows", "columns"), [("000", 1, 0), ("060", 0, 1), ("119", 1, 1)])
def test_real_ndvi_starts_where_its_geotransform_says(originals, name, rows, columns):
    ndvi = open_database(originals)[name]()["guide"]["ndvi"].to_numpy()
    assert np.isnan(ndvi[:rows]).all()
    assert np.isnan(ndvi[:, :columns]).all()
    assert np.isfinite(ndvi[rows:, columns:]).all()


@pytest.mark.parametrize("name", ["0_data_dict.pkl", "0_aster_250m.tif"])
def test_one_changed_byte_in_a_published_file_is_refused_unread(originals, name):
    raw = bytearray((originals / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (originals / name).write_bytes(raw)
    with pytest.raises(SourceError, match=name) as caught:
        open_database(originals)["000"]()
    assert caught.value.code == "DIGEST_MISMATCH"


def test_published_scene_without_its_raster_is_named(originals):
    (originals / "0_aster_250m.tif").unlink()
    with pytest.raises(SourceError, match=r"0_aster_250m\.tif") as caught:
        open_database(originals)["000"]()
    assert caught.value.code == "FILE_MISSING"


def test_every_scene_of_the_shared_data_opens(shared_data):
    database = open_database(shared_data)
    assert len(database) == 59
    for opened in database.values():
        scene = opened()
        assert scene["coarse"].sizes == {"y": 64, "x": 64}
        assert scene["guide"].sizes == {"y": 256, "x": 256}
        rim = np.isnan(scene["guide"]["ndvi"].to_numpy())
        assert not rim[3:, 3:].any()
