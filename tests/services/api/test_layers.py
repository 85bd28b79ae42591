"""Tiles, pixels and files of a result."""

from __future__ import annotations

import io

import numpy as np
import pytest
import rasterio
from PIL import Image

from lstsr_api.palettes import colours_of, flag_colours
from lstsr_core import Quality

TILES = "/items/{}/layers/{}/tiles/WebMercatorQuad/{}/{}/{}.png"


def middle(service, result):
    west, south, east, north = service.get(f"/catalogue/results/{result}/stac.json").json()["bbox"]
    return {"lon": (west + east) / 2, "lat": (south + north) / 2}


def tile_at(place, zoom):
    n = 2**zoom
    row = (1 - np.arcsinh(np.tan(np.radians(place["lat"]))) / np.pi) / 2
    return int((place["lon"] + 180) / 360 * n), int(row * n)


@pytest.mark.parametrize("layer", ["lst", "lst_uncertainty", "quality", "coarse"])
def test_every_layer_has_tiles_and_a_tilejson(service, result, layer):
    told = service.get(f"/items/{result}/layers/{layer}/WebMercatorQuad/tilejson.json").json()
    assert told["tiles"][0].startswith("http://testserver/items/")
    column, row = tile_at(middle(service, result), told["minzoom"])
    answer = service.get(TILES.format(result, layer, told["minzoom"], column, row))
    assert answer.status_code == 200
    picture = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    assert (picture[..., 3] > 0).any()


def test_kelvin_and_celsius_give_the_same_colours(service, result):
    place = middle(service, result)
    address = TILES.format(result, "lst", 9, *tile_at(place, 9))
    kelvin = service.get(address, params={"low": 290, "high": 310})
    celsius = service.get(address, params={"low": 16.85, "high": 36.85, "units": "celsius"})
    assert kelvin.content == celsius.content
    other = service.get(address, params={"low": 290, "high": 310, "palette": "viridis"})
    assert other.content != kelvin.content


def test_a_pixel_gives_what_stands_in_the_files(service, result):
    place = middle(service, result)
    told = service.get(f"/items/{result}/pixel", params=place).json()
    folder = service.service.store.result(result)
    with rasterio.open(folder / "lst.tif") as file:
        values = file.read(1)
    assert np.isclose(values, told["lst"], atol=1e-3).any()
    assert told["celsius"] == pytest.approx(told["lst"] - 273.15, abs=1e-3)
    assert told["lst_uncertainty"] > 0
    assert told["quality"][0] == "measured"
    with rasterio.open(folder / "coarse.tif") as file:
        assert np.isclose(file.read(1), told["coarse"], atol=1e-3).any()


def test_a_place_outside_is_not_found(service, result):
    assert service.get(f"/items/{result}/pixel?lon=-150&lat=-60").status_code == 404


@pytest.mark.parametrize("place", ["0/1/0", "3/8/0", "25/0/0", "-1/0/0", "0/0/-1", f"{10**30}/0/0"])
def test_tiles_that_cannot_be_are_not_found(service, result, place):
    address = f"/items/{result}/layers/lst/tiles/WebMercatorQuad/{place}.png"
    assert service.get(address).status_code == 404


def test_a_tile_beside_the_result_is_blank(service, result):
    answer = service.get(f"/items/{result}/layers/lst/tiles/WebMercatorQuad/3/0/0.png")
    assert answer.status_code == 200
    picture = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    assert picture.getextrema()[3] == (0, 0)


def test_a_part_of_a_file_is_given_on_demand(service, result):
    path = f"/catalogue/results/{result}/lst.tif"
    whole = service.get(path)
    assert whole.headers["content-type"].startswith("image/tiff")
    part = service.get(path, headers={"Range": "bytes=0-15"})
    assert part.status_code == 206
    assert part.content == whole.content[:16]


def test_the_gravest_flag_is_seen():
    colours = flag_colours()
    both = int(Quality.MEASURED | Quality.UNPHYSICAL)
    assert colours[both] == colours[int(Quality.UNPHYSICAL)]
    assert colours[0][3] == 0
    assert len(colours_of("inferno")) == 256


def test_palettes_are_told_from_the_least_to_the_largest_value(service):
    told = service.get("/palettes").json()["palettes"]["inferno"]
    assert told[0] == "#000003"
    assert told[-1] == "#fcfea4"


def test_numbers_are_there_for_prometheus(service, result):
    text = service.get("/metrics").text
    assert "lstsr_jobs 1.0" in text
    assert 'lstsr_requests_total{method="POST"' in text
    assert result not in text
