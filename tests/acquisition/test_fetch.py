"""Fetching a scene from a real STAC server and a real file server."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio

from lstsr_core import ResourceError
from lstsr_core.grid import geobox_of
from lstsr_data import open_scene
from lstsr_data.acquisition.area import box_area
from lstsr_data.acquisition.days import one_day
from lstsr_data.acquisition.fetch import Order, fetch
from lstsr_runtime import sharpen
from lstsr_runtime.acquire import acquire

BOX = (2.0, 44.0, 2.6, 44.5)
DAY = "2023-08-11"


def lst_counts():
    """Give counts from which a pixel's place in its tile can be read."""
    rows, columns = np.mgrid[:1200, :1200]
    return (14000 + columns + rows // 4).astype(np.uint16)


def thermal(product, publish, counts):
    layers = {
        "LST_Day_1km": counts,
        "QC_Day": np.zeros(counts.shape, np.uint8),
        "Day_view_time": np.full(counts.shape, 108, np.uint8),
        "Day_view_angl": np.full(counts.shape, 75, np.uint8),
    }
    return publish(product, layers)


def guide(product, publish, nir=4000):
    shape = (product.size, product.size)
    layers = {
        "sur_refl_b01": np.full(shape, 1000, np.int16),
        "sur_refl_b02": np.broadcast_to(np.asarray(nir, np.int16), shape),
        "sur_refl_qc_250m": np.zeros(shape, np.uint16),
        "sur_refl_state_250m": np.zeros(shape, np.uint16),
    }
    return publish(product, layers)


@pytest.fixture
def order(at, catalogue, publish, make_product):
    mod11 = make_product("modis-11A1-061", "MOD11A1", DAY)
    mod09 = make_product(
        "modis-09Q1-061", "MOD09Q1", "2023-08-05", last_day="2023-08-12", size=4800
    )
    address = catalogue([thermal(mod11, publish, lst_counts()), guide(mod09, publish)])
    return Order(
        sensor=at("modis", address),
        guides=(at("modis-ndvi-8day", address),),
        area=box_area(*BOX),
        days=one_day(DAY),
    )


def test_a_scene_comes_from_its_name_a_box_and_a_date(order, access):
    scene = fetch(order, access)
    coarse = scene["coarse"].to_dataset()
    box = geobox_of(coarse)
    column = round((box.affine.c - 0.0) / 926.6254331)
    row = round((5559752.598833 - box.affine.f) / 926.6254331)
    expected = 0.02 * (14000 + column + row // 4)
    assert coarse["lst"].to_numpy()[0, 0] == pytest.approx(expected, abs=1e-3)
    assert scene["guide"]["ndvi"].to_numpy() == pytest.approx(0.6, abs=1e-6)
    assert scene["guide"]["ndvi"].shape == tuple(4 * size for size in box.shape)
    assert coarse.attrs["granules"].startswith("MOD11A1.A2023223.h18v04")


def test_a_run_gives_what_sharpening_the_same_rasters_gives(order, access, tmp_path, monkeypatch):
    monkeypatch.setattr("lstsr_data.acquisition.fetch.open_access", lambda: access)
    folder = acquire(order, tmp_path / "run", {"model": "tsharp"})
    scene = fetch(order, access)
    rasters = {}
    for node, name in (("coarse", "lst"), ("guide", "ndvi")):
        rasters[name] = tmp_path / f"{name}.tif"
        values = scene[node][name].odc.assign_crs(scene[node].to_dataset().odc.crs)
        values.compute().odc.write_cog(rasters[name], overwrite=True)
    again = open_scene(rasters["lst"], {"ndvi": rasters["ndvi"]})
    expected = sharpen(again, "tsharp")["lst"].to_numpy()
    with rasterio.open(folder / "lst.tif") as file:
        np.testing.assert_allclose(file.read(1), expected, atol=1e-4)


def test_the_same_run_again_does_nothing_and_another_is_refused(
    order, access, tmp_path, monkeypatch
):
    monkeypatch.setattr("lstsr_data.acquisition.fetch.open_access", lambda: access)
    folder = acquire(order, tmp_path / "run", {"model": "bicubic"})
    written = (folder / "lst.tif").read_bytes()
    assert (acquire(order, folder, {"model": "bicubic"}) / "lst.tif").read_bytes() == written
    with pytest.raises(ResourceError, match="another order"):
        acquire(replace(order, guide_days=3), folder, {"model": "bicubic"})
