"""Reading windows of remote rasters: exactly, lazily, and never wrongly."""

from __future__ import annotations

import copy
import json
import struct
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from lstsr_core import LstsrError, SceneError, SourceError
from lstsr_data.acquisition import load_odc, load_stack
from lstsr_data.acquisition.band_metadata import decoded_by_catalogue
from lstsr_data.acquisition.granule import Layer, read_granule
from lstsr_data.acquisition.load import load_raw
from lstsr_data.acquisition.pile import Pile
from lstsr_data.acquisition.pixels import grid_of, read_counts

UTM = GeoBox((1500, 2000), Affine(30, 0, 355785, 0, -30, -4821585), "EPSG:32655")


@pytest.fixture
def counts():
    return np.random.default_rng(0).integers(1, 60_000, UTM.shape).astype(np.uint16)


@pytest.fixture
def href(files, counts, make_cog):
    return files.put("/a.tif", make_cog(counts, UTM.affine, "EPSG:32655"))


def refusal(call, *words):
    with pytest.raises(SourceError) as refused:
        call(*words)
    return refused.value


def test_a_window_holds_the_counts_of_its_place(href, counts, access):
    window = UTM[100:164, 900:964]
    np.testing.assert_array_equal(read_counts(href, window, access), counts[100:164, 900:964])


def test_a_window_reads_a_small_part_of_the_file(files, href, access):
    read_counts(href, UTM[100:164, 900:964], access)
    assert files.sent < 0.3 * len(files.bodies["/a.tif"])
    assert all("Range" in headers for _, _, headers in files.asked)


def test_beyond_the_edge_of_the_file_stands_fill(href, counts, access):
    window = GeoBox((10, 10), UTM.affine * Affine.translation(-5, -5), UTM.crs)
    found = read_counts(href, window, access, fill=7)
    np.testing.assert_array_equal(found[5:, 5:], counts[:5, :5])
    assert (found[:5] == 7).all()
    assert (found[:, :5] == 7).all()


def test_another_zone_is_read_by_the_nearest_count_and_none_is_made_up(href, counts, access):
    other = GeoBox((60, 60), Affine(30, 0, -86_000, 0, -30, -4_850_000), "EPSG:32656")
    found = read_counts(href, other, access)
    assert set(np.unique(found)) <= {0, *np.unique(counts)}
    assert (found > 0).all()


def test_what_was_read_once_is_read_without_a_network(files, href, access):
    window = UTM[100:164, 900:964]
    first = read_counts(href, window, access)
    files.bodies.clear()
    asked = len(files.asked)
    np.testing.assert_array_equal(read_counts(href, window, access), first)
    assert len(files.asked) == asked


@pytest.mark.fault(1)
def test_a_signature_that_runs_out_in_mid_run_is_made_anew(files, href, counts, access):
    fresh = {"sig": "1"}

    def sign(address, *, fresh=False, known=fresh):
        if fresh:
            known["sig"] = str(int(known["sig"]) + 1)
        return f"{address}?sig={known['sig']}"

    way = replace(access, signer=sign)
    read_counts(href, UTM[:10, :10], way)
    files.misbehave("/a.tif", (403, {}, b"signature expired"))
    window = UTM[1000:1010, 1000:1010]
    np.testing.assert_array_equal(read_counts(href, window, way), counts[1000:1010, 1000:1010])
    assert [path.partition("=")[2] for path, _, _ in files.asked][-2:] == ["1", "2"]


def test_a_file_that_is_not_there_is_an_error_that_names_it(files, access):
    error = refusal(read_counts, f"{files.address}/none.tif?sig=secret", UTM[:4, :4], access)
    assert error.code == "DOWNLOAD_FAILED"
    assert "none.tif" in error.found
    assert "secret" not in str(error)


def test_a_login_page_in_place_of_a_raster_is_refused(files, access):
    address = files.put("/login.tif", b"<html><title>Log in</title></html>")
    assert refusal(grid_of, address, access).code == "AUTH_REQUIRED"


def test_pixels_that_fail_in_mid_read_raise_their_own_error(files, href, access):
    grid_of(href, access)
    files.misbehave("/a.tif", *[(404, {}, b"")] * 9)
    error = refusal(read_counts, href, UTM[1000:1010, 1000:1010], access)
    assert error.code == "DOWNLOAD_FAILED"
    assert "HTTP 404" in error.found


@pytest.mark.fault(2)
def test_an_answer_shorter_than_its_range_is_not_taken(files, href, access):
    grid_of(href, access)

    def short(handler):
        handler.give(206, {"Content-Range": "bytes 1000000-1016383/6000000"}, b"too short")

    files.misbehave("/a.tif", *[short] * 9)
    assert refusal(read_counts, href, UTM[1000:1010, 1000:1010], access).code == "DOWNLOAD_FAILED"


@pytest.mark.fault(28)
@pytest.mark.parametrize("kept", [0, 3, 200, 40_000, 300_000])
def test_a_truncated_raster_is_a_coded_error(files, href, access, kept):
    address = files.put("/cut.tif", files.bodies["/a.tif"][:kept])
    error = refusal(read_counts, address, UTM[1000:1400, 1000:1400], access)
    assert error.code in {"FILE_UNREADABLE", "DOWNLOAD_FAILED"}


@pytest.mark.fault(28)
def test_flipped_bits_in_the_directory_end_in_a_code_or_in_counts(files, href, access):
    body = files.bodies["/a.tif"]
    places = np.random.default_rng(1).integers(4, 700, 40)
    for number, place in enumerate(places):
        bad = bytearray(body)
        bad[place] ^= 0x5A
        address = files.put(f"/bad{number}.tif", bytes(bad))
        with suppress(LstsrError):
            assert read_counts(address, UTM[:8, :8], access).shape == (8, 8)


