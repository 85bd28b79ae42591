"""Swaths that a catalogue has are fetched whole and laid on the pixels of the area."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import h5netcdf
import numpy as np
import pytest

from lstsr_core import SourceError
from lstsr_core.grid import geobox_of
from lstsr_data.acquisition.area import box_area
from lstsr_data.acquisition.days import one_day
from lstsr_data.acquisition.fetch import Order, fetch
from lstsr_data.acquisition.plan import plan
from lstsr_data.acquisition.search import Wanted
from lstsr_data.acquisition.selection import select

DAY = "2021-05-10"
PRODUCT = "S3A_SL_2_LST____20210510T095955_20210510T100255_20210511T101010_0179_071_301_2160"
INSIDE = box_area(11.2, 48.05, 11.6, 48.25)
BEYOND = box_area(11.2, 48.3, 11.6, 48.9)
ROWS, COLUMNS = 90, 100


def gradient(latitude):
    """Temperature of the world: 10 K warmer for each degree to the south. [K]"""
    return 290 + 10 * (48.5 - latitude)


def write_safe(folder, north=48.5):
    """Write a SAFE folder of one scan over Bavaria, a cloud in its middle."""
    folder.mkdir(parents=True)
    down, right = np.indices((ROWS, COLUMNS))
    latitude = north - 0.009 * down - 0.002 * right
    longitude = 11.0 + 0.0135 * right - 0.003 * down
    cloud = (abs(down - 40) < 6) & (abs(right - 45) < 6)
    packed = {"scale_factor": 0.002, "add_offset": 290.0, "_FillValue": np.int16(-32768)}
    degrees = {"scale_factor": 1e-6}
    across = np.tile(np.linspace(-500_000.0, 500_000.0, COLUMNS), (ROWS, 1))
    files = {
        "LST_in.nc": {
            "LST": (np.round((gradient(latitude) - 290) / 0.002).astype(np.int16), packed),
            "LST_uncertainty": (np.full(latitude.shape, 500, np.int16), {"scale_factor": 0.002}),
        },
        "flags_in.nc": {"confidence_in": (np.where(cloud, 8 | 1 << 14, 8).astype(np.uint16), {})},
        "geodetic_in.nc": {
            "latitude_in": (np.round(latitude / 1e-6).astype(np.int32), degrees),
            "longitude_in": (np.round(longitude / 1e-6).astype(np.int32), degrees),
        },
        "geometry_tn.nc": {"sat_zenith_tn": (np.tile([60.0, 0.0, 60.0], (ROWS, 1)), {})},
        "cartesian_in.nc": {"x_in": (across, {})},
        "cartesian_tx.nc": {"x_tx": (np.tile([-6e5, 0.0, 6e5], (ROWS, 1)), {})},
    }
    for name, variables in files.items():
        with h5netcdf.File(folder / name, "w") as file:
            for key, (values, attributes) in variables.items():
                dims = ("rows", f"columns_{values.shape[1]}")
                for dim, size in zip(dims, values.shape, strict=True):
                    if dim not in file.dimensions:
                        file.dimensions[dim] = size
                stored = file.create_variable(key, dims, values.dtype, data=values)
                stored.attrs.update(attributes)
    return folder


@pytest.fixture
def slstr(files, shared_data, tmp_path):
    """Put a product on the file server; give its item, derived from a recorded one."""
    recorded = json.loads(
        next((shared_data / "stac" / "stactools-sentinel3").glob("*")).read_text()
    )

    def make(name=PRODUCT, day=DAY, **about):
        folder = write_safe(tmp_path / f"{name}.SEN3", **about)
        item = copy.deepcopy(recorded)
        held = {}
        for key, asset in item["assets"].items():
            path = folder / asset["href"].rpartition("/")[2]
            if path.is_file():
                body = path.read_bytes()
                address = files.put(f"/{name}.SEN3/{path.name}", body)
                held[key] = {"href": address, "type": asset["type"], "file:size": len(body)}
        item |= {"id": name, "assets": held, "links": [], "bbox": [10.7, 47.4, 12.4, 48.9]}
        item["collection"] = "sentinel-3-slstr-lst-l2-netcdf"
        ring = [[10.7, 47.4], [12.4, 47.4], [12.4, 48.9], [10.7, 48.9], [10.7, 47.4]]
        item["geometry"] = {"type": "Polygon", "coordinates": [ring]}
        item["properties"] |= {
            "datetime": f"{day}T10:01:25Z",
            "start_datetime": f"{day}T09:59:55Z",
            "end_datetime": f"{day}T10:02:55Z",
        }
        return item

    return make


@pytest.fixture
def order(at, catalogue):
    def make(items, area=INSIDE, day=DAY, **about):
        sensor = at("slstr", catalogue(items))
        return Order(sensor=sensor, area=area, days=one_day(day), **about)

    return make


def latitudes(box):
    down, right = np.indices(box.shape)
    to_degrees = box.crs.transformer_to_crs("EPSG:4326", always_xy=True)
    return to_degrees(*(box.affine * (right + 0.5, down + 0.5)))[1]


def test_a_swath_is_fetched_file_by_file_and_laid_with_its_cloud_and_its_angles(
    order, slstr, access, files
):
    coarse = fetch(order([slstr()]), access)["coarse"].to_dataset()
    box, lst = geobox_of(coarse), coarse["lst"].to_numpy()
    assert (box.affine.a, box.affine.e) == (1000.0, -1000.0)
    assert np.nanmax(np.abs(lst - gradient(latitudes(box)))) < 0.15
    clouds = np.isnan(lst)
    assert 50 < clouds.sum() < 250
    assert np.isfinite(coarse["view_zenith"].to_numpy()[~clouds]).all()
    assert coarse.attrs["datetime"] == "2021-05-10T10:01:25Z"
    assert coarse.attrs["coverage"] == 1.0
    assert coarse.attrs["granules"] == PRODUCT
    assert len({path for path, _, _ in files.asked}) == 6


def test_the_pixels_of_an_area_are_the_same_whatever_swath_passes(order, slstr, access):
    other = "S3B_SL_2_LST____20210511T095955_20210511T100255_20210512T101010_0179_071_301_2160"
    catalogue = [slstr(), slstr(other, day="2021-05-11", north=48.6)]
    one = order(catalogue)
    two = replace(one, days=one_day("2021-05-11"))
    boxes = [geobox_of(fetch(each, access)["coarse"].to_dataset()) for each in (one, two)]
    assert boxes[0] == boxes[1]


def test_a_part_that_the_swath_does_not_reach_is_refused_or_stays_empty(order, slstr, access):
    partly = order([slstr()], area=BEYOND)
    with pytest.raises(SourceError, match="COVERAGE_PARTIAL"):
        fetch(partly, access)
    coarse = fetch(replace(partly, partial=True), access)["coarse"].to_dataset()
    assert 0.1 < coarse.attrs["coverage"] < 0.6
    assert coarse["lst"].notnull().mean() == pytest.approx(coarse.attrs["coverage"], abs=0.05)


def test_two_granules_of_one_pass_are_one_scene(order, slstr, access):
    south = slstr(PRODUCT.replace("T0959", "T1002"), north=48.5 - 0.009 * ROWS)
    south["properties"]["start_datetime"] = f"{DAY}T10:02:55Z"
    across = box_area(11.3, 47.5, 11.6, 47.8)
    coarse = fetch(order([slstr(), south], area=across), access)["coarse"].to_dataset()
    lst = coarse["lst"].to_numpy()
    assert coarse.attrs["coverage"] == 1.0
    assert np.nanmax(np.abs(lst - gradient(latitudes(geobox_of(coarse))))) < 0.2
    assert coarse.attrs["granules"].count("S3A_SL_2_LST") == 2


def test_of_the_passes_of_a_day_the_one_nearest_to_local_noon_is_taken(order, slstr, access):
    night = slstr(PRODUCT.replace("T0959", "T2030"))
    hours = {"datetime": "20:31:25", "start_datetime": "20:29:55", "end_datetime": "20:32:55"}
    night["properties"] |= {name: f"{DAY}T{clock}Z" for name, clock in hours.items()}
    both = order([night, slstr()])
    assert select(Wanted(sensor=both.sensor, area=INSIDE, days=both.days), access).names == (
        PRODUCT,
    )


def test_the_plan_of_a_swath_names_its_size_and_opens_nothing(order, slstr, access, files):
    text = "\n".join(line for _, line in plan(order([slstr()]), access))
    assert PRODUCT in text
    assert "5 MB/s (assumed" in text
    assert files.asked == []


def test_a_real_granule_of_modis_is_fetched_and_laid_as_its_tile_has_it(
    files, shared_data, at, access, catalogue, publish, make_product
):
    source = next((shared_data / "modis" / "hdf").glob("MOD11_L2*"))
    address = files.put(f"/{source.name}", source.read_bytes())
    item = publish(make_product("modis-11A1-061", "MOD11A1", DAY), {})
    item |= {"id": source.stem, "bbox": [10.0, 45.0, 56.0, 65.0]}
    item["geometry"]["coordinates"] = [[[10, 45], [56, 45], [56, 65], [10, 65], [10, 45]]]
    item["properties"] |= {
        "start_datetime": "2020-02-17T19:15:00Z",
        "end_datetime": "2020-02-17T19:20:00Z",
    }
    item |= {"assets": {"data": {"href": address}}, "collection": "MOD11_L2_061"}
    sensor = at("modis-swath", catalogue([item]))
    area = box_area(30.4, 55.0, 31.0, 55.4)
    wanted = Order(sensor=sensor, area=area, days=one_day("2020-02-17"), partial=True)
    lst = fetch(wanted, access)["coarse"]["lst"].to_numpy()
    assert np.isfinite(lst).mean() > 0.15
    assert 262 < np.nanmin(lst) < np.nanmax(lst) < 282