@pytest.mark.fault(27)
def test_a_header_that_claims_a_world_of_pixels_is_refused(files, access):
    entries = [
        (256, 4, 2**30),
        (257, 4, 2**30),
        (258, 3, 16),
        (277, 3, 1),
        (322, 4, 16),
        (323, 4, 16),
        (324, 4, 8),
        (325, 4, 8),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    body = b"II*\x00" + struct.pack("<I", 8) + directory + bytes(40_000)
    assert refusal(grid_of, files.put("/big.tif", body), access).code == "FILE_UNREADABLE"


@pytest.mark.parametrize("loader", [load_stack, load_odc])
def test_both_libraries_stack_the_same_counts_lazily(loader, files, counts, access, make_cog):
    layers = []
    for number in range(3):
        body = make_cog(counts + number, UTM.affine, "EPSG:32655")
        layers.append(Layer(href=files.put(f"/{number}.tif", body), box=UTM))
    frame = UTM[50:700, 100:900]
    pile = Pile(
        layers=tuple(layers), frame=frame, access=access, dtype=np.dtype(np.uint16), chunk=256
    )
    stacked = loader.stack(pile)
    assert stacked.shape == (3, 650, 800)
    assert max(stacked.chunksize) <= 256
    assert files.asked == []
    expected = np.stack([counts[50:700, 100:900] + number for number in range(3)])
    np.testing.assert_array_equal(stacked.compute(), expected)
    assert stacked.dtype == np.uint16


@pytest.mark.parametrize("loader", [load_stack, load_odc])
def test_a_missing_file_fails_the_stack_and_does_not_become_empty(loader, files, access):
    layer = Layer(href=f"{files.address}/none.tif", box=UTM)
    pile = Pile(layers=(layer,), frame=UTM[:9, :9], access=access, dtype=np.dtype(np.uint16))
    with pytest.raises(SourceError, match=r"none\.tif"):
        loader.stack(pile).compute()


def landsat(shared_data, files, body, version):
    """Give a recorded Landsat item whose temperature lies here, as STAC 1.0 or 1.1 says it."""
    folder = shared_data / "stac" / "pc-items"
    item = copy.deepcopy(json.loads(next(folder.glob("landsat-c2-l2__LC09*")).read_text()))
    asset = item["assets"]["lwir11"]
    asset["href"] = files.put("/st.tif", body)
    item["properties"] |= {"proj:shape": list(UTM.shape), "proj:transform": list(UTM.affine)[:6]}
    if version == "1.1":
        band = asset.pop("raster:bands")[0]
        names = {"scale": "raster:scale", "offset": "raster:offset"}
        asset["bands"] = [{names.get(key, key): value for key, value in band.items()}]
        item["stac_version"] = "1.1.0"
        item["properties"]["proj:code"] = f"EPSG:{item['properties'].pop('proj:epsg')}"
    item["assets"] = {"lwir11": asset}
    return item


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_counts_stay_as_stored_and_what_the_catalogue_says_goes_with_them(
    shared_data, files, access, make_cog, at, version
):
    stored = np.full(UTM.shape, 28_999, np.uint16)
    stored[:, :1000] = 0
    body = make_cog(stored, UTM.affine, "EPSG:32655")
    source = at("landsat", "http://127.0.0.1").sources[0]
    granule = read_granule(landsat(shared_data, files, body, version), source, ())
    (raw,) = load_raw([granule], UTM[100:110, 995:1005], access)
    band = raw["ST_B10"]
    assert band.dtype == np.uint16
    assert np.unique(band).tolist() == [0, 28_999]
    kelvin = decoded_by_catalogue(band)
    assert float(kelvin[0, -1]) == pytest.approx(248.12, abs=0.01)
    assert np.isnan(kelvin[0, 0])
    assert kelvin.attrs["units"] == "kelvin"


@pytest.mark.fault(15)
def test_layers_of_two_pixel_sizes_are_laid_by_their_places_and_never_by_index(
    files, access, make_product, publish, make_cog, at
):
    product = make_product("modis-11A1-061", "MOD11A1", "2023-08-11")
    coarse = np.arange(1200 * 1200, dtype=np.uint32).reshape(1200, 1200).astype(np.uint16)
    finer = product.transform * Affine.scale(0.5)
    item = publish(product, {"LST_Day_1km": coarse, "QC_Day": b""})
    fine = np.kron(coarse, np.ones((2, 2), np.uint16))
    item["assets"]["QC_Day"]["href"] = files.put("/fine.tif", make_cog(fine, finer))
    item["assets"]["QC_Day"] |= {"proj:shape": [2400, 2400], "proj:transform": list(finer)[:6]}
    granule = read_granule(item, at("modis", "http://127.0.0.1").sources[0], ())
    frame = granule.layers["QC_Day"].box[501:611, 33:143]
    (raw,) = load_raw([granule], frame, access)
    np.testing.assert_array_equal(raw["LST_Day_1km"], raw["QC_Day"])


@pytest.mark.fault(29)
def test_a_raster_without_a_system_or_upside_down_is_refused(files, access, make_cog):
    small = np.ones((600, 600), np.uint16)
    bare = files.put("/bare.tif", make_cog(small, UTM.affine, None))
    with pytest.raises(SceneError, match="NO_CRS"):
        grid_of(bare, access)
    flipped = Affine(30, 0, 355785, 0, 30, -4821585)
    turned = files.put("/turned.tif", make_cog(small, flipped, "EPSG:32655"))
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        grid_of(turned, access)
